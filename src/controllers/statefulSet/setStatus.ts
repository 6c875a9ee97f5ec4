/** What a StatefulSet reports. Mirrors updateStatus and completeRollingUpdate of stateful_set_control.go. */
import { isStatusError } from '../../api/errors.ts'
import type { StatefulSet, StatefulSetStatus } from '../../api/types/apps.ts'
import type { Pod } from '../../api/types/core.ts'
import { wanted } from './identity.ts'
import { isAvailable, isRunningAndReady, isTerminating, revisionOf } from './podState.ts'
import { setsKey, statefulSets, type Turn, writing } from './turn.ts'
import type { Versions } from './versions.ts'

/** How many pods are what. */
export interface Counts {
  replicas: number
  readyReplicas: number
  availableReplicas: number
  currentReplicas: number
  updatedReplicas: number
}

export function countsOf(
  { spec }: StatefulSet,
  pods: readonly Pod[],
  { current, update }: Versions,
  now: number,
): Counts {
  const minReadyMs = (spec.minReadySeconds ?? 0) * 1000
  const counts: Counts = { replicas: 0, readyReplicas: 0, availableReplicas: 0, currentReplicas: 0, updatedReplicas: 0 }
  for (const pod of pods) {
    counts.replicas++
    if (isRunningAndReady(pod)) {
      counts.readyReplicas++
      if (isAvailable(pod, minReadyMs, now)) counts.availableReplicas++
    }
    if (isTerminating(pod)) continue
    const revision = revisionOf(pod)
    if (revision === current.name) counts.currentReplicas++
    if (revision === update.name) counts.updatedReplicas++
  }
  return counts
}

/** Writes the status when it differs. */
export function report(turn: Turn, counts: Counts, versions: Versions): void {
  const { metadata, status } = turn.set
  const next = statusOf(turn.set, counts, versions)
  const isSame =
    (next.observedGeneration ?? 0) <= (status.observedGeneration ?? 0) &&
    fields.every((field) => (next[field] ?? 0) === (status[field] ?? 0))
  if (isSame) return
  try {
    writing(turn, statefulSets, (api) =>
      api.patchStatus(setsKey, metadata.namespace!, metadata.name, metadata.uid, next),
    )
  } catch (error) {
    if (!isStatusError(error, 'NotFound')) throw error
  }
}

const fields = [
  'replicas',
  'currentReplicas',
  'readyReplicas',
  'updatedReplicas',
  'availableReplicas',
  'currentRevision',
  'updateRevision',
] as const

/** Once every pod is of the new template, that is the current one. */
function statusOf({ metadata, spec, status }: StatefulSet, counts: Counts, versions: Versions): StatefulSetStatus {
  const { replicas, readyReplicas, availableReplicas, updatedReplicas } = counts
  const asked = wanted({ spec } as StatefulSet)
  const isComplete =
    spec.updateStrategy?.type === 'RollingUpdate' &&
    [updatedReplicas, readyReplicas, replicas].every((count) => count === asked)
  const currentReplicas = isComplete ? updatedReplicas : counts.currentReplicas
  const { conditions } = status
  return {
    observedGeneration: metadata.generation ?? 0,
    replicas,
    ...(readyReplicas === 0 ? {} : { readyReplicas }),
    ...(currentReplicas === 0 ? {} : { currentReplicas }),
    ...(updatedReplicas === 0 ? {} : { updatedReplicas }),
    currentRevision: isComplete ? versions.update.name : versions.current.name,
    updateRevision: versions.update.name,
    collisionCount: versions.collisions,
    availableReplicas,
    ...(conditions === undefined ? {} : { conditions }),
  }
}
