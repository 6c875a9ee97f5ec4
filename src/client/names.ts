import { badRequest } from '../api/errors.ts'
import { said } from '../api/said.ts'

/** Throws BadRequest for a name or a namespace that cannot be one. */
export function checkNames(options: { readonly name?: unknown; readonly namespace?: unknown }): void {
  for (const field of ['name', 'namespace'] as const) {
    const value = options[field]
    if (value === undefined || (typeof value === 'string' && value !== '')) continue
    throw badRequest(`${field}: expected a string that is not empty, got ${said(value)}`)
  }
}
