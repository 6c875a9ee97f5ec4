import { badRequest, isStatusError } from '../../api/errors.ts'
import { refuse } from '../../api/fields.ts'

/** What a file says; with a name, errors tell it. */
export type Source = string | { readonly name: string; readonly text: string }

export interface NamedText {
  readonly name: string
  readonly text: string
}

/** Without the mark of bytes that some programs begin a file with. Throws BadRequest for anything but text. */
export function namedText(source: Source, name: string): NamedText {
  const named: unknown = typeof source === 'string' ? { name, text: source } : source
  const { name: said, text } = (named ?? {}) as Partial<Record<keyof NamedText, unknown>>
  if (typeof said === 'string' && typeof text === 'string') return { name: said, text: text.replace(/^\ufeff/u, '') }
  throw refuse(name, source, 'text, or a name and text')
}

/** Has errors say in which file. */
export function inFile<T>(name: string, work: () => T): T {
  try {
    return work()
  } catch (error) {
    throw isStatusError(error) ? badRequest(`${name}: ${error.status.message}`) : error
  }
}
