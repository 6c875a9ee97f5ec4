import { controllerReference, controllerUid } from '../../api/controllerRef.ts'
import type { KubeObject } from '../../api/meta.ts'
import { withList } from '../../api/metaLists.ts'
import type { Pod } from '../../api/types/core.ts'
import type { LoopContext } from '../../client/controller.ts'
import { orphansOf } from '../controlled.ts'
import { remembering } from '../podRank.ts'
import { isActive, isTerminating, pods } from './podTally.ts'
import type { PodOwnerKind, ReplicaKind, Replicated } from './replicaKind.ts'

/** The pods that are a record's. */
export interface Claimed {
  readonly active: readonly Pod[]
  /** How many are on their way out. */
  readonly terminating: number
  /** Whether pods were taken over or let go, which the cache does not know of yet. */
  readonly changed: boolean
}

/**
 * The pods of a record: lets go of those that its selector no longer chooses, and takes over those it chooses that have
 * no controller. Mirrors PodControllerRefManager of pkg/controller/controller_ref_manager.go.
 */
export function claim<T extends Replicated>(kind: ReplicaKind<T>, record: T, context: LoopContext): Claimed {
  const { cache } = context
  const active: Pod[] = []
  let terminating = 0
  let changed = false
  const selects = remembering((labels) => kind.selects(record, labels))
  for (const pod of cache.byIndex<Pod>(pods, record.metadata.uid)) {
    const isOurs = selects(pod.metadata.labels)
    if (isTerminating(pod)) terminating += isOurs ? 1 : 0
    else if (!isActive(pod)) continue
    else if (isOurs) active.push(pod)
    else changed = release(kind, record, pod, context) || changed
  }
  const taken = adopt(kind, record, context)
  return { active: [...taken, ...active], terminating, changed: changed || taken.length > 0 }
}

/** Lets go of a pod that the record's selector no longer chooses; whether that was to be done. */
export function release<T extends KubeObject>(
  kind: PodOwnerKind<T>,
  record: T,
  pod: Pod,
  { api }: LoopContext,
): boolean {
  const current = api.find<Pod>('pods', pod.metadata.namespace!, pod.metadata.name)
  if (current === undefined || current.metadata.uid !== pod.metadata.uid) return false
  if (kind.selects(record, current.metadata.labels)) return false
  const others = (current.metadata.ownerReferences ?? []).filter(({ uid }) => uid !== record.metadata.uid)
  api.update('pods', { ...current, metadata: withList(current.metadata, 'ownerReferences', others) })
  return true
}

function adopt<T extends Replicated>(kind: ReplicaKind<T>, record: T, context: LoopContext): Pod[] {
  const { namespace, deletionTimestamp } = record.metadata
  if (deletionTimestamp !== undefined) return []
  const orphans = context.cache
    .byIndex<Pod>(pods, orphansOf(namespace))
    .filter((pod) => isActive(pod) && kind.selects(record, pod.metadata.labels))
  return takeOver(kind, record, orphans, context)
}

/** Makes pods a record's that have no controller, unless it is on its way out. Returns those that it got. */
export function takeOver<T extends KubeObject>(
  kind: PodOwnerKind<T>,
  record: T,
  orphans: readonly Pod[],
  { api }: LoopContext,
): Pod[] {
  if (orphans.length === 0) return []
  const { namespace, uid, name } = record.metadata
  const fresh = api.find<T>(kind.resource, namespace!, name)
  if (fresh === undefined || fresh.metadata.uid !== uid || fresh.metadata.deletionTimestamp !== undefined) return []
  const taken: Pod[] = []
  for (const orphan of orphans) {
    const current = api.find<Pod>('pods', namespace!, orphan.metadata.name)
    if (current === undefined || current.metadata.uid !== orphan.metadata.uid || controllerUid(current) !== undefined)
      continue
    const ownerReferences = [...(current.metadata.ownerReferences ?? []), controllerReference(record)]
    taken.push(api.update('pods', { ...current, metadata: { ...current.metadata, ownerReferences } }))
  }
  return taken
}
