import type { CyclePlugin, NodePlugin, RowPlugin } from './plugin.ts'
import type { WeightedPlugin } from './policy.ts'

/** The filters and scores of one scheduler, in the order in which they are asked. */
export interface Rules {
  /** Those that look at the row alone, before those that look at more. */
  readonly filters: readonly RowPlugin[]
  readonly scores: readonly WeightedPlugin[]
}

export interface Weighted<P extends RowPlugin> {
  readonly plugin: P
  readonly weight: number
}

export function isOfNode(plugin: RowPlugin): plugin is NodePlugin {
  return plugin.scope === 'node'
}

export function isOfCycle(plugin: RowPlugin): plugin is CyclePlugin {
  return plugin.scope === 'cycle'
}
