/** How many pods of a budget there should be and may be missing. Mirrors pkg/controller/disruption/disruption.go. */
import { controllerOf } from '../../api/controllerRef.ts'
import { isStatusError } from '../../api/errors.ts'
import { scaledUp } from '../../api/intOrPercent.ts'
import type { KubeObject, OwnerReference } from '../../api/meta.ts'
import { parseTime } from '../../api/time.ts'
import type { Pod } from '../../api/types/core.ts'
import type { PodDisruptionBudget } from '../../api/types/policy.ts'
import type { Link } from '../../client/link.ts'
import { isReady } from '../podRank.ts'

/** DeletionTimeout: whatever was to be evicted and is still there after this will not be deleted. */
const deletionMs = 120_000

export interface Expected {
  readonly expectedPods: number
  readonly desiredHealthy: number
  /** The pods that nobody keeps, where what is kept counts. */
  readonly unmanaged: readonly string[]
}

/** Mirrors getExpectedPodCount. Throws where a pod's controller says no number. */
export function expected({ spec }: PodDisruptionBudget, pods: readonly Pod[], api: Link): Expected {
  const { maxUnavailable, minAvailable } = spec
  if (maxUnavailable !== undefined) {
    const { scale, unmanaged } = expectedScale(pods, api)
    return { expectedPods: scale, desiredHealthy: Math.max(0, scale - scaledUp(maxUnavailable, scale)), unmanaged }
  }
  if (minAvailable === undefined) return { expectedPods: 0, desiredHealthy: 0, unmanaged: [] }
  if (typeof minAvailable === 'number')
    return { expectedPods: pods.length, desiredHealthy: minAvailable, unmanaged: [] }
  const { scale, unmanaged } = expectedScale(pods, api)
  return { expectedPods: scale, desiredHealthy: scaledUp(minAvailable, scale), unmanaged }
}

/** That the controller of a pod is not there. */
export class NoControllers extends Error {
  constructor(pod: string) {
    super(`found no controllers for pod ${JSON.stringify(pod)}`)
  }
}

/** What the controllers of pods ask for together. Mirrors getExpectedScale. */
function expectedScale(
  pods: readonly Pod[],
  api: Link,
): { readonly scale: number; readonly unmanaged: readonly string[] } {
  const scales = new Map<string, number>()
  const known = new Set<string>()
  const unmanaged: string[] = []
  for (const pod of pods) {
    const { metadata } = pod
    const owner = controllerOf(pod)
    if (owner === undefined) unmanaged.push(metadata.name)
    if (owner === undefined || known.has(owner.uid)) continue
    const found = scaleOf(owner, metadata.namespace ?? '', api)
    if (found === undefined) throw new NoControllers(metadata.name)
    known.add(owner.uid)
    scales.set(found.uid, found.replicas)
  }
  return { scale: [...scales.values()].reduce((sum, scale) => sum + scale, 0), unmanaged }
}

/** Throws where nobody serves the kind of a controller. */
function kindOf({ apiVersion, kind }: OwnerReference, api: Link): ReturnType<Link['ofKind']> {
  try {
    return api.ofKind(`${apiVersion}/${kind}`)
  } catch (error) {
    if (!isStatusError(error, 'BadRequest')) throw error
    throw new Error(`no matches for kind ${JSON.stringify(kind)} in version ${JSON.stringify(apiVersion)}`)
  }
}

/** How many a controller asks for; of a Deployment's replica set, the Deployment if it is there. */
function scaleOf(
  owner: OwnerReference,
  namespace: string,
  api: Link,
): { readonly uid: string; readonly replicas: number } | undefined {
  const { key, definition } = kindOf(owner, api)
  const object = api.find<KubeObject>(key, namespace, owner.name)
  if (object?.metadata.uid !== owner.uid) return undefined
  const above = owner.kind === 'ReplicaSet' ? controllerOf(object) : undefined
  const aboves = above?.kind === 'Deployment' ? scaleOf(above, namespace, api) : undefined
  if (aboves !== undefined) return aboves
  try {
    return { uid: owner.uid, replicas: api.getScale(key, namespace, owner.name).spec?.replicas ?? 0 }
  } catch (error) {
    if (!isStatusError(error, 'MethodNotAllowed')) throw error
    const { plural, group } = definition
    throw new Error(`${group === '' ? plural : `${plural}.${group}`} does not implement the scale subresource`)
  }
}

/** The pods that are to be evicted and not gone yet, by name, with the time of the eviction; those that stayed. */
export interface Disrupted {
  readonly pods: Readonly<Record<string, string>>
  readonly stayed: readonly Pod[]
  /** When the first of them will have stayed; Infinity for none. */
  readonly recheckAt: number
}

/** Mirrors buildDisruptedPodMap. */
export function disrupted({ status }: PodDisruptionBudget, pods: readonly Pod[], now: number): Disrupted {
  const { disruptedPods = {} } = status
  const left: Record<string, string> = {}
  const stayed: Pod[] = []
  let recheckAt = Infinity
  for (const pod of pods) {
    const time = disruptedPods[pod.metadata.name]
    if (time === undefined || pod.metadata.deletionTimestamp !== undefined) continue
    const until = (parseTime(String(time)) ?? now) + deletionMs
    if (until < now) stayed.push(pod)
    else {
      left[pod.metadata.name] = String(time)
      recheckAt = Math.min(recheckAt, until)
    }
  }
  return { pods: left, stayed, recheckAt }
}

/** Mirrors countHealthyPods. */
export function healthy(pods: readonly Pod[], going: Readonly<Record<string, string>>): number {
  return pods.filter(
    (pod) => pod.metadata.deletionTimestamp === undefined && going[pod.metadata.name] === undefined && isReady(pod),
  ).length
}
