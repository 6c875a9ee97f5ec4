/** Resource names and amounts. Mirrors validateResourceRequirements and its neighbours in core validation. */
import { forbidden, invalid, negative, required } from '../../api/fieldErrors.ts'
import { qualifiedNameErrors } from '../../api/names.ts'
import { sortedKeys } from '../../api/order.ts'
import {
  QUANTITY_ERROR,
  canonicalQuantity,
  compareAmounts,
  parseQuantity,
  quantityValue,
  quickMilli,
} from '../../api/quantity.ts'
import type { PodResourceClaim, ResourceRequirements } from '../../api/types/core.ts'
import type { Errors } from './common.ts'
import { complain } from './common.ts'
import { checkClaimNames } from './resourceClaims.ts'

type ResourceList = Readonly<Record<string, string>>

/** Counted in whole units. */
const WHOLE: ReadonlySet<string> = new Set([
  'pods',
  'services',
  'replicationcontrollers',
  'resourcequotas',
  'secrets',
  'configmaps',
  'persistentvolumeclaims',
  'services.nodeports',
  'services.loadbalancers',
])
const STANDARD: ReadonlySet<string> = new Set([
  ...WHOLE,
  'cpu',
  'memory',
  'ephemeral-storage',
  'storage',
  'requests.cpu',
  'requests.memory',
  'requests.storage',
  'requests.ephemeral-storage',
  'limits.cpu',
  'limits.memory',
  'limits.ephemeral-storage',
])
const NANO_PER_UNIT = 1_000_000_000n
const HUGE_PAGES = 'hugepages-'
const COMPUTE = ['cpu', 'memory', 'ephemeral-storage']

type CheckName = (name: string, path: string, errors: Errors) => void

/** `podClaims` are those of the pod, of which the container may have some. */
export function checkRequirements(
  requirements: ResourceRequirements | undefined,
  podClaims: readonly PodResourceClaim[] | undefined,
  path: string,
  errors: Errors,
  checkName: CheckName = checkContainerResource,
): void {
  if (requirements === undefined) return
  const { limits, requests, claims } = requirements
  if (claims !== undefined) checkClaimNames(claims, podClaims, `${path}.claims`, errors)
  if (limits === undefined && requests === undefined) return
  let compute = false
  let hugePages = false
  for (const name of sortedKeys(limits)) {
    const limit = limits?.[name] ?? ''
    checkAmount(name, limit, `${path}.limits`, errors, checkName)
    compute ||= name === 'cpu' || name === 'memory'
    if (!isHugePages(name)) continue
    hugePages = true
    checkWholePages(name, limit, `${path}.limits[${name}]`, errors)
  }
  for (const name of sortedKeys(requests)) {
    const request = requests?.[name] ?? ''
    checkAmount(name, request, `${path}.requests`, errors, checkName)
    checkAgainstLimit(name, request, limits?.[name], path, errors)
    compute ||= name === 'cpu' || name === 'memory'
    if (!isHugePages(name)) continue
    hugePages = true
    checkWholePages(name, request, `${path}.requests[${name}]`, errors)
  }
  if (hugePages && !compute) errors.push(forbidden(path, 'HugePages require cpu or memory'))
}

/** A list that stands alone, such as a node's capacity or a pod's overhead: amounts only. */
export function checkResourceList(
  list: ResourceList | undefined,
  pathOf: (name: string) => string,
  errors: Errors,
): void {
  for (const name of sortedKeys(list)) checkQuantity(name, list?.[name] ?? '', pathOf(name), errors)
}

/** Whether a name is known to Kubernetes, or somebody's own with a domain. Mirrors validateResourceName. */
export function checkStandardResource(name: string, path: string, errors: Errors): void {
  const said = qualifiedNameErrors(name)
  complain(errors, path, name, said)
  if (said.length > 0 || name.includes('/') || STANDARD.has(name) || isQuotaHugePages(name)) return
  errors.push(invalid(path, name, 'must be a standard resource type or fully qualified'))
}

/** What containers may ask for. Mirrors validateContainerResourceName. */
export function checkContainerResource(name: string, path: string, errors: Errors): void {
  checkStandardResource(name, path, errors)
  if (!name.includes('/')) {
    if (COMPUTE.includes(name) || isHugePages(name)) return
    errors.push(invalid(path, name, 'must be a standard resource for containers'))
  } else if (!isNative(name) && !isExtended(name)) {
    errors.push(invalid(path, name, "doesn't follow extended resource name standard"))
  }
}

