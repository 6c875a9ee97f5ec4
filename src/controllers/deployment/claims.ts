/** Which replica sets are whose. Mirrors ReplicaSetControllerRefManager of pkg/controller/controller_ref_manager.go. */
import { withList } from '../../api/metaLists.ts'
import { matchesLabelSelector } from '../../api/selectors.ts'
import type { Deployment, ReplicaSet } from '../../api/types/apps.ts'
import { type Cache, controllerUid, keyOf } from '../../client/controller.ts'
import type { ObjectChange } from '../../client/watches.ts'
import { deployments, fresh, replicaSets, type Turn, updateSet } from './turn.ts'

const none: readonly string[] = Object.freeze([])

/** A replica set's Deployment, before the change and after it; of one without, every Deployment that would have it. */
export function deploymentsOf({ object, previous }: ObjectChange, cache: Cache): readonly string[] {
  const before = previous === undefined ? undefined : ownerKey(previous)
  const after = ownerKey(object)
  if (after !== undefined) return before === undefined || before === after ? [after] : [before, after]
  const would = controllerUid(object) === undefined ? adopters(object, cache) : none
  return before === undefined ? would : [before, ...would]
}

function ownerKey({ metadata }: ObjectChange['object']): string | undefined {
  for (const { controller, kind, name } of metadata.ownerReferences ?? []) {
    if (controller === true && kind === 'Deployment') return `${metadata.namespace}/${name}`
  }
  return undefined
}

function adopters({ metadata }: ObjectChange['object'], cache: Cache): readonly string[] {
  return cache
    .list(deployments, metadata.namespace)
    .filter(({ spec }) => matchesLabelSelector(spec.selector, metadata.labels))
    .map(keyOf)
}

/** Replica sets by the uid of their Deployment, and those without any owner by namespace. */
export function ownerOrOrphan(set: ObjectChange['object']): string {
  return controllerUid(set) ?? orphansOf(set.metadata.namespace)
}

function orphansOf(namespace: string | undefined): string {
  return `orphans/${namespace}`
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
      ownerReferences: [...(current.metadata.ownerReferences ?? []), ownerReference(turn.deployment)],
    },
  }))
}

/** Says that a replica set is a Deployment's, to be collected with it. */
export function ownerReference({ metadata }: Deployment): NonNullable<ReplicaSet['metadata']['ownerReferences']>[0] {
  const { name, uid } = metadata
  return { apiVersion: 'apps/v1', kind: 'Deployment', name, uid, controller: true, blockOwnerDeletion: true }
}
