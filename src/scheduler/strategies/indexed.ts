import { examine } from '../search.ts'
import type { Strategy } from '../strategy.ts'

/**
 * Makes exactly the placement that `bestFit` makes, equals included, without looking at every node: a pod of a class that
 * was seen before goes through a tree of what is remembered of it, another one past blocks of nodes that have nothing
 * better to offer; where neither can be exact (scores that mean something only beside those of the other nodes, plugins
 * that look at more than the node) every node is looked at. What it did is in `schedulerStats()`.
 */
export function indexed(): Strategy {
  return {
    name: 'indexed',
    isIndexed: true,
    search: (candidates, _from, found) => examine(candidates, 0, Infinity, found),
  }
}
