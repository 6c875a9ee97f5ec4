/** The rules of a service's own addresses. Mirrors ValidateServiceClusterIPsRelatedFields of core validation. */
import { duplicate, invalid, notSupported, required } from '../../api/fieldErrors.ts'
import type { FieldError } from '../../api/fieldErrors.ts'
import type { Service, ServiceSpec } from '../../api/types/core.ts'
import { isHeadless } from '../serviceTypes.ts'
import { checkIP, isIPv6 } from './addresses.ts'
import type { Errors } from './common.ts'

const FAMILIES = ['IPv4', 'IPv6']
const POLICIES = ['PreferDualStack', 'RequireDualStack', 'SingleStack']

export function checkClusterIPs(spec: ServiceSpec): readonly FieldError[] {
  const errors: FieldError[] = []
  const { type, clusterIPs = [], ipFamilies = [], ipFamilyPolicy } = spec
  if (type === 'ExternalName') return errors
  checkFirst(spec, errors)
  for (const [i, family] of ipFamilies.entries()) {
    if (!FAMILIES.includes(family)) errors.push(notSupported(`spec.ipFamilies[${i}]`, family, FAMILIES))
    if (ipFamilies.indexOf(family) < i) errors.push(duplicate(`spec.ipFamilies[${i}]`, family))
  }
  if (ipFamilyPolicy !== undefined && !POLICIES.includes(ipFamilyPolicy))
    errors.push(notSupported('spec.ipFamilyPolicy', ipFamilyPolicy, POLICIES))
  if (areAddresses(clusterIPs, errors)) checkPairs(spec, errors)
  return errors
}

/** `clusterIP` and the first of `clusterIPs` are one. */
function checkFirst({ clusterIP, clusterIPs = [] }: ServiceSpec, errors: Errors): void {
  if (!clusterIP) {
    if (clusterIPs.length > 0)
      errors.push(invalid('spec.clusterIPs', clusterIPs, 'must be empty when `clusterIP` is not specified'))
  } else if (clusterIPs.length === 0) errors.push(required('spec.clusterIPs'))
  else if (clusterIPs[0] !== clusterIP)
    errors.push(invalid('spec.clusterIPs', clusterIPs, 'first value must match `clusterIP`'))
}

function areAddresses(clusterIPs: readonly string[], errors: Errors): boolean {
  const before = errors.length
  for (const [i, address] of clusterIPs.entries()) {
    if (i > 0 || address !== 'None') checkIP(errors, `spec.clusterIPs[${i}]`, address)
    else if (clusterIPs.length > 1)
      errors.push(invalid('spec.clusterIPs', clusterIPs, "'None' must be the first and only value"))
  }
  const valid = errors.length === before
  if (clusterIPs.length > 2) errors.push(invalid('spec.clusterIPs', clusterIPs, 'may only hold up to 2 values'))
  return valid
}

/** One address a family, in the order of the families. */
function checkPairs(spec: ServiceSpec, errors: Errors): void {
  const { clusterIPs = [], ipFamilies = [] } = spec
  if (clusterIPs.length > 1 && clusterIPs.every((address) => isIPv6(address) === isIPv6(clusterIPs[0]!)))
    errors.push(invalid('spec.clusterIPs', clusterIPs, 'may specify no more than one IP for each IP family'))
  if (isHeadless(spec)) return
  for (const [i, address] of clusterIPs.entries()) {
    const family = ipFamilies[i]
    if (family === undefined || (family === 'IPv6') === isIPv6(address)) continue
    const detail = `expected an ${family} value as indicated by \`ipFamilies[${i}]\``
    errors.push(invalid(`spec.clusterIPs[${i}]`, address, detail))
  }
}

/** What a service has been given is its own for good, unless it turns into or from a mere name. */
export function checkKeptAddresses(next: Service, previous: Service): readonly FieldError[] {
  const errors: FieldError[] = []
  if (next.spec.type === 'ExternalName' || previous.spec.type === 'ExternalName') return errors
  const { clusterIPs: given = [], ipFamilies: families = [] } = next.spec
  const { clusterIPs: old = [], ipFamilies: oldFamilies = [] } = previous.spec
  if (!(isHeadless(next.spec) && isHeadless(previous.spec))) {
    if (old.length > 0 && given.length === 0)
      errors.push(invalid('spec.clusterIPs[0]', given, 'primary clusterIP can not be unset'))
    else checkSame('clusterIPs', given, old, errors)
  }
  checkSame('ipFamilies', families, oldFamilies, errors)
  return errors
}

function checkSame(field: string, next: readonly string[], previous: readonly string[], errors: Errors): void {
  for (const [i, value] of previous.entries())
    if (i < next.length && next[i] !== value)
      errors.push(invalid(`spec.${field}[${i}]`, next, 'may not change once set'))
}
