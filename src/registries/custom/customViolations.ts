/** What is wrong with a custom object. Mirrors Validate and ValidateUpdate of pkg/registry/customresource/strategy.go upstream. */
import { embeddedErrors } from '../../api/customSchema/embedded.ts'
import { checkRules } from '../../api/customSchema/expressionCheck.ts'
import { type RuleNode, ruleTree } from '../../api/customSchema/expressionRules.ts'
import type { Patterns } from '../../api/customSchema/patterns.ts'
import { checkValue } from '../../api/customSchema/values.ts'
import type { FieldError } from '../../api/fieldErrors.ts'
import type { JSONSchemaProps } from '../../api/types/apiextensions.ts'
import type { Loose } from '../loose.ts'

const NONE: readonly FieldError[] = Object.freeze([])

/** The check of objects of a schema. Its rules are compiled once somebody writes an object. */
export function violationsOf(
  schema: JSONSchemaProps,
  hasObjects: boolean,
  patterns: Patterns,
): (object: Loose, previous?: Loose) => readonly FieldError[] {
  let compiled: { readonly tree: RuleNode | undefined } | undefined
  return (object, previous) => {
    const [next, before] = [checkable(object), previous && checkable(previous)]
    const errors = structureErrors(schema, next, before, patterns)
    if (hasObjects) errors.push(...embeddedErrors(schema, object, ''))
    compiled ??= { tree: ruleTree(schema, true) }
    if (compiled.tree !== undefined) errors.push(...checkRules(compiled.tree, next, before, errors))
    return errors.length === 0 ? NONE : errors
  }
}

function structureErrors(
  schema: JSONSchemaProps,
  object: object,
  before: object | undefined,
  patterns: Patterns,
): FieldError[] {
  const errors: FieldError[] = []
  checkValue(schema, object, '', { errors, patterns }, before)
  if (before === undefined || errors.every(isNoDuplicate)) return errors
  return hasDuplicates(schema, before, patterns) ? errors.filter(isNoDuplicate) : errors
}

/** The metadata of every object is checked alike; a schema may only restrict its names. */
function checkable({ metadata: { name, generateName }, ...rest }: Loose): object {
  return { ...rest, metadata: { name, ...(generateName && { generateName }) } }
}

/** Duplicates are tolerated while there are any: a list could not be mended item by item otherwise. */
function hasDuplicates(schema: JSONSchemaProps, object: object, patterns: Patterns): boolean {
  const errors: FieldError[] = []
  checkValue(schema, object, '', { errors, patterns })
  return !errors.every(isNoDuplicate)
}

function isNoDuplicate({ type }: FieldError): boolean {
  return type !== 'Duplicate'
}
