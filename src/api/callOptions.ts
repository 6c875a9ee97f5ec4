import { badRequest } from './errors.ts'
import { isObject } from './object.ts'
import { said } from './said.ts'
import { nearestName } from './schema/nearest.ts'

/**
 * What was said beside the arguments of a call: `{}` when nothing was. Throws BadRequest for what is no object, and for
 * an option that the call does not know, which would otherwise be passed over in silence; whoever gives no names checks
 * them himself.
 */
export function callOptions<T extends object>(
  call: string,
  given: T | undefined,
  known?: readonly string[],
): Partial<T> {
  if (given === undefined) return {}
  if (!isObject(given)) throw badRequest(`${call}: expected options as an object, got ${said(given)}`)
  for (const name of Object.keys(given)) {
    if (known === undefined || known.includes(name)) continue
    const nearest = nearestName(name, known)
    const meant = nearest === undefined ? '' : `did you mean ${JSON.stringify(nearest)}? `
    throw badRequest(`${JSON.stringify(name)}: unknown option of ${call}; ${meant}expected one of ${known.join(', ')}`)
  }
  return given
}
