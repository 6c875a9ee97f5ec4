import { isStatusError } from '../api/errors.ts'
import type { KubeObject } from '../api/meta.ts'
import { matchesSet } from '../api/selectors.ts'
import type { Pod, ReplicationController } from '../api/types/core.ts'
import { type Cache, type ControlLoop, controllerUid, keyOf, type LoopContext } from '../client/controller.ts'
import type { ObjectChange } from '../client/watches.ts'
import { equal } from '../registries/equal.ts'
import { isReady, type PodCounts, podCounts, ranked } from './podRank.ts'

// pkg/controller/replication: at most so many creations or deletions in one turn.
const burstReplicas = 500
const none: readonly string[] = Object.freeze([])
const pods = 'v1/Pod'
const controllers = 'v1/ReplicationController'

/**
 * Keeps as many pods as asked: creates what is missing, deletes the least useful of what is too much, adopts what its
 * selector matches, and reports what there is. Mirrors pkg/controller/replicaset/replica_set.go.
 */
export const replicationController: ControlLoop = {
  name: 'replication-controller',
  watches: [{ kind: controllers }, { kind: pods, keys: concerned, index: ownerOrOrphan, tally: countsAs }],
  reconcile(asked, context) {
    const isFull = asked.endsWith(full)
    const key = isFull ? asked.slice(0, -full.length) : asked
    const controller = context.cache.get<ReplicationController>(controllers, key)
    if (controller === undefined) {
      context.memory.delete(key)
      return
    }
    if (!isFull && isQuiet(controller, context.cache)) {
      const active = context.cache.tally(pods, controller.metadata.uid, counts.active)
      const ready = context.cache.tally(pods, controller.metadata.uid, counts.ready)
      return report(controller, { replicas: active, ready, available: ready, labelled: active }, context)
    }
    const owned = context.cache
      .byIndex<Pod>(pods, controller.metadata.uid)
      .filter((pod) => keeps(controller, pod, context))
    const active = [...adopted(controller, context), ...owned].filter(isActive)
    if (controller.metadata.deletionTimestamp === undefined && seesOwnWrites(key, context))
      manage(key, controller, active, context)
    const minReadyMs = (controller.spec.minReadySeconds ?? 0) * 1000
    return report(
      controller,
      podCounts(active, controller.spec.template?.metadata?.labels, minReadyMs, context.now),
      context,
    )
  },
}

/** A key that ends so asks to look at every pod, not at the counts alone. */
const full = '!'

const counts = { active: 0, ready: 1 } as const

function countsAs(object: KubeObject): number {
  const pod = object as Pod
  if (!isActive(pod)) return 0
  return (1 << counts.active) | (isReady(pod) ? 1 << counts.ready : 0)
}

/** Whether the counts say all there is to say: as many pods as asked, none that could be adopted, nothing to wait for. */
function isQuiet({ metadata, spec, status }: ReplicationController, cache: Cache): boolean {
  return (
    status.observedGeneration === metadata.generation &&
    (spec.minReadySeconds ?? 0) === 0 &&
    cache.tally(pods, metadata.uid, counts.active) === (spec.replicas ?? 1) &&
    cache.tally(pods, `orphans/${metadata.namespace}`, counts.active) === 0 &&
    matchesSet(spec.template?.metadata?.labels, spec.selector)
  )
}

/** Lets go of a pod that the selector no longer matches. */
function keeps({ spec }: ReplicationController, pod: Pod, { api }: LoopContext): boolean {
  if (matchesSet(spec.selector, pod.metadata.labels)) return true
  const current = api.find<Pod>('pods', pod.metadata.namespace!, pod.metadata.name)
  if (
    current === undefined ||
    current.metadata.uid !== pod.metadata.uid ||
    matchesSet(spec.selector, current.metadata.labels)
  )
    return false
  const ownerReferences = (current.metadata.ownerReferences ?? []).filter(({ controller }) => controller !== true)
  api.update('pods', { ...current, metadata: { ...current.metadata, ownerReferences } })
  return false
}

/** A pod's controller; for a pod without one, every controller that would have it. */
function concerned(change: ObjectChange, cache: Cache): readonly string[] {
  const before = change.previous === undefined ? undefined : ownerKey(change.previous as Pod)
  const after = ownerKey(change.object as Pod)
  if (after !== undefined || before !== undefined) {
    if (before === after && relabelled(change)) return [after! + full]
    if (before === after || before === undefined) return [after!]
    return after === undefined ? [before] : [before, after]
  }
  return orphanKeys(change.object as Pod, cache)
}