/** Whether a quota may count it without naming it by its group. */
export function isStandardQuota(name: string): boolean {
  return (STANDARD.has(name) && name !== 'storage') || isQuotaHugePages(name)
}

/** What a quota may count, and how many. Mirrors ValidateResourceQuotaResourceName and ValidateResourceQuantityValue. */
export function checkQuotaList(list: ResourceList | undefined, path: string, errors: Errors): void {
  for (const name of sortedKeys(list)) {
    const at = `${path}[${name}]`
    checkStandardResource(name, at, errors)
    if (!name.includes('/') && !isStandardQuota(name))
      errors.push(invalid(at, name, 'must be a standard resource for quota'))
    checkQuantity(name, list?.[name] ?? '', at, errors)
  }
}

/** Whether an amount, by name, is one of a whole number of things. */
function isWholeResource(name: string): boolean {
  return WHOLE.has(name) || isExtended(name)
}

function checkAmount(name: string, amount: string, path: string, errors: Errors, checkName: CheckName): void {
  if (name !== 'cpu' && name !== 'memory') checkName(name, `${path}[${name}]`, errors)
  if (quickMilli(amount) >= 0 && (name === 'cpu' || name === 'memory')) return
  checkQuantity(name, amount, `${path}[${name}]`, errors)
}

function checkQuantity(name: string, amount: string, path: string, errors: Errors): void {
  const quantity = parseQuantity(amount)
  if (quantity === undefined) {
    errors.push(invalid(path, amount, QUANTITY_ERROR))
    return
  }
  if (quantity.nano < 0n) errors.push(negative(path, canonicalQuantity(amount)))
  if (quantity.nano % NANO_PER_UNIT !== 0n && isWholeResource(name)) {
    errors.push(invalid(path, canonicalQuantity(amount), 'must be an integer'))
  }
}

/** Huge pages come as wholes of the size that their name says; where it says none, no amount of them is right. */
function checkWholePages(name: string, amount: string, path: string, errors: Errors): void {
  if (parseQuantity(amount) === undefined) return
  const size = parseQuantity(name.slice(HUGE_PAGES.length))?.nano ?? 0n
  const isSize = size > 0n && size % NANO_PER_UNIT === 0n
  if (isSize && (BigInt(quantityValue(amount)) * NANO_PER_UNIT) % size === 0n) return
  const said = canonicalQuantity(amount)
  errors.push(invalid(path, said, `${said} is not positive integer multiple of ${name}`))
}

function checkAgainstLimit(
  name: string,
  request: string,
  limit: string | undefined,
  path: string,
  errors: Errors,
): void {
  const overcommit = mayOvercommit(name)
  if (limit === undefined) {
    if (!overcommit) errors.push(required(`${path}.limits`, 'Limit must be set for non overcommitable resources'))
    return
  }
  const order = request === limit ? 0 : compareAmounts(request, limit)
  if (order === 0) return
  const limitText = canonicalQuantity(limit)
  if (!overcommit) {
    const detail = `must be equal to ${name} limit of ${limitText}`
    errors.push(invalid(`${path}.requests`, canonicalQuantity(request), detail))
  } else if (order > 0) {
    const detail = `must be less than or equal to ${name} limit of ${limitText}`
    errors.push(invalid(`${path}.requests`, canonicalQuantity(request), detail))
  }
}

function isHugePages(name: string): boolean {
  return name.startsWith(HUGE_PAGES)
}

/** Whether more of it may be promised than there is. */
export function mayOvercommit(name: string): boolean {
  return isNative(name) && !isHugePages(name)
}

function isQuotaHugePages(name: string): boolean {
  return isHugePages(name) || name.startsWith(`requests.${HUGE_PAGES}`)
}

/** Whether it is one that Kubernetes names. */
export function isNative(name: string): boolean {
  return !name.includes('/') || name.includes('kubernetes.io/')
}

/** Whether a resource is one that somebody has added to the nodes, such as `example.com/gpu`. */
export function isExtended(name: string): boolean {
  return !isNative(name) && !name.startsWith('requests.') && qualifiedNameErrors(`requests.${name}`).length === 0
}
