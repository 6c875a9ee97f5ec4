import { type Duration, parseDuration } from '../api/duration.ts'
import { refuse } from '../api/fields.ts'
import type { Distribution } from '../kernel/distribution.ts'

/** How long something takes: always the same, or drawn from the node's stream of chance. */
export type Timing =
  | Duration
  | { readonly uniform: readonly [low: Duration, high: Duration] }
  | { readonly exponential: { readonly mean: Duration } }
  | { readonly logNormal: { readonly median: Duration; readonly sigma: number } }

/** In milliseconds. Throws BadRequest that names the place. */
export function timing(value: Timing, path: string): Distribution {
  if (typeof value === 'number' || typeof value === 'string') return parseDuration(value, path)
  const made = typeof value === 'object' && value !== null ? distribution(value, path) : undefined
  if (made === undefined) throw refuse(path, value, 'a duration, or one of { uniform }, { exponential }, { logNormal }')
  return made
}

function distribution(value: Exclude<Timing, Duration>, path: string): Distribution | undefined {
  if ('uniform' in value && Array.isArray(value.uniform) && value.uniform.length === 2) {
    const [low, high] = value.uniform.map((bound, index) =>
      parseDuration(bound as Duration, `${path}.uniform[${index}]`),
    )
    if (low! > high!) throw refuse(`${path}.uniform`, value.uniform, 'the lower bound first')
    return { uniform: [low!, high!] }
  }
  if ('exponential' in value && value.exponential) {
    return { exponential: { mean: parseDuration(value.exponential.mean, `${path}.exponential.mean`) } }
  }
  if (!('logNormal' in value) || !value.logNormal) return undefined
  const { median, sigma } = value.logNormal
  if (!(typeof sigma === 'number' && sigma >= 0 && sigma < 20))
    throw refuse(`${path}.logNormal.sigma`, sigma, 'a number from 0 to 20')
  return { logNormal: { median: parseDuration(median, `${path}.logNormal.median`), sigma } }
}
