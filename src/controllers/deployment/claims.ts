/** Which replica sets are whose. Mirrors ReplicaSetControllerRefManager of pkg/controller/controller_ref_manager.go. */
import { controllerReference, controllerUid } from '../../api/controllerRef.ts'
import { withList } from '../../api/metaLists.ts'
import { matchesLabelSelector } from '../../api/selectors.ts'
import type { Deployment, ReplicaSet } from '../../api/types/apps.ts'
import { type Cache, keyOf } from '../../client/controller.ts'
import type { ObjectChange } from '../../client/watches.ts'
import { controllerKeys, orphansOf } from '../controlled.ts'
import { deployments, fresh, replicaSets, type Turn, updateSet } from './turn.ts'

/** A replica set's Deployment, before the change and after it; of one without, every Deployment that would have it. */
export function deploymentsOf(change: ObjectChange, cache: Cache): readonly string[] {
  const owners = controllerKeys('Deployment', change)
  return controllerUid(change.object) === undefined ? [...owners, ...adopters(change.object, cache)] : owners
}

function adopters({ metadata }: ObjectChange['object'], cache: Cache): readonly string[] {
  return cache
    .list(deployments, metadata.namespace)
    .filter(({ spec }) => matchesLabelSelector(spec.selector, metadata.labels))
    .map(keyOf)
}

/**
 * The replica sets of a Deployment: lets go of those its selector no longer chooses, and takes over those it chooses
 * that have no owner. undefined when one of them is not as the cache has it; its change is on the way.
 */
export function claim(turn: Turn): readonly ReplicaSet[] | undefined {
  const { deployment, context } = turn
  const { cache } = context
  const { uid, namespace } = deployment.metadata
  const owned = cache.byIndex(replicaSets, uid)
  const orphans = cache.byIndex(replicaSets, orphansOf(namespace)).filter((set) => mayAdopt(deployment, set))
  if ([...owned, ...orphans].some((set) => fresh(set, context) === undefined)) return undefined
  for (const set of owned) if (!isChosen(deployment, set)) release(turn, set)
  return [...owned.filter((set) => isChosen(deployment, set)), ...orphans.map((set) => adopt(turn, set))]
}

function isChosen({ spec }: Deployment, { metadata }: ReplicaSet): boolean {
  return matchesLabelSelector(spec.selector, metadata.labels)
}

function mayAdopt(deployment: Deployment, set: ReplicaSet): boolean {
  const isGoing = deployment.metadata.deletionTimestamp ?? set.metadata.deletionTimestamp
  return isGoing === undefined && isChosen(deployment, set)
}

/** What is being deleted is left to that. */
function release(turn: Turn, set: ReplicaSet): void {
  const { uid, deletionTimestamp } = turn.deployment.metadata
  if ((deletionTimestamp ?? set.metadata.deletionTimestamp) !== undefined) return
  updateSet(turn, set, (current) => {
    const others = (current.metadata.ownerReferences ?? []).filter((owner) => owner.uid !== uid)
    return { ...current, metadata: withList(current.metadata, 'ownerReferences', others) }
  })
}

function adopt(turn: Turn, set: ReplicaSet): ReplicaSet {
  return updateSet(turn, set, (current) => ({
    ...current,
    metadata: {
      ...current.metadata,
      ownerReferences: [...(current.metadata.ownerReferences ?? []), controllerReference(turn.deployment)],
    },
  }))
}
