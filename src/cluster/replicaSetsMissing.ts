import { controllerOf, controllerReference } from '../api/controllerRef.ts'
import { isObject } from '../api/object.ts'
import type { Deployment, ReplicaSet } from '../api/types/apps.ts'
import type { Pod, PodTemplateSpec } from '../api/types/core.ts'
import { annotation, templateHash } from '../client/rollouts.ts'
import { type DumpObject, dumpedControllerOf } from './dump.ts'

/** What keeps pods, of a dump whose objects are not all there. */
export interface Workloads {
  /** Replica sets that were worked out: each is in the dump as the owner of pods only. */
  readonly made: readonly DumpObject[]
  /** Those that would start all their pods anew, and why. */
  readonly incomplete: ReadonlyMap<DumpObject, string>
}

const replicated: readonly string[] = Object.freeze([
  'apps/v1/DaemonSet',
  'apps/v1/ReplicaSet',
  'apps/v1/StatefulSet',
  'v1/ReplicationController',
  'batch/v1/Job',
])

/**
 * Finds the Deployments, daemon sets, replica sets, stateful sets, replication controllers and Jobs whose pods or replica sets a
 * dump lacks, so that their controllers would make them once more. A Deployment's only replica set can be worked out of it and of
 * its pods.
 */
export function completed(objects: readonly DumpObject[]): Workloads {
  const byOwner = new Map<string, DumpObject[]>()
  for (const object of objects) {
    const uid = dumpedControllerOf(object)?.uid
    if (uid !== undefined) byOwner.set(uid, [...(byOwner.get(uid) ?? []), object])
  }
  const orphans = objects.filter((object) => isPod(object) && dumpedControllerOf(object)?.kind === 'ReplicaSet')
  const uids = new Set(objects.map(({ metadata }) => metadata?.uid))
  const unowned = orphans.filter((pod) => !uids.has(dumpedControllerOf(pod)!.uid))
  const incomplete = new Map<DumpObject, string>()
  // Where any pods were dumped, all were: the last pod of a replica set may have gone a moment before.
  const dumped = new Set(objects.filter(isPod).map(({ metadata }) => metadata?.namespace))
  for (const object of objects) {
    if (!replicated.includes(kindOf(object)) || replicasOf(object) === 0) continue
    if (!dumped.has(object.metadata?.namespace))
      incomplete.set(object, 'its pods are not in the dump: they would all be made anew')
  }
  const made: DumpObject[] = []
  for (const object of objects) {
    if (kindOf(object) !== 'apps/v1/Deployment' || !isObject(object.spec)) continue
    const sets = (byOwner.get(object.metadata?.uid ?? '') ?? []).filter((one) => kindOf(one) === 'apps/v1/ReplicaSet')
    if (sets.some((set) => incomplete.has(set)))
      incomplete.set(object, 'its pods are not in the dump: they would all be made anew')
    if (sets.length > 0 || replicasOf(object) === 0) continue
    const set = replicaSetOf(object as unknown as Deployment, unowned as unknown as Pod[])
    if (set === undefined) incomplete.set(object, 'its replica sets are not in the dump: it would be rolled out anew')
    else made.push(set as unknown as DumpObject)
  }
  return { made, incomplete }
}

function kindOf({ apiVersion, kind }: DumpObject): string {
  return `${apiVersion}/${kind}`
}

function isPod(object: DumpObject): boolean {
  return kindOf(object) === 'v1/Pod'
}

/** How many pods there were; of a Job, how many had not ended. */
function replicasOf({ status, kind }: DumpObject): number {
  const { replicas, active, currentNumberScheduled } = (status ?? {}) as Readonly<Record<string, unknown>>
  const count = kind === 'Job' ? active : (replicas ?? currentNumberScheduled)
  return typeof count === 'number' ? count : 0
}

/** The replica set of a Deployment's present template, if its pods have no other. */
function replicaSetOf(deployment: Deployment, pods: readonly Pod[]): ReplicaSet | undefined {
  const { metadata, spec, status } = deployment
  const { name, namespace } = metadata
  const isIts = (pod: Pod): boolean =>
    pod.metadata.namespace === namespace && controllerOf(pod)!.name === `${name}-${pod.metadata.labels?.[templateHash]}`
  const own = pods.filter(isIts)
  const [first] = own
  if (
    first === undefined ||
    !own.every((pod) => controllerOf(pod)!.uid === controllerOf(first)!.uid && isOf(pod, spec.template))
  )
    return undefined
  const hash = first.metadata.labels![templateHash]!
  const labels = { ...spec.template.metadata?.labels, [templateHash]: hash }
  const revision = metadata.annotations?.[annotation.revision]
  return {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: {
      name: controllerOf(first)!.name,
      namespace,
      uid: controllerOf(first)!.uid,
      creationTimestamp: own.map((pod) => pod.metadata.creationTimestamp).sort()[0]!,
      generation: 1,
      labels,
      ...(revision !== undefined && { annotations: { [annotation.revision]: revision } }),
      ownerReferences: [controllerReference(deployment)],
    },
    spec: {
      replicas: spec.replicas ?? 1,
      ...(spec.minReadySeconds !== undefined && { minReadySeconds: spec.minReadySeconds }),
      selector: { ...spec.selector, matchLabels: { ...spec.selector.matchLabels, [templateHash]: hash } },
      template: { ...spec.template, metadata: { ...spec.template.metadata, labels } },
    },
    status: {
      replicas: own.length,
      fullyLabeledReplicas: own.length,
      ...(status.terminatingReplicas !== undefined && { terminatingReplicas: status.terminatingReplicas }),
      ...(status.readyReplicas !== undefined && { readyReplicas: status.readyReplicas }),
      ...(status.availableReplicas !== undefined && { availableReplicas: status.availableReplicas }),
      observedGeneration: 1,
    },
  } as unknown as ReplicaSet
}

/** Whether a pod runs what a template asks for. */
function isOf({ spec }: Pod, template: PodTemplateSpec): boolean {
  const images = (containers: readonly { readonly name: string; readonly image?: string }[] = []): string =>
    containers.map(({ name, image = '' }) => `${name}=${image}`).join(' ')
  return images(template.spec?.containers)
    .split(' ')
    .every((one) => images(spec.containers).split(' ').includes(one))
}
