/**
 * Resources of a pod's containers as exact quantities, and their sum. Mirrors AggregateContainerRequests and -Limits of
 * staging/src/k8s.io/component-helpers/resource/helpers.go.
 */
import { addQuantities, compareQuantities, parseQuantity, type Quantity } from './quantity.ts'
import type { Container, PodSpec } from './types/core.ts'

export type Amounts = Map<string, Quantity>
export type Side = 'requests' | 'limits'

/** Containers run together, init containers one after the other beside the sidecars started before them. */
export function containerAmounts({ containers = [], initContainers = [] }: Partial<PodSpec>, side: Side): Amounts {
  const amounts = ({ resources }: Container): Amounts => amountsOf(resources?.[side])
  const total: Amounts = new Map()
  for (const container of containers) add(total, amounts(container))
  const sidecars: Amounts = new Map()
  const starting: Amounts = new Map()
  for (const container of initContainers) {
    const own = amounts(container)
    if (container.restartPolicy === 'Always') {
      add(total, own)
      add(sidecars, own)
      raise(starting, sidecars)
    } else {
      add(own, sidecars)
      raise(starting, own)
    }
  }
  raise(total, starting)
  return total
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
  for (const [name, amount] of more) {
    const before = to.get(name)
    to.set(name, before === undefined ? amount : addQuantities(before, amount))
  }
}

export function raise(to: Amounts, floor: Amounts): void {
  for (const [name, amount] of floor) {
    const before = to.get(name)
    if (before === undefined || compareQuantities(before, amount) < 0) to.set(name, amount)
  }
}

/** Which resources a pod may ask for as a whole, in place of its containers' sum. */
export function isPodLevel(name: string): boolean {
  return name === 'cpu' || name === 'memory' || name.startsWith('hugepages-')
}
