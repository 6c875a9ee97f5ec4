import { matchesSet } from '../api/selectors.ts'
import type {
  Container,
  Endpoints,
  EndpointAddress,
  EndpointPort,
  EndpointSubset,
  Pod,
  Service,
  ServicePort,
} from '../api/types/core.ts'
import type { KubeObject } from '../api/meta.ts'
import { type Cache, type ControlLoop, keyOf, type NamedPredicate, splitKey } from '../client/controller.ts'
import type { ObjectChange } from '../client/watches.ts'
import { differs } from '../registries/equal.ts'
import { isReady } from './podRank.ts'

const services = 'v1/Service'
const pods = 'v1/Pod'
const endpoints = 'v1/Endpoints'

/** Which updates of pods change endpoints. */
const predicate: NamedPredicate = Object.freeze({
  name: 'endpoints',
  holds: (before: KubeObject, after: KubeObject) => matters(before as Pod, after as Pod),
})

/** Keeps the Endpoints of every service with a selector: pkg/controller/endpoint/endpoints_controller.go. */
export const endpointsController: ControlLoop = {
  name: 'endpoint-controller',
  watches: [
    { kind: services },
    { kind: pods, keys: servicesOf, index: (pod) => pod.metadata.namespace, predicate },
    { kind: endpoints },
  ],
  reconcile(key, { cache, api }) {
    const service = cache.get<Service>(services, key)
    const { namespace, name } = splitKey(key)
    const current = api.find<Endpoints>('endpoints', namespace, name)
    if (service === undefined) {
      if (current !== undefined && current.metadata.labels?.[managed] === managedBy)
        api.delete('endpoints', namespace, name)
      return
    }
    if (service.spec.selector === undefined || service.spec.type === 'ExternalName') return
    const members = cache
      .byIndex<Pod>(pods, namespace)
      .filter((pod) => matchesSet(service.spec.selector, pod.metadata.labels))
    const subsets = subsetsOf(service, members)
    if (current === undefined) api.create('endpoints', namespace, made(service, subsets))
    else if (!isSame(current, subsets)) api.update('endpoints', changed(current, subsets))
  },
}

const none: readonly string[] = Object.freeze([])
const managed = 'endpoints.kubernetes.io/managed-by'
const managedBy = 'endpoint-controller'

/** The services that choose a pod, before the change or after it; none when nothing they look at changed. */
function servicesOf(change: ObjectChange, cache: Cache): readonly string[] {
  const pod = change.object as Pod
  const before = change.previous as Pod | undefined
  const all = cache.list<Service>(services, pod.metadata.namespace)
  if (all.length === 0) return none
  return all
    .filter(
      ({ spec }) =>
        matchesSet(spec.selector, pod.metadata.labels) || matchesSet(spec.selector, before?.metadata.labels),
    )
    .map(keyOf)
}

function matters(before: Pod, after: Pod): boolean {
  return (
    differs(before.metadata.labels, after.metadata.labels) ||
    before.status.phase !== after.status.phase ||
    before.metadata.deletionTimestamp !== after.metadata.deletionTimestamp ||
    isReady(before) !== isReady(after) ||
    before.status.podIP !== after.status.podIP
  )
}

function made(service: Service, subsets: readonly EndpointSubset[]): object {
  const { name, labels } = service.metadata
  return {
    apiVersion: 'v1',
    kind: 'Endpoints',
    metadata: { name, labels: { ...labels, [managed]: managedBy } },
    ...(subsets.length === 0 ? {} : { subsets }),
  }
}

function changed(current: Endpoints, subsets: readonly EndpointSubset[]): Endpoints {
  const { apiVersion, kind, metadata } = current
  return subsets.length === 0 ? { apiVersion, kind, metadata } : { apiVersion, kind, metadata, subsets }
}

/** One subset for each distinct set of ports, ready and unready addresses by IP: pkg/api/v1/endpoints/util.go. */
function subsetsOf(service: Service, members: readonly Pod[]): EndpointSubset[] {
  const byPorts = new Map<string, { ports: EndpointPort[]; ready: EndpointAddress[]; notReady: EndpointAddress[] }>()
  for (const pod of members) {
    if (!belongs(pod)) continue
    const ports = portsOf(service, pod)
    if (ports.length === 0 && (service.spec.ports ?? []).length > 0) continue
    const key = JSON.stringify(ports)
    const group = byPorts.get(key) ?? { ports, ready: [], notReady: [] }
    byPorts.set(key, group)
    const isServed = isReady(pod) || service.spec.publishNotReadyAddresses === true
    ;(isServed ? group.ready : group.notReady).push(addressOf(pod))
  }
  return [...byPorts].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, group]) => subset(group))
}

function subset({
  ports,
  ready,
  notReady,
}: {
  ports: EndpointPort[]
  ready: EndpointAddress[]
  notReady: EndpointAddress[]
}): EndpointSubset {
  return {
    ...(ready.length === 0 ? {} : { addresses: ready.sort(byIp) }),
    ...(notReady.length === 0 ? {} : { notReadyAddresses: notReady.sort(byIp) }),
    ...(ports.length === 0 ? {} : { ports }),
  }
}

function belongs(pod: Pod): boolean {
  const { podIP, phase } = pod.status
  if (podIP === undefined || podIP === '' || pod.metadata.deletionTimestamp !== undefined) return false
  return phase !== 'Failed' && phase !== 'Succeeded'
}

function addressOf(pod: Pod): EndpointAddress {
  const { namespace, name, uid } = pod.metadata
  const targetRef = { kind: 'Pod', namespace: namespace!, name, uid }
  const address = { ip: pod.status.podIP!, nodeName: pod.spec.nodeName!, targetRef }
  const isNamed = pod.spec.hostname !== undefined && pod.spec.subdomain !== undefined
  return isNamed ? { hostname: pod.spec.hostname!, ...address } : address
}

function portsOf(service: Service, pod: Pod): EndpointPort[] {
  const found: EndpointPort[] = []
  for (const port of service.spec.ports ?? []) {
    const number = targetPort(port, pod)
    if (number === undefined) continue
    const protocol = port.protocol ?? 'TCP'
    found.push(port.name === undefined ? { port: number, protocol } : { name: port.name, port: number, protocol })
  }
  return found
}

/** The number behind a service's target port on this pod; a name is looked up among its containers' ports. */
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

function isSame(current: Endpoints, subsets: readonly EndpointSubset[]): boolean {
  return JSON.stringify(current.subsets ?? []) === JSON.stringify(subsets)
}

function byIp(a: EndpointAddress, b: EndpointAddress): number {
  return a.ip < b.ip ? -1 : a.ip > b.ip ? 1 : 0
}
