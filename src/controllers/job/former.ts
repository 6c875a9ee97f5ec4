/** Pods that are held for a job which does not count them any more. Mirrors syncOrphanPod of pkg/controller/job. */
import { controllerOf } from '../../api/controllerRef.ts'
import type { Pod } from '../../api/types/core.ts'
import type { LoopContext } from '../../client/controller.ts'
import { letGo } from './claims.ts'
import { isHeld } from './concerned.ts'
import { isManagedElsewhere, isTracked, jobs, pods } from './jobPods.ts'

/** Lets a pod go, unless a job is to count it, or somebody else acts on its job. */
export function letGoOf(pod: Pod | undefined, context: LoopContext): void {
  if (pod === undefined || !isTracked(pod) || isHeld(pod, context.cache) || isOthers(pod, context)) return
  letGo(pod, context)
}

/** The same of all pods that the job of a uid has, or had. */
export function letGoOfAll(uid: string, context: LoopContext): void {
  for (const pod of context.cache.byIndex<Pod>(pods, uid)) letGoOf(pod, context)
}

function isOthers(pod: Pod, { cache }: LoopContext): boolean {
  const owner = controllerOf(pod)
  const job = owner && cache.get(jobs, `${pod.metadata.namespace}/${owner.name}`)
  return job !== undefined && job.metadata.uid === owner!.uid && isManagedElsewhere(job)
}
