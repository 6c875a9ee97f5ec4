/** Which replica set is the Deployment's now, and of which revision. Mirrors pkg/controller/deployment/sync.go. */
import type { ReplicaSet } from '../../api/types/apps.ts'
import { annotation, type Annotations, revisionOf, sharedAnnotations } from '../../client/rollouts.ts'
import { equal } from '../../registries/equal.ts'
import { conditionOf, newCondition, withCondition } from './conditions.ts'
import { progressDeadline } from './limits.ts'
import { createCurrent } from './newSet.ts'
import type { Sets } from './sets.ts'
import { type Turn, updateSet, writeStatus } from './turn.ts'

/** Past revisions are remembered in so many characters. */
const historyLength = 2000

/**
 * Gives the replica set of the Deployment's template the next revision, and the Deployment the same. Where there is
 * none it is made, if `create` says so. Returns the sets as they are then.
 */
export function syncRevision(turn: Turn, sets: Sets, create: boolean): Sets {
  const next = Math.max(0, ...sets.old.map(revisionOf)) + 1
  if (sets.current !== undefined) return { ...sets, current: syncCurrent(turn, sets.current, next) }
  return create ? { ...sets, current: createCurrent(turn, sets.old, next) } : sets
}

function syncCurrent(turn: Turn, set: ReplicaSet, revision: number): ReplicaSet {
  const { deployment, context } = turn
  const { minReadySeconds } = deployment.spec
  const annotations = annotationsOf(turn, set, revision)
  const waits = (set.spec.minReadySeconds ?? 0) === (minReadySeconds ?? 0)
  if (!waits || !equal(annotations, set.metadata.annotations ?? {})) {
    return updateSet(turn, set, (current) => ({
      ...current,
      metadata: { ...current.metadata, annotations },
      spec: waits ? current.spec : { ...current.spec, minReadySeconds: minReadySeconds ?? 0 },
    }))
  }
  const known = annotations[annotation.revision]
  const isUnsaid =
    progressDeadline(deployment) !== undefined && conditionOf(deployment.status, 'Progressing') === undefined
  if (!isUnsaid && deployment.metadata.annotations?.[annotation.revision] === known) return set
  const message = `Found new replica set "${set.metadata.name}"`
  const found = newCondition('Progressing', 'True', 'FoundNewReplicaSet', message, context.now)
  writeStatus(turn, isUnsaid ? withCondition(deployment.status, found) : deployment.status, known)
  return set
}

/** The replica set's annotations: the Deployment's, its revision, and the revisions it had before. */
function annotationsOf({ deployment }: Turn, set: ReplicaSet, revision: number): Annotations {
  const annotations: Record<string, string> = {
    ...set.metadata.annotations,
    ...sharedAnnotations(deployment.metadata.annotations),
  }
  const before = annotations[annotation.revision]
  if (revisionOf(set) >= revision) return annotations
  annotations[annotation.revision] = String(revision)
  if (before !== undefined) annotations[annotation.history] = remembered(annotations[annotation.history] ?? '', before)
  return annotations
}

/** Former revisions with one more, the oldest left out where they grow too long. */
function remembered(history: string, revision: string): string {
  const all = [...history.split(',').filter((one) => one !== ''), revision]
  while (all.length > 1 && all.join(',').length > historyLength) all.shift()
  return all.join(',')
}
