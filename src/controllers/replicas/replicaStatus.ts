import { isStatusError } from '../../api/errors.ts'
import { rfc3339 } from '../../api/time.ts'
import type { LoopContext } from '../../client/controller.ts'
import type { PodCounts } from '../podRank.ts'
import type { ReplicaCondition, ReplicaKind, Replicated } from './replicaKind.ts'

const failure = 'ReplicaFailure'

/** What a record's status is to say. */
export interface Found extends PodCounts {
  readonly terminating: number
  /** What making or deleting pods was refused with. */
  readonly refusal?: Error | undefined
}

/** Writes the status when it differs. Mirrors pkg/controller/replicaset/replica_set_utils.go. */
export function report<T extends Replicated>(
  kind: ReplicaKind<T>,
  record: T,
  found: Found,
  { api, now }: LoopContext,
): void {
  const { status, metadata } = record
  const { replicas, ready, available, labelled, terminating } = found
  const conditions = conditionsOf(record, found, now)
  const isSame =
    status.replicas === replicas &&
    (status.fullyLabeledReplicas ?? 0) === labelled &&
    (status.readyReplicas ?? 0) === ready &&
    (status.availableReplicas ?? 0) === available &&
    (!kind.countsTerminating || status.terminatingReplicas === terminating) &&
    status.observedGeneration === (metadata.generation ?? 0) &&
    status.conditions === conditions
  if (isSame) return
  const next = {
    replicas,
    ...(labelled === 0 ? {} : { fullyLabeledReplicas: labelled }),
    ...(ready === 0 ? {} : { readyReplicas: ready }),
    ...(available === 0 ? {} : { availableReplicas: available }),
    ...(kind.countsTerminating ? { terminatingReplicas: terminating } : {}),
    observedGeneration: metadata.generation ?? 0,
    ...(conditions === undefined ? {} : { conditions }),
  }
  try {
    api.patchStatus(kind.resource, metadata.namespace!, metadata.name, metadata.uid, next)
  } catch (error) {
    if (!isStatusError(error, 'NotFound')) throw error
  }
}

/** The conditions with the failure of replicas as it is now; the same list when nothing changes. */
function conditionsOf(
  { status, spec }: Replicated,
  { refusal, replicas }: Found,
  now: number,
): readonly ReplicaCondition[] | undefined {
  const { conditions } = status
  const known = conditions?.some(({ type }) => type === failure) === true
  if (known === (refusal !== undefined)) return conditions
  const others = (conditions ?? []).filter(({ type }) => type !== failure)
  if (refusal === undefined) return others.length === 0 ? undefined : others
  const reason = replicas < (spec.replicas ?? 1) ? 'FailedCreate' : 'FailedDelete'
  const message = isStatusError(refusal) ? refusal.status.message : refusal.message
  return [...others, { type: failure, status: 'True', lastTransitionTime: rfc3339(now), reason, message }]
}
