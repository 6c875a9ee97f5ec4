import { badRequest } from '../api/errors.ts'
import type { DeleteOptions } from '../registries/context.ts'

const fields: readonly string[] = Object.freeze([
  'gracePeriodSeconds',
  'propagationPolicy',
  'orphanDependents',
  'preconditions',
])
/** Whether it is a dry run has been asked before. */
const offered: readonly string[] = Object.freeze([...fields, 'dryRun'])
const ofPreconditions: readonly string[] = Object.freeze(['uid', 'resourceVersion'])

/** A copy of what somebody said about a delete; whether the values make sense is the API server's to judge. Throws BadRequest. */
export function takeDeleteOptions(given: unknown): DeleteOptions {
  const taken = taking(given ?? {}, fields, 'DeleteOptions', offered)
  const { preconditions } = taken
  if (preconditions === undefined) return taken
  const strings = taking(preconditions, ofPreconditions, 'preconditions')
  for (const name of ofPreconditions) {
    if (strings[name] !== undefined && typeof strings[name] !== 'string')
      throw badRequest(`preconditions.${name}: Invalid value: expected a string, got ${typeof strings[name]}`)
  }
  return { ...taken, preconditions: strings }
}

function taking(
  given: unknown,
  allowed: readonly string[],
  what: string,
  offered: readonly string[] = allowed,
): Record<string, unknown> {
  if (typeof given !== 'object' || given === null || Array.isArray(given))
    throw badRequest(`${what}: expected an object, got ${JSON.stringify(given)}`)
  const taken: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(given)) {
    if (value === undefined || value === null) continue
    if (!allowed.includes(name))
      throw badRequest(`${what}: unknown field ${JSON.stringify(name)}; expected one of ${offered.join(', ')}`)
    taken[name] = value
  }
  return taken
}
