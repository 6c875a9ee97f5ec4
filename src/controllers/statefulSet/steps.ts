/**
 * What a StatefulSet does next: its pods one after the other, or all at once. Mirrors updateStatefulSet of
 * pkg/controller/statefulset/stateful_set_control.go.
 */
import { isStatusError } from '../../api/errors.ts'
import type { Pod } from '../../api/types/core.ts'
import { areOwned, ClaimsRefused, ownClaims, waitsForClaims } from './claims.ts'
import { isInRange, ordinalOf, podName, startOf, wanted } from './identity.ts'
import { versionOf } from './newPod.ts'
import { createMissingClaims, createPod, deletePod, isWhole, mendPod } from './podControl.ts'
import { hasEnded, isAvailable, isRunningAndReady, isTerminating, revisionOf } from './podState.ts'
import type { Counts } from './setStatus.ts'
import type { Turn } from './turn.ts'
import type { Versions } from './versions.ts'

const largestBatch = 500

/** A pod that is asked for; undefined while there is none. */
interface Replica {
  readonly ordinal: number
  readonly pod: Pod | undefined
}

/** The pods of one look. */
interface Scene {
  readonly turn: Turn
  readonly versions: Versions
  /** Whether one pod waits for the other. */
  readonly isOrdered: boolean
  readonly replicas: readonly Replica[]
  /** Pods that are not asked for any more, the last first. */
  readonly surplus: readonly Pod[]
  /** The first of all that is not available; `missing` for one that is yet to be made. */
  readonly firstUnavailable: Pod | 'missing' | undefined
}

/** Does what can be done now. `counts` loses the pods that are deleted for an update. Throws what refused it. */
export function act(turn: Turn, pods: readonly Pod[], versions: Versions, counts: Counts): void {
  const scene = sceneOf(turn, pods, versions)
  const { isOrdered, replicas, surplus } = scene
  if (forAll(replicas, (replica) => processReplica(scene, replica), isOrdered)) return
  forAll(surplus, (pod) => keepClaims(turn, pod), isOrdered)
  if (forAll(surplus, (pod) => giveUp(scene, pod), isOrdered)) return
  if (turn.set.spec.updateStrategy?.type !== 'OnDelete') rollOn(scene, counts)
}

function sceneOf(turn: Turn, pods: readonly Pod[], versions: Versions): Scene {
  const { set, context } = turn
  const byOrdinal = new Map<number, Pod>()
  for (const pod of pods) byOrdinal.set(ordinalOf(pod.metadata.name), pod)
  const replicas = Array.from({ length: wanted(set) }, (_, index) => {
    const ordinal = startOf(set) + index
    return { ordinal, pod: byOrdinal.get(ordinal) }
  })
  const surplus = pods
    .filter(({ metadata }) => !isInRange(set, ordinalOf(metadata.name)))
    .sort((a, b) => ordinalOf(b.metadata.name) - ordinalOf(a.metadata.name))
  const all = [...replicas.map(({ pod }) => pod), ...surplus.toReversed()]
  const minReadyMs = (set.spec.minReadySeconds ?? 0) * 1000
  const index = all.findIndex((pod) => isUnavailable(pod, minReadyMs, context.now))
  const firstUnavailable = index === -1 ? undefined : (all[index] ?? 'missing')
  return { turn, versions, isOrdered: set.spec.podManagementPolicy !== 'Parallel', replicas, surplus, firstUnavailable }
}

function isUnavailable(pod: Pod | undefined, minReadyMs: number, now: number): boolean {
  return pod === undefined || isTerminating(pod) || !isAvailable(pod, minReadyMs, now)
}

/**
 * Goes through items; says whether to leave it at that. In order, the first that has to be waited for ends it. Otherwise
 * one is tried, then twice as many each time, and the first refusal of a batch is thrown when the batch has been tried.
 */
function forAll<T>(items: readonly T[], step: (item: T) => boolean, isOrdered: boolean): boolean {
  if (isOrdered) return items.some(step)
  for (let from = 0, batch = 1; from < items.length; from += batch, batch = Math.min(2 * batch, largestBatch)) {
    let refusal: Error | undefined
    for (const item of items.slice(from, from + batch)) {
      try {
        step(item)
      } catch (error) {
        if (!isStatusError(error) && !(error instanceof ClaimsRefused)) throw error
        refusal ??= error
      }
    }
    if (refusal !== undefined) throw refusal
  }
  return false
}

/** Sees to one pod that is asked for; says whether the next has to wait for it. */
function processReplica({ turn, versions, isOrdered }: Scene, { ordinal, pod }: Replica): boolean {
  const { set, context } = turn
  if (pod === undefined) {
    if (waitsForClaims(turn, { name: podName(set, ordinal), uid: '' })) return true
    createPod(turn, ordinal, versionOf(set, ordinal, versions.current, versions.update))
    return true
  }
  // Also one that succeeded: another is made once it is gone.
  if (hasEnded(pod)) {
    if (!isTerminating(pod)) deletePod(turn, pod)
    return true
  }
  if (pod.status.phase === 'Pending') createMissingClaims(turn, pod.metadata)
  if (isOrdered) {
    const minReadyMs = (set.spec.minReadySeconds ?? 0) * 1000
    if (isTerminating(pod) || !isRunningAndReady(pod) || !isAvailable(pod, minReadyMs, context.now)) return true
  }
  if (!isWhole(turn, pod)) mendPod(turn, pod)
  return false
}

/** Says of the claims of a pod that is not asked for any more whose they are. */
function keepClaims(turn: Turn, { metadata }: Pod): boolean {
  if (!areOwned(turn, metadata)) ownClaims(turn, metadata)
  return false
}

/** Deletes a pod that is not asked for any more; in order, not while another is not available. */
function giveUp({ turn, isOrdered, firstUnavailable }: Scene, pod: Pod): boolean {
  if (isTerminating(pod)) return isOrdered
  if (isOrdered && pod !== firstUnavailable) {
    const minReadyMs = (turn.set.spec.minReadySeconds ?? 0) * 1000
    if (!isRunningAndReady(pod) || !isAvailable(pod, minReadyMs, turn.context.now)) return true
  }
  deletePod(turn, pod)
  return true
}

/** Deletes the last pod that is not of the new template, if all after it are, and available. */
function rollOn({ turn, versions, replicas }: Scene, counts: Counts): void {
  const { spec } = turn.set
  const partition = spec.updateStrategy?.rollingUpdate?.partition ?? 0
  const minReadyMs = (spec.minReadySeconds ?? 0) * 1000
  for (let index = replicas.length - 1; index >= partition; index--) {
    const { pod } = replicas[index]!
    if (pod !== undefined && revisionOf(pod) !== versions.update.name && !isTerminating(pod)) {
      deletePod(turn, pod)
      if (revisionOf(pod) === versions.current.name) counts.currentReplicas--
      return
    }
    if (isUnavailable(pod, minReadyMs, turn.context.now)) return
  }
}
