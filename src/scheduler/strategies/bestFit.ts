import { examine } from '../search.ts'
import type { Strategy } from '../strategy.ts'

/** Looks at every node and takes the best of all. */
export function bestFit(): Strategy {
  return { name: 'bestFit', search: (candidates, _from, found) => examine(candidates, 0, Infinity, found) }
}
