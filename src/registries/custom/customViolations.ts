/** What is wrong with a custom object. Mirrors Validate and ValidateUpdate of pkg/registry/customresource/strategy.go upstream. */
import { embeddedErrors } from '../../api/customSchema/embedded.ts'
import { checkRules } from '../../api/customSchema/expressionCheck.ts'
import { type RuleNode, ruleTree } from '../../api/customSchema/expressionRules.ts'
import type { Patterns } from '../../api/customSchema/patterns.ts'
import { isOfList } from '../../api/customSchema/lists.ts'
import { checkValue, errorsBelow } from '../../api/customSchema/values.ts'
import type { FieldError } from '../../api/fieldErrors.ts'
import type { CustomResourceSubresourceScale, JSONSchemaProps } from '../../api/types/apiextensions.ts'
import type { Loose } from '../loose.ts'
import { scaleErrors } from './scaleErrors.ts'

const NONE: readonly FieldError[] = Object.freeze([])

type Check = (object: Loose, previous?: Loose) => readonly FieldError[]

/** The checks of objects of a schema. Its rules are compiled once somebody writes an object. */
export function violationsOf(
  schema: JSONSchemaProps,
  hasObjects: boolean,
  scale: CustomResourceSubresourceScale | undefined,
  patterns: Patterns,
): { readonly validate: Check; readonly validateStatus: Check } {
  let compiled: { readonly tree: RuleNode | undefined } | undefined
  const checked = (next: object, before: object | undefined, errors: FieldError[]): readonly FieldError[] => {
    compiled ??= { tree: ruleTree(schema, true) }
    if (compiled.tree !== undefined) errors.push(...checkRules(compiled.tree, next, before, errors))
    return errors.length === 0 ? NONE : errors
  }
  return {
    validate: (object, previous) => {
      const [next, before] = [checkable(object), previous && checkable(previous)]
      const errors = structureErrors(schema, next, before, patterns)
      if (scale !== undefined) errors.push(...scaleErrors(scale, object, false))
      if (hasObjects) errors.push(...embeddedErrors(schema, object, ''))
      return checked(next, before, errors)
    },
    // What is wrong elsewhere does not matter, and only the rules see the rest.
    validateStatus: (object, previous) => {
      const own = schema.properties?.['status']
      const errors = own && object.status !== undefined ? statusErrors(own, object, previous, patterns) : []
      if (scale !== undefined) errors.push(...scaleErrors(scale, object, true))
      return checked(checkable(object), previous && checkable(previous), tolerant(schema, errors, previous, patterns))
    },
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
  return tolerant(schema, errors, before, patterns)
}

function statusErrors(
  schema: JSONSchemaProps,
  { status }: Loose,
  previous: Loose | undefined,
  patterns: Patterns,
): FieldError[] {
  const errors: FieldError[] = []
  checkValue(schema, status, '', { errors, patterns }, previous?.status)
  return [...errorsBelow('status', errors)]
}

/** Without what is wrong with lists while something is: a list could not be mended item by item otherwise. */
function tolerant(
  schema: JSONSchemaProps,
  errors: FieldError[],
  before: object | undefined,
  patterns: Patterns,
): FieldError[] {
  if (before === undefined || !errors.some(isOfList)) return errors
  return hasDuplicates(schema, before, patterns) ? errors.filter((error) => !isOfList(error)) : errors
}

/** The metadata of every object is checked alike; a schema may only restrict its names. */
function checkable({ metadata: { name, generateName }, ...rest }: Loose): object {
  return { ...rest, metadata: { name, ...(generateName && { generateName }) } }
}

function hasDuplicates(schema: JSONSchemaProps, object: object, patterns: Patterns): boolean {
  const errors: FieldError[] = []
  checkValue(schema, object, '', { errors, patterns })
  return errors.some(isOfList)
}
