/**
 * The extension points, named as kube-scheduler names them. A plugin is a named object with some of them. `filter` and
 * `score` are asked once for a class of pods and answer with a function of a row, so that what depends on the pod
 * alone is worked out once and the rest is arithmetic over columns. The columns may be taken hold of then: when the
 * table replaces them, the plugins are asked again.
 */
import type { NodeTable } from './nodeTable.ts'
import type { PodInfo } from './podInfo.ts'

/** Why a node does not suit a pod: a value, in kube-scheduler's words. */
export interface Refusal {
  readonly plugin: string
  readonly reasons: readonly string[]
  /** Whether taking other pods off the node could help (Unschedulable rather than UnschedulableAndUnresolvable). */
  readonly resolvable: boolean
}

/** 0: the node suits. Anything else, up to 2²⁴, is a code that `refusal` of the same plugin explains. */
export type RowFilter = (row: number) => number

/** A filter that has nothing to check for a pod on any node, though it is asked: it costs no call. */
export const FITS: RowFilter = () => 0

/** A score that is 0 for every node, though it counts as asked for: it costs no call. */
export const FLAT: RowScore = () => 0

/** A whole number from 0 to 100 inclusive, or any whole number from 0 if the plugin normalizes. */
export type RowScore = (row: number) => number

/** Brings the scores of all feasible nodes to 0…100, in place. Equal scores must stay equal. */
export type Normalize = (scores: Float64Array, count: number) => void

export interface Plugin {
  readonly name: string
  /** `skip` leaves this plugin's filter out for the pod: there is nothing for it to check. */
  readonly preFilter?: (pod: PodInfo) => 'skip' | undefined
  readonly filter?: (pod: PodInfo, nodes: NodeTable) => RowFilter
  /** Explains a code that `filter` gave for this pod. */
  readonly refusal?: (code: number, pod: PodInfo) => Refusal
  /** `skip` leaves this plugin's score out for the pod. */
  readonly preScore?: (pod: PodInfo) => 'skip' | undefined
  readonly score?: (pod: PodInfo, nodes: NodeTable) => RowScore
  readonly normalize?: Normalize
}

/** Mirrors MaxNodeScore in staging/src/k8s.io/kube-scheduler/framework/interface.go. */
export const MAX_NODE_SCORE = 100

/** Mirrors DefaultNormalizeScore in pkg/scheduler/framework/plugins/helper/normalize_score.go. */
export function normalizeToMax(scores: Float64Array, count: number): void {
  const most = maximum(scores, count)
  if (most === 0) return
  for (let i = 0; i < count; i++) scores[i] = Math.floor((MAX_NODE_SCORE * scores[i]!) / most)
}

/** The same, with the highest score the worst. */
export function normalizeReversed(scores: Float64Array, count: number): void {
  const most = maximum(scores, count)
  for (let i = 0; i < count; i++) {
    scores[i] = most === 0 ? MAX_NODE_SCORE : MAX_NODE_SCORE - Math.floor((MAX_NODE_SCORE * scores[i]!) / most)
  }
}

function maximum(scores: Float64Array, count: number): number {
  let most = 0
  for (let i = 0; i < count; i++) if (scores[i]! > most) most = scores[i]!
  return most
}
