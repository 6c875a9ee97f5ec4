/** What is filled in of a service. Mirrors SetDefaults_Service of pkg/apis/core/v1/defaults.go and the REST's allocators. */
import type { Service, ServicePort, ServiceSpec } from '../../api/types/core.ts'
import { EMPTY, copyOf, mapKept } from './mutable.ts'
import type { Mutable } from './mutable.ts'

const IPV4: readonly string[] = Object.freeze(['IPv4'])
const IPV6: readonly string[] = Object.freeze(['IPv6'])
const NO_STATUS: Service['status'] = Object.freeze({ loadBalancer: EMPTY })
const AFFINITY_SECONDS = 10_800

export function defaultService(service: Service): Service {
  const spec = defaultSpec(service.spec ?? EMPTY)
  if (spec === service.spec && service.status !== undefined) return service
  return { ...service, spec, status: service.status ?? NO_STATUS }
}

/** An update that leaves out what was handed out keeps it. Mirrors patchAllocatedValues of the service registry. */
export function keepAllocated(next: Service, previous: Service): Service {
  const external = next.spec.type === 'ExternalName'
  const spec = copyOf(next.spec)
  if (!external && previous.spec.type !== 'ExternalName' && !spec.clusterIP) {
    if (previous.spec.clusterIP !== undefined) spec.clusterIP = previous.spec.clusterIP
    if (previous.spec.clusterIPs !== undefined) spec.clusterIPs = previous.spec.clusterIPs
  }
  if (spec.ports !== undefined && usesNodePorts(next.spec) && usesNodePorts(previous.spec)) {
    spec.ports = mapKept(spec.ports, (port) => withOldNodePort(port, previous.spec.ports ?? []))
  }
  return { ...next, spec, status: previous.status }
}

function defaultSpec(spec: ServiceSpec): ServiceSpec {
  const type = spec.type || 'ClusterIP'
  const copy = copyOf(spec)
  copy.type = type
  copy.sessionAffinity = spec.sessionAffinity || 'None'
  if (spec.ports !== undefined) copy.ports = mapKept(spec.ports, defaultPort)
  if (copy.sessionAffinity === 'ClientIP' && spec.sessionAffinityConfig?.clientIP?.timeoutSeconds === undefined) {
    copy.sessionAffinityConfig = { clientIP: { timeoutSeconds: AFFINITY_SECONDS } }
  } else if (copy.sessionAffinity === 'None') delete copy.sessionAffinityConfig
  if (type !== 'ExternalName') fillAddresses(copy)
  if (usesNodePorts(copy)) copy.externalTrafficPolicy = spec.externalTrafficPolicy || 'Cluster'
  if (type === 'LoadBalancer') copy.allocateLoadBalancerNodePorts = spec.allocateLoadBalancerNodePorts ?? true
  return sameFields(spec, copy) ? spec : copy
}

function fillAddresses(copy: Mutable<ServiceSpec>): void {
  copy.internalTrafficPolicy = copy.internalTrafficPolicy || 'Cluster'
  copy.ipFamilyPolicy = copy.ipFamilyPolicy || 'SingleStack'
  copy.ipFamilies = copy.ipFamilies?.length ? copy.ipFamilies : copy.clusterIP?.includes(':') ? IPV6 : IPV4
  if (copy.clusterIP && !copy.clusterIPs?.length) copy.clusterIPs = [copy.clusterIP]
  else if (!copy.clusterIP && copy.clusterIPs?.[0]) copy.clusterIP = copy.clusterIPs[0]
}

function defaultPort(port: ServicePort): ServicePort {
  const target = port.targetPort
  if (port.protocol && target !== undefined && target !== 0 && target !== '') return port
  return { ...port, protocol: port.protocol || 'TCP', targetPort: target || port.port }
}

function usesNodePorts(spec: ServiceSpec): boolean {
  return spec.type === 'NodePort' || spec.type === 'LoadBalancer'
}

function withOldNodePort(port: ServicePort, old: readonly ServicePort[]): ServicePort {
  if (port.nodePort) return port
  const nodePort = old.find((o) => o.port === port.port && o.protocol === port.protocol)?.nodePort
  return nodePort ? { ...port, nodePort } : port
}

function sameFields(a: ServiceSpec, b: ServiceSpec): boolean {
  for (const key in b) if (a[key as keyof ServiceSpec] !== b[key as keyof ServiceSpec]) return false
  for (const key in a) if (a[key as keyof ServiceSpec] !== b[key as keyof ServiceSpec]) return false
  return true
}
