import { matchesLabelSelector } from '../../api/selectors.ts'
import type { DaemonSet } from '../../api/types/apps.ts'
import type { LoopContext } from '../../client/controller.ts'
import type { PodOwnerKind } from '../replicas/replicaKind.ts'
import { controllerRevisions } from '../revisions/revisions.ts'
import type { BackOffs } from './backOff.ts'
import { daemonSets, pods } from './concerned.ts'

/** Who owns pods and revisions here. */
export const daemonSetKind: PodOwnerKind<DaemonSet> = Object.freeze({
  resource: 'daemonsets.apps',
  selects: ({ spec }: DaemonSet, labels: Readonly<Record<string, string>> | undefined) =>
    matchesLabelSelector(spec.selector, labels),
})

/** What is remembered of a daemon set between its turns. */
export interface Known {
  /** The revisions of the last writes of each kind: what the cache has to know of before the next turn counts. */
  readonly pods: number
  readonly revisions: number
  readonly set: number
  /** The generation for which the status was written last. */
  readonly generation: number
  /** Whether it has to be looked at again, whatever asks for the next turn. */
  readonly isOwed: boolean
  /** How long failed pods are left where they are. */
  readonly backOffs: BackOffs | undefined
}

const unknown: Known = Object.freeze({
  pods: 0,
  revisions: 0,
  set: 0,
  generation: 0,
  isOwed: false,
  backOffs: undefined,
})

/** One look at one daemon set, and what it changes of what is known. */
export interface Turn {
  readonly key: string
  readonly set: DaemonSet
  readonly context: LoopContext
  readonly known: { -readonly [K in keyof Known]: Known[K] }
}

export function knownOf(key: string, { memory }: LoopContext): Known {
  return (memory.get(key) as Known | undefined) ?? unknown
}

/** Whether the cache has caught up with what earlier turns wrote: what it has yet to see brings the key back. */
export function seesOwnWrites(known: Known, { cache }: LoopContext): boolean {
  return (
    cache.hasSeen(pods, known.pods) &&
    cache.hasSeen(controllerRevisions, known.revisions) &&
    cache.hasSeen(daemonSets, known.set)
  )
}
