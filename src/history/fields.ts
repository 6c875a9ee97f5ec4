import { byCodeUnit } from '../api/order.ts'
import { equal } from '../registries/equal.ts'

/**
 * A step from a value to one inside it: a field, or an element of a list by place or by what it is known by; or the order
 * in which what is known by something stands.
 */
export type Step =
  | { readonly field: string }
  | { readonly index: number }
  | { readonly key: string; readonly value: string | number }
  | { readonly order: string }

/** One place at which two values differ. Plain data. */
export interface FieldDifference {
  /**
   * Such as `spec.replicas`, `spec.template.spec.containers[name=web].image` or `spec.args[1]`; `status.conditions[]` where
   * what stayed has changed places, and the values are the names, types or the like in their orders.
   */
  readonly path: string
  /** undefined where there was nothing. */
  readonly before: unknown
  /** undefined where there is nothing any more. */
  readonly after: unknown
}

/** The same with its way there. */
export interface Place extends FieldDifference {
  readonly steps: readonly Step[]
}

/** What elements of lists are known by, the likeliest first. */
const identities: readonly string[] = Object.freeze(['name', 'type', 'containerPort', 'port', 'ip', 'uid', 'key'])

type Fields = Readonly<Record<string, unknown>>
type Element = Readonly<Record<string, string | number>>

/**
 * The places at which two values differ, by field, each as deep down as both sides have something of one kind. Elements
 * of lists are compared with those of the same name, type or the like, where they have one.
 */
export function fieldDifferences(before: unknown, after: unknown): readonly Place[] {
  const found: Place[] = []
  compare(before, after, [], found)
  return found
}

function compare(before: unknown, after: unknown, steps: readonly Step[], found: Place[]): void {
  if (before === after) return
  if (isFields(before) && isFields(after)) return compareFields(before, after, steps, found)
  if (Array.isArray(before) && Array.isArray(after) && compareLists(before, after, steps, found)) return
  if (!equal(before, after)) found.push({ path: pathOf(steps), before, after, steps })
}

function compareFields(before: Fields, after: Fields, steps: readonly Step[], found: Place[]): void {
  const fields = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort(byCodeUnit)
  for (const field of fields) compare(own(before, field), own(after, field), [...steps, { field }], found)
}

/** Not what every object inherits: a label may be called `constructor`. */
function own(fields: Fields, field: string): unknown {
  return Object.hasOwn(fields, field) ? fields[field] : undefined
}

/** false when they can only be told as a whole. */
function compareLists(
  before: readonly unknown[],
  after: readonly unknown[],
  steps: readonly Step[],
  found: Place[],
): boolean {
  const key = identityOf([before, after])
  if (key === undefined) {
    if (![...before, ...after].every(isFields) && before.length !== after.length) return false
    const length = Math.max(before.length, after.length)
    for (let index = 0; index < length; index++) compare(before[index], after[index], [...steps, { index }], found)
    return true
  }
  const valuesOf = (list: readonly unknown[]): (string | number)[] => list.map((element) => (element as Element)[key]!)
  const [old, now] = [valuesOf(before), valuesOf(after)]
  for (const value of inOrder(old, now)) {
    const [was, is] = [before[old.indexOf(value)], after[now.indexOf(value)]]
    compare(was, is, [...steps, { key, value }], found)
  }
  compareOrder(old, now, [...steps, { order: key }], found)
  return true
}

/** Whether what is in a list before and after has changed places. */
function compareOrder<T>(old: readonly T[], now: readonly T[], steps: readonly Step[], found: Place[]): void {
  const before = old.filter((value) => now.includes(value))
  const after = now.filter((value) => old.includes(value))
  if (!equal(before, after)) found.push({ path: pathOf(steps), before, after, steps })
}

/** What is or was in a list, in the order of what is, each that is gone where it was among those that stayed. */
function inOrder<T>(old: readonly T[], now: readonly T[]): readonly T[] {
  const order: T[] = []
  let place = 0
  for (const value of now) {
    const was = old.indexOf(value)
    for (; place < was; place++) if (!now.includes(old[place]!)) order.push(old[place]!)
    order.push(value)
  }
  return [...order, ...old.slice(place).filter((value) => !now.includes(value))]
}

/** The field by which every element of these lists is known; undefined when there is none. */
export function identityOf(lists: readonly (readonly unknown[])[]): string | undefined {
  return identities.find((key) =>
    lists.every((list) => {
      const values = list.map((element) => (isFields(element) ? own(element, key) : undefined))
      const isKnown = values.every((value) => typeof value === 'string' || typeof value === 'number')
      return isKnown && new Set(values).size === values.length
    }),
  )
}

export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function pathOf(steps: readonly Step[]): string {
  let path = ''
  for (const step of steps) {
    if ('index' in step) path += `[${step.index}]`
    else if ('key' in step) path += `[${step.key}=${step.value}]`
    else if ('order' in step) path += '[]'
    else if (/^[\w-]+$/u.test(step.field)) path += path === '' ? step.field : `.${step.field}`
    else path += `[${JSON.stringify(step.field)}]`
  }
  return path
}
