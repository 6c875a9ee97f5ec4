import { controllerReference } from '../../api/controllerRef.ts'
import { isStatusError, type StatusError } from '../../api/errors.ts'
import type { KubeObject } from '../../api/meta.ts'
import type { Pod } from '../../api/types/core.ts'
import type { LoopContext } from '../../client/controller.ts'
import type { ReplicaKind, Replicated } from './replicaKind.ts'

/** Makes pods of a record's template, as `createInBatches` does. */
export function createPods<T extends Replicated>(
  kind: ReplicaKind<T>,
  record: T,
  count: number,
  context: LoopContext,
  /** Told the revision of each pod that was made. */
  made: (revision: number) => void,
): void {
  const pod = podOf(record)
  createInBatches(record, count, () => pod, context, made)
}

/**
 * Makes a record's pods, one first, then twice as many each time, so that what would refuse them all is asked seldom.
 * Mirrors slowStartBatch of pkg/controller/replicaset/replica_set.go. Throws the first refusal.
 */
export function createInBatches(
  record: KubeObject,
  count: number,
  podAt: (index: number) => object,
  context: LoopContext,
  /** Told the revision of each pod that was made. */
  made: (revision: number) => void,
): void {
  const { namespace } = record.metadata
  let next = 0
  for (let batch = 1; next < count; batch *= 2) {
    let refusal: StatusError | undefined
    for (const end = Math.min(count, next + batch); next < end; next++) {
      try {
        const created = context.api.create<Pod>('pods', namespace!, podAt(next))
        made(Number(created.metadata.resourceVersion))
        context.record(record, 'Normal', 'SuccessfulCreate', 'Created pod: {detail}', created.metadata.name)
      } catch (error) {
        if (!isStatusError(error)) throw error
        // Nothing can be made in this namespace any more, and what is here goes with it.
        if (isTerminatingNamespace(error)) return
        context.record(record, 'Warning', 'FailedCreate', `Error creating: ${error.status.message}`)
        refusal ??= error
      }
    }
    if (refusal !== undefined) throw refusal
  }
}

function podOf(record: Replicated): object {
  const template = record.spec.template!
  const { labels, annotations, finalizers } = template.metadata ?? {}
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      generateName: `${record.metadata.name}-`,
      ...(labels === undefined ? {} : { labels }),
      ...(annotations === undefined ? {} : { annotations }),
      ...(finalizers === undefined ? {} : { finalizers }),
      ownerReferences: [controllerReference(record)],
    },
    spec: template.spec,
  }
}

/** Whether a creation was refused because its namespace is going. */
export function isTerminatingNamespace({ status }: StatusError): boolean {
  return status.details?.causes?.some(({ reason }) => reason === 'NamespaceTerminating') === true
}

/** Deletes pods; one that is gone already is no failure. Throws the first refusal, when all have been tried. */
export function deletePods(
  record: KubeObject,
  pods: readonly Pod[],
  context: LoopContext,
  /** Told the revision of each deletion. */
  made: (revision: number) => void,
): void {
  let refusal: StatusError | undefined
  for (const pod of pods) {
    const { namespace, name, uid } = pod.metadata
    try {
      context.api.delete('pods', namespace!, name, { preconditions: { uid } })
    } catch (error) {
      if (!isStatusError(error)) throw error
      if (error.reason === 'NotFound' || error.reason === 'Conflict') continue
      context.record(record, 'Warning', 'FailedDelete', `Error deleting: ${error.status.message}`)
      refusal ??= error
      continue
    }
    made(context.api.revision)
    context.record(record, 'Normal', 'SuccessfulDelete', 'Deleted pod: {detail}', name)
  }
  if (refusal !== undefined) throw refusal
}
