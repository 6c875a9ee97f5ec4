/** How large values may be that are not there yet. Mirrors SizeEstimate of checker/cost.go of cel-go. */

/** Both inclusive: of a text its characters, of a list or a map how much is in it. */
export interface Range {
  readonly min: number
  readonly max: number
}

/** Sizes and costs end with 64 bits. Not every number below is exact, but all that decide anything. */
export const MOST: number = Number(1n << 64n)
/** Of what nobody knows the size. */
export const ANY: Range = Object.freeze({ min: 0, max: MOST })

export const limited = (size: number): number => Math.min(size, MOST)
export const exactly = (size: number): Range => ({ min: size, max: size })
/** What is one of two. */
export const either = (a: Range, b: Range): Range => ({ min: Math.min(a.min, b.min), max: Math.max(a.max, b.max) })
export const sum = (a: Range, b: Range): Range => ({ min: limited(a.min + b.min), max: limited(a.max + b.max) })
export const product = (a: Range, b: Range): Range => ({ min: limited(a.min * b.min), max: limited(a.max * b.max) })
