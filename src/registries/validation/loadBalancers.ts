/** What a service says of its load balancer, and its status of it. Mirrors core validation. */
import { forbidden, invalid, notSupported, required } from '../../api/fieldErrors.ts'
import type { LoadBalancerIngress, Service, ServiceSpec } from '../../api/types/core.ts'
import { checkCIDR, checkIP, isIPv4, isIPv6 } from './addresses.ts'
import { checkQualifiedName, checkSubdomain } from './common.ts'
import type { Errors } from './common.ts'

const MODES = ['Proxy', 'VIP']

export function checkBalancer(spec: ServiceSpec, errors: Errors): void {
  const { type, loadBalancerSourceRanges = [], loadBalancerClass, allocateLoadBalancerNodePorts } = spec
  if (type !== 'LoadBalancer') {
    const detail = "may only be used when `type` is 'LoadBalancer'"
    if (loadBalancerSourceRanges.length > 0) errors.push(forbidden('spec.LoadBalancerSourceRanges', detail))
    if (allocateLoadBalancerNodePorts !== undefined)
      errors.push(forbidden('spec.allocateLoadBalancerNodePorts', detail))
    if (loadBalancerClass !== undefined) errors.push(forbidden('spec.loadBalancerClass', detail))
    return
  }
  // Upstream spells this path so.
  for (const [i, range] of loadBalancerSourceRanges.entries())
    checkCIDR(errors, `spec.LoadBalancerSourceRanges[${i}]`, range.trim())
  if (loadBalancerClass !== undefined) checkQualifiedName(errors, 'spec.loadBalancerClass', loadBalancerClass)
}

/** Mirrors ValidateLoadBalancerStatus. */
export function checkBalancerStatus({ spec }: Service, status: Service['status'] | undefined, errors: Errors): void {
  const ingress = status?.loadBalancer?.ingress ?? []
  const path = 'status.loadBalancer.ingress'
  if (ingress.length > 0 && spec.type !== 'LoadBalancer')
    errors.push(forbidden(path, 'may only be used when `spec.type` is "LoadBalancer"'))
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
