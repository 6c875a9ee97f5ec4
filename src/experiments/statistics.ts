import { refuse } from '../api/fields.ts'
import { sqrt } from '../kernel/math.ts'

/** What several measurements of one quantity come to. */
export interface Summary {
  readonly count: number
  readonly mean: number
  /** The mean of what was sampled lies within ± this of `mean` with 95 % confidence; undefined for fewer than two measurements. */
  readonly halfWidth: number | undefined
  readonly least: number
  readonly most: number
}

/** Mean with its confidence interval, by Student's t. Throws RangeError where there is nothing to summarise. */
export function summarise(values: readonly number[]): Summary {
  if (!Array.isArray(values) || values.some((value) => typeof value !== 'number'))
    throw refuse('summarise', values, 'a list of numbers')
  const count = values.length
  if (count === 0) throw new RangeError('there is no mean of nothing')
  const mean = values.reduce((sum, value) => sum + value, 0) / count
  const least = values.reduce((a, b) => Math.min(a, b))
  const most = values.reduce((a, b) => Math.max(a, b))
  if (count === 1) return { count, mean, halfWidth: undefined, least, most }
  // Equal measurements have no spread, whatever rounding makes of their mean.
  if (least === most) return { count, mean: least, halfWidth: 0, least, most }
  const squares = values.reduce((sum, value) => sum + (value - mean) * (value - mean), 0)
  const deviation = sqrt(squares / (count - 1))
  return { count, mean, halfWidth: (studentT95(count - 1) * deviation) / sqrt(count), least, most }
}

/** By degrees of freedom, from 1 on: the 97.5 % quantile of Student's distribution. */
const quantiles: readonly number[] = Object.freeze([
  12.7062047362, 4.3026527297, 3.1824463053, 2.7764451052, 2.5705818356, 2.4469118511, 2.3646242516, 2.3060041352,
  2.2621571628, 2.228138852, 2.2009851601, 2.1788128297, 2.1603686565, 2.1447866879, 2.1314495456, 2.1199052992,
  2.1098155778, 2.1009220402, 2.0930240544, 2.0859634473, 2.0796138447, 2.0738730679, 2.0686576104, 2.0638985616,
  2.0595385528, 2.0555294386, 2.0518305165, 2.0484071418, 2.0452296421, 2.0422724563,
])

/** How many standard errors to each side hold 95 %. Beyond 30 degrees of freedom by Fisher's expansion, to 1e-6. */
export function studentT95(degrees: number): number {
  const known = quantiles[degrees - 1]
  if (known !== undefined) return known
  const z = 1.959963984540054
  const z3 = z * z * z
  const z5 = z3 * z * z
  const z7 = z5 * z * z
  const first = (z3 + z) / 4
  const second = (5 * z5 + 16 * z3 + 3 * z) / 96
  const third = (3 * z7 + 19 * z5 + 17 * z3 - 15 * z) / 384
  return z + first / degrees + second / (degrees * degrees) + third / (degrees * degrees * degrees)
}

/** Of sorted values, the least that at least this share of them does not exceed; undefined where there are none. */
export function quantile(sorted: ArrayLike<number>, share: number): number | undefined {
  return sorted.length === 0 ? undefined : sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)]
}
