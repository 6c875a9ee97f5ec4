/** Name resolution of a pod. Mirrors validatePodDNSConfig and ValidateHostAliases of core validation. */
import { invalid, required } from '../../api/fieldErrors.ts'
import type { PodSpec } from '../../api/types/core.ts'
import { searchErrors } from '../../api/names.ts'
import { byteLength } from '../../api/utf8.ts'
import { checkIP } from './addresses.ts'
import type { Errors } from './common.ts'
import { checkChoice, checkSubdomain, complain } from './common.ts'

const POLICIES = ['ClusterFirstWithHostNet', 'ClusterFirst', 'Default', 'None']
const MOST_SERVERS = 3
const MOST_SEARCHES = 32
const MOST_SEARCH_BYTES = 2048

export function checkDns(spec: PodSpec, path: string, errors: Errors): void {
  if (spec.dnsPolicy !== 'ClusterFirst') checkChoice(errors, `${path}.dnsPolicy`, spec.dnsPolicy, POLICIES)
  checkConfig(spec, `${path}.dnsConfig`, errors)
  for (const [i, alias] of (spec.hostAliases ?? []).entries()) {
    checkIP(errors, `${path}.hostAliases[${i}].ip`, alias.ip ?? '')
    for (const [h, name] of (alias.hostnames ?? []).entries()) {
      checkSubdomain(errors, `${path}.hostAliases[${i}].hostnames[${h}]`, name)
    }
  }
}

/** Without a policy of the cluster's, the pod must name a server. */
function checkConfig({ dnsPolicy, dnsConfig }: PodSpec, path: string, errors: Errors): void {
  const { nameservers = [], searches = [], options = [] } = dnsConfig ?? {}
  if (dnsPolicy === 'None' && nameservers.length === 0) {
    const lack = 'must provide at least one DNS nameserver when `dnsPolicy` is None'
    if (dnsConfig === undefined) errors.push(required(path, 'must provide `dnsConfig` when `dnsPolicy` is None'))
    else errors.push(required(`${path}.nameservers`, lack))
    return
  }
  if (nameservers.length > MOST_SERVERS) {
    errors.push(invalid(`${path}.nameservers`, nameservers, `must not have more than ${MOST_SERVERS} nameservers`))
  }
  for (const [i, server] of nameservers.entries()) checkIP(errors, `${path}.nameservers[${i}]`, server)
  if (searches.length > MOST_SEARCHES) {
    errors.push(invalid(`${path}.searches`, searches, `must not have more than ${MOST_SEARCHES} search paths`))
  }
  if (byteLength(searches.join(' ')) > MOST_SEARCH_BYTES) errors.push(invalid(`${path}.searches`, searches, LONG))
  for (const [i, search] of searches.entries()) {
    const domain = search.replace(/\.$/, '')
    if (search !== '.') complain(errors, `${path}.searches[${i}]`, domain, searchErrors(domain))
  }
  for (const [i, { name }] of options.entries()) {
    if (!name) errors.push(required(`${path}.options[${i}]`, 'must not be empty'))
  }
}

const LONG = `must not have more than ${MOST_SEARCH_BYTES} characters (including spaces) in the search list`
