/** Which IP families a service has in a cluster of IPv4 alone. Mirrors initIPFamilyFields of alloc.go. */
import { invalid as refused } from '../../api/errors.ts'
import { invalid } from '../../api/fieldErrors.ts'
import type { FieldError } from '../../api/fieldErrors.ts'
import type { Service, ServiceSpec } from '../../api/types/core.ts'
import { type Mutable, copyOf } from '../defaults/mutable.ts'
import { equal } from '../equal.ts'
import { isHeadless } from '../serviceTypes.ts'
import { isIPv6 } from '../validation/addresses.ts'
import { checkClusterIPs } from '../validation/clusterIPs.ts'

const NONE: readonly FieldError[] = Object.freeze([])
const IPV4: readonly string[] = Object.freeze(['IPv4'])
const BOTH: readonly string[] = Object.freeze(['IPv4', 'IPv6'])
const BOTH_TURNED: readonly string[] = Object.freeze(['IPv6', 'IPv4'])

/** Throws Invalid for a family that the cluster does not have. */
export function withFamilies(service: Service, previous: Service | undefined): Service {
  const { spec } = service
  if (spec.type === 'ExternalName') return service
  const ipFamilyPolicy = spec.ipFamilyPolicy ?? previous?.spec.ipFamilyPolicy ?? defaultPolicy(spec)
  const asked = copyOf(spec)
  asked.ipFamilyPolicy = ipFamilyPolicy
  refuse(service, checkClusterIPs(asked))
  refuse(service, previous === undefined ? NONE : released(asked, previous.spec))
  refuse(service, tooMany(asked))
  refuse(service, foreignAddresses(asked))
  const ipFamilies = isSelectorless(spec) ? anyFamilies(asked) : ownFamilies(service, asked)
  if (spec.ipFamilyPolicy === ipFamilyPolicy && spec.ipFamilies === ipFamilies) return service
  asked.ipFamilies = ipFamilies
  return { ...service, spec: asked }
}

/** Who puts together the endpoints of a headless service by hand may use what families there are. */
function defaultPolicy(spec: ServiceSpec): string {
  return isSelectorless(spec) ? 'RequireDualStack' : 'SingleStack'
}

function isSelectorless(spec: ServiceSpec): boolean {
  return isHeadless(spec) && Object.keys(spec.selector ?? {}).length === 0
}

/** A second family goes with the policy that asked for it: who asks for one family gets the first, and nobody else does. */
function released(asked: Mutable<ServiceSpec>, { ipFamilies: before = [] }: ServiceSpec): readonly FieldError[] {
  const { ipFamilyPolicy, ipFamilies = [] } = asked
  if (ipFamilyPolicy === 'SingleStack') {
    if (before.length > 1 && equal(ipFamilies, before)) asked.ipFamilies = before.slice(0, 1)
  } else if (ipFamilies.length > 0 && ipFamilies.length < before.length)
    return [invalid('spec.ipFamilyPolicy', ipFamilyPolicy, "must be 'SingleStack' to release the secondary IP family")]
  return NONE
}

function tooMany({ ipFamilyPolicy, clusterIPs = [], ipFamilies = [] }: ServiceSpec): FieldError[] {
  if (ipFamilyPolicy !== 'SingleStack') return []
  const detail = (what: string): string =>
    `must be 'RequireDualStack' or 'PreferDualStack' when multiple ${what} are specified`
  const errors: FieldError[] = []
  if (clusterIPs.length === 2) errors.push(invalid('spec.ipFamilyPolicy', ipFamilyPolicy, detail('cluster IPs')))
  if (ipFamilies.length === 2) errors.push(invalid('spec.ipFamilyPolicy', ipFamilyPolicy, detail('IP families')))
  return errors
}

function foreignAddresses({ clusterIPs = [], ipFamilies = [] }: ServiceSpec): FieldError[] {
  return clusterIPs.flatMap((address, index) =>
    index >= ipFamilies.length && isIPv6(address)
      ? [invalid(`spec.clusterIPs[${index}]`, clusterIPs, 'IPv6 is not configured on this cluster')]
      : [],
  )
}

function anyFamilies({ ipFamilyPolicy, ipFamilies = [] }: ServiceSpec): readonly string[] {
  if (ipFamilies.length > 1) return ipFamilies
  if (ipFamilyPolicy === 'SingleStack') return ipFamilies.length === 0 ? IPV4 : ipFamilies
  return ipFamilies[0] === 'IPv6' ? BOTH_TURNED : BOTH
}

function ownFamilies(service: Service, { ipFamilyPolicy, ipFamilies = [] }: ServiceSpec): readonly string[] {
  const errors: FieldError[] = []
  if (ipFamilyPolicy === 'RequireDualStack')
    errors.push(
      invalid('spec.ipFamilyPolicy', ipFamilyPolicy, 'this cluster is not configured for dual-stack services'),
    )
  for (const [index, family] of ipFamilies.entries())
    if (family !== 'IPv4') errors.push(invalid(`spec.ipFamilies[${index}]`, family, 'not configured on this cluster'))
  refuse(service, errors)
  return ipFamilies.length === 0 ? IPV4 : ipFamilies
}

function refuse({ metadata }: Service, errors: readonly FieldError[]): void {
  if (errors.length > 0) throw refused('Service', '', metadata.name ?? '', errors)
}
