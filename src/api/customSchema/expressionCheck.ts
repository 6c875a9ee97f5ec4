/** Asks the rules of a schema. Mirrors pkg/apiserver/schema/cel/validation.go of the apiextensions API server. */
import { Budget } from '../cel/frame.ts'
import { quote } from '../cel/quoted.ts'
import { BudgetError, CelError, CostError, OptionalValue, type Value } from '../cel/values.ts'
import { duplicate, type FieldError, forbidden, invalid, NO_FIELD, required } from '../fieldErrors.ts'
import type { ValidationRule } from '../types/apiextensions.ts'
import { isSame, oldField, oldItems } from './correlation.ts'
import type { Rule, RuleNode } from './expressionRules.ts'
import { expressionValue } from './expressionValues.ts'

const LONGEST_MESSAGE = 5 * 1024
const BLOCKING: ReadonlySet<string> = new Set(['NotSupported', 'Required', 'TooLong', 'TooMany', 'TypeInvalid'])
const NO_MORE = 'no further validation rules will be run'
const NO_BUDGET = `failed due to running out of cost budget, ${NO_MORE}`
const NOT_CHECKED =
  'some validation rules were not checked because the object was invalid; correct the existing errors to complete validation'

/** A value in its place. */
interface Place {
  readonly path: string
  readonly raw: unknown
  /** What stood there before an update; undefined for nothing, or nothing that can be told. */
  readonly before: unknown
  /** Whether it, or the nearest thing around it of which that can be told, is what it was. */
  readonly isKept: () => boolean
}

/** Every rule that does not hold. Rules say nothing of an object whose structure is wrong, which `found` tells. */
export function checkRules(
  tree: RuleNode,
  object: unknown,
  before: unknown,
  found: readonly FieldError[],
): readonly FieldError[] {
  if (found.some(({ type }) => BLOCKING.has(type))) return [invalid(NO_FIELD, null, NOT_CHECKED)]
  return rulesFor(tree, '', object, before)
}

/** The same for a value somewhere. */
export function rulesFor(
  tree: RuleNode,
  path: string,
  raw: unknown,
  before: unknown,
  budget: Budget = new Budget(),
): readonly FieldError[] {
  const asking: Asking = { errors: [], budget }
  // A whole object has changed, or nobody would ask.
  check(tree, { path, raw, before, isKept: () => false }, asking)
  return asking.errors
}

/** What is found, and what all rules may still cost. */
interface Asking {
  readonly errors: FieldError[]
  readonly budget: Budget
}

function check(node: RuleNode, place: Place, asking: Asking): void {
  const { raw, before, path } = place
  if (raw === null || raw === undefined || asking.budget.isOver) return
  if (node.rules.length > 0) ask(node, place, asking)
  const inside = (inner: RuleNode, child: unknown, old: unknown, at: string): void => {
    const isKept = old === undefined ? place.isKept : () => isSame(child, old)
    check(inner, { path: at, raw: child, before: old, isKept }, asking)
  }
  if (Array.isArray(raw)) {
    if (node.items === undefined) return
    const old = oldItems(node.schema, before)
    for (const [i, item] of raw.entries()) inside(node.items, item, old(item), `${path}[${i}]`)
  } else if (typeof raw === 'object') {
    const fields = raw as Readonly<Record<string, unknown>>
    if (node.additional !== undefined) {
      for (const key of Object.keys(fields).sort()) {
        inside(node.additional, fields[key], oldField(before, key), `${path}[${key}]`)
      }
    }
    for (const [name, inner] of node.properties) {
      if (!Object.hasOwn(fields, name)) continue
      inside(inner, fields[name], oldField(before, name), path === '' ? name : `${path}.${name}`)
    }
  }
}

