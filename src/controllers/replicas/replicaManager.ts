import { controllerUid } from '../../api/controllerRef.ts'
import { isStatusError } from '../../api/errors.ts'
import type { Pod } from '../../api/types/core.ts'
import type { Cache, ControlLoop, LoopContext } from '../../client/controller.ts'
import { podCounts, ranked } from '../podRank.ts'
import { claim } from './claims.ts'
import { concernedBy, readKey } from './concerned.ts'
import { createPods, deletePods } from './podControl.ts'
import { counts, countsAs, isActive, ownerOrOrphan, pods, replicaPredicate } from './podTally.ts'
import { gvkOf, type ReplicaKind, type Replicated } from './replicaKind.ts'
import { report } from './replicaStatus.ts'

// pkg/controller/replicaset: at most so many creations or deletions in one turn.
const burstReplicas = 500

/**
 * The control loop of a kind that asks for pods: creates what is missing, deletes the least useful of what is too much,
 * adopts what its selector chooses, and reports what there is. Mirrors pkg/controller/replicaset/replica_set.go.
 */
export function createReplicaManager<T extends Replicated>(kind: ReplicaKind<T>): ControlLoop {
  const records = gvkOf(kind)
  return {
    name: kind.controller,
    watches: [
      { kind: records },
      { kind: pods, keys: concernedBy(kind), index: ownerOrOrphan, tally: countsAs, predicate: replicaPredicate },
    ],
    reconcile(asked, context) {
      const { key, isFull } = readKey(asked)
      const { cache, memory } = context
      const record = cache.get<T>(records, key)
      if (record === undefined) {
        memory.delete(key)
        memory.delete(owed(key))
        return
      }
      if (isFull) memory.set(owed(key), true)
      // Until the cache has caught up, counting again would do the same twice; what it has yet to see brings the key back.
      if (!seesOwnWrites(key, context)) return
      if (isQuiet(key, record, context)) return report(kind, record, quietCounts(record, cache), context)
      return look(kind, key, record, context)
    },
  }
}

/** Remembers that the counts alone do not do: every pod has to be looked at. */
function owed(key: string): string {
  return `${key}!`
}

function seesOwnWrites(key: string, { memory, cache }: LoopContext): boolean {
  const written = memory.get(key) as number | undefined
  return written === undefined || cache.hasSeen(pods, written)
}

/** Whether the counts say all there is to say: as many pods as asked, all as labelled, nothing to wait for. */
function isQuiet(key: string, { metadata, spec, status }: Replicated, { cache, memory }: LoopContext): boolean {
  return (
    status.observedGeneration === metadata.generation &&
    (spec.minReadySeconds ?? 0) === 0 &&
    status.conditions === undefined &&
    (status.fullyLabeledReplicas ?? 0) === status.replicas &&
    cache.tally(pods, metadata.uid, counts.active) === (spec.replicas ?? 1) &&
    !memory.has(owed(key))
  )
}

function quietCounts({ metadata: { uid } }: Replicated, cache: Cache): Parameters<typeof report>[2] {
  const active = cache.tally(pods, uid, counts.active)
  const ready = cache.tally(pods, uid, counts.ready)
  const terminating = cache.tally(pods, uid, counts.terminating)
  return { replicas: active, ready, available: ready, labelled: active, terminating, soonest: undefined }
}

/** Looks at every pod, acts, and reports; comes back when the next ready pod has been so for long enough. */
function look<T extends Replicated>(
  kind: ReplicaKind<T>,
  key: string,
  record: T,
  context: LoopContext,
): { requeueAfter: number } | void {
  const { memory, api, now } = context
  const { spec, metadata } = record
  const { active, terminating, changed } = claim(kind, record, context)
  if (changed) memory.set(key, api.revision)
  const refusal = metadata.deletionTimestamp === undefined ? manage(kind, key, record, active, context) : undefined
  const found = podCounts(active, spec.template?.metadata?.labels, (spec.minReadySeconds ?? 0) * 1000, now)
  if (found.labelled === found.replicas) memory.delete(owed(key))
  else memory.set(owed(key), true)
  report(kind, record, { ...found, terminating, refusal }, context)
  if (refusal !== undefined) throw refusal
  return found.soonest === undefined ? undefined : { requeueAfter: found.soonest }
}

/** Creates or deletes what it takes; returns what that was refused with. */
function manage<T extends Replicated>(
  kind: ReplicaKind<T>,
  key: string,
  record: T,
  active: readonly Pod[],
  context: LoopContext,
): Error | undefined {
  const missing = (record.spec.replicas ?? 1) - active.length
  if (missing === 0) return undefined
  const wrote = (revision: number): void => void context.memory.set(key, revision)
  try {
    if (missing > 0) createPods(kind, record, Math.min(missing, burstReplicas), context, wrote)
    else deletePods(record, leastUseful(kind, record, active, -missing, context), context, wrote)
  } catch (error) {
    if (isStatusError(error)) return error
    throw error
  }
  return undefined
}

function leastUseful<T extends Replicated>(
  kind: ReplicaKind<T>,
  record: T,
  active: readonly Pod[],
  count: number,
  { cache, now }: LoopContext,
): readonly Pod[] {
  const sorted = count < active.length ? ranked(active, relatives(kind, record, active, cache), now) : active
  return sorted.slice(0, Math.min(count, burstReplicas))
}

/** The pods among which those to give up should be spread: of all records that one owner keeps, or the record's own. */
function relatives<T extends Replicated>(
  kind: ReplicaKind<T>,
  record: T,
  own: readonly Pod[],
  cache: Cache,
): readonly Pod[] {
  const owner = controllerUid(record)
  if (owner === undefined) return own
  const others = cache
    .list<T>(gvkOf(kind), record.metadata.namespace)
    .filter((other) => other.metadata.uid !== record.metadata.uid && controllerUid(other) === owner)
    .filter(({ metadata }) => cache.tally(pods, metadata.uid, counts.active) > 0)
  return [...own, ...others.flatMap(({ metadata }) => cache.byIndex<Pod>(pods, metadata.uid).filter(isActive))]
}
