/** Indexes of pods as jobs write them: `1,3-5,7`. Mirrors validateIndexesFormat of pkg/apis/batch/validation. */

type Interval = readonly [first: number, last: number]

/** What is written, or what is wrong with it. */
export type Indexes = { readonly intervals: readonly Interval[] } | { readonly said: string }

/** `completions` is how many indexes there are. */
export function parseIndexes(text: string, completions: number): Indexes {
  const intervals: Interval[] = []
  for (const part of text === '' ? [] : text.split(',')) {
    const interval = parseInterval(part, completions)
    if (typeof interval === 'string') return { said: interval }
    const last = intervals.at(-1)?.[1]
    if (last !== undefined && last >= interval[0]) return { said: notIncreasing(last, interval[0]) }
    intervals.push(interval)
  }
  return { intervals }
}

/** How many indexes are named; 0 of what is wrong. */
export function countOf(indexes: Indexes): number {
  if ('said' in indexes) return 0
  return indexes.intervals.reduce((sum, [first, last]) => sum + last - first + 1, 0)
}

/** The first index in both, looking only at what is well formed. */
export function overlapOf(one: string, other: string, completions: number): number | undefined {
  const [left, right] = [soundPartsOf(one, completions), soundPartsOf(other, completions)]
  for (const [first, last] of left) {
    const met = right.find(([from, to]) => first <= to && from <= last)
    if (met !== undefined) return Math.max(first, met[0])
  }
  return undefined
}

function soundPartsOf(text: string, completions: number): readonly Interval[] {
  return text.split(',').flatMap((part) => {
    const interval = parseInterval(part, completions)
    return typeof interval === 'string' ? [] : [interval]
  })
}

function parseInterval(part: string, completions: number): Interval | string {
  const limits = part.split('-')
  if (limits.length > 2) {
    return `the fragment ${JSON.stringify(part)} violates the requirement that an index interval can have at most two parts separated by '-'`
  }
  const numbers: number[] = []
  for (const limit of limits) {
    if (!/^\+?\d{1,18}$/.test(limit)) return `cannot convert string to integer for index: ${JSON.stringify(limit)}`
    if (Number(limit) >= completions) return `too large index: ${JSON.stringify(limit)}`
    numbers.push(Number(limit))
  }
  const [first = 0, last = first] = numbers
  return numbers.length > 1 && first >= last ? notIncreasing(first, last) : [first, last]
}

function notIncreasing(previous: number, current: number): string {
  return `non-increasing order, previous: ${previous}, current: ${current}`
}
