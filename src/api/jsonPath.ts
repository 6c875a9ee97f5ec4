/**
 * Paths into objects as printer columns and subresources write them: `.spec.replicas`, `.spec.hosts[0]`,
 * `.metadata.labels.app\.kubernetes\.io/name`, `.status.conditions[?(@.type=="Ready")].status`. The part of
 * client-go's util/jsonpath that a CustomResourceDefinition may use.
 */

import { sortedKeys } from './order.ts'

type Step =
  | { readonly kind: 'field'; readonly name: string }
  | { readonly kind: 'slice'; readonly from: number; readonly to: number | undefined; readonly by: number }
  | { readonly kind: 'all' }
  | { readonly kind: 'deep' }
  | { readonly kind: 'union'; readonly paths: readonly JsonPath[] }
  | { readonly kind: 'filter'; readonly left: JsonPath; readonly test?: string; readonly right: JsonPath }
  | { readonly kind: 'literal'; readonly value: unknown }
  | { readonly kind: 'unknownWord' }

export type JsonPath = readonly Step[]

/** What a path may go on with, and the steps that makes; undefined where they are none. */
const FORMS: readonly (readonly [RegExp, (match: RegExpExecArray) => JsonPath | undefined])[] = [
  [/^[ @$]/u, () => []],
  [/^\[([^\]\n]*)\]/u, ([, text]) => selectionOf(text!)],
  [/^\.\.([\p{L}\d_](?:\\.|[^\s.,[\]$@{}\\])*)/su, ([, name]) => [{ kind: 'deep' }, fieldNamed(name!)]],
  [/^\.\./u, () => [{ kind: 'deep' }]],
  [/^\.((?:\\.|[^\s.,[\]$@{}\\])*)/su, ([, name]) => [name === '*' ? { kind: 'all' } : fieldNamed(name!)]],
  [/^(?:'((?:\\.|[^'\\])*)'|"((?:\\.|[^"\\])*)")/su, ([, a, b]) => [literal((a ?? b!).replaceAll(/\\(.)/gu, '$1'))]],
  [/^[+-]?\d+(?:\.\d+)?/u, ([text]) => [literal(Number(text))]],
  [/^[\p{L}_][^\s.,[\]$@{}]*/u, ([text]) => [WORDS.get(text) ?? { kind: 'unknownWord' }]],
]

const WORDS: ReadonlyMap<string, Step> = new Map([
  ['true', literal(true)],
  ['false', literal(false)],
])

/** The path, or what is wrong with it. */
export function parseJsonPath(text: string): JsonPath | string {
  const steps: Step[] = []
  let rest = text
  while (rest !== '') {
    const end = filterEnd(rest)
    const [match, read] = (end === -1 ? firstForm(rest) : undefined) ?? []
    const found = end === -1 ? match && read!(match) : filterOf(rest.slice(3, end))
    if (found === undefined) return `unrecognized character at ${JSON.stringify(rest)}`
    steps.push(...found)
    rest = rest.slice(end === -1 ? match![0].length : end + 2)
  }
  return steps
}

/** Where the `)]` of a filter is, not within its first text in quotes; −1 where there is no filter. */
function filterEnd(text: string): number {
  if (!text.startsWith('[?(')) return -1
  const quote = /['")]/u.exec(text.slice(3))?.[0] ?? ''
  let end = text.indexOf(quote === '' ? ')' : quote, 3)
  if (quote === '' || quote === ')') return text.startsWith(')]', end) ? end : -1
  // From one end of the text to the next bracket, and on where that closes nothing.
  for (let close = closing(text, quote, end + 1); close !== -1; close = closing(text, quote, end + 1)) {
    end = text.indexOf(')', close)
    if (end === -1) return -1
    if (text.startsWith(')]', end)) return end
  }
  return -1
}

/** The next of these quotes before which there is no backslash. */
function closing(text: string, quote: string, from: number): number {
  let at = text.indexOf(quote, from)
  while (at > 0 && text.charAt(at - 1) === '\\') at = text.indexOf(quote, at + 1)
  return at
}

function firstForm(text: string): readonly [RegExpExecArray, (typeof FORMS)[number][1]] | undefined {
  for (const [form, read] of FORMS) {
    const match = form.exec(text)
    if (match !== null) return [match, read]
  }
  return undefined
}

function fieldNamed(name: string): Step {
  return { kind: 'field', name: name.replaceAll('\\', '') }
}

function literal(value: unknown): Step {
  return { kind: 'literal', value }
}

/** What stands between brackets: several of them, a key in quotes, or indexes. */
function selectionOf(text: string): JsonPath | undefined {
  const several = text.split(',')
  if (several.length > 1) {
    const paths = several.map((one) => parseJsonPath(`[${one.trim()}]`))
    return paths.some((path) => typeof path === 'string') ? undefined : [{ kind: 'union', paths: paths as JsonPath[] }]
  }
  // Upstream reads a key as the path it would be without quotes: its points need a backslash too.
  const key = /^'([^']*)'$/u.exec(text)?.[1]
  if (key !== undefined) return orNone(parseJsonPath(`.${key}`))
  const indexes = /^(-?\d+|)(?::(-?\d+|))?(?::(-?\d+|))?$/u.exec(text === '*' ? ':' : text)
  if (indexes === null) return undefined
  const [, from, to, by] = indexes
  const start = Number(from)
  const one = start === -1 ? undefined : start + 1
  return [
    {
      kind: 'slice',
      from: start,
      to: to === undefined ? one : to === '' ? undefined : Number(to),
      by: Number(by || 1),
    },
  ]
}

