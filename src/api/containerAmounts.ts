/** Resources of a pod's containers as exact quantities, and their sum. */
import { add as addBy, type AmountsOf, type Arithmetic, podTotal, raise as raiseBy } from './podTotal.ts'
import { addQuantities, compareQuantities, parseQuantity, type Quantity } from './quantity.ts'
import type { PodSpec } from './types/core.ts'

export type Amounts = AmountsOf<Quantity>
export type Side = 'requests' | 'limits'

export const exact: Arithmetic<Quantity> = Object.freeze<Arithmetic<Quantity>>({
  sum: addQuantities,
  isLess: (a, b) => compareQuantities(a, b) < 0,
})

export function containerAmounts(spec: Partial<PodSpec>, side: Side): Amounts {
  return podTotal(spec, ({ resources }) => amountsOf(resources?.[side]), exact)
}

/** Without what is no quantity. */
export function amountsOf(list: Readonly<Record<string, string>> | undefined): Amounts {
  const amounts: Amounts = new Map()
  for (const name in list) {
    const amount = parseQuantity(list[name] ?? '')
    if (amount !== undefined) amounts.set(name, amount)
  }
  return amounts
}

export function add(to: Amounts, more: Amounts): void {
  addBy(to, more, exact)
}

export function raise(to: Amounts, floor: Amounts): void {
  raiseBy(to, floor, exact)
}
