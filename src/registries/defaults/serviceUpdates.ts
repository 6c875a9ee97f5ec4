/**
 * What an update of a service keeps of what was handed out, and what goes with its type. Mirrors patchAllocatedValues
 * and normalizeClusterIPs of pkg/registry/core/service/storage/storage.go, dropTypeDependentFields of strategy.go.
 */
import { mapKept } from '../../api/mapKept.ts'
import type { Service, ServicePort, ServiceSpec } from '../../api/types/core.ts'
import { EMPTY, copyOf } from './mutable.ts'
import { equal } from '../equal.ts'
import { hasClusterIPs, hasNodePorts, isExternallyAccessible, needsHealthCheckPort } from '../serviceTypes.ts'
import type { Mutable } from './mutable.ts'
import { defaultService } from './services.ts'

type Draft = Mutable<ServiceSpec>

/** Who names an address by the older field alone means both. */
export function prepareServiceForCreate(service: Service): Service {
  const { spec = EMPTY } = service as Partial<Service>
  const fresh = { ...service, status: { loadBalancer: EMPTY } }
  if (!spec.clusterIP || spec.clusterIPs?.length) return fresh
  return { ...fresh, spec: { ...spec, clusterIPs: [spec.clusterIP] } }
}

export function prepareServiceForUpdate(given: Service, previous: Service): Service {
  const next = defaultService(given)
  const spec = copyOf(next.spec)
  keepAllocated(spec, previous.spec)
  alignClusterIPs(spec, previous.spec)
  dropWhatTheTypeHasNot(spec, previous.spec)
  // Only the type LoadBalancer has a balancer to speak of.
  const status = spec.type === 'LoadBalancer' ? previous.status : { ...previous.status, loadBalancer: EMPTY }
  return { ...next, spec, status }
}

/** What was handed out stays, though the client does not repeat it. */
function keepAllocated(spec: Draft, old: ServiceSpec): void {
  if (hasClusterIPs(old) && hasClusterIPs(spec)) {
    if (!spec.clusterIP && old.clusterIP !== undefined) spec.clusterIP = old.clusterIP
    if (!spec.clusterIPs?.length && old.clusterIPs !== undefined) spec.clusterIPs = old.clusterIPs
  }
  if (hasNodePorts(old) && hasNodePorts(spec) && spec.ports !== undefined) spec.ports = keptPorts(spec.ports, old.ports)
  if (needsHealthCheckPort(old) && needsHealthCheckPort(spec) && !spec.healthCheckNodePort)
    spec.healthCheckNodePort = old.healthCheckNodePort!
}

/** Ports are known again by their names. */
function keptPorts(ports: readonly ServicePort[], old: readonly ServicePort[] = []): readonly ServicePort[] {
  const used = new Set(ports.map(({ nodePort }) => nodePort).filter((port) => port))
  const byName = new Map(old.map(({ name = '', nodePort }) => [name, nodePort]))
  return mapKept(ports, (port) => {
    const nodePort = byName.get(port.name ?? '')
    if (port.nodePort || !nodePort || used.has(nodePort)) return port
    used.add(nodePort)
    return { ...port, nodePort }
  })
}

/** A client that knows only one of the two fields changes both. */
function alignClusterIPs(spec: Draft, old: ServiceSpec): void {
  if ((spec.clusterIP ?? '') === (old.clusterIP ?? '') || !equal(spec.clusterIPs ?? [], old.clusterIPs ?? [])) return
  if (spec.clusterIP) spec.clusterIPs = [spec.clusterIP]
  else delete spec.clusterIPs
}

/** What a new type has no use for, and the client did not touch. */
function dropWhatTheTypeHasNot(spec: Draft, old: ServiceSpec): void {
  if (hasClusterIPs(old) && !hasClusterIPs(spec)) {
    if (equal(spec.clusterIPs ?? [], old.clusterIPs ?? [])) {
      delete spec.clusterIP
      delete spec.clusterIPs
    }
    drop(spec, old, 'ipFamilies')
    drop(spec, old, 'ipFamilyPolicy')
  }
  if (hasNodePorts(old) && !hasNodePorts(spec)) dropNodePorts(spec, old)
  if (needsHealthCheckPort(old) && !needsHealthCheckPort(spec)) drop(spec, old, 'healthCheckNodePort')
  if (old.type === 'LoadBalancer' && spec.type !== 'LoadBalancer') {
    drop(spec, old, 'allocateLoadBalancerNodePorts')
    drop(spec, old, 'loadBalancerClass')
  }
  if (isExternallyAccessible(old) && !isExternallyAccessible(spec)) drop(spec, old, 'externalTrafficPolicy')
}

function drop(spec: Draft, old: ServiceSpec, field: keyof ServiceSpec): void {
  if (equal(spec[field], old[field])) delete spec[field]
}

function dropNodePorts(spec: Draft, old: ServiceSpec): void {
  const known = new Set((old.ports ?? []).map(({ nodePort }) => nodePort))
  if (spec.ports === undefined || spec.ports.some(({ nodePort }) => nodePort && !known.has(nodePort))) return
  spec.ports = mapKept(spec.ports, (port) => {
    if (port.nodePort === undefined) return port
    const { nodePort: _gone, ...rest } = port
    return rest
  })
}
