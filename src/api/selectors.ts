/**
 * Label selectors: `app=web,tier!=db,zone in (a,b),!legacy`, and the object form with matchLabels and matchExpressions.
 * Meaning and words mirror staging/src/k8s.io/apimachinery/pkg/labels/selector.go.
 */
import { isEmpty } from './isEmpty.ts'
import type { LabelSelector } from './types/meta.ts'
import { byCodeUnit, sortedKeys, sortedSet } from './order.ts'
import { checkRequirement, parseLabelSelector } from './selectorParser.ts'
import type { Requirement, Selector, SelectorOperator } from './selectorParser.ts'

export { parseLabelSelector } from './selectorParser.ts'
export type { Requirement, Selector, SelectorOperator } from './selectorParser.ts'

export type Labels = Readonly<Record<string, string>>

/** The label selectors that may be given to a list or a watch. */
export type LabelSelectorInput = string | LabelSelector | Labels

const NO_LABELS: Labels = {}

export function matchesSelector(selector: Selector, labels: Labels | undefined): boolean {
  for (const requirement of selector) if (!matchesRequirement(requirement, labels ?? NO_LABELS)) return false
  return true
}

/** Whether `labels` hold every pair of `selector`; an empty or absent selector matches nothing, as for services. */
export function matchesSet(selector: Labels | undefined, labels: Labels | undefined): boolean {
  if (selector === undefined || labels === undefined) return false
  let asked = false
  for (const key in selector) {
    if (labels[key] !== selector[key] || !Object.hasOwn(labels, key)) return false
    asked = true
  }
  return asked
}

/** Whether `{ matchLabels, matchExpressions }` chooses an object with `labels`; absent it chooses nothing, empty everything. */
export function matchesLabelSelector(selector: LabelSelector | undefined, labels: Labels | undefined): boolean {
  if (selector === undefined) return false
  const { matchLabels = NO_LABELS, matchExpressions } = selector
  for (const key in matchLabels) {
    if (labels === undefined || labels[key] !== matchLabels[key] || !Object.hasOwn(labels, key)) return false
  }
  if (matchExpressions === undefined || matchExpressions.length === 0) return true
  return matchesSelector(selectorOf({ matchExpressions }), labels)
}

/** Whether it asks for nothing. */
export function isEmptySelector({ matchLabels, matchExpressions }: LabelSelector): boolean {
  return isEmpty(matchLabels) && isEmpty(matchExpressions)
}

/** The selector of an object: `{ matchLabels, matchExpressions }`. Throws BadRequest where it is malformed. */
export function selectorOf(source: LabelSelector): Selector {
  const exact = requirementsOf(source.matchLabels ?? NO_LABELS)
  const expressions = (source.matchExpressions ?? []).map(({ key, operator, values }) =>
    checkRequirement({ key, operator: operator as SelectorOperator, values: sortedSet(values ?? []) }),
  )
  return [...exact, ...expressions]
}

/** Any form a caller may use; a plain map of labels means equality on each. Throws BadRequest where it is malformed. */
export function toSelector(input: LabelSelectorInput): Selector {
  if (typeof input === 'string') return parseLabelSelector(input)
  if ('matchExpressions' in input || 'matchLabels' in input) return selectorOf(input as LabelSelector)
  return requirementsOf(input as Labels)
}

/** `app=web,zone in (a,b),!legacy`; what parseLabelSelector reads back. */
export function formatSelector(selector: Selector): string {
  return selector.map(formatRequirement).join(',')
}

/** The selector of an object as text: `app=web,tier!=db`; '' when it is empty. */
export function formatLabelSelector(selector: LabelSelector | undefined): string {
  if (selector === undefined) return ''
  const { matchLabels, matchExpressions = [] } = selector
  return [
    ...requirementsOf(matchLabels ?? NO_LABELS).map((one) => ({ key: one.key, text: formatRequirement(one) })),
    ...selectorOf({ matchExpressions }).map((one) => ({ key: one.key, text: formatExpression(one) })),
  ]
    .sort((a, b) => byCodeUnit(a.key, b.key))
    .map(({ text }) => text)
    .join(',')
}

/** As the other, but a set of one value stays a set. */
function formatExpression(requirement: Requirement): string {
  const { key, operator, values } = requirement
  if (operator === 'In') return `${key} in (${values.join(',')})`
  return operator === 'NotIn' ? `${key} notin (${values.join(',')})` : formatRequirement(requirement)
}

/** The selector of a plain map as kubectl prints it, sorted as text; `<none>` when empty. */
export function formatLabels(labels: Labels | undefined): string {
  const pairs = Object.keys(labels ?? NO_LABELS).map((key) => `${key}=${labels![key]}`)
  return pairs.sort(byCodeUnit).join(',') || '<none>'
}

/** A selector that asks for each of a few labels, in the order of their keys. */
export function requirementsOf(labels: Labels): Selector {
  return sortedKeys(labels).map((key) => ({ key, operator: 'In', values: [labels[key] ?? ''] }))
}

function matchesRequirement(requirement: Requirement, labels: Labels): boolean {
  const value = Object.hasOwn(labels, requirement.key) ? labels[requirement.key] : undefined
  switch (requirement.operator) {
    case 'In':
      return value !== undefined && requirement.values.includes(value)
    case 'NotIn':
      return value === undefined || !requirement.values.includes(value)
    case 'Exists':
      return value !== undefined
    case 'DoesNotExist':
      return value === undefined
    case 'Gt':
      return isInteger(value) && BigInt(value) > BigInt(requirement.values[0] ?? 0)
    case 'Lt':
      return isInteger(value) && BigInt(value) < BigInt(requirement.values[0] ?? 0)
  }
}

function isInteger(value: string | undefined): value is string {
  return value !== undefined && /^[+-]?\d+$/.test(value)
}

function formatRequirement({ key, operator, values }: Requirement): string {
  switch (operator) {
    case 'In':
      return values.length === 1 ? `${key}=${values[0]}` : `${key} in (${values.join(',')})`
    case 'NotIn':
      return values.length === 1 ? `${key}!=${values[0]}` : `${key} notin (${values.join(',')})`
    case 'Exists':
      return key
    case 'DoesNotExist':
      return `!${key}`
    case 'Gt':
      return `${key}>${values[0]}`
    case 'Lt':
      return `${key}<${values[0]}`
  }
}
