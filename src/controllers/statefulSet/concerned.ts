/** Which changes are about which StatefulSet; clusters without any hear of none. */
import { matchesLabelSelector } from '../../api/selectors.ts'
import { controllerOf } from '../../api/controllerRef.ts'
import type { KubeObject } from '../../api/meta.ts'
import type { StatefulSet } from '../../api/types/apps.ts'
import type { Pod } from '../../api/types/core.ts'
import type { Cache, NamedPredicate } from '../../client/controller.ts'
import type { ObjectChange } from '../../client/watches.ts'
import { differs } from '../../registries/equal.ts'
import { isReady } from '../podRank.ts'
import { controllerKeys } from '../controlled.ts'
import { placeOf } from './identity.ts'
import { statefulSets } from './turn.ts'

const none: readonly string[] = Object.freeze([])

/** The one index value of all sets, and the places of their counts. */
const all = 'all'
const counts = { there: 0, withClaims: 1 } as const

export const allSets = {
  index: (): string => all,
  tally: (object: KubeObject): number => {
    const { volumeClaimTemplates } = (object as StatefulSet).spec
    return (1 << counts.there) | (volumeClaimTemplates === undefined ? 0 : 1 << counts.withClaims)
  },
}

export function areThere(cache: Cache): boolean {
  return cache.tally(statefulSets, all, counts.there) > 0
}

export function askForClaims(cache: Cache): boolean {
  return cache.tally(statefulSets, all, counts.withClaims) > 0
}

/** Pods by the uid of their set, ended or not; those that are nobody's by the set that their name says. */
export function setOrOrphan(pod: KubeObject): string | undefined {
  const owner = controllerOf(pod)
  if (owner !== undefined) return owner.kind === 'StatefulSet' ? owner.uid : undefined
  const parent = placeOf(pod.metadata.name)?.parent
  return parent && orphansOf(pod.metadata.namespace, parent)
}

/** The index value of the pods of nobody that are named as a set's are. */
export function orphansOf(namespace: string | undefined, set: string): string {
  return `orphans/${namespace}/${set}`
}

export const podPredicate: NamedPredicate = Object.freeze({
  name: 'stateful-pods',
  of: (pod: KubeObject) => setOrOrphan(pod) !== undefined,
  holds: (before: KubeObject, after: KubeObject) => {
    const whose = setOrOrphan(after)
    if (whose !== setOrOrphan(before)) return true
    if (whose === undefined) return false
    const [old, now] = [before.metadata, after.metadata]
    return (
      old.deletionTimestamp !== now.deletionTimestamp ||
      differs(old.labels, now.labels) ||
      stateOf(before as Pod) !== stateOf(after as Pod)
    )
  },
})

function stateOf(pod: Pod): string | undefined {
  return isReady(pod) ? `${pod.status.phase}, ready` : pod.status.phase
}

/** A pod's set, before the change and after it; of a pod of nobody the set that would have it. */
export function setsOfPod(change: ObjectChange, cache: Cache): readonly string[] {
  const owners = controllerKeys('StatefulSet', change)
  const { object, type } = change
  if (type === 'DELETED' || controllerOf(object) !== undefined) return owners
  const parent = placeOf(object.metadata.name)?.parent
  const set = parent && cache.get(statefulSets, `${object.metadata.namespace!}/${parent}`)
  if (!set || !matchesLabelSelector(set.spec.selector, object.metadata.labels)) return owners
  return [...owners, `${object.metadata.namespace!}/${parent}`]
}

/** Claims that are named as a set's are. */
export const claimPredicate: NamedPredicate = Object.freeze({
  name: 'stateful-claims',
  of: ({ metadata }: KubeObject) => placeOf(metadata.name) !== undefined,
  holds: (before: KubeObject, after: KubeObject) =>
    placeOf(after.metadata.name) !== undefined &&
    (before.metadata.deletionTimestamp !== after.metadata.deletionTimestamp ||
      differs(before.metadata.ownerReferences, after.metadata.ownerReferences)),
})

/**
 * The sets that have a claim of such a name. Upstream hears of no claims, and so a pod whose claim is still on its way out
 * may wait there until something else happens.
 */
export function setsOfClaim({ object: { metadata } }: ObjectChange, cache: Cache): readonly string[] {
  const whole = placeOf(metadata.name)?.parent
  if (whole === undefined) return none
  const keys: string[] = []
  for (let dash = whole.indexOf('-'); dash !== -1; dash = whole.indexOf('-', dash + 1)) {
    const key = `${metadata.namespace!}/${whole.slice(dash + 1)}`
    const templates = cache.get(statefulSets, key)?.spec.volumeClaimTemplates ?? []
    if (templates.some((template) => template.metadata.name === whole.slice(0, dash))) keys.push(key)
  }
  return keys
}
