/**
 * What is wrong with the rules in CEL of a schema. Mirrors the validation of x-kubernetes-validations in
 * pkg/apis/apiextensions/validation/validation.go.
 */
import { Budget } from '../cel/frame.ts'
import { internally, type InternalForm } from '../internalForm.ts'
import { type FieldError, invalid } from '../fieldErrors.ts'
import { sortedKeys } from '../order.ts'
import type { JSONSchemaProps, ValidationRule } from '../types/apiextensions.ts'
import { rulesFor } from './expressionCheck.ts'
import { compileRule, type Fault, ruleTree } from './expressionRules.ts'
import { isEmbedded } from './expressionTypes.ts'

const RULES = 'x-kubernetes-validations'

/**
 * Every violation in the rules of a structural schema; then in defaults that these rules refuse. Nothing is said of rules
 * on what is wrong anyway, which `found` tells: they might mean something once that is mended.
 */
export function expressionErrors(
  schema: JSONSchemaProps,
  path: string,
  found: readonly FieldError[] = [],
): readonly FieldError[] {
  const errors: FieldError[] = []
  const places = placesWith(schema, path, (each) => each[RULES] !== undefined)
  for (const place of places) {
    if (found.some(({ field }) => field.startsWith(`${place.path}.`))) continue
    for (const [i, rule] of place.schema[RULES]!.entries()) {
      checkRule(rule, place, `${place.path}.${RULES}[${i}]`, errors)
    }
  }
  if (places.length === 0 || errors.length + found.length > 0) return errors
  const budget = new Budget()
  for (const { schema: each, path: at, isObject } of placesWith(schema, path, (one) => one.default !== undefined)) {
    const tree = ruleTree(each, isObject)
    if (tree !== undefined) errors.push(...rulesFor(tree, `${at}.default`, each.default, undefined, budget))
  }
  return errors
}

/** Rules that use what is not simulated, by where they stand: they are kept, and nobody asks them. */
export function lackingRules(schema: JSONSchemaProps, path: string): readonly string[] {
  const places = placesWith(schema, path, (each) => each[RULES] !== undefined)
  return places.flatMap(({ schema: each, path: at, isObject }) =>
    each[RULES]!.flatMap((rule, i) => {
      const made = compileRule(rule, each, isObject)
      return 'part' in made && made.isLacking ? `${at}.${RULES}[${i}].${made.part}: ${made.detail}` : []
    }),
  )
}

interface Place {
  readonly schema: JSONSchemaProps
  readonly path: string
  readonly isObject: boolean
  /** What is around it whose items nothing tells apart. */
  readonly uncorrelatable: string | undefined
}

/** A schema and all that is in it, but for logic, which may have no rules: what passes a test. */
function placesWith(
  schema: JSONSchemaProps,
  path: string,
  test: (schema: JSONSchemaProps) => boolean,
): readonly Place[] {
  const found: Place[] = []
  const walk = (each: JSONSchemaProps, at: string, isObject: boolean, uncorrelatable: string | undefined): void => {
    if (test(each)) found.push({ schema: each, path: at, isObject, uncorrelatable })
    const { items, properties, additionalProperties } = each
    if (items !== undefined) {
      const ofItems = uncorrelatable ?? (each['x-kubernetes-list-type'] === 'map' ? undefined : at)
      walk(items, `${at}.items`, isEmbedded(items), ofItems)
    }
    for (const key of sortedKeys(properties)) {
      const inner = properties![key]!
      walk(inner, `${at}.properties[${key}]`, isEmbedded(inner), uncorrelatable)
    }
    if (typeof additionalProperties === 'object') {
      walk(additionalProperties, `${at}.additionalProperties`, isEmbedded(additionalProperties), uncorrelatable)
    }
  }
  walk(schema, path, true, undefined)
  return found
}

function checkRule(
  rule: ValidationRule,
  { schema, isObject, uncorrelatable }: Place,
  at: string,
  errors: FieldError[],
): void {
  const made = compileRule(rule, schema, isObject)
  if ('part' in made) {
    if (!made.isLacking) errors.push(faultOf(made, rule, at))
  } else if (made.usesOldSelf && uncorrelatable !== undefined) {
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
