/** Plain objects that callers hand in, checked before anything changes. */
import { badRequest } from './errors.ts'

/** That something at a place is not what was expected there. */
export function refuse(path: string, got: unknown, expected: string): Error {
  return badRequest(`${path}: Invalid value: ${JSON.stringify(got) ?? String(got)}: expected ${expected}`)
}

/** Throws BadRequest for whatever is no object, or has a field that is not among those listed. */
export function checkFields(value: unknown, path: string, what: string, fields: readonly string[]): void {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw refuse(path, value, what)
  const unknown = Object.keys(value).find((field) => !fields.includes(field))
  if (unknown !== undefined) throw refuse(path, unknown, `one of the fields ${fields.join(', ')}`)
}
