import { type Duration, parseDuration } from '../api/duration.ts'
import { badRequest } from '../api/errors.ts'
import type { Distribution } from '../kernel/distribution.ts'

/** How long something takes: always the same, or drawn from the node's stream of chance. */
export type Timing =
  | Duration
  | { readonly uniform: readonly [low: Duration, high: Duration] }
  | { readonly exponential: { readonly mean: Duration } }
  | { readonly logNormal: { readonly median: Duration; readonly sigma: number } }

/** In milliseconds. Throws BadRequest that names the place. */
export function timing(value: Timing, path: string): Distribution {
  if (typeof value === 'number' || typeof value === 'string') return milliseconds(value, path)
  const made = typeof value === 'object' && value !== null ? distribution(value, path) : undefined
  if (made === undefined) throw refuse(path, value, 'a duration, or one of { uniform }, { exponential }, { logNormal }')
  return made
}

export function milliseconds(value: Duration, path: string): number {
  try {
    return parseDuration(value)
  } catch (error) {
    throw badRequest(`${path}: ${(error as Error).message}`)
  }
}

export function refuse(path: string, got: unknown, expected: string): Error {
  return badRequest(`${path}: Invalid value: ${JSON.stringify(got) ?? String(got)}: expected ${expected}`)
}

/** Throws BadRequest for whatever is no object, or has a field that is not among those listed. */
export function checkFields(value: unknown, path: string, what: string, fields: readonly string[]): void {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw refuse(path, value, what)
  const unknown = Object.keys(value).find((field) => !fields.includes(field))
  if (unknown !== undefined) throw refuse(path, unknown, `one of the fields ${fields.join(', ')}`)
}

function distribution(value: Exclude<Timing, Duration>, path: string): Distribution | undefined {
  if ('uniform' in value && Array.isArray(value.uniform) && value.uniform.length === 2) {
    const [low, high] = value.uniform.map((bound, index) =>
      milliseconds(bound as Duration, `${path}.uniform[${index}]`),
    )
    if (low! > high!) throw refuse(`${path}.uniform`, value.uniform, 'the lower bound first')
    return { uniform: [low!, high!] }
  }
  if ('exponential' in value && value.exponential) {
    return { exponential: { mean: milliseconds(value.exponential.mean, `${path}.exponential.mean`) } }
  }
  if (!('logNormal' in value) || !value.logNormal) return undefined
  const { median, sigma } = value.logNormal
  if (!(typeof sigma === 'number' && sigma >= 0 && sigma < 20))
    throw refuse(`${path}.logNormal.sigma`, sigma, 'a number from 0 to 20')
  return { logNormal: { median: milliseconds(median, `${path}.logNormal.median`), sigma } }
}