function relabelled({ type, object, previous }: ObjectChange): boolean {
  return (
    type === 'MODIFIED' &&
    object.metadata.labels !== previous?.metadata.labels &&
    !equal(object.metadata.labels, previous?.metadata.labels)
  )
}

function ownerKey(pod: Pod): string | undefined {
  const owners = pod.metadata.ownerReferences
  if (owners === undefined) return undefined
  for (const owner of owners) {
    if (owner.controller === true && owner.kind === 'ReplicationController')
      return `${pod.metadata.namespace}/${owner.name}`
  }
  return undefined
}

function orphanKeys(pod: Pod, cache: Cache): readonly string[] {
  if (controllerUid(pod) !== undefined || pod.metadata.labels === undefined) return none
  const all = cache.list<ReplicationController>(controllers, pod.metadata.namespace)
  if (all.length === 0) return none
  return all.filter(({ spec }) => matchesSet(spec.selector, pod.metadata.labels)).map(keyOf)
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
function seesOwnWrites(key: string, { memory, cache }: LoopContext): boolean {
  const written = memory.get(key) as number | undefined
  return written === undefined || cache.hasSeen(pods, written)
}

/** Takes over pods that match and have no controller. */
function adopted(controller: ReplicationController, { cache, api }: LoopContext): Pod[] {
  const { metadata, spec } = controller
  if (metadata.deletionTimestamp !== undefined) return []
  const orphans = cache
    .byIndex<Pod>(pods, `orphans/${metadata.namespace}`)
    .filter((pod) => isActive(pod) && matchesSet(spec.selector, pod.metadata.labels))
  const taken: Pod[] = []
  for (const orphan of orphans) {
    const current = api.find<Pod>('pods', metadata.namespace!, orphan.metadata.name)
    if (current === undefined || current.metadata.uid !== orphan.metadata.uid || controllerUid(current) !== undefined)
      continue
    const ownerReferences = [...(current.metadata.ownerReferences ?? []), ownerReference(controller)]
    taken.push(api.update('pods', { ...current, metadata: { ...current.metadata, ownerReferences } }))
  }
  return taken
}

function ownerReference({ metadata }: ReplicationController): NonNullable<Pod['metadata']['ownerReferences']>[number] {
  return {
    apiVersion: 'v1',
    kind: 'ReplicationController',
    name: metadata.name,
    uid: metadata.uid,
    controller: true,
    blockOwnerDeletion: true,
  }
}

function manage(key: string, controller: ReplicationController, active: readonly Pod[], context: LoopContext): void {
  const missing = (controller.spec.replicas ?? 1) - active.length
  if (missing > 0) createPods(key, controller, Math.min(missing, burstReplicas), context)
  else if (missing < 0) deletePods(key, controller, active, Math.min(-missing, burstReplicas), context)
}

function createPods(key: string, controller: ReplicationController, count: number, context: LoopContext): void {
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
      context.record(controller, 'Normal', 'SuccessfulCreate', 'Created pod: {detail}', created.metadata.name)
    } catch (error) {
      if (isStatusError(error))
        context.record(controller, 'Warning', 'FailedCreate', `Error creating: ${error.status.message}`)
      throw error
    }
  }
}

function deletePods(
  key: string,
  controller: ReplicationController,
  active: readonly Pod[],
  count: number,
  context: LoopContext,
): void {
  for (const pod of ranked(active, context.now).slice(0, count)) {
    const { namespace, name, uid } = pod.metadata
    try {
      context.api.delete('pods', namespace!, name, { preconditions: { uid } })
    } catch (error) {
      if (isStatusError(error, 'NotFound') || isStatusError(error, 'Conflict')) continue
      throw error
    }
    context.memory.set(key, context.api.revision)
    context.record(controller, 'Normal', 'SuccessfulDelete', 'Deleted pod: {detail}', name)
  }
}

/** Writes the counts when they differ from what the status says; comes back when a pod is ready but not yet long enough. */
function report(
  controller: ReplicationController,
  found: PodCounts,
  { api }: LoopContext,
): { requeueAfter: number } | void {
  const { status, metadata, spec } = controller
  const { replicas, ready, available, labelled } = found
  const later = available < ready ? { requeueAfter: (spec.minReadySeconds ?? 0) * 1000 } : undefined
  const next = {
    replicas,
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
