/** Plain objects that callers hand in, checked before anything changes. */
import { badRequest } from './errors.ts'
import { isObject } from './object.ts'
import { asJson, said } from './said.ts'
import { nearestName } from './schema/nearest.ts'

export type Fields = Readonly<Record<string, unknown>>

/** That something at a place is not what was expected there. */
export function refuse(path: string, got: unknown, expected: string): Error {
  return badRequest(`${path}: Invalid value: ${asJson(got)}: expected ${expected}`)
}

/** Throws BadRequest for whatever is no object, or has a field that is not among those listed. */
export function checkFields(value: unknown, path: string, what: string, fields: readonly string[]): void {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw refuse(path, value, what)
  const unknown = Object.keys(value).find((field) => !fields.includes(field))
  if (unknown !== undefined) throw refuse(path, unknown, `one of the fields ${fields.join(', ')}`)
}

/** An object, that has none but these fields where some are given. Throws BadRequest. */
export function objectAt(value: unknown, path: string, known?: readonly string[]): Fields {
  if (!isObject(value))
    throw badRequest(`${path}: expected an object, got ${value === undefined ? 'nothing' : said(value)}`)
  if (known !== undefined) checkKnown(value as Fields, path, known)
  return value as Fields
}

/** A list. Throws BadRequest. */
export function listAt(value: unknown, path: string): readonly unknown[] {
  if (Array.isArray(value)) return value
  throw badRequest(`${path}: expected a list, got ${said(value)}`)
}

/** Throws BadRequest for a field that is not known, with the nearest name that is. */
export function checkKnown(value: Fields, path: string, known: readonly string[]): void {
  const unknown = Object.keys(value).find((field) => !known.includes(field))
  if (unknown === undefined) return
  const nearest = nearestName(unknown, known)
  const meant = nearest === undefined ? '' : `did you mean ${JSON.stringify(nearest)}? `
  throw badRequest(`${path === '' ? '' : `${path}.`}${unknown}: unknown; ${meant}expected one of ${known.join(', ')}`)
}
