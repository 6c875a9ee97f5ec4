/** Schemas made of schemas: allOf, anyOf, oneOf and not. Mirrors schema_props.go of k8s.io/kube-openapi. */
import { type FieldError, invalid, NO_FIELD } from '../fieldErrors.ts'
import type { JSONSchemaProps } from '../types/apiextensions.ts'
import type { Patterns } from './patterns.ts'

interface Checking {
  readonly errors: FieldError[]
  readonly patterns: Patterns
}

type Check = (schema: JSONSchemaProps, value: unknown, path: string, checking: Checking, before: unknown) => void

export function checkCombined(
  schema: JSONSchemaProps,
  value: unknown,
  path: string,
  checking: Checking,
  before: unknown,
  check: Check,
): void {
  const { allOf, anyOf, oneOf, not } = schema
  const { errors, patterns } = checking
  if (allOf === undefined && anyOf === undefined && oneOf === undefined && not === undefined) return
  const faults = (one: JSONSchemaProps): readonly FieldError[] => {
    const found: FieldError[] = []
    check(one, value, path, { errors: found, patterns }, before)
    return found
  }
  const say = (what: string): void => void errors.push(invalid(NO_FIELD, '', `"${path}" must ${what}`))
  if (anyOf !== undefined && anyOf.length > 0) {
    const all = anyOf.map(faults)
    if (all.every((found) => found.length > 0)) {
      say('validate at least one schema (anyOf)')
      errors.push(...fewest(all))
    }
  }
  if (oneOf !== undefined && oneOf.length > 0) {
    const all = oneOf.map(faults)
    const valid = all.filter((found) => found.length === 0).length
    if (valid === 0) {
      say('validate one and only one schema (oneOf). Found none valid')
      errors.push(...fewest(all))
    } else if (valid > 1) say(`validate one and only one schema (oneOf). Found ${valid} valid alternatives`)
  }
  if (allOf !== undefined && allOf.length > 0) {
    const all = allOf.map(faults)
    const valid = all.filter((found) => found.length === 0).length
    for (const found of all) errors.push(...found)
    if (valid < all.length) say(`validate all the schemas (allOf)${valid === 0 ? '. None validated' : ''}`)
  }
  if (not !== undefined && faults(not).length === 0) say('not validate the schema (not)')
}

/** What the alternative that is nearest to the value has against it; the first of equals. */
function fewest(all: readonly (readonly FieldError[])[]): readonly FieldError[] {
  return all.reduce((best, found) => (found.length < best.length ? found : best))
}