function ask({ schema, isObject, rules }: RuleNode, place: Place, { errors, budget }: Asking): void {
  const path = shownPath(place.path)
  const say = (detail: string): void => void errors.push(invalid(path, schema.type ?? '', detail))
  if (budget.isSpent) {
    say(`validation ${NO_BUDGET}`)
    budget.end()
    return
  }
  const valueOf = (raw: unknown): Value => expressionValue(schema, raw, isObject)
  const hasOld = place.before !== undefined && place.before !== null
  const self = attempt(() => valueOf(place.raw))
  const old = hasOld ? attempt(() => valueOf(place.before)) : undefined
  for (const rule of rules) {
    const isOptional = rule.rule.optionalOldSelf === true
    // What is about a change has nothing to say where there was nothing before.
    if (rule.usesOldSelf && !hasOld && !isOptional) continue
    const values = attempt(() => ({ self: valid(self), oldSelf: oldValue(rule, isOptional, old) }))
    const holds = values instanceof CelError ? values : attempt(() => rule.holds(values, budget))
    if (holds instanceof CelError) {
      say(faultOf(rule.rule, holds))
      if (holds instanceof CostError) return budget.end()
      continue
    }
    if (holds === true) continue
    const said = messageOf(rule, values as Values, budget)
    const isTold = rule.usesOldSelf || !place.isKept()
    if (typeof said === 'string') {
      if (isTold) errors.push(errorFor(rule, shownPath(place.path + rule.path), place.raw, said))
      continue
    }
    if (isTold) errors.push(invalid(shownPath(place.path + rule.path), schema.type ?? '', said.message))
    return budget.end()
  }
}

type Values = Readonly<Record<string, Value>>

/** A value, or why there is none. */
function attempt<T>(act: () => T): T | CelError {
  try {
    return act()
  } catch (error) {
    if (error instanceof CelError) return error
    throw error
  }
}

function valid(value: Value | CelError): Value {
  if (value instanceof CelError) throw value
  return value
}

/** Null for a rule that does not look. */
function oldValue({ usesOldSelf }: Rule, isOptional: boolean, old: Value | CelError | undefined): Value {
  if (!usesOldSelf) return null
  const value = old === undefined ? undefined : valid(old)
  return isOptional ? new OptionalValue(value) : value!
}

/** The object itself has no path. */
function shownPath(path: string): string {
  return path === '' ? NO_FIELD : path.replace(/^\./, '')
}

function nameOf({ message, rule }: ValidationRule): string {
  return message ? message.trim() : rule.trim()
}

function faultOf(rule: ValidationRule, fault: CelError): string {
  const { message } = fault
  if (fault instanceof BudgetError) return `validation ${NO_BUDGET}`
  if (fault instanceof CostError) {
    return `'${message}': ${NO_MORE} due to call cost exceeds limit for rule: ${nameOf(rule)}`
  }
  if (!message.startsWith('no such overload')) return `${message} evaluating rule: ${nameOf(rule)}`
  const detail = 'call arguments did not match a supported operator, function or macro signature for rule'
  return `'${message}': ${detail}: ${nameOf(rule)}`
}

/** What a rule says that does not hold: in the words of its expression, if that has any and does not cost too much. */
function messageOf({ rule, message }: Rule, values: Values, budget: Budget): string | CostError {
  const said = message === undefined ? undefined : attempt(() => message(values, budget))
  if (said instanceof BudgetError) return new CostError(`messageExpression evaluation ${NO_BUDGET}`)
  if (said instanceof CostError) {
    const detail = 'due to call cost exceeds limit for messageExpression'
    return new CostError(`${NO_MORE} ${detail}: ${quote(rule.messageExpression ?? '')}`)
  }
  const text = typeof said === 'string' ? said.trim() : ''
  if (text !== '' && text.length <= LONGEST_MESSAGE && !text.includes('\n')) return text
  return rule.message ? nameOf(rule) : `failed rule: ${nameOf(rule)}`
}

/** A scalar is shown as it is, and nothing of an object or a list. */
function errorFor({ rule }: Rule, path: string, raw: unknown, detail: string): FieldError {
  const hidden = typeof raw === 'object' ? { hidesValue: true as const } : {}
  switch (rule.reason) {
    case 'FieldValueForbidden':
      return forbidden(path, detail)
    case 'FieldValueRequired':
      return required(path, detail)
    case 'FieldValueDuplicate':
      return { ...duplicate(path, raw), ...hidden }
    default:
      return { ...invalid(path, raw, detail), ...hidden }
  }
}
