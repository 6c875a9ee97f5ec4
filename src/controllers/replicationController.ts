import { isStatusError } from '../api/errors.ts'
import type { KubeObject } from '../api/meta.ts'
import { matchesSet } from '../api/selectors.ts'
import type { Pod, ReplicationController } from '../api/types/core.ts'
import { type Cache, type Controller, controllerUid, keyOf, type ReconcileContext } from '../client/controller.ts'
import type { ObjectChange } from '../client/watches.ts'
import { podCounts, ranked } from './podRank.ts'

// pkg/controller/replication: at most so many creations or deletions in one turn.
const burstReplicas = 500
const pods = 'v1/Pod'
const controllers = 'v1/ReplicationController'

/**
 * Keeps as many pods as asked: creates what is missing, deletes the least useful of what is too much, adopts what its
 * selector matches, and reports what there is. Mirrors pkg/controller/replicaset/replica_set.go.
 */
export const replicationController: Controller = {
  name: 'replication-controller',
  watches: [{ kind: controllers }, { kind: pods, keys: concerned, index: ownerOrOrphan }],
  reconcile(key, context) {
    const controller = context.cache.get<ReplicationController>(controllers, key)
    if (controller === undefined) {
      context.memory.delete(key)
      return
    }
    const owned = context.cache.byIndex<Pod>(pods, controller.metadata.uid)
    const active = [...adopted(controller, context), ...owned].filter(isActive)
    if (controller.metadata.deletionTimestamp === undefined && seesOwnWrites(key, context)) manage(key, controller, active, context)
    return report(controller, active, context)
  },
}

/** A pod's controller; for a pod without one, every controller that would have it. */
function concerned(change: ObjectChange, cache: Cache): readonly string[] {
  const before = change.previous === undefined ? undefined : ownerKey(change.previous as Pod)
  const after = ownerKey(change.object as Pod)
  if (after !== undefined || before !== undefined) {
    if (before === after || before === undefined) return [after!]
    return after === undefined ? [before] : [before, after]
  }
  return orphanKeys(change.object as Pod, cache)
}

function ownerKey(pod: Pod): string | undefined {
  const owners = pod.metadata.ownerReferences
  if (owners === undefined) return undefined
  for (const owner of owners) {
    if (owner.controller === true && owner.kind === 'ReplicationController') return `${pod.metadata.namespace}/${owner.name}`
  }
  return undefined
}

function orphanKeys(pod: Pod, cache: Cache): readonly string[] {
  if (controllerUid(pod) !== undefined || pod.metadata.labels === undefined) return []
  return cache
    .list<ReplicationController>(controllers, pod.metadata.namespace)
    .filter(({ spec }) => matchesSet(spec.selector, pod.metadata.labels))
    .map(keyOf)
}

/** Pods by the uid of their controller, and those that have none by namespace. */
function ownerOrOrphan(pod: KubeObject): string {
  return controllerUid(pod) ?? `orphans/${pod.metadata.namespace}`
}

function isActive(pod: Pod): boolean {
  const phase = pod.status.phase
  return phase !== 'Succeeded' && phase !== 'Failed' && pod.metadata.deletionTimestamp === undefined
}

/** Until the cache has caught up with what this controller wrote itself, counting again would do the same twice. */
function seesOwnWrites(key: string, { memory, cache }: ReconcileContext): boolean {
  const written = memory.get(key) as number | undefined
  return written === undefined || cache.hasSeen(pods, written)
}

/** Takes over pods that match and have no controller. */
function adopted(controller: ReplicationController, { cache, api }: ReconcileContext): Pod[] {
  const { metadata, spec } = controller
  if (metadata.deletionTimestamp !== undefined) return []
  const orphans = cache.byIndex<Pod>(pods, `orphans/${metadata.namespace}`).filter((pod) => isActive(pod) && matchesSet(spec.selector, pod.metadata.labels))
  const taken: Pod[] = []
  for (const orphan of orphans) {
    const current = api.find<Pod>('pods', metadata.namespace!, orphan.metadata.name)
    if (current === undefined || current.metadata.uid !== orphan.metadata.uid || controllerUid(current) !== undefined) continue
    const ownerReferences = [...(current.metadata.ownerReferences ?? []), ownerReference(controller)]
    taken.push(api.update('pods', { ...current, metadata: { ...current.metadata, ownerReferences } }))
  }
  return taken
}

