import type { Container, Pod, Service, ServicePort } from '../../api/types/core.ts'

/** The ports behind a service on some of its pods: equal ones are one object. */
export interface Ports {
  /** Tells these ports from others of the same service. */
  readonly key: string
  readonly list: readonly BackendPort[]
}

export interface BackendPort {
  readonly service: ServicePort
  /** What the service's target port is on the pod. */
  readonly number: number
}

/** Finds the ports of a service's pods; those that a pod does not have are left out. What it knows is a cache. */
export function createPortsOf({ spec }: Service): (pod: Pod) => Ports {
  const ports = spec.ports ?? []
  const byKey = new Map<string, Ports>()
  const bySpec = new WeakMap<object, Ports>()
  const found = (pod: Pod): Ports => {
    const list = ports.flatMap((service) => {
      const number = targetPort(service, pod)
      return number === undefined ? [] : [{ service, number }]
    })
    const key = list.map(portKey).join()
    const known = byKey.get(key)
    if (known !== undefined) return known
    const made = { key, list }
    byKey.set(key, made)
    return made
  }
  const isSameForAll = ports.every(({ targetPort: target }) => typeof target !== 'string')
  let common: Ports | undefined
  return (pod) => {
    if (isSameForAll) return (common ??= found(pod))
    const known = bySpec.get(pod.spec)
    if (known !== undefined) return known
    const made = found(pod)
    bySpec.set(pod.spec, made)
    return made
  }
}

/** Tells a port from others of the same service. */
export function portKey({ service: { name = '', protocol = 'TCP', appProtocol = '' }, number }: BackendPort): string {
  return `${name}:${number}/${protocol}/${appProtocol}`
}

/** The number behind a target port; a name is looked up among the containers' ports. Mirrors FindPort of pkg/api/v1/pod. */
function targetPort({ port, targetPort: target, protocol = 'TCP' }: ServicePort, pod: Pod): number | undefined {
  if (target === undefined) return port
  if (typeof target === 'number') return target === 0 ? port : target
  const containers: readonly Container[] = [
    ...pod.spec.containers,
    ...(pod.spec.initContainers ?? []).filter(({ restartPolicy }) => restartPolicy === 'Always'),
  ]
  for (const container of containers) {
    for (const known of container.ports ?? []) {
      if (known.name === target && (known.protocol ?? 'TCP') === protocol) return known.containerPort
    }
  }
  return undefined
}
