/** Devices that pods claim. Mirrors validatePodResourceClaim and validateResourceClaimNames of core validation. */
import { duplicate, invalid, notFound, required } from '../../api/fieldErrors.ts'
import { internally, type InternalForm } from '../../api/internalForm.ts'
import type { PodResourceClaim, ResourceRequirements } from '../../api/types/core.ts'
import type { Errors } from './common.ts'
import { checkLabel, checkSubdomain } from './common.ts'

const CLAIM: InternalForm = { Name: '', ResourceClaimName: null, ResourceClaimTemplateName: null }
const SOURCES = ['resourceClaimName', 'resourceClaimTemplateName'] as const
const NO_SOURCE = 'must specify one of: `resourceClaimName`, `resourceClaimTemplateName`'
const TWO_SOURCES = 'at most one of `resourceClaimName` or `resourceClaimTemplateName` may be specified'

export function checkPodClaims(claims: readonly PodResourceClaim[], path: string, errors: Errors): void {
  for (const [i, claim] of claims.entries()) {
    const { name } = claim
    const at = `${path}[${i}]`
    if (!name) errors.push(required(`${at}.name`))
    else if (claims.findIndex((other) => other.name === name) < i) errors.push(duplicate(`${at}.name`, name))
    else checkLabel(errors, `${at}.name`, name)
    const given = SOURCES.filter((source) => claim[source] !== undefined)
    const shown = internally(claim, CLAIM)
    if (given.length === 0) errors.push(invalid(at, shown, NO_SOURCE))
    if (given.length > 1) errors.push(invalid(at, shown, TWO_SOURCES))
    for (const source of given) checkSubdomain(errors, `${at}.${source}`, claim[source] ?? '')
  }
}

/** What one container has of the pod's claims: a claim as a whole once, or requests of it one by one. */
export function checkClaimNames(
  claims: NonNullable<ResourceRequirements['claims']>,
  ofPod: readonly PodResourceClaim[] | undefined,
  path: string,
  errors: Errors,
): void {
  const seen = new Set<string>()
  const names = [...new Set((ofPod ?? []).map(({ name }) => name).filter(Boolean))].sort()
  for (const [i, { name, request }] of claims.entries()) {
    const at = `${path}[${i}]`
    if (!name) {
      errors.push(required(at))
      continue
    }
    const key = request ? `${name}/${request}` : name
    if (seen.has(name)) errors.push(duplicate(at, name))
    else {
      if (request) checkLabel(errors, `${at}.request`, request)
      const others = request ? [] : [...seen].filter((other) => other.startsWith(`${name}/`))
      if (seen.has(key)) errors.push(duplicate(at, key))
      for (const _ of others) errors.push(duplicate(at, name))
      seen.add(key)
    }
    if (names.includes(name)) continue
    const there = names.length === 0 ? ' which is empty' : `: ${names.join(', ')}`
    errors.push({ ...notFound(at, name), detail: `must be one of the names in pod.spec.resourceClaims${there}` })
  }
}
