/** What a service says of its load balancer, and its status of it. Mirrors core validation. */
import { forbidden, invalid, notSupported, required } from '../../api/fieldErrors.ts'
import type { LoadBalancerIngress, Service, ServiceSpec } from '../../api/types/core.ts'
import { checkCIDR, checkIP, isIPv4, isIPv6 } from './addresses.ts'
import { checkQualifiedName, checkSubdomain } from './common.ts'
import type { Errors } from './common.ts'

const MODES = ['Proxy', 'VIP']
const RANGES = 'service.beta.kubernetes.io/load-balancer-source-ranges'
const NOT_BALANCED = "may only be used when `type` is 'LoadBalancer'"

export function checkBalancer({ spec, metadata }: Service, previous: Service | undefined, errors: Errors): void {
  const { type, loadBalancerClass, allocateLoadBalancerNodePorts } = spec
  const isBalanced = type === 'LoadBalancer'
  checkSources(spec, metadata.annotations?.[RANGES], previous?.metadata.annotations?.[RANGES], errors)
  if (!isBalanced && allocateLoadBalancerNodePorts !== undefined)
    errors.push(forbidden('spec.allocateLoadBalancerNodePorts', NOT_BALANCED))
  if (loadBalancerClass === undefined) return
  if (isBalanced) checkQualifiedName(errors, 'spec.loadBalancerClass', loadBalancerClass)
  else errors.push(forbidden('spec.loadBalancerClass', NOT_BALANCED))
}

/** From where its balancer may be reached: what the field says, or else an annotation that is older. */
function checkSources(
  { type, loadBalancerSourceRanges: ranges = [] }: ServiceSpec,
  annotation: string | undefined,
  before: string | undefined,
  errors: Errors,
): void {
  // Upstream spells this path so.
  const field = 'spec.LoadBalancerSourceRanges'
  if (ranges.length > 0) {
    if (type !== 'LoadBalancer') errors.push(forbidden(field, NOT_BALANCED))
    for (const [i, range] of ranges.entries()) checkCIDR(errors, `${field}[${i}]`, range.trim())
  } else if (annotation !== undefined) {
    const path = `metadata.annotations[${RANGES}]`
    if (type !== 'LoadBalancer') errors.push(forbidden(path, NOT_BALANCED))
    if (annotation.trim() === '' || annotation === before) return
    for (const range of annotation.split(',')) checkCIDR(errors, path, range.trim())
  }
}

/** Mirrors ValidateLoadBalancerStatus. */
export function checkBalancerStatus({ spec }: Service, status: Service['status'] | undefined, errors: Errors): void {
  const ingress = status?.loadBalancer?.ingress ?? []
  const path = 'status.loadBalancer.ingress'
  if (ingress.length > 0 && spec.type !== 'LoadBalancer')
    errors.push(forbidden(path, "may only be used when `spec.type` is 'LoadBalancer'"))
  else for (const [i, each] of ingress.entries()) checkIngress(each, `${path}[${i}]`, errors)
}

function checkIngress({ ip, hostname, ipMode }: LoadBalancerIngress, at: string, errors: Errors): void {
  if (ip) checkIP(errors, `${at}.ip`, ip)
  if (ip && ipMode === undefined) errors.push(required(`${at}.ipMode`, 'must be specified when `ip` is set'))
  else if (!ip && ipMode !== undefined)
    errors.push(forbidden(`${at}.ipMode`, 'may not be specified when `ip` is not set'))
  else if (ipMode !== undefined && !MODES.includes(ipMode)) errors.push(notSupported(`${at}.ipMode`, ipMode, MODES))
  if (!hostname) return
  checkSubdomain(errors, `${at}.hostname`, hostname)
  if (isIPv4(hostname) || isIPv6(hostname))
    errors.push(invalid(`${at}.hostname`, hostname, 'must be a DNS name, not an IP address'))
}
