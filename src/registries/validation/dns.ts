/** Name resolution of a pod. Mirrors validatePodDNSConfig and ValidateHostAliases of core validation. */
import { invalid, required } from '../../api/fieldErrors.ts'
import type { PodSpec } from '../../api/types/core.ts'
import { checkIP } from './addresses.ts'
import type { Errors } from './common.ts'
import { checkChoice, checkSubdomain } from './common.ts'

const POLICIES = ['ClusterFirst', 'ClusterFirstWithHostNet', 'Default', 'None']

export function checkDns(spec: PodSpec, path: string, errors: Errors): void {
  if (spec.dnsPolicy !== 'ClusterFirst') checkChoice(errors, `${path}.dnsPolicy`, spec.dnsPolicy, POLICIES)
  const config = spec.dnsConfig
  const nameservers = config?.nameservers ?? []
  if (spec.dnsPolicy === 'None') {
    if (config === undefined) {
      errors.push(required(`${path}.dnsConfig`, 'must provide `dnsConfig` when `dnsPolicy` is None'))
    } else if (nameservers.length === 0) {
      const detail = 'must provide at least one DNS nameserver when `dnsPolicy` is None'
      errors.push(required(`${path}.dnsConfig.nameservers`, detail))
    }
  }
  if (nameservers.length > 3) {
    errors.push(invalid(`${path}.dnsConfig.nameservers`, nameservers, 'must not have more than 3 nameservers'))
  }
  for (const [i, server] of nameservers.entries()) checkIP(errors, `${path}.dnsConfig.nameservers[${i}]`, server)
  for (const [i, alias] of (spec.hostAliases ?? []).entries()) {
    checkIP(errors, `${path}.hostAliases[${i}].ip`, alias.ip ?? '')
    for (const [h, name] of (alias.hostnames ?? []).entries()) {
      checkSubdomain(errors, `${path}.hostAliases[${i}].hostnames[${h}]`, name)
    }
  }
}
