import type { Candidates } from './candidates.ts'
import type { Found } from './search.ts'

/** Decides which nodes are looked at; how they are scored is the policy's business. */
export interface Strategy {
  readonly name: string
  /** `from`: the position, in order of name, after the last node that the search before looked at. */
  readonly search: (candidates: Candidates, from: number, found: Found) => void
}
