import type { StatefulSet } from '../../api/types/apps.ts'
import type { PersistentVolumeClaim, Pod, PodTemplateSpec } from '../../api/types/core.ts'
import type { LoopContext } from '../../client/controller.ts'
import type { Link } from '../../client/link.ts'
import { wroteKind } from '../ownWrites.ts'
import type { controllerRevisions } from '../revisions/revisions.ts'
import { CLAIMS } from '../volumes/keys.ts'

export const statefulSets = 'apps/v1/StatefulSet'
export const pods = 'v1/Pod'
export const setsKey = 'statefulsets.apps'

/** A template, and the name of the ControllerRevision that remembers it. */
export interface Version {
  readonly name: string
  readonly template: PodTemplateSpec
}

/** One look at one StatefulSet. Whatever is written remembers how far the cache has to come before the next. */
export interface Turn {
  readonly key: string
  readonly set: StatefulSet
  readonly context: LoopContext
}

type WrittenKind = typeof statefulSets | typeof controllerRevisions | typeof pods | typeof CLAIMS

/** Writes something of a kind, and remembers that; what changes nothing leaves nothing to wait for. */
export function writing<T>({ key, context }: Turn, kind: WrittenKind, write: (api: Link) => T): T {
  const before = context.api.revision
  const result = write(context.api)
  if (context.api.revision !== before) wroteKind(key, kind, context)
  return result
}

/** A claim as the cache has it. */
export function findClaim({ set, context }: Turn, name: string): PersistentVolumeClaim | undefined {
  return context.cache.get<PersistentVolumeClaim>(CLAIMS, `${set.metadata.namespace!}/${name}`)
}

/** Changes a pod as it is now; undefined when it is another by now, or none. */
export function updatePod(turn: Turn, pod: Pod, change: (pod: Pod) => Pod | undefined): Pod | undefined {
  const { namespace, name, uid } = pod.metadata
  const current = turn.context.api.find<Pod>('pods', namespace!, name)
  if (current?.metadata.uid !== uid) return undefined
  const next = change(current)
  return next && writing(turn, pods, (api) => api.update('pods', next))
}
