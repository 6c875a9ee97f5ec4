/** Completion indexes as ordered runs of neighbours: orderedIntervals of pkg/controller/job/indexed_job_utils.go. */

export type Interval = readonly [first: number, last: number]
export type Intervals = readonly Interval[]

/** Reads `1,3-5,7`; indexes from `completions` on are left out, and so is what makes no sense. */
export function readIntervals(text: string | undefined, completions: number): Intervals {
  const read: Interval[] = []
  for (const part of text === undefined || text === '' ? [] : text.split(',')) {
    const [first, last = first] = part.split('-').map(Number)
    if (!Number.isInteger(first) || !Number.isInteger(last)) continue
    if (first! >= completions) break
    read.push([first!, Math.min(last!, completions - 1)])
  }
  return merged(read, [])
}

/** All indexes of both; each list is in order. */
export function merged(one: Intervals, other: Intervals): Intervals {
  const result: [number, number][] = []
  const all = [...one, ...other].sort(([a], [b]) => a - b)
  for (const [first, last] of all) {
    const before = result.at(-1)
    if (before === undefined || first > before[1] + 1) result.push([first, last])
    else if (last > before[1]) before[1] = last
  }
  return result
}

/** The same with more indexes, in whatever order. */
export function withIndexes(intervals: Intervals, indexes: Iterable<number>): Intervals {
  return merged(
    intervals,
    [...indexes].map((index) => [index, index] as const),
  )
}

export function countOf(intervals: Intervals): number {
  return intervals.reduce((sum, [first, last]) => sum + last - first + 1, 0)
}

export function hasIndex(intervals: Intervals, index: number): boolean {
  let [low, high] = [0, intervals.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (intervals[middle]![1] >= index) high = middle
    else low = middle + 1
  }
  return low < intervals.length && intervals[low]![0] <= index
}

/** How many indexes are in both. */
export function overlapOf(one: Intervals, other: Intervals): number {
  let sum = 0
  for (const [first, last] of one) {
    for (const [from, to] of other) sum += Math.max(0, Math.min(last, to) - Math.max(first, from) + 1)
  }
  return sum
}

/** `1,3-5,7`; two neighbours are written one by one. */
export function writeIntervals(intervals: Intervals): string {
  return intervals
    .map(([first, last]) => (first === last ? `${first}` : `${first}${last === first + 1 ? ',' : '-'}${last}`))
    .join(',')
}

/** The first so many indexes below `completions` that are in none of the intervals. */
export function firstOutside(intervals: Intervals, count: number, completions: number): number[] {
  const found: number[] = []
  let candidate = 0
  for (const [first, last] of [...intervals, [completions, completions] as const]) {
    while (candidate < Math.min(first, completions) && found.length < count) found.push(candidate++)
    candidate = Math.max(candidate, last + 1)
  }
  return found
}
