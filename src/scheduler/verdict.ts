/** What the filters come to for one row, as one number: 0, or which of them refused it and the code it gave. */
import type { Refusal, RowPlugin } from './plugin.ts'
import type { PodInfo } from './podInfo.ts'

const FILTER_BITS = 6
const FILTER_MASK = 63

/** `filter`: its number among those that were asked, from 0; its `code` is not 0. */
export function verdictOf(filter: number, code: number): number {
  return (code << FILTER_BITS) | (filter + 1)
}

/** How many filters were asked until one refused; of a verdict that is not 0. */
export function askedUntil(verdict: number): number {
  return verdict & FILTER_MASK
}

/** What a verdict that is not 0 says; `filters` are those that were asked. */
export function refusalOf(
  { filters, info }: { readonly filters: readonly RowPlugin[]; readonly info: PodInfo },
  verdict: number,
): Refusal {
  return filters[(verdict & FILTER_MASK) - 1]!.refusal!(verdict >>> FILTER_BITS, info)
}
