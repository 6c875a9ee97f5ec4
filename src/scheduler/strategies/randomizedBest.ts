import { badRequest } from '../../api/errors.ts'
import { said } from '../../api/said.ts'
import { examine } from '../search.ts'
import type { Strategy } from '../strategy.ts'

export interface RandomizedBestOptions {
  /** A whole number of at least 1. */
  readonly among: number
}

export interface RandomizedBest extends Strategy {
  readonly among: number
}

/**
 * Looks at every node and takes one of the `among` best, by lot from the scheduler's stream: then a node that is new, and
 * better than all others, does not draw every pod. Throws BadRequest for an option out of range.
 */
export function randomizedBest(options: RandomizedBestOptions): RandomizedBest {
  const { among } = (options ?? {}) as RandomizedBestOptions
  if (!Number.isSafeInteger(among) || among < 1)
    throw badRequest(`randomizedBest: among must be a whole number of at least 1, got ${said(among)}`)
  return {
    name: 'randomizedBest',
    among,
    search: (candidates, _from, found) => examine(candidates, 0, Infinity, found),
  }
}
