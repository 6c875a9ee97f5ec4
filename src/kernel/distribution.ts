import { exp, log, sqrt } from './math.ts'
import type { RandomStream } from './random.ts'

/** How long something takes: always the same, or drawn. All in milliseconds. */
export type Distribution =
  | number
  | { readonly uniform: readonly [low: number, high: number] }
  | { readonly exponential: { readonly mean: number } }
  | { readonly logNormal: { readonly median: number; readonly sigma: number } }

/** One draw, in milliseconds, never negative. A fixed number draws nothing from the stream. */
export function draw(distribution: Distribution, stream: RandomStream): number {
  if (typeof distribution === 'number') return distribution
  if ('uniform' in distribution) {
    const [low, high] = distribution.uniform
    return low + stream.fraction() * (high - low)
  }
  if ('exponential' in distribution) return -distribution.exponential.mean * log(1 - stream.fraction())
  const { median, sigma } = distribution.logNormal
  return median * exp(sigma * normal(stream))
}

/** A draw of the standard normal distribution, by Marsaglia's polar method; keeps no second value. */
export function normal(stream: RandomStream): number {
  for (;;) {
    const x = 2 * stream.fraction() - 1
    const y = 2 * stream.fraction() - 1
    const square = x * x + y * y
    if (square > 0 && square < 1) return x * sqrt((-2 * log(square)) / square)
  }
}
