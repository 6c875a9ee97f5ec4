/** Limit ranges. Mirrors ValidateLimitRange of core validation and SetDefaults_LimitRangeItem of pkg/apis/core/v1. */
import { mapKept } from '../../api/mapKept.ts'
import { duplicate, forbidden, invalid, required } from '../../api/fieldErrors.ts'
import { sortedKeys } from '../../api/order.ts'
import { canonicalQuantity, compareQuantities, parseQuantity } from '../../api/quantity.ts'
import type { LimitRange, LimitRangeItem } from '../../api/types/core.ts'
import { createdAtColumn, nameColumn } from '../columns/common.ts'
import type { ResourceDefinition } from '../definition.ts'
import { defineResource } from '../defineResource.ts'
import type { Errors } from '../validation/common.ts'
import { checkQualifiedName } from '../validation/common.ts'
import { checkResourceList, checkResourceName } from '../validation/resources.ts'

type Amounts = Readonly<Record<string, string>>

export const limitRanges: ResourceDefinition<LimitRange> = defineResource({
  group: '',
  version: 'v1',
  kind: 'LimitRange',
  plural: 'limitranges',
  shortNames: ['limits'],
  namespaced: true,
  isKeptOnly: true,
  fillSpec: (spec) => {
    const limits = mapKept(spec.limits ?? [], fillItem)
    return limits === spec.limits ? spec : { ...spec, limits }
  },
  check: ({ spec }, errors) => {
    const seen = new Set<string>()
    for (const [i, item] of spec.limits.entries()) checkItem(item, seen, `spec.limits[${i}]`, errors)
  },
  columns: [nameColumn(), createdAtColumn()],
})

/** A container's default limit is its maximum, its default request that limit, or its minimum. */
function fillItem(item: LimitRangeItem): LimitRangeItem {
  if (item.type !== 'Container') return item
  const limit = under(item.default, item.max)
  const request = under(item.defaultRequest, under(limit, item.min))
  return { ...item, ...(limit && { default: limit }), ...(request && { defaultRequest: request }) }
}

function under(given: Amounts | undefined, other: Amounts | undefined): Amounts | undefined {
  return given === undefined && other === undefined ? undefined : { ...other, ...given }
}

const LISTS = ['max', 'min', 'default', 'defaultRequest', 'maxLimitRequestRatio'] as const

function checkItem(item: LimitRangeItem, seen: Set<string>, at: string, errors: Errors): void {
  const { type = '' } = item
  if (!['Container', 'Pod', 'PersistentVolumeClaim'].includes(type)) {
    checkQualifiedName(errors, `${at}.type`, type)
    if (type !== '' && !type.includes('/')) {
      errors.push(invalid(`${at}.type`, type, 'must be a standard limit type or fully qualified'))
    }
  }
  if (seen.has(type)) errors.push(duplicate(`${at}.type`, type))
  seen.add(type)
  for (const list of LISTS) {
    checkResourceList(item[list], (name) => `${at}.${list}[${name}]`, errors)
    for (const name of sortedKeys(item[list])) checkResourceName(name, `${at}.${list}[${name}]`, errors)
  }
  if (type === 'Pod') {
    for (const list of ['default', 'defaultRequest'] as const) {
      if (sortedKeys(item[list]).length > 0) {
        errors.push(forbidden(`${at}.${list}`, "may not be specified when `type` is 'Pod'"))
      }
    }
  }
  if (type === 'PersistentVolumeClaim' && item.min?.['storage'] === undefined && item.max?.['storage'] === undefined) {
    const detail = 'either minimum or maximum storage value is required, but neither was provided'
    errors.push(required(`${at}.limits`, detail))
  }
  checkOrder(item, at, errors)
}

const ORDERS = [
  ['min', 'max'],
  ['defaultRequest', 'max'],
  ['default', 'max'],
  ['defaultRequest', 'default'],
] as const
const WORDS: Readonly<Record<string, string>> = {
  min: 'min',
  max: 'max',
  default: 'default',
  defaultRequest: 'default request',
}

function checkOrder(item: LimitRangeItem, at: string, errors: Errors): void {
  for (const [low, high] of ORDERS) {
    for (const name of sortedKeys(item[low])) {
      const [small, big] = [item[low]?.[name] ?? '', item[high]?.[name]]
      if (big === undefined || !exceeds(small, big)) continue
      // Upstream lays the blame for a default that is too large on the request.
      const detail = `${WORDS[low]} value ${canonicalQuantity(small)} is greater than ${WORDS[high]} value ${canonicalQuantity(big)}`
      errors.push(invalid(`${at}.${low}[${name}]`, canonicalQuantity(small), detail))
    }
  }
  for (const name of sortedKeys(item.min)) {
    const request = item.defaultRequest?.[name]
    if (request === undefined || !exceeds(item.min?.[name] ?? '', request)) continue
    const detail = `min value ${canonicalQuantity(item.min?.[name] ?? '')} is greater than default request value ${canonicalQuantity(request)}`
    errors.push(invalid(`${at}.defaultRequest[${name}]`, canonicalQuantity(request), detail))
  }
  for (const name of sortedKeys(item.maxLimitRequestRatio)) {
    const ratio = item.maxLimitRequestRatio?.[name] ?? ''
    if (exceeds('1', ratio)) {
      errors.push(
        invalid(`${at}.maxLimitRequestRatio[${name}]`, canonicalQuantity(ratio), `ratio ${ratio} is less than 1`),
      )
    }
  }
}

function exceeds(a: string, b: string): boolean {
  const [left, right] = [parseQuantity(a), parseQuantity(b)]
  return left !== undefined && right !== undefined && compareQuantities(left, right) > 0
}
