/** How long the pods of a generated workload stay. */
import { type Duration, parseDuration } from '../../api/duration.ts'
import { checkFields, refuse } from '../../api/fields.ts'
import { type Distribution, draw } from '../../kernel/distribution.ts'
import { exp } from '../../kernel/math.ts'
import type { RandomStream } from '../../kernel/random.ts'
import { type Timing, timing } from '../../node/timing.ts'

/**
 * How long a pod stays once it is bound: `'for ever'`; always as long, `'10m'`; or drawn: `{ uniform: ['1m', '5m'] }`,
 * `{ exponential: { mean: '10m' } }`, `{ logNormal: { median: '10m', sigma: 1.5 } }`, or the same by its mean,
 * `{ logNormal: { mean: '30m', sigma: 1.5 } }`. `sigma` is the standard deviation of the logarithm, from 0 to 20.
 */
export type Lifetimes =
  'for ever' | Timing | { readonly logNormal: { readonly mean: Duration; readonly sigma: number } }

/** Draws one, in milliseconds; undefined is for ever. */
export type LifetimeOf = (stream: RandomStream) => number | undefined

/** Throws BadRequest that names the place. */
export function lifetimeOf(lifetimes: Lifetimes, path: string): LifetimeOf {
  if (lifetimes === 'for ever') return () => undefined
  const distribution = distributionOf(lifetimes, path)
  return (stream) => draw(distribution, stream)
}

function distributionOf(lifetimes: Exclude<Lifetimes, 'for ever'>, path: string): Distribution {
  if (typeof lifetimes !== 'object' || lifetimes === null) return timing(lifetimes, path)
  checkFields(lifetimes, path, 'a distribution', ['uniform', 'exponential', 'logNormal'])
  if (Object.keys(lifetimes).length !== 1)
    throw refuse(path, lifetimes, 'exactly one of uniform, exponential, logNormal')
  if (!('logNormal' in lifetimes)) return timing(lifetimes, path)
  checkFields(lifetimes.logNormal, `${path}.logNormal`, '{ median, sigma } or { mean, sigma }', [
    'median',
    'mean',
    'sigma',
  ])
  const { median, mean, sigma } = lifetimes.logNormal as Partial<Record<'median' | 'mean', Duration>> & {
    readonly sigma: number
  }
  if ((median === undefined) === (mean === undefined))
    throw refuse(`${path}.logNormal`, lifetimes.logNormal, 'either a median or a mean')
  if (mean === undefined) return timing({ logNormal: { median: median!, sigma } }, path)
  const meanMs = parseDuration(mean, `${path}.logNormal.mean`)
  // Checks sigma too.
  timing({ logNormal: { median: 0, sigma } }, path)
  return { logNormal: { median: meanMs * exp((-sigma * sigma) / 2), sigma } }
}
