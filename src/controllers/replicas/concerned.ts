import { controllerOf } from '../../api/controllerRef.ts'
import type { Pod } from '../../api/types/core.ts'
import { type Cache, keyOf } from '../../client/controller.ts'
import type { ObjectChange } from '../../client/watches.ts'
import { equal } from '../../registries/equal.ts'
import { controllerKeys } from '../controlled.ts'
import { gvkOf, type ReplicaKind, type Replicated } from './replicaKind.ts'

const none: readonly string[] = Object.freeze([])

/** A key that ends so asks to look at every pod, not at the counts alone. */
const full = '!'

/** What a key asks: which record, and whether to look at every one of its pods. */
export function readKey(asked: string): { readonly key: string; readonly isFull: boolean } {
  const isFull = asked.endsWith(full)
  return { key: isFull ? asked.slice(0, -full.length) : asked, isFull }
}

/** A pod's controller, before the change and after it; for a pod without one, every record that would have it. */
export function concernedBy<T extends Replicated>(
  kind: ReplicaKind<T>,
): (change: ObjectChange, cache: Cache) => readonly string[] {
  // Put together once: this is asked of every pod without a controller.
  const records = gvkOf(kind)
  return (change, cache) => {
    const pod = change.object as Pod
    const keys = controllerKeys(kind.kind, change)
    const owner = controllerOf(pod)
    if (owner === undefined) {
      const would = orphanKeys(kind, pod, cache.list<T>(records, pod.metadata.namespace))
      return keys.length === 0 ? would : [...keys, ...would]
    }
    return owner.kind === kind.kind && keys.length === 1 && relabelled(change) ? [keys[0]! + full] : keys
  }
}

function relabelled({ type, object, previous }: ObjectChange): boolean {
  return (
    type === 'MODIFIED' &&
    object.metadata.labels !== previous?.metadata.labels &&
    !equal(object.metadata.labels, previous?.metadata.labels)
  )
}

/** The keys of those that would have a pod that is nobody's. */
function orphanKeys<T extends Replicated>(
  kind: ReplicaKind<T>,
  { metadata }: Pod,
  all: readonly T[],
): readonly string[] {
  const { labels } = metadata
  if (labels === undefined || all.length === 0) return none
  return all.filter((record) => kind.selects(record, labels)).map((record) => keyOf(record) + full)
}
