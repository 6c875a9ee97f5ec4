import { controllerReference, controllerUid } from '../../api/controllerRef.ts'
import { withList } from '../../api/metaLists.ts'
import { matchesLabelSelector } from '../../api/selectors.ts'
import type { Job } from '../../api/types/batch.ts'
import type { Pod } from '../../api/types/core.ts'
import type { LoopContext } from '../../client/controller.ts'
import { remembering } from '../podRank.ts'
import { orphanOf } from './concerned.ts'
import { isTracked, jobResource, pods, trackingFinalizer } from './jobPods.ts'

/**
 * The pods of a job, ended or not: those it has and chooses, and those it takes over. What it no longer chooses it lets go.
 * Mirrors PodControllerRefManager of pkg/controller/controller_ref_manager.go, as jobs use it.
 */
export function claim(job: Job, context: LoopContext): readonly Pod[] {
  const { uid, deletionTimestamp } = job.metadata
  const chooses = remembering((labels) => matchesLabelSelector(job.spec.selector, labels))
  const own = context.cache.byIndex<Pod>(pods, uid)
  const kept = own.filter(({ metadata }) => chooses(metadata.labels))
  if (deletionTimestamp !== undefined) return kept
  if (kept.length < own.length) for (const pod of own) if (!chooses(pod.metadata.labels)) release(job, pod, context)
  return [...kept, ...adopt(job, context)]
}

function release(job: Job, pod: Pod, context: LoopContext): void {
  const current = findPod(pod, context)
  if (current === undefined) return
  const owners = (current.metadata.ownerReferences ?? []).filter(({ uid }) => uid !== job.metadata.uid)
  const finalizers = (current.metadata.finalizers ?? []).filter((name) => name !== trackingFinalizer)
  const metadata = withList(withList(current.metadata, 'ownerReferences', owners), 'finalizers', finalizers)
  context.api.update<Pod>('pods', { ...current, metadata })
}

function adopt(job: Job, context: LoopContext): Pod[] {
  const { namespace, uid, name } = job.metadata
  const orphans = orphansOf(job, context).filter(
    ({ metadata }) =>
      metadata.deletionTimestamp === undefined && matchesLabelSelector(job.spec.selector, metadata.labels),
  )
  if (orphans.length === 0) return []
  const fresh = context.api.find<Job>(jobResource, namespace!, name)
  if (fresh === undefined || fresh.metadata.uid !== uid || fresh.metadata.deletionTimestamp !== undefined) return []
  return orphans.flatMap((orphan) => {
    const current = findPod(orphan, context)
    if (current === undefined || controllerUid(current) !== undefined) return []
    const ownerReferences = [...(current.metadata.ownerReferences ?? []), controllerReference(job)]
    const finalizers = [...(current.metadata.finalizers ?? []), ...(isTracked(current) ? [] : [trackingFinalizer])]
    const metadata = { ...current.metadata, ownerReferences, finalizers }
    return [context.api.update<Pod>('pods', { ...current, metadata })]
  })
}

/** Pods that nobody has. A selector that was given may choose any of them, one that was made only those with its label. */
function orphansOf({ spec, metadata: { namespace, uid } }: Job, { api, cache }: LoopContext): readonly Pod[] {
  if (spec.manualSelector !== true) return cache.byIndex<Pod>(pods, orphanOf(uid))
  const all = api.list('pods', { namespace }).items as readonly Pod[]
  return all.filter((pod) => controllerUid(pod) === undefined)
}

/** A pod as it is now; undefined where it is gone. */
function findPod({ metadata }: Pod, { api }: LoopContext): Pod | undefined {
  const found = api.find<Pod>('pods', metadata.namespace!, metadata.name)
  return found?.metadata.uid === metadata.uid ? found : undefined
}

/** Lets a pod go that has been counted, or is nobody's. */
export function letGo(pod: Pod, context: LoopContext): void {
  const current = findPod(pod, context)
  if (current === undefined || !isTracked(current)) return
  const others = current.metadata.finalizers!.filter((name) => name !== trackingFinalizer)
  context.api.update<Pod>('pods', { ...current, metadata: withList(current.metadata, 'finalizers', others) })
}
