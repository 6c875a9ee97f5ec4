/** What is filled in of a service, but for what is handed out. Mirrors SetDefaults_Service of pkg/apis/core/v1/defaults.go. */
import { mapKept } from '../../api/mapKept.ts'
import type { LoadBalancerIngress, Service, ServicePort, ServiceSpec } from '../../api/types/core.ts'
import { EMPTY, copyOf } from './mutable.ts'
import { isExternallyAccessible } from '../serviceTypes.ts'

const NO_STATUS: Service['status'] = Object.freeze({ loadBalancer: EMPTY })
/** A mere name shows none of these, though it may be given one: defaultOnReadInternalTrafficPolicy. */
const INTERNAL_POLICIES: readonly string[] = ['Cluster', 'Local']
const AFFINITY_SECONDS = 10_800

export function defaultService(service: Service): Service {
  const spec = defaultSpec(service.spec ?? EMPTY)
  const status = defaultStatus(service.status ?? NO_STATUS)
  return spec === service.spec && status === service.status ? service : { ...service, spec, status }
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
  if (type !== 'ExternalName') copy.internalTrafficPolicy = spec.internalTrafficPolicy || 'Cluster'
  else if (INTERNAL_POLICIES.includes(spec.internalTrafficPolicy ?? '')) delete copy.internalTrafficPolicy
  if (isExternallyAccessible(copy)) copy.externalTrafficPolicy = spec.externalTrafficPolicy || 'Cluster'
  if (type === 'LoadBalancer') copy.allocateLoadBalancerNodePorts = spec.allocateLoadBalancerNodePorts ?? true
  return sameFields(spec, copy) ? spec : copy
}

function defaultPort(port: ServicePort): ServicePort {
  const target = port.targetPort
  if (port.protocol && target !== undefined && target !== 0 && target !== '') return port
  return { ...port, protocol: port.protocol || 'TCP', targetPort: target || port.port }
}

function defaultStatus(status: Service['status']): Service['status'] {
  const ingress = status.loadBalancer?.ingress
  const filled = ingress && mapKept(ingress, defaultIngress)
  if (status.loadBalancer === undefined) return { ...status, loadBalancer: EMPTY }
  if (filled === ingress) return status
  return { ...status, loadBalancer: { ...status.loadBalancer, ingress: filled! } }
}

function defaultIngress(ingress: LoadBalancerIngress): LoadBalancerIngress {
  return ingress.ip && ingress.ipMode === undefined ? { ...ingress, ipMode: 'VIP' } : ingress
}

function sameFields(a: ServiceSpec, b: ServiceSpec): boolean {
  for (const key in b) if (a[key as keyof ServiceSpec] !== b[key as keyof ServiceSpec]) return false
  for (const key in a) if (a[key as keyof ServiceSpec] !== b[key as keyof ServiceSpec]) return false
  return true
}
