/** Objects inside of an object. Mirrors pkg/apiserver/schema/objectmeta/validation.go of the apiextensions API server. */
import { type FieldError, invalid, required } from '../fieldErrors.ts'
import type { ObjectMeta } from '../meta.ts'
import { validateObjectMeta } from '../metaValidation.ts'
import { label1035Errors } from '../names.ts'
import type { JSONSchemaProps } from '../types/apiextensions.ts'

type Fields = Readonly<Record<string, unknown>>

/** Every violation in what the objects inside of a value say they are, and in their metadata. */
export function embeddedErrors(schema: JSONSchemaProps, value: unknown, path: string): readonly FieldError[] {
  const errors: FieldError[] = []
  const walk = (rule: JSONSchemaProps, inside: unknown, at: string): void => {
    if (Array.isArray(inside)) {
      if (rule.items !== undefined) for (const [i, item] of inside.entries()) walk(rule.items, item, `${at}[${i}]`)
      return
    }
    if (typeof inside !== 'object' || inside === null) return
    if (rule['x-kubernetes-embedded-resource'] === true) checkObject(inside as Fields, at, errors)
    const { properties = {}, additionalProperties } = rule
    for (const [key, child] of Object.entries(inside)) {
      if (Object.hasOwn(properties, key)) walk(properties[key]!, child, at === '' ? key : `${at}.${key}`)
      else if (typeof additionalProperties === 'object') walk(additionalProperties, child, `${at}[${key}]`)
    }
  }
  walk(schema, value, path)
  return errors
}

function checkObject({ apiVersion, kind, metadata }: Fields, at: string, errors: FieldError[]): void {
  checkText(apiVersion, `${at}.apiVersion`, versionErrors, errors)
  checkText(kind, `${at}.kind`, kindErrors, errors)
  if (typeof metadata !== 'object' || metadata === null) return
  const { name, ...rest } = metadata as Partial<ObjectMeta>
  // An object that is a template needs no name.
  const named = { ...rest, name: name || 'fakename' }
  const rules = { namespaced: !!rest.namespace, nameRule: 'path', anyFinalizer: true } as const
  errors.push(...validateObjectMeta(named, rules, `${at}.metadata`))
}

function checkText(
  value: unknown,
  at: string,
  faultsIn: (text: string) => readonly string[],
  errors: FieldError[],
): void {
  if (value === undefined) errors.push(required(at))
  else if (typeof value !== 'string') errors.push(invalid(at, value, 'must be a string'))
  else if (value === '') errors.push(invalid(at, value, 'must not be empty'))
  else for (const said of faultsIn(value)) errors.push(invalid(at, value, said))
}

function versionErrors(apiVersion: string): readonly string[] {
  return apiVersion.split('/').length > 2 ? [`unexpected GroupVersion string: ${apiVersion}`] : []
}

function kindErrors(kind: string): readonly string[] {
  const said = label1035Errors(kind.toLowerCase())
  return said.length === 0 ? [] : [`may have mixed case, but should otherwise match: ${said.join(',')}`]
}
