import { controllerOf } from '../../api/controllerRef.ts'
import type { KubeObject } from '../../api/meta.ts'
import type { Job } from '../../api/types/batch.ts'
import type { Pod } from '../../api/types/core.ts'
import { type Cache, keyOf, type NamedPredicate } from '../../client/controller.ts'
import type { ObjectChange } from '../../client/watches.ts'
import { CONTROLLER_UID } from '../../registries/workloads/jobRules.ts'
import { controllerKeys } from '../controlled.ts'
import { isFinished, isTracked, jobs } from './jobPods.ts'

const none: readonly string[] = Object.freeze([])

/** A key that ends so asks for a look within a second. No name has this in it. */
const soon = '~'
const ofPod = 'pod:'
const ofFormer = 'uid:'

/** What a key asks: to look at a job, now or soon, or to let go of pods that are no job's any more. */
export type Asked =
  | { readonly what: 'job'; readonly key: string; readonly isSoon: boolean }
  | { readonly what: 'pod' | 'former'; readonly key: string }

export function readKey(key: string): Asked {
  if (key.startsWith(ofPod)) return { what: 'pod', key: key.slice(ofPod.length) }
  if (key.startsWith(ofFormer)) return { what: 'former', key: key.slice(ofFormer.length) }
  const isSoon = key.endsWith(soon)
  return { what: 'job', key: isSoon ? key.slice(0, -soon.length) : key, isSoon }
}

/** What was written of a job's status waits for what is written next; a new spec does not. */
export function keysOfJob({ type, object, previous }: ObjectChange): readonly string[] {
  const key = keyOf(object)
  if (type === 'DELETED') return [key, `${ofFormer}${object.metadata.uid}`]
  if (isFinished(object as Job)) return [key, `${ofFormer}${object.metadata.uid}`]
  const isOfSpec = previous === undefined || previous.metadata.generation !== object.metadata.generation
  return [isOfSpec ? key : key + soon]
}

/** The jobs that have or had a pod; of one that nobody has, those that would, and the pod itself if it is held for one. */
export function keysOfPod(change: ObjectChange, cache: Cache): readonly string[] {
  const pod = change.object as Pod
  const keys = new Set<string>()
  for (const key of controllerKeys('Job', change)) keys.add(key + soon)
  if (change.type !== 'DELETED' && isTracked(pod) && !isHeld(pod, cache)) keys.add(ofPod + keyOf(pod))
  if (controllerOf(pod) === undefined) for (const key of wouldHave(pod, cache)) keys.add(key)
  return keys.size === 0 ? none : [...keys]
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
  if (uid === undefined) return none
  return cache
    .list(jobs, pod.metadata.namespace)
    .filter(({ metadata }) => metadata.uid === uid)
    .map((job) => keyOf(job) + soon)
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
