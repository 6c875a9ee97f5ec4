/**
 * What a StatefulSet does next: its pods one after the other, or all at once. Mirrors updateStatefulSet of
 * pkg/controller/statefulset/stateful_set_control.go.
 */
import { hasEnded } from '../../api/podPhase.ts'
import { isStatusError } from '../../api/errors.ts'
import type { Pod } from '../../api/types/core.ts'
import { areOwned, ClaimsRefused, ownClaims, waitsForClaims } from './claims.ts'
import { isInRange, ordinalOf, podName, startOf, wanted } from './identity.ts'
import { versionOf } from './newPod.ts'
import { createMissingClaims, createPod, deletePod, isWhole, mendPod } from './podControl.ts'
import { isAvailable, isRunningAndReady, isTerminating, revisionOf } from './podState.ts'
import type { Counts } from './setStatus.ts'
import type { Turn } from './turn.ts'
import type { Versions } from './versions.ts'

const largestBatch = 500

/** The pods of one look. */
interface Scene {
  readonly turn: Turn
  readonly versions: Versions
  /** Whether one pod waits for the other. */
  readonly isOrdered: boolean
  /** By ordinal, asked for or not. */
  readonly pods: ReadonlyMap<number, Pod>
  /** Pods that are not asked for any more, the last first. */
  readonly surplus: readonly Pod[]
  /** The first of all that is not available; `missing` for one that is yet to be made. */
  readonly firstUnavailable: Pod | 'missing' | undefined
}

/** Does what can be done now. `counts` loses the pods that are deleted for an update. Throws what refused it. */
export function act(turn: Turn, pods: readonly Pod[], versions: Versions, counts: Counts): void {
  const { set } = turn
  const scene = sceneOf(turn, pods, versions)
  const { isOrdered, surplus } = scene
  if (forAll(wanted(set), (index) => processReplica(scene, startOf(set) + index), isOrdered)) return
  forAll(surplus.length, (index) => keepClaims(turn, surplus[index]!), isOrdered)
  if (forAll(surplus.length, (index) => giveUp(scene, surplus[index]!), isOrdered)) return
  if (set.spec.updateStrategy?.type !== 'OnDelete') rollOn(scene, counts)
}

function sceneOf(turn: Turn, all: readonly Pod[], versions: Versions): Scene {
  const { set } = turn
  const pods = new Map(all.map((pod) => [ordinalOf(pod.metadata.name), pod]))
  const surplus = all
    .filter(({ metadata }) => !isInRange(set, ordinalOf(metadata.name)))
    .sort((a, b) => ordinalOf(b.metadata.name) - ordinalOf(a.metadata.name))
  const firstUnavailable = firstOf(turn, pods) ?? surplus.findLast((pod) => isUnavailable(pod, turn))
  const isOrdered = set.spec.podManagementPolicy !== 'Parallel'
  return { turn, versions, isOrdered, pods, surplus, firstUnavailable }
}

/** The first pod that is asked for and not available. */
function firstOf(turn: Turn, pods: ReadonlyMap<number, Pod>): Pod | 'missing' | undefined {
  const start = startOf(turn.set)
  for (let ordinal = start; ordinal < start + wanted(turn.set); ordinal++) {
    const pod = pods.get(ordinal)
    if (pod === undefined || isUnavailable(pod, turn)) return pod ?? 'missing'
  }
  return undefined
}

function isUnavailable(pod: Pod, turn: Turn): boolean {
  return isTerminating(pod) || !isAvailable(pod, minReadyMs(turn), turn.context.now)
}

function minReadyMs({ set }: Turn): number {
  return (set.spec.minReadySeconds ?? 0) * 1000
}

/**
 * Goes through so many items; says whether to leave it at that. In order, the first that has to be waited for ends it.
 * Otherwise one is tried, then twice as many each time, and the first refusal of a batch is thrown when the batch has been
 * tried.
 */
function forAll(count: number, step: (index: number) => boolean, isOrdered: boolean): boolean {
  if (isOrdered) {
    for (let index = 0; index < count; index++) if (step(index)) return true
    return false
  }
  for (let from = 0, batch = 1; from < count; from += batch, batch = Math.min(2 * batch, largestBatch)) {
    let refusal: Error | undefined
    for (let index = from; index < Math.min(from + batch, count); index++) {
      try {
        step(index)
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
function processReplica({ turn, versions, isOrdered, pods }: Scene, ordinal: number): boolean {
  const { set } = turn
  const pod = pods.get(ordinal)
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
  if (isOrdered && (isUnavailable(pod, turn) || !isRunningAndReady(pod))) return true
  if (!isWhole(turn, pod)) mendPod(turn, pod)
  return false
}

/** Says of the claims of a pod that is not asked for any more whose they are. */
function keepClaims(turn: Turn, { metadata }: Pod): boolean {
  if (!areOwned(turn, metadata)) ownClaims(turn, metadata)
  return false
}

/** Deletes a pod that is not asked for any more; in order, not while the one after it is there, nor before it is available. */
function giveUp({ turn, isOrdered, firstUnavailable }: Scene, pod: Pod): boolean {
  if (isTerminating(pod)) return isOrdered
  // One that has ended is not waited for, be its condition still that it is ready.
  const isInTheWay = pod === firstUnavailable || hasEnded(pod)
  if (isOrdered && !isInTheWay && (isUnavailable(pod, turn) || !isRunningAndReady(pod))) return true
  deletePod(turn, pod)
  return true
}

/** Deletes the last pod that is not of the new template, if all after it are, and available. */
function rollOn({ turn, versions, pods }: Scene, counts: Counts): void {
  const { set } = turn
  const partition = set.spec.updateStrategy?.rollingUpdate?.partition ?? 0
  for (let index = wanted(set) - 1; index >= partition; index--) {
    const pod = pods.get(startOf(set) + index)
    if (pod === undefined) return
    if (revisionOf(pod) !== versions.update.name && !isTerminating(pod)) {
      deletePod(turn, pod)
      if (revisionOf(pod) === versions.current.name) counts.currentReplicas--
      return
    }
    if (isUnavailable(pod, turn)) return
  }
}
