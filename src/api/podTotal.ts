/**
 * What a pod's containers come to together, whatever it is counted in. Mirrors AggregateContainerRequests and -Limits of
 * staging/src/k8s.io/component-helpers/resource/helpers.go.
 */
import type { Container, PodSpec } from './types/core.ts'

/** How amounts of a sort are reckoned with. */
export interface Arithmetic<N> {
  readonly sum: (a: N, b: N) => N
  readonly isLess: (a: N, b: N) => boolean
}

/** By resource. */
export type AmountsOf<N> = Map<string, N>

/**
 * Containers run together, init containers one after the other beside the sidecars started before them. `of` makes a new
 * map for each container.
 */
export function podTotal<N>(
  { containers = [], initContainers = [] }: Partial<PodSpec>,
  of: (container: Container) => AmountsOf<N>,
  arithmetic: Arithmetic<N>,
): AmountsOf<N> {
  const total: AmountsOf<N> = new Map()
  for (const container of containers) add(total, of(container), arithmetic)
  const sidecars: AmountsOf<N> = new Map()
  const starting: AmountsOf<N> = new Map()
  for (const container of initContainers) {
    const own = of(container)
    if (container.restartPolicy === 'Always') {
      add(total, own, arithmetic)
      add(sidecars, own, arithmetic)
      raise(starting, sidecars, arithmetic)
    } else {
      add(own, sidecars, arithmetic)
      raise(starting, own, arithmetic)
    }
  }
  raise(total, starting, arithmetic)
  return total
}

export function add<N>(to: AmountsOf<N>, more: AmountsOf<N>, { sum }: Arithmetic<N>): void {
  for (const [name, amount] of more) {
    const before = to.get(name)
    to.set(name, before === undefined ? amount : sum(before, amount))
  }
}

export function raise<N>(to: AmountsOf<N>, floor: AmountsOf<N>, { isLess }: Arithmetic<N>): void {
  for (const [name, amount] of floor) {
    const before = to.get(name)
    if (before === undefined || isLess(before, amount)) to.set(name, amount)
  }
}

/** Which resources a pod may ask for as a whole, in place of its containers' sum. */
export function isPodLevel(name: string): boolean {
  return name === 'cpu' || name === 'memory' || name.startsWith('hugepages-')
}
