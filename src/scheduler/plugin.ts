/**
 * The extension points of the built-in plugins, named as kube-scheduler names them. `filter` and `score` answer with a
 * function of a row of the node table, so that what depends on the pod alone is worked out once and the rest is arithmetic
 * over columns. What a user writes is simpler (userPlugin.ts) and is turned into one of these.
 */
import type { Pod } from '../api/types/core.ts'
import type { Cycle, Snapshot } from './cycle.ts'
import type { Blocks } from './index/blocks.ts'
import type { NodeTable } from './nodeTable.ts'
import type { PodInfo } from './podInfo.ts'
import type { Waiter } from './queue.ts'
import type { RowLog } from './rowLog.ts'

/** Why a node does not suit a pod: a value, in kube-scheduler's words. */
export interface Refusal {
  readonly plugin: string
  readonly reasons: readonly string[]
  /** Whether taking other pods off the node could help (Unschedulable rather than UnschedulableAndUnresolvable). */
  readonly resolvable: boolean
  /** Said before any node is looked at, by a plugin that comes after those built in. */
  readonly isLate?: true
}

/** The only nodes that are looked at for a pod, by name; a name that no node has counts for nothing. */
export interface NodeNames {
  readonly nodeNames: readonly string[]
}

/**
 * What is said of a pod before any node is looked at: that there is nothing to check, why no node will do, or which nodes are
 * to be looked at at all; where several plugins name some, those that all of them name.
 */
export type PreFiltered = 'skip' | Refusal | NodeNames | undefined

/** 0: the node suits. Anything else, up to 2²⁴, is a code that `refusal` of the same plugin explains. */
export type RowFilter = (row: number) => number

/** A filter that has nothing to check for a pod on any node, though it is asked: it costs no call. */
export const FITS: RowFilter = () => 0

/** A score that is 0 for every node, though it counts as asked for: it costs no call. */
export const FLAT: RowScore = () => 0

/** A whole number from 0 to 100 inclusive, or any number if the plugin normalizes. */
export type RowScore = (row: number) => number

/** Brings those of the first `count` rows that suit to the front, in order, and says how many they are. */
export type RowsFilter = (rows: Int32Array, count: number) => number

/** Adds `weight` times the score of each of the first `count` rows to its place in `sums`. */
export type RowsScore = (rows: Int32Array, count: number, weight: number, sums: Float64Array) => void

/** How many rows of a block suit: every one, none, or maybe some. */
export type BlockFilter = (block: number) => 'all' | 'some' | 'none'

/** At least the score of every row of a block that NodeResourcesFit has room on. */
export type BlockBound = (block: number) => number

/** Brings the scores of all feasible nodes to 0…100, in place. Equal scores must stay equal. */
export type Normalize = (scores: Float64Array, count: number) => void

/** What comes of reserving a place: nothing more, why it is refused, or annotations that the pod is bound with. */
export type Reservation = undefined | string | { readonly annotations: Readonly<Record<string, string>> }

/** May the pod be bound: at once (undefined), not before somebody allows it, or not at all (a sentence). */
export type Permission = undefined | string | { readonly waitMs: number }

/** What came of looking for room where there was none. */
export interface Nomination {
  /** The node that will have room; '' if there is none, so that what was said before is void. Unless given that stays. */
  readonly node?: string | undefined
  /** The pods that are to go from there: they are deleted, as preempted. */
  readonly victims?: readonly Pod[] | undefined
  /** What is said of it after the reasons: `preemption: 0/3 nodes are available: …`. */
  readonly message?: string | undefined
}

/** That no node suits a pod, for those who may make room on one. */
export interface Failure {
  /** How many nodes there are. */
  readonly total: number
  /** Whether the pod was refused before those who may make room knew of it. */
  readonly isEarly: boolean
  /** The rows of the nodes that refused the pod for what may go away with other pods, in order of name. */
  readonly resolvable: () => Int32Array
  /** 0 if the pod would fit on a row as it is now, with what is tried there; anything else is what `refusalOf` explains. */
  readonly verdict: (row: number) => number
  readonly refusalOf: (verdict: number) => Refusal
  /** Whether a verdict depends on the class of the pod and on the row alone. */
  readonly isOfRows: boolean
  /** Draws a whole number below its argument; without it, the first by name counts. */
  readonly drawBelow: ((count: number) => number) | undefined
}

