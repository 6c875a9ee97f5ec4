import { controllerOf } from '../../api/controllerRef.ts'
import type { KubeObject } from '../../api/meta.ts'
import type { Job } from '../../api/types/batch.ts'
import type { Pod } from '../../api/types/core.ts'
import { type Cache, keyOf, type KeysFunction, type LaterKey, type NamedPredicate } from '../../client/controller.ts'
import type { ObjectChange } from '../../client/watches.ts'
import { CONTROLLER_UID } from '../../registries/workloads/jobRules.ts'
import { controllerKeys } from '../controlled.ts'
import { isFinished, isTracked, jobs } from './jobPods.ts'

// SyncJobBatchPeriod: what happens to pods is looked at together.
const batchMs = 1000
const ofPod = 'pod:'
const ofFormer = 'uid:'

type Keys = ReturnType<KeysFunction>

/** What a key asks: to look at a job, or to let go of pods that are no job's any more. */
export interface Asked {
  readonly what: 'job' | 'pod' | 'former'
  readonly key: string
}

export function readKey(key: string): Asked {
  if (key.startsWith(ofPod)) return { what: 'pod', key: key.slice(ofPod.length) }
  if (key.startsWith(ofFormer)) return { what: 'former', key: key.slice(ofFormer.length) }
  return { what: 'job', key }
}

function soon(key: string): LaterKey {
  return { key, afterMs: batchMs }
}

/** What was written of a job's status waits for what is written next; a new spec does not. */
export function keysOfJob({ type, object, previous }: ObjectChange): Keys {
  const key = keyOf(object)
  if (type === 'DELETED') return [key, `${ofFormer}${object.metadata.uid}`]
  if (isFinished(object as Job)) return [key, `${ofFormer}${object.metadata.uid}`]
  const isOfSpec = previous === undefined || previous.metadata.generation !== object.metadata.generation
  return [isOfSpec ? key : soon(key)]
}

/** The jobs that have or had a pod; of one that nobody has, those that would, and the pod itself if it is held for one. */
export function keysOfPod(change: ObjectChange, cache: Cache): Keys {
  const pod = change.object as Pod
  const isLoose = change.type !== 'DELETED' && isTracked(pod) && !isHeld(pod, cache)
  const would = controllerOf(pod) === undefined ? wouldHave(pod, cache) : []
  return [...[...controllerKeys('Job', change), ...would].map(soon), ...(isLoose ? [ofPod + keyOf(pod)] : [])]
}

/** Whether there is a job whose turn it is to let go of a pod. */
export function isHeld(pod: Pod, cache: Cache): boolean {
  const owner = controllerOf(pod)
  if (owner === undefined) return false
  if (owner.kind !== 'Job' || owner.apiVersion !== 'batch/v1') return true
  const job = cache.get(jobs, `${pod.metadata.namespace}/${owner.name}`)
  return job !== undefined && job.metadata.uid === owner.uid && !isFinished(job)
}

function wouldHave(pod: Pod, cache: Cache): readonly string[] {
  const uid = uidLabel(pod)
  if (uid === undefined) return []
  return cache
    .list(jobs, pod.metadata.namespace)
    .filter(({ metadata }) => metadata.uid === uid)
    .map(keyOf)
}

/** Pods by the uid of the job that has them, and those that nobody has by that of the job whose label they carry. */
export function jobUid(object: KubeObject): string | undefined {
  const owner = controllerOf(object)
  if (owner === undefined) return orphanOf(uidLabel(object))
  return owner.kind === 'Job' ? owner.uid : undefined
}

/** The index value of pods that nobody has and that carry a job's label. */
export function orphanOf(uid: string): string
export function orphanOf(uid: string | undefined): string | undefined
export function orphanOf(uid: string | undefined): string | undefined {
  return uid === undefined ? undefined : `orphan/${uid}`
}

function uidLabel({ metadata: { labels } }: KubeObject): string | undefined {
  return labels === undefined ? undefined : (labels[CONTROLLER_UID[0]] ?? labels[CONTROLLER_UID[1]])
}

/** Whether a pod is a job's, or was once: most pods are neither, and are told by their owner or their labels alone. */
function isOfJob(object: KubeObject): boolean {
  return jobUid(object) !== undefined || (object.metadata.finalizers !== undefined && isTracked(object as Pod))
}

/** Which changes of pods concern jobs: those of pods that are one's, or were once. */
export const ofJobs: NamedPredicate = Object.freeze({
  name: 'of jobs',
  of: isOfJob,
  holds: (before: KubeObject, after: KubeObject, only?: string) =>
    isOfJob(after) || (only === undefined && isOfJob(before)),
})
