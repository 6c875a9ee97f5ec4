/** Parts of an experiment's file, as they are taken out of it. */
import { badRequest, isStatusError } from '../api/errors.ts'
import { isObject } from '../api/object.ts'
import { said } from '../api/said.ts'
import { nearestName } from '../api/schema/nearest.ts'

export type Json = Readonly<Record<string, unknown>>

/** Reads a file beside the experiment's. */
export type ReadBeside = (path: unknown, field: string) => { readonly name: string; readonly text: string }

/** Has what a part of the file is refused for say which part. */
export function within<T>(path: string, act: () => T): T {
  try {
    return act()
  } catch (error) {
    throw badRequest(`${path}: ${isStatusError(error) ? error.status.message : (error as Error).message}`)
  }
}

export function listAt(value: unknown, path: string): readonly unknown[] {
  if (Array.isArray(value)) return value
  throw badRequest(`${path}: expected a list, got ${said(value)}`)
}

/** An object that has none but these fields. */
export function objectAt(value: unknown, path: string, known?: readonly string[]): Json {
  if (!isObject(value))
    throw badRequest(`${path}: expected an object, got ${value === undefined ? 'nothing' : said(value)}`)
  const unknown = Object.keys(value).find((field) => known !== undefined && !known.includes(field))
  if (unknown === undefined) return value as Json
  const nearest = nearestName(unknown, known!)
  const meant = nearest === undefined ? '' : `did you mean ${JSON.stringify(nearest)}? `
  throw badRequest(`${path}.${unknown}: unknown; ${meant}expected one of ${known!.join(', ')}`)
}