/** The extension points that are about the pod and not about one node after the other. */
export interface Steps {
  /** Before the pod may enter the queue: why it may not; then it is asked again when the pod changes. */
  readonly preEnqueue?: (pod: Pod) => string | undefined
  /** Whether `a` comes before `b`. One plugin of a scheduler has this. */
  readonly less?: (a: Waiter, b: Waiter) => boolean
  /** No node suits: may make room on one. */
  readonly postFilter?: (cycle: Cycle, failure: Failure) => Nomination | undefined
  /** The pod is counted on the node from now on; a sentence refuses it. */
  readonly reserve?: (cycle: Cycle, node: string) => Reservation
  /** Takes back what `reserve` did, whether or not this plugin's was called. */
  readonly unreserve?: (cycle: Cycle, node: string) => void
  readonly permit?: (cycle: Cycle, node: string) => Permission
  /** What must be done before the binding. Asked again when anything that the plugin watches changes, while it waits. */
  readonly preBind?: (cycle: Cycle, node: string) => Permission
  /** Binds the pod, or leaves it to the next ('skip'). Throws what the API server answers. */
  readonly bind?: (cycle: Cycle, node: string) => 'skip' | undefined
  readonly postBind?: (cycle: Cycle, node: string) => void
}

interface Common extends Steps {
  readonly name: string
  /** Tells this form from the one that users write. */
  readonly rows: true
  /** Explains a code that `filter` gave for this pod. */
  readonly refusal?: (code: number, pod: PodInfo) => Refusal
  readonly normalize?: Normalize
  /** Kinds, beside pods and nodes, whose changes may make room for a pod that this plugin refused: `v1/PersistentVolume`. */
  readonly watches?: readonly string[]
  /**
   * Whether changes of objects of a kind that it watches, each `namespace/name` or `name`, may make room for a pod that it
   * refused; unless given, all may.
   */
  readonly helps?: (pod: Pod, kind: string, objects: ReadonlySet<string>) => boolean
  /** The uids of the pods whose bindings it prepares and that have waited for such changes; all unless given. */
  readonly awaits?: (snapshot: Snapshot, kind: string, objects: ReadonlySet<string>) => readonly string[]
  /** Objects of a kind changed: what it remembers of them is void. */
  readonly changed?: (snapshot: Snapshot, kind: string, objects: ReadonlySet<string>) => void
}

/**
 * Depends on the class of the pod and on one row of the table alone: its answers are remembered for as long as the row
 * stays as it is. The columns may be taken hold of: when the table replaces them, the plugin is asked again.
 */
export interface NodePlugin extends Common {
  readonly scope: 'node'
  /** It looks at a pod of the class, not only at what the class says. */
  readonly seesSubject?: true
  /** `skip` leaves this plugin's filter out for the pod. Depends on the class alone. */
  readonly preFilter?: (pod: PodInfo, snapshot: Snapshot) => PreFiltered
  readonly filter?: (pod: PodInfo, nodes: NodeTable, snapshot: Snapshot) => RowFilter
  /** The same as `filter`, of many rows at once: sooner, and nothing else; undefined of a pod that it is not for. */
  readonly filterRows?: (pod: PodInfo, nodes: NodeTable) => RowsFilter | undefined
  /** The same as `filter`, of a whole block at once; some unless given. */
  readonly filterBlock?: (pod: PodInfo, blocks: Blocks) => BlockFilter
  /** `skip` leaves this plugin's score out for the pod. */
  readonly preScore?: (pod: PodInfo) => 'skip' | undefined
  readonly score?: (pod: PodInfo, nodes: NodeTable, snapshot: Snapshot) => RowScore
  /** The same as `score`, of many rows at once: sooner, and nothing else. */
  readonly scoreRows?: (pod: PodInfo, nodes: NodeTable) => RowsScore
  /** How much any node may score at most; a number, or by block. 100 unless given. */
  readonly bound?: (pod: PodInfo, blocks: Blocks) => number | BlockBound
}

/** Depends on whatever it likes: other nodes, their pods, other objects. It is asked for each decision anew. */
export interface CyclePlugin extends Common {
  readonly scope: 'cycle'
  /** `skip` leaves this plugin's filter out. */
  readonly preFilter?: (cycle: Cycle) => PreFiltered
  readonly filter?: (cycle: Cycle) => RowFilter
  /**
   * Where the rows of which `filter` says something else than before are told of: it says the same for every pod that
   * shares the log, nodes that change aside. Asked after `filter`; unless given, it may say anything of any row.
   */
  readonly changes?: (cycle: Cycle) => RowLog
  /** Asked before any node is looked at: whether it may score this pod's nodes differently at all. Yes unless given. */
  readonly scores?: (cycle: Cycle) => boolean
  /** `feasible`: the rows among which one is chosen. */
  readonly preScore?: (cycle: Cycle, feasible: Int32Array) => 'skip' | undefined
  /** Writes the score of each of `feasible` to its place. */
  readonly score?: (cycle: Cycle, feasible: Int32Array, scores: Float64Array) => void
}

export type RowPlugin = NodePlugin | CyclePlugin

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