function ownerReference({ metadata }: ReplicationController): NonNullable<Pod['metadata']['ownerReferences']>[number] {
  return { apiVersion: 'v1', kind: 'ReplicationController', name: metadata.name, uid: metadata.uid, controller: true, blockOwnerDeletion: true }
}

function manage(key: string, controller: ReplicationController, active: readonly Pod[], context: ReconcileContext): void {
  const missing = (controller.spec.replicas ?? 1) - active.length
  if (missing > 0) createPods(key, controller, Math.min(missing, burstReplicas), context)
  else if (missing < 0) deletePods(key, controller, active, Math.min(-missing, burstReplicas), context)
}

function createPods(key: string, controller: ReplicationController, count: number, context: ReconcileContext): void {
  const { metadata, spec } = controller
  const template = spec.template!
  const pod = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      generateName: `${metadata.name}-`,
      ...(template.metadata?.labels === undefined ? {} : { labels: template.metadata.labels }),
      ...(template.metadata?.annotations === undefined ? {} : { annotations: template.metadata.annotations }),
      ...(template.metadata?.finalizers === undefined ? {} : { finalizers: template.metadata.finalizers }),
      ownerReferences: [ownerReference(controller)],
    },
    spec: template.spec,
  }
  for (let made = 0; made < count; made++) {
    try {
      const created = context.api.create<Pod>('pods', metadata.namespace!, pod)
      context.memory.set(key, Number(created.metadata.resourceVersion))
      context.record(controller, 'Normal', 'SuccessfulCreate', `Created pod: ${created.metadata.name}`)
    } catch (error) {
      if (isStatusError(error)) context.record(controller, 'Warning', 'FailedCreate', `Error creating: ${error.status.message}`)
      throw error
    }
  }
}

function deletePods(key: string, controller: ReplicationController, active: readonly Pod[], count: number, context: ReconcileContext): void {
  for (const pod of ranked(active, context.now).slice(0, count)) {
    const { namespace, name, uid } = pod.metadata
    try {
      context.api.delete('pods', namespace!, name, { preconditions: { uid } })
    } catch (error) {
      if (isStatusError(error, 'NotFound') || isStatusError(error, 'Conflict')) continue
      throw error
    }
    context.memory.set(key, context.api.revision)
    context.record(controller, 'Normal', 'SuccessfulDelete', `Deleted pod: ${name}`)
  }
}

/** Writes the counts when they differ from what the status says; comes back when a pod is ready but not yet long enough. */
function report(controller: ReplicationController, active: readonly Pod[], { api, now }: ReconcileContext): { requeueAfter: number } | void {
  const { status, metadata, spec } = controller
  const minReadyMs = (spec.minReadySeconds ?? 0) * 1000
  const { ready, available, labelled } = podCounts(active, spec.template?.metadata?.labels, minReadyMs, now)
  const later = available < ready ? { requeueAfter: minReadyMs } : undefined
  const next = {
    replicas: active.length,
    ...(labelled === 0 ? {} : { fullyLabeledReplicas: labelled }),
    ...(ready === 0 ? {} : { readyReplicas: ready }),
    ...(available === 0 ? {} : { availableReplicas: available }),
    observedGeneration: metadata.generation ?? 0,
    ...(status.conditions === undefined ? {} : { conditions: status.conditions }),
  }
  const isSame =
    status.replicas === next.replicas &&
    (status.fullyLabeledReplicas ?? 0) === labelled &&
    (status.readyReplicas ?? 0) === ready &&
    (status.availableReplicas ?? 0) === available &&
    status.observedGeneration === next.observedGeneration
  if (isSame) return later
  try {
    api.patchStatus('replicationcontrollers', metadata.namespace!, metadata.name, metadata.uid, next)
  } catch (error) {
    if (!isStatusError(error, 'NotFound')) throw error
  }
  return later
}
