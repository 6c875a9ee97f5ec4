/** What a plugin may look at while one pod is decided about. */
import type { KubeObject } from '../api/meta.ts'
import type { Pod } from '../api/types/core.ts'
import type { Hands } from '../client/hands.ts'
import type { Link } from '../client/link.ts'
import type { CowMap } from '../kernel/cow.ts'
import type { RandomStream } from '../kernel/random.ts'
import type { NodeTable } from './nodeTable.ts'
import type { Nominees } from './nominees.ts'
import type { PodInfo, PodInfos } from './podInfo.ts'
import type { Topology } from './topology/topology.ts'
import type { Trials } from './trials.ts'
import type { WaitingPods } from './waitingPods.ts'

/** The cluster as the scheduler knows it: what it was told of, with what it has decided since. */
export interface Snapshot {
  readonly nodes: NodeTable
  readonly infos: PodInfos
  /** Virtual milliseconds since the Unix epoch. */
  readonly now: number
  /** The pods that take room on a node, those that were just put there included. Statuses may be lean. */
  readonly podsOn: (node: string) => readonly Pod[]
  /**
   * Shows the node of every pod that was started after a revision, of which the node's row says nothing. False where that is
   * not known any more.
   */
  readonly startedAfter: (revision: number, visit: (node: string) => void) => boolean
  /** Of pods, every change up to this revision is in what is shown here; of later ones, some may be. */
  readonly revision: number
  /** Every pod that takes room on some node, with that node. */
  readonly placed: () => Iterable<readonly [pod: Pod, node: string]>
  /** Which pods are where, for rules between pods. */
  readonly topology: Topology
  /** Objects of another kind, by namespace and name. Watched from the first time on. */
  readonly list: (kind: string, namespace?: string) => readonly KubeObject[]
  readonly find: (kind: string, namespace: string, name: string) => KubeObject | undefined
  /** Objects of a kind by what it is indexed by (volumes/objects.ts#indexes); of a kind that is not, none. */
  readonly byIndex: (kind: string, value: string) => readonly KubeObject[]
  /** The way to the API server; undefined where it is only asked what would be. */
  readonly link: Link | undefined
  /** Plain data that a plugin keeps: forked and saved with the cluster, gone when the scheduler crashes. */
  readonly memoryOf: (plugin: string) => CowMap<unknown>
  readonly randomOf: (plugin: string) => RandomStream
  /** How objects pass into a user's hands. */
  readonly hands: Hands
  /** Pods that have a node and wait to be bound. */
  readonly waiting: WaitingPods
  /** Pods that are to come to a node where room was made for them. */
  readonly nominees: Nominees
  /** What would be if pods were elsewhere. */
  readonly trials: Trials
}

/** One pod's way through the scheduler. */
export interface Cycle {
  readonly pod: Pod
  readonly info: PodInfo
  readonly snapshot: Snapshot
  /** The node that the pod itself is nominated to; while it is decided about, it is not among the nominees. */
  readonly nominatedNode?: string | undefined
}
