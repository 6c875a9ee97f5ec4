import type { Ties } from './lots.ts'
import type { Policy } from './policy.ts'
import type { Strategy } from './strategy.ts'
import type { Plugin } from './userPlugin.ts'

export interface SchedulerOptions {
  /** Pods name it in `spec.schedulerName`. Default `default-scheduler`. */
  readonly name?: string | undefined
  /** Which nodes are looked at. Default `bestFit()`. */
  readonly strategy?: Strategy | undefined
  /** How nodes are scored. Default `leastAllocated()`. */
  readonly policy?: Policy | undefined
  /** Asked after the built-in ones. */
  readonly plugins?: readonly Plugin[] | undefined
  /** Among equals: the first by name (default), or one drawn from the scheduler's stream. */
  readonly ties?: Ties | undefined
  /** How many processes of it there are, of which one leads. 1 unless given. */
  readonly replicas?: number | undefined
  /** Whether filters stop at the first refusal (default), or all are asked, for measurement. */
  readonly failFast?: boolean | undefined
}

export const defaultSchedulerName = 'default-scheduler'
