import type { Candidates } from './candidates.ts'
import type { Found } from './search.ts'

/** Decides which nodes are looked at, and on which of the best the choice falls; the policy says which are the best. */
export interface Strategy {
  readonly name: string
  /** `from`: the position, in order of name, after the last node that the search before looked at. */
  readonly search: (candidates: Candidates, from: number, found: Found) => void
  /**
   * The search looks at every node, and may be replaced by one that finds the same best node and the same equals without
   * looking at all of them.
   */
  readonly isIndexed?: true
  /** Of this many best nodes one is chosen, by a lot from the scheduler's stream. 1 unless given: the best. */
  readonly among?: number
}
