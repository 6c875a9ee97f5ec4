/**
 * What is wrong with the rules in CEL of a schema. Mirrors the validation of x-kubernetes-validations in
 * pkg/apis/apiextensions/validation/validation.go.
 */
import { Budget } from '../cel/frame.ts'
import { estimatedCost } from '../cel/estimate.ts'
import { limited } from '../cel/sizes.ts'
import { internally, type InternalForm } from '../internalForm.ts'
import { type FieldError, invalid } from '../fieldErrors.ts'
import { sortedKeys } from '../order.ts'
import type { JSONSchemaProps, ValidationRule } from '../types/apiextensions.ts'
import { rulesFor } from './expressionCheck.ts'
import { EstimatedCosts } from './expressionCosts.ts'
import { compileRule, type Fault, ruleTree } from './expressionRules.ts'
import { mostAt, mostTimes } from './expressionSizes.ts'
import { isEmbedded } from './expressionTypes.ts'

const RULES = 'x-kubernetes-validations'

/**
 * Every violation in the rules of a structural schema; then in defaults that these rules refuse. Nothing is said of rules
 * on what is wrong anyway, which `found` tells: they might mean something once that is mended. What each may cost by
 * estimate is tolerated where all `isKept` as it was.
 */
export function expressionErrors(
  schema: JSONSchemaProps,
  path: string,
  found: readonly FieldError[] = [],
  isKept = false,
): readonly FieldError[] {
  const errors: FieldError[] = []
  const costs = new EstimatedCosts(path, isKept)
  const places = placesWith(schema, path, (each) => each[RULES] !== undefined)
  for (const place of places) {
    if (found.some(({ field }) => field.startsWith(`${place.path}.`))) continue
    for (const [i, rule] of place.schema[RULES]!.entries()) {
      checkRule(rule, place, `${place.path}.${RULES}[${i}]`, costs, errors)
    }
  }
  errors.push(...costs.errors)
  if (places.length === 0 || errors.length + found.length > 0) return errors
  const budget = new Budget()
  for (const { schema: each, path: at, isObject } of placesWith(schema, path, (one) => one.default !== undefined)) {
    const tree = ruleTree(each, isObject)
    if (tree !== undefined) errors.push(...rulesFor(tree, `${at}.default`, each.default, undefined, budget))
  }
  return errors
}

interface Place {
  readonly schema: JSONSchemaProps
  readonly path: string
  readonly isObject: boolean
  /** What is around it whose items nothing tells apart. */
  readonly uncorrelatable: string | undefined
  /** How many of it one object may have; undefined for any number. */
  readonly times: number | undefined
}

/** A schema and all that is in it, but for logic, which may have no rules: what passes a test. */
function placesWith(
  schema: JSONSchemaProps,
  path: string,
  test: (schema: JSONSchemaProps) => boolean,
): readonly Place[] {
  const found: Place[] = []
  const walk = (place: Place): void => {
    const { schema: each, path: at, uncorrelatable } = place
    const { items, properties, additionalProperties } = each
    const times = timesInside(place)
    const inside = (inner: JSONSchemaProps, where: string, around = uncorrelatable): void =>
      walk({ schema: inner, path: at + where, isObject: isEmbedded(inner), uncorrelatable: around, times })
    if (typeof additionalProperties === 'object') inside(additionalProperties, '.additionalProperties')
    for (const key of sortedKeys(properties)) inside(properties![key]!, `.properties[${key}]`)
    if (items !== undefined) {
      inside(items, '.items', uncorrelatable ?? (each['x-kubernetes-list-type'] === 'map' ? undefined : at))
    }
    if (test(each)) found.push(place)
  }
  walk({ schema, path, isObject: true, uncorrelatable: undefined, times: 1 })
  return found
}

/** How many there may be of what is in a place. Mirrors extractMaxElements. */
function timesInside({ schema, times }: Place): number | undefined {
  const { type, additionalProperties, maxProperties, maxItems } = schema
  const isMap = type === 'object' && additionalProperties !== undefined
  if (!isMap && type !== 'array') return times
  const most = isMap ? maxProperties : maxItems
  return most === undefined || times === undefined ? undefined : limited(times * Math.max(0, most))
}

function checkRule(rule: ValidationRule, place: Place, at: string, costs: EstimatedCosts, errors: FieldError[]): void {
  const { schema, isObject, uncorrelatable } = place
  const made = compileRule(rule, schema, isObject, (part, tree) => {
    const cost = estimatedCost(tree, (names) => mostAt(place, names))
    // What is said of a violation is said once.
    const times = part === 'rule' ? (place.times ?? mostTimes(place)) : 1
    errors.push(...costs.add(part, at, limited(cost * times)))
  })
  if ('part' in made) errors.push(faultOf(made, rule, at))
  else if (made.usesOldSelf && uncorrelatable !== undefined) {
    const detail = `oldSelf cannot be used on the uncorrelatable portion of the schema within ${uncorrelatable}`
    errors.push(invalid(`${at}.rule`, rule.rule, detail))
  } else if (!made.usesOldSelf && rule.optionalOldSelf !== undefined) {
    const detail = 'may not be set if oldSelf is not used in rule'
    errors.push(invalid(`${at}.optionalOldSelf`, rule.optionalOldSelf, detail))
  }
}

const RULE: InternalForm = {
  Rule: '',
  Message: '',
  MessageExpression: '',
  Reason: null,
  FieldPath: '',
  OptionalOldSelf: null,
}

function faultOf({ part, detail }: Fault, rule: ValidationRule, at: string): FieldError {
  return invalid(`${at}.${part}`, internally(rule, RULE), detail)
}
