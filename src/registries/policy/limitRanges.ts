/** Limit ranges. Mirrors ValidateLimitRange of core validation and SetDefaults_LimitRangeItem of pkg/apis/core/v1. */
import { mapKept } from '../../api/mapKept.ts'
import { duplicate, forbidden, invalid, required } from '../../api/fieldErrors.ts'
import { qualifiedNameErrors } from '../../api/names.ts'
import { sortedKeys } from '../../api/order.ts'
import { compareAmounts, parseQuantity } from '../../api/quantity.ts'
import type { LimitRange, LimitRangeItem } from '../../api/types/core.ts'
import { createdAtColumn, nameColumn } from '../columns/common.ts'
import { defaultResourceList } from '../defaults/resources.ts'
import type { ResourceDefinition } from '../definition.ts'
import { defineResource } from '../defineResource.ts'
import type { Errors } from '../validation/common.ts'
import { complain } from '../validation/common.ts'
import { checkContainerResource, checkStandardResource, mayOvercommit } from '../validation/resources.ts'

type Amounts = Readonly<Record<string, string>>

const TYPES = ['Container', 'Pod', 'PersistentVolumeClaim']

export const limitRanges: ResourceDefinition<LimitRange> = defineResource({
  group: '',
  version: 'v1',
  kind: 'LimitRange',
  plural: 'limitranges',
  shortNames: ['limits'],
  namespaced: true,
  fillSpec: (spec) => {
    const limits = mapKept(spec.limits ?? [], fillItem)
    return limits === spec.limits ? spec : { ...spec, limits }
  },
  namesItself: true,
  check: ({ spec }, errors) => {
    const seen = new Set<string>()
    for (const [i, item] of (spec.limits ?? []).entries()) checkItem(item, seen, `spec.limits[${i}]`, errors)
  },
  columns: [nameColumn(), createdAtColumn()],
})

/** A container's default limit is its maximum, its default request that limit, or its minimum. */
function fillItem(given: LimitRangeItem): LimitRangeItem {
  const item = { ...given }
  for (const list of LISTS) if (item[list] !== undefined) item[list] = defaultResourceList(item[list])
  if (item.type !== 'Container') return item
  const limit = under(item.default, item.max)
  const request = under(item.defaultRequest, under(limit, item.min))
  return { ...item, ...(limit && { default: limit }), ...(request && { defaultRequest: request }) }
}

function under(given: Amounts | undefined, other: Amounts | undefined): Amounts | undefined {
  return given === undefined && other === undefined ? undefined : { ...other, ...given }
}

const LISTS = ['max', 'min', 'default', 'defaultRequest', 'maxLimitRequestRatio'] as const
type List = (typeof LISTS)[number]

function checkItem(item: LimitRangeItem, seen: Set<string>, at: string, errors: Errors): void {
  const { type = '', min, max } = item
  checkType(type, `${at}.type`, errors)
  if (seen.has(type)) errors.push(duplicate(`${at}.type`, type))
  seen.add(type)
  const checkName = type === 'Container' || type === 'Pod' ? checkContainerResource : checkStandardResource
  const amounts: Partial<Record<List, Amounts>> = {}
  for (const list of LISTS) {
    const names = sortedKeys(item[list])
    if (type === 'Pod' && (list === 'default' || list === 'defaultRequest')) {
      if (names.length > 0) errors.push(forbidden(`${at}.${list}`, "may not be specified when `type` is 'Pod'"))
      continue
    }
    for (const name of names) checkName(name, `${at}.${list}[${name}]`, errors)
    amounts[list] = item[list] ?? {}
  }
  if (type === 'PersistentVolumeClaim' && min?.['storage'] === undefined && max?.['storage'] === undefined) {
    const detail = 'either minimum or maximum storage value is required, but neither was provided'
    errors.push(required(`${at}.limits`, detail))
  }
  for (const name of sortedKeys(Object.assign({}, ...Object.values(amounts)) as Amounts)) {
    checkAmounts((list) => amounts[list]?.[name], name, at, errors)
  }
}

function checkType(type: string, path: string, errors: Errors): void {
  const said = qualifiedNameErrors(type)
  complain(errors, path, type, said)
  if (said.length > 0 || type.includes('/') || TYPES.includes(type)) return
  errors.push(invalid(path, type, 'must be a standard limit type or fully qualified'))
}

/** What may not be more than what; where that is said, and which of the two is shown, which upstream mixes up. */
const ORDERS: readonly (readonly [low: List, high: List, at: List, shown: List, words: string])[] = [
  ['min', 'max', 'min', 'min', 'max'],
  ['min', 'defaultRequest', 'defaultRequest', 'defaultRequest', 'default request'],
  ['defaultRequest', 'max', 'defaultRequest', 'defaultRequest', 'max'],
  ['defaultRequest', 'default', 'defaultRequest', 'defaultRequest', 'default limit'],
  ['min', 'default', 'default', 'min', 'default'],
  ['default', 'max', 'default', 'max', 'max'],
]

/** What is said of one resource, in all lists. */
function checkAmounts(amountIn: (list: List) => string | undefined, name: string, at: string, errors: Errors): void {
  for (const [low, high, where, shown, words] of ORDERS) {
    const [small, big] = [amountIn(low), amountIn(high)]
    if (small === undefined || big === undefined || compareAmounts(small, big) <= 0) continue
    const lowWords = low === 'defaultRequest' ? 'default request' : low
    const detail = `${lowWords} value ${small} is greater than ${words} value ${big}`
    errors.push(invalid(`${at}.${where}[${name}]`, shown === low ? small : big, detail))
  }
  checkRatio(amountIn, `${at}.maxLimitRequestRatio[${name}]`, errors)
  const [limit, request] = [amountIn('default'), amountIn('defaultRequest')]
  if (limit === undefined || request === undefined || mayOvercommit(name) || compareAmounts(limit, request) === 0)
    return
  const detail = `default value ${limit} must equal to defaultRequest value ${request} in ${name}`
  errors.push(invalid(`${at}.defaultRequest[${name}]`, request, detail))
}

function checkRatio(amountIn: (list: List) => string | undefined, path: string, errors: Errors): void {
  const [ratio, min, max] = [amountIn('maxLimitRequestRatio'), amountIn('min'), amountIn('max')]
  if (ratio === undefined) return
  if (compareAmounts(ratio, '1') < 0) errors.push(invalid(path, ratio, `ratio ${ratio} is less than 1`))
  if (min === undefined || max === undefined) return
  const most = amountOf(max) / amountOf(min)
  if (!(amountOf(ratio) > most)) return
  errors.push(invalid(path, ratio, `ratio ${ratio} is greater than max/min = ${most.toFixed(6)}`))
}

function amountOf(text: string): number {
  return Number(parseQuantity(text)?.nano ?? 0n) / 1e9
}
