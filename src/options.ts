import { badRequest } from './api/errors.ts'
import { parseTime } from './api/time.ts'
import type { Controller } from './client/controller.ts'
import type { LatencyOptions } from './client/latency.ts'
import type { Behaviour } from './node/behaviour.ts'
import type { NodeTemplate } from './node/nodeTemplate.ts'
import type { SchedulerOptions } from './scheduler/scheduler.ts'

export interface ClusterOptions {
  /** A whole number; 0 unless given, never from the OS. */
  readonly seed?: number | undefined
  /** How many nodes, or what they are like; 3 unless given: node-0 … node-2 with 4 cpu, 16Gi and 110 pods each. */
  readonly nodes?: number | readonly NodeTemplate[] | undefined
  /** RFC 3339; 2020-01-01T00:00:00Z unless given. */
  readonly epoch?: string | undefined
  /** One scheduler, `default-scheduler`, searching for the best fit, unless given. */
  readonly schedulers?: readonly SchedulerOptions[] | undefined
  /** The user's control loops, beside the built-in ones. */
  readonly controllers?: readonly Controller[] | undefined
  /** Names of built-in components to leave out. */
  readonly disable?: readonly string[] | undefined
  /** How containers behave, by image; the first match counts. */
  readonly behaviours?: readonly Behaviour[] | undefined
  readonly latency?: LatencyOptions | undefined
  /** How much of the past can be read; the last 100,000 changes unless given. A run of heartbeats counts once. */
  readonly history?: 'all' | { readonly revisions: number } | undefined
  /** false leaves what is read unfrozen, for speed; nothing else differs. */
  readonly freeze?: boolean | undefined
}

const builtIn: readonly string[] = Object.freeze(['replication-controller', 'endpoint-controller', 'scheduler', 'kubelet'])
const known: readonly string[] = Object.freeze([
  'seed',
  'nodes',
  'epoch',
  'schedulers',
  'controllers',
  'disable',
  'behaviours',
  'latency',
  'history',
  'freeze',
])

/** The options with every default filled in. Throws BadRequest. */
export function checkOptions(options: ClusterOptions): {
  readonly seed: number
  readonly epoch: number
  readonly revisions: number
  readonly disable: readonly string[]
} {
  for (const name of Object.keys(options)) {
    if (!known.includes(name)) throw badRequest(`options.${name}: unknown; expected one of ${known.join(', ')}`)
  }
  const { seed = 0, epoch = '2020-01-01T00:00:00Z', disable = [], history = { revisions: 100_000 } } = options
  if (!Number.isSafeInteger(seed)) throw badRequest(`options.seed: expected a whole number, got ${String(seed)}`)
  const start = typeof epoch === 'string' ? parseTime(epoch) : undefined
  if (start === undefined) throw badRequest(`options.epoch: expected an RFC 3339 time such as 2020-01-01T00:00:00Z, got ${JSON.stringify(epoch)}`)
  for (const name of disable) {
    if (!builtIn.includes(name)) throw badRequest(`options.disable: no component ${JSON.stringify(name)}; there are ${builtIn.join(', ')}`)
  }
  const revisions = history === 'all' ? Infinity : history.revisions
  if (revisions !== Infinity && !(Number.isInteger(revisions) && revisions > 0)) {
    throw badRequest(`options.history.revisions: expected a whole number above 0, got ${String(revisions)}`)
  }
  return { seed, epoch: start, revisions, disable }
}