function filterOf(text: string): JsonPath | undefined {
  const [, left = text, test, right = ''] = /^([^!<>=]+)([!<>=]+)(.+)$/su.exec(text) ?? []
  const paths = [left, right].map((side) => orNone(parseJsonPath(side)))
  if (paths[0] === undefined || paths[1] === undefined) return undefined
  return [{ kind: 'filter', left: paths[0], ...(test !== undefined && { test }), right: paths[1] }]
}

function orNone(path: JsonPath | string): JsonPath | undefined {
  return typeof path === 'string' ? undefined : path
}

/** Every value at a path, in order; none where nothing is there, and where the path does not suit the object. */
export function valuesAt(root: unknown, path: JsonPath): readonly unknown[] {
  return follow([root], path) ?? []
}

/** Undefined where upstream gives up: a list that is none, an index beyond its end, values that do not compare. */
type Found = readonly unknown[] | undefined

function follow(from: readonly unknown[], path: JsonPath): Found {
  let values: Found = from
  for (const step of path) {
    if (values === undefined) return undefined
    values = take(values, step)
  }
  return values
}

function take(values: readonly unknown[], step: Step): Found {
  switch (step.kind) {
    case 'field':
      return values.flatMap((value) => fieldOf(value, step.name))
    case 'all':
      return values.flatMap(children)
    case 'deep':
      return values.flatMap(withInside)
    case 'literal':
      return values.map(() => step.value)
    case 'unknownWord':
      return undefined
    case 'union':
      return joined(step.paths, (path) => follow(values, path))
    case 'slice':
      return joined(values, (value) => (value === null ? [] : sliceOf(value, step)))
    case 'filter':
      return joined(values, (value) => (Array.isArray(value) ? joined(value, (item) => kept(item, step)) : undefined))
  }
}

function joined<T>(items: readonly T[], find: (item: T) => Found): Found {
  const all: unknown[] = []
  for (const item of items) {
    const found = find(item)
    if (found === undefined) return undefined
    for (const one of found) all.push(one)
  }
  return all
}

function fieldOf(value: unknown, name: string): readonly unknown[] {
  if (!isObject(value) || Array.isArray(value) || !Object.hasOwn(value, name)) return []
  const found = (value as Readonly<Record<string, unknown>>)[name]
  return found === undefined ? [] : [found]
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null
}

function children(value: unknown): readonly unknown[] {
  if (!isObject(value)) return []
  if (Array.isArray(value)) return value
  return sortedKeys(value as Readonly<Record<string, unknown>>).map((key) => (value as Record<string, unknown>)[key])
}

/** The value and all below it that hold something. */
function withInside(value: unknown): readonly unknown[] {
  const inside = children(value)
  return inside.length === 0 ? [] : [value, ...inside.flatMap(withInside)]
}

function sliceOf(value: unknown, { from, to, by }: Extract<Step, { kind: 'slice' }>): Found {
  if (!Array.isArray(value)) return undefined
  const { length } = value
  const start = from < 0 ? from + length : from
  const end = to === undefined ? length : to < 0 ? to + length : to
  if (start === end) return []
  if (start < 0 || end > length || start > end || by < 1) return undefined
  return value.slice(start, end).filter((_, i) => i % by === 0)
}

function kept(item: unknown, { left, test, right }: Extract<Step, { kind: 'filter' }>): Found {
  const a = follow([item], left)
  if (test === undefined) return (a ?? []).length > 0 ? [item] : []
  if (a?.length === 0) return []
  const b = follow([item], right)
  if (b?.length === 0) return []
  if (a?.length !== 1 || b?.length !== 1) return undefined
  const order = orderOf(a[0], b[0], test === '==' || test === '!=')
  const passes = order === undefined ? undefined : TESTS.get(test)?.(order)
  return passes === undefined ? undefined : passes ? [item] : []
}

const TESTS: ReadonlyMap<string, (order: number) => boolean> = new Map([
  ['==', (order) => order === 0],
  ['!=', (order) => order !== 0],
  ['<', (order) => order < 0],
  ['<=', (order) => order <= 0],
  ['>', (order) => order > 0],
  ['>=', (order) => order >= 0],
])

/** Below zero, zero or above, of two values of one kind: whole numbers and fractions are two, and booleans have no order. */
function orderOf(a: unknown, b: unknown, isForEquality: boolean): number | undefined {
  const kind = kindOf(a)
  if (kind === undefined || kind !== kindOf(b) || (kind === 'boolean' && !isForEquality)) return undefined
  return a === b ? 0 : (a as string) < (b as string) ? -1 : 1
}

function kindOf(value: unknown): string | undefined {
  if (typeof value === 'number') return Number.isInteger(value) ? 'whole' : 'fraction'
  return typeof value === 'string' || typeof value === 'boolean' ? typeof value : undefined
}
