/** Which pods are a StatefulSet's. Mirrors PodControllerRefManager of pkg/controller/controller_ref_manager.go. */
import { controllerReference, controllerUid } from '../../api/controllerRef.ts'
import { withList } from '../../api/metaLists.ts'
import { matchesLabelSelector } from '../../api/selectors.ts'
import type { StatefulSet } from '../../api/types/apps.ts'
import type { Pod } from '../../api/types/core.ts'
import { orphansOf } from './concerned.ts'
import { placeOf } from './identity.ts'
import { pods, setsKey, type Turn, updatePod } from './turn.ts'

/**
 * The pods of a set, whatever has become of them: lets go of those that its selector no longer chooses, and takes over
 * those that it chooses, are named as its own and have no controller.
 */
export function claimPods(turn: Turn): readonly Pod[] {
  const { set, context } = turn
  const { uid, namespace, name, deletionTimestamp } = set.metadata
  const owned = context.cache.byIndex<Pod>(pods, uid)
  if (deletionTimestamp === undefined) for (const pod of owned) if (!isMember(set, pod)) release(turn, pod)
  return [...owned.filter((pod) => isMember(set, pod)), ...adopted(turn, orphansOf(namespace, name))]
}

function isMember({ spec, metadata }: StatefulSet, pod: Pod): boolean {
  const isChosen = matchesLabelSelector(spec.selector, pod.metadata.labels)
  return isChosen && placeOf(pod.metadata.name)?.parent === metadata.name
}

function release(turn: Turn, pod: Pod): void {
  const { set } = turn
  updatePod(turn, pod, (current) => {
    if (isMember(set, current)) return undefined
    const others = (current.metadata.ownerReferences ?? []).filter(({ uid }) => uid !== set.metadata.uid)
    return { ...current, metadata: withList(current.metadata, 'ownerReferences', others) }
  })
}

function adopted(turn: Turn, whose: string): readonly Pod[] {
  const { set, context } = turn
  const { uid, namespace, name, deletionTimestamp } = set.metadata
  if (deletionTimestamp !== undefined) return []
  const orphans = context.cache
    .byIndex<Pod>(pods, whose)
    .filter((pod) => pod.metadata.deletionTimestamp === undefined && isMember(set, pod))
  if (orphans.length === 0) return []
  const fresh = context.api.find<StatefulSet>(setsKey, namespace!, name)
  if (fresh?.metadata.uid !== uid || fresh.metadata.deletionTimestamp !== undefined) return []
  return orphans.flatMap((pod) => updatePod(turn, pod, (current) => adoption(set, current)) ?? [])
}

function adoption(set: StatefulSet, pod: Pod): Pod | undefined {
  if (controllerUid(pod) !== undefined) return undefined
  const ownerReferences = [...(pod.metadata.ownerReferences ?? []), controllerReference(set)]
  return { ...pod, metadata: { ...pod.metadata, ownerReferences } }
}
