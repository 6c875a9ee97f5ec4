/**
 * Logarithm, exponential and square root out of + − × ÷ alone, which IEEE 754 makes the same everywhere; engines
 * differ in the last bits of `Math.log` and `Math.exp`.
 */

const ln2 = 0.6931471805599453
// The same in two parts: the first has few enough bits that its multiples are exact.
const ln2High = 0.6931471803691238
const ln2Low = 1.9082149292705877e-10
const sqrtHalf = 0.7071067811865476

/** Natural logarithm, to about 2 units in the last place. NaN below 0, -Infinity at 0. */
export function log(value: number): number {
  if (!(value > 0)) return value === 0 ? -Infinity : Number.NaN
  if (value === Infinity) return Infinity
  let exponent = 0
  let mantissa = value
  while (mantissa >= 2 * sqrtHalf) {
    mantissa /= 2
    exponent++
  }
  while (mantissa < sqrtHalf) {
    mantissa *= 2
    exponent--
  }
  const s = (mantissa - 1) / (mantissa + 1)
  const square = s * s
  let sum = 0
  for (let power = 23; power >= 1; power -= 2) sum = sum * square + 1 / power
  return exponent * ln2 + 2 * s * sum
}

/** e to the power of `value`, to about 2 units in the last place. */
export function exp(value: number): number {
  if (Number.isNaN(value)) return Number.NaN
  if (value > 709.8) return Infinity
  if (value < -745.2) return 0
  const doublings = Math.round(value / ln2)
  const rest = value - doublings * ln2High - doublings * ln2Low
  let sum = 1
  for (let term = 20; term >= 1; term--) sum = 1 + (sum * rest) / term
  return scale(sum, doublings)
}

/** Square root of a number that is not negative; NaN below 0. */
export function sqrt(value: number): number {
  if (Number.isNaN(value) || value < 0) return Number.NaN
  if (value === 0 || value === Infinity) return value
  let guess = exp(log(value) / 2)
  for (let round = 0; round < 2; round++) guess = (guess + value / guess) / 2
  return guess
}

function scale(value: number, doublings: number): number {
  let scaled = value
  for (let left = doublings; left > 0; left--) scaled *= 2
  for (let left = doublings; left < 0; left++) scaled /= 2
  return scaled
}
