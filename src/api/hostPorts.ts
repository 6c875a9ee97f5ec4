/** Ports of the machine that pods claim. Mirrors HostPortInfo in staging/src/k8s.io/kube-scheduler/framework/types.go. */
import type { Container, PodSpec } from './types/core.ts'

export interface HostPort {
  readonly ip: string
  readonly protocol: string
  readonly port: number
}

const EVERY_ADDRESS = '0.0.0.0'
const NONE: readonly HostPort[] = Object.freeze([])

/** The host ports of containers and sidecars; ordinary init containers do not hold theirs while the pod runs. */
export function hostPortsOf(spec: PodSpec): readonly HostPort[] {
  let ports: HostPort[] | undefined
  const collect = (container: Container): void => {
    for (const { hostPort, hostIP, protocol } of container.ports ?? []) {
      if (hostPort === undefined || hostPort <= 0) continue
      ports ??= []
      ports.push({ ip: hostIP || EVERY_ADDRESS, protocol: protocol ?? 'TCP', port: hostPort })
    }
  }
  for (const container of spec.containers) collect(container)
  for (const container of spec.initContainers ?? []) if (container.restartPolicy === 'Always') collect(container)
  return ports ?? NONE
}

export function portsConflict(wanted: readonly HostPort[], taken: readonly HostPort[]): boolean {
  for (const want of wanted) for (const has of taken) if (samePort(want, has)) return true
  return false
}

/** The list without one occurrence of each of `ports`. */
export function withoutPorts(taken: readonly HostPort[], ports: readonly HostPort[]): readonly HostPort[] {
  const rest = taken.slice()
  for (const port of ports) {
    const index = rest.findIndex(
      (has) => has.ip === port.ip && has.protocol === port.protocol && has.port === port.port,
    )
    if (index >= 0) rest.splice(index, 1)
  }
  return rest
}

function samePort(a: HostPort, b: HostPort): boolean {
  if (a.port !== b.port || a.protocol !== b.protocol) return false
  return a.ip === b.ip || a.ip === EVERY_ADDRESS || b.ip === EVERY_ADDRESS
}
