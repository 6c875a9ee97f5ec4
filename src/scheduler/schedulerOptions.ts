import type { Ties } from './lots.ts'
import type { PluginArgs } from './pluginArgs.ts'
import type { Policy } from './policy.ts'
import type { Strategy } from './strategy.ts'
import type { Plugin } from './userPlugin.ts'

/** How the pods of one `spec.schedulerName` are placed. */
export interface ProfileOptions {
  /** Pods name it in `spec.schedulerName`. Default `default-scheduler`. */
  readonly name?: string | undefined
  /** Which nodes are looked at. Default `bestFit()`. */
  readonly strategy?: Strategy | undefined
  /** How nodes are scored. Default `leastAllocated()`. */
  readonly policy?: Policy | undefined
  /** Asked after the built-in ones. */
  readonly plugins?: readonly Plugin[] | undefined
  /** Built-in plugins to leave out, `*` for all; or of one only an extension point: `NodeResourcesFit.filter`. */
  readonly disable?: readonly string[] | undefined
  /** What scores weigh, by plugin, in place of the policy's: whole numbers; 0 leaves a score out. */
  readonly weights?: Readonly<Record<string, number>> | undefined
  /** Arguments of built-in plugins by name, as kube-scheduler's `pluginConfig` has them. */
  readonly args?: PluginArgs | undefined
  /** Among equals: the first by name (default), or one drawn from the scheduler's stream. */
  readonly ties?: Ties | undefined
  /** Whether filters stop at the first refusal (default), or all are asked, for measurement. */
  readonly failFast?: boolean | undefined
}

/** A scheduler: one process with a queue of its own. */
export interface SchedulerOptions extends ProfileOptions {
  /** How many processes of it there are, of which one leads. 1 unless given. */
  readonly replicas?: number | undefined
  /** Further profiles, for pods that name them: they share the queue and all that is known of nodes. */
  readonly profiles?: readonly ProfileOptions[] | undefined
}

export const defaultSchedulerName = 'default-scheduler'
