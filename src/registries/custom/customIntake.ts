/** How a custom object is taken in: copied whole, and refused where its schema does not know what it says. */
import { withoutNulls } from '../../api/customSchema/defaults.ts'
import { ruleFor, someSchema } from '../../api/customSchema/parts.ts'
import { unknownFields } from '../../api/customSchema/unknown.ts'
import type { FieldError } from '../../api/fieldErrors.ts'
import type { Schema } from '../../api/schema/schema.ts'
import { copyPlain, copyChecked, type Checked } from '../../api/schema/structural.ts'
import type { JSONSchemaProps } from '../../api/types/apiextensions.ts'

type Fields = Readonly<Record<string, unknown>>

/** A copy of what was handed in, with every field that is unknown, and whatever is wrong with its metadata's structure. */
export function copyCustom(table: Schema, schema: JSONSchemaProps, hasObjects: boolean, given: object): Checked {
  const { metadata, ...rest } = given as Fields
  const meta = copyChecked(table, 'meta.v1.ObjectMeta', metadata ?? {}, 'metadata')
  const { value, errors } = copyPlain(rest)
  if (errors.length > 0) return { value, errors: [...meta.errors, ...errors] }
  const embedded = hasObjects ? copyEmbedded(table, schema, value, '') : { value, errors }
  const unknown = unknownFields(schema, embedded.value, '', true)
  return {
    value: { ...(withoutNulls(schema, embedded.value) as Fields), metadata: meta.value },
    errors: [...meta.errors, ...embedded.errors, ...unknown],
  }
}

/** Objects inside of the object have metadata of the same structure. */
function copyEmbedded(table: Schema, schema: JSONSchemaProps, value: unknown, path: string): Checked {
  const errors: FieldError[] = []
  const walk = (rule: JSONSchemaProps, inside: unknown, at: string): unknown => {
    if (Array.isArray(inside)) {
      return rule.items === undefined ? inside : inside.map((item, i) => walk(rule.items!, item, `${at}[${i}]`))
    }
    if (typeof inside !== 'object' || inside === null) return inside
    const copied: Record<string, unknown> = {}
    for (const [key, child] of Object.entries(inside)) {
      const field = at === '' ? key : `${at}.${key}`
      if (key === 'metadata' && rule['x-kubernetes-embedded-resource'] === true) {
        const meta = copyChecked(table, 'meta.v1.ObjectMeta', child, field)
        copied[key] = meta.value
        errors.push(...meta.errors)
      } else {
        const next = ruleFor(rule, key)
        copied[key] = next === undefined ? child : walk(next, child, field)
      }
    }
    return copied
  }
  return { value: walk(schema, value, path), errors }
}

/** Whether a schema has objects inside of objects. */
export function hasEmbedded(schema: JSONSchemaProps): boolean {
  return someSchema(schema, (each) => each['x-kubernetes-embedded-resource'] === true)
}
