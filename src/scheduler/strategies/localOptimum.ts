import { badRequest } from '../../api/errors.ts'
import { isObject } from '../../api/object.ts'
import { said } from '../../api/said.ts'
import { examine } from '../search.ts'
import type { Strategy } from '../strategy.ts'

/** How many feasible nodes are enough. */
export type LocalOptimumOptions =
  | { /** A whole number of at least 1, or Infinity. */ readonly feasible: number }
  | {
      /**
       * Of all nodes, 1 to 100 inclusive, but never fewer than 100 nodes. `adaptive`: kube-scheduler's percentage, from 50
       * in small clusters down to 5 in large ones (its configuration calls that 0, which does as well).
       */
      readonly percentage: number | 'adaptive'
    }

export interface LocalOptimum extends Strategy {
  readonly feasible?: number
  readonly percentage?: number | 'adaptive'
}

const FEWEST = 100

/**
 * Stops as soon as enough nodes are feasible and takes the best of those; the next search starts where this one
 * stopped. Throws BadRequest for an option out of range.
 */
export function localOptimum(options: LocalOptimumOptions): LocalOptimum {
  if (!isObject(options))
    throw badRequest(`localOptimum: expected { feasible } or { percentage }, got ${said(options)}`)
  if ('feasible' in options) return stopAt(options.feasible)
  const percentage = options.percentage === 0 ? 'adaptive' : options.percentage
  if (percentage !== 'adaptive' && !(percentage >= 0 && percentage <= 100)) {
    throw badRequest(`localOptimum: percentage must be from 1 to 100 or 'adaptive', got ${said(percentage)}`)
  }
  return {
    name: 'localOptimum',
    percentage,
    search: (candidates, from, found) => examine(candidates, from, share(candidates.order.length, percentage), found),
  }
}

function stopAt(feasible: number): LocalOptimum {
  if (!(feasible >= 1) || (feasible !== Infinity && !Number.isInteger(feasible))) {
    throw badRequest(`localOptimum: feasible must be a whole number of at least 1, got ${said(feasible)}`)
  }
  return {
    name: 'localOptimum',
    feasible,
    search: (candidates, from, found) => examine(candidates, from, feasible, found),
  }
}

/** Mirrors numFeasibleNodesToFind in pkg/scheduler/schedule_one.go. */
function share(nodes: number, percentage: number | 'adaptive'): number {
  if (nodes < FEWEST) return nodes
  const percent = percentage === 'adaptive' ? Math.max(5, 50 - Math.floor(nodes / 125)) : percentage
  return Math.max(FEWEST, Math.floor((nodes * percent) / 100))
}
