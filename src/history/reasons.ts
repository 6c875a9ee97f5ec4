import { hasEnded } from '../api/podPhase.ts'
import type { Node, Pod } from '../api/types/core.ts'
import type { CommittedChange } from './committedChange.ts'
import { nameOf } from './happenings.ts'

/** How many nodes there were for a pod, and how many of them suited. */
export interface Suited {
  readonly suited: number
  readonly total: number
}

/** What a change was about, and the change that led to it, where a change did. */
interface Led {
  readonly change: CommittedChange
  readonly by: CommittedChange | undefined
  /** Of a pod that a scheduler bound. */
  readonly suited: (pod: Pod, revision: number) => Suited | undefined
}

/** Why a component did what it did, where that is more than what led to it. */
export function reasonOf(led: Led): string | undefined {
  const { change, by } = led
  if (isBinding(change)) {
    const { suited, total } = led.suited(change.object as Pod, change.revision) ?? {}
    return suited === undefined ? undefined : `${suited} of ${total} nodes suited`
  }
  if (by === undefined) return undefined
  if (change.object.kind === 'Pod' && change.type === 'ADDED') return inPlaceOf(by)
  if (change.object.kind === 'Pod' && by.object.kind === 'Node' && by.type === 'DELETED') return 'its node is gone'
  if (isEvicted(change, by)) return toleranceOf(change.object as Pod, by.object as Node)
  if (change.type === 'DELETED' || isDeletion(change)) return orphaned(change, by)
  return undefined
}

function isBinding({ object, previous, type }: CommittedChange): boolean {
  if (object.kind !== 'Pod' || type !== 'MODIFIED') return false
  return (object as Pod).spec.nodeName !== undefined && (previous as Pod).spec.nodeName === undefined
}

export function isDeletion({ object, previous, type }: CommittedChange): boolean {
  if (type !== 'MODIFIED' || object.metadata.deletionTimestamp === undefined) return false
  return previous!.metadata.deletionTimestamp === undefined
}

function inPlaceOf({ object, type, actor }: CommittedChange): string | undefined {
  if (object.kind !== 'Pod' || actor === '') return undefined
  const isOver = type === 'DELETED' || object.metadata.deletionTimestamp !== undefined || hasEnded(object as Pod)
  return isOver ? `in place of ${nameOf(object.kind, object.metadata)}` : undefined
}

/** Whether a pod was deleted because of what a node says. */
function isEvicted(change: CommittedChange, by: CommittedChange): boolean {
  return change.object.kind === 'Pod' && by.object.kind === 'Node' && isDeletion(change)
}

function toleranceOf({ spec }: Pod, { spec: { taints = [] }, metadata }: Node): string | undefined {
  const evicting = taints.filter(({ effect }) => effect === 'NoExecute')
  for (const { key, value = '' } of evicting) {
    const tolerations = (spec.tolerations ?? []).filter(
      (one) =>
        (one.key === undefined || one.key === key) &&
        (one.operator === 'Exists' || (one.value ?? '') === value) &&
        (one.effect === undefined || one.effect === 'NoExecute'),
    )
    if (tolerations.length === 0) return `it does not tolerate the taint ${key} of ${metadata.name}`
    const seconds = tolerations.flatMap(({ tolerationSeconds }) => tolerationSeconds ?? [])
    if (seconds.length > 0) return `it tolerates the taint ${key} of ${metadata.name} for ${Math.min(...seconds)} s`
  }
  return undefined
}

/** That an owner is gone, or goes. */
function orphaned({ object }: CommittedChange, { object: other, type }: CommittedChange): string | undefined {
  const isOwned = object.metadata.ownerReferences?.some(({ uid }) => uid === other.metadata.uid) === true
  const owner = nameOf(other.kind, other.metadata)
  if (!isOwned) return undefined
  if (type === 'DELETED') return `its owner ${owner} is gone`
  return other.metadata.deletionTimestamp === undefined ? undefined : `its owner ${owner} is being deleted`
}
