import { controllerUid } from '../api/controllerRef.ts'
import type { DaemonSet, Deployment, ReplicaSet, StatefulSet } from '../api/types/apps.ts'
import type { ContainerStatus, KubeEvent, Node, Pod, ReplicationController } from '../api/types/core.ts'
import type { Cluster } from '../cluster.ts'
import { nameOf } from '../history/happenings.ts'
import { findUnreadyJobs, isOfJob } from './unreadyJobs.ts'

/** Something that is not as it was asked for. */
export interface Unready {
  readonly object: string
  readonly reasons: readonly string[]
}

/**
 * Pods that neither run and are ready nor have succeeded, controllers that are short of ready pods, Deployments, DaemonSets and
 * StatefulSets whose pods are not all of their template and available, and Jobs that have not completed. Of the replica sets of
 * Deployments only the Deployments speak, of failed pods of Jobs only the Jobs; what waits for somebody to delete its pods is
 * not behind.
 */
export function findUnready(cluster: Cluster): Unready[] {
  const all = { allNamespaces: true } as const
  const deployments = cluster.deployments.list(all).items.filter(isBehind)
  const daemonSets = cluster.daemonSets.list(all).items.filter(isBehindOnNodes)
  const sets = cluster.replicaSets.list(all).items.filter((set) => controllerUid(set) === undefined)
  const controllers = [...cluster.replicationControllers.list(all).items, ...sets].filter(isShort)
  const statefulSets = cluster.statefulSets.list(all).items.filter(isSetBehind)
  const pods = cluster.pods.list(all).items.filter(isUnready)
  return [
    ...deployments.map((deployment) => ({
      object: nameOf('Deployment', deployment.metadata),
      reasons: behindReasons(deployment),
    })),
    ...daemonSets.map((set) => ({ object: nameOf('DaemonSet', set.metadata), reasons: daemonReasons(cluster, set) })),
    ...controllers.map((controller) => ({
      object: nameOf(controller.kind, controller.metadata),
      reasons: shortReasons(cluster, controller),
    })),
    ...statefulSets.map((set) => ({
      object: nameOf('StatefulSet', set.metadata),
      reasons: setReasons(cluster, set),
    })),
    ...findUnreadyJobs(cluster),
    ...pods.map((pod) => ({ object: nameOf('Pod', pod.metadata), reasons: podReasons(cluster, pod) })),
  ]
}

function isBehind({ metadata, spec, status }: Deployment): boolean {
  const { replicas = 1 } = spec
  if (metadata.deletionTimestamp !== undefined) return false
  return (status.updatedReplicas ?? 0) < replicas || (status.availableReplicas ?? 0) < replicas
}

function behindReasons({ spec, status }: Deployment): string[] {
  const { replicas = 1 } = spec
  const { updatedReplicas = 0, availableReplicas = 0, conditions = [] } = status
  const updated = updatedReplicas < replicas ? `, ${updatedReplicas} of the template` : ''
  const paused = spec.paused === true ? ', paused' : ''
  const failures = conditions.filter(
    ({ type, status }) =>
      (type === 'Progressing' && status === 'False') || (type === 'ReplicaFailure' && status === 'True'),
  )
  return [
    `${availableReplicas} of ${replicas} replicas available${updated}${paused}`,
    ...failures.map(({ reason, message }) => said(reason, message)),
  ]
}

function isBehindOnNodes({ metadata, spec, status }: DaemonSet): boolean {
  if (metadata.deletionTimestamp !== undefined) return false
  const { desiredNumberScheduled: desired, numberAvailable = 0, updatedNumberScheduled = 0 } = status
  const isOld = spec.updateStrategy?.type === 'RollingUpdate' && updatedNumberScheduled < desired
  return isOld || numberAvailable < desired || isUnseen(metadata, status)
}

/** Whether nobody has looked at it as it is now. */
function isUnseen({ generation = 0 }: DaemonSet['metadata'], { observedGeneration = 0 }: DaemonSet['status']): boolean {
  return observedGeneration < generation
}

function daemonReasons(cluster: Cluster, { metadata, status }: DaemonSet): string[] {
  const { desiredNumberScheduled: desired, currentNumberScheduled: current } = status
  const { numberAvailable = 0, updatedNumberScheduled: updated = 0 } = status
  const old = updated < desired ? `, ${updated} of the template` : ''
  const unseen = isUnseen(metadata, status) ? ', not looked at since it was changed' : ''
  const counted = `available on ${numberAvailable} of ${desired} nodes${old}${unseen}`
  const last = current < desired ? lastWarning(cluster, { metadata }) : undefined
  return last === undefined ? [counted] : [counted, said(last.reason, last.message)]
}

function isSetBehind(set: StatefulSet): boolean {
  const { metadata, spec, status } = set
  if (metadata.deletionTimestamp !== undefined) return false
  return (status.availableReplicas ?? 0) < (spec.replicas ?? 1) || (status.updatedReplicas ?? 0) < toBeUpdated(set)
}

/** How many pods are to be of the template without anybody's doing: none below the partition, none where that is by hand. */
function toBeUpdated({ spec: { replicas = 1, updateStrategy } }: StatefulSet): number {
  if (updateStrategy?.type === 'OnDelete') return 0
  return Math.max(0, replicas - (updateStrategy?.rollingUpdate?.partition ?? 0))
}

function setReasons(cluster: Cluster, set: StatefulSet): string[] {
  const { replicas = 1 } = set.spec
  const { availableReplicas = 0, updatedReplicas = 0, replicas: made } = set.status
  const wanted = toBeUpdated(set)
  const updated = updatedReplicas < wanted ? `, ${updatedReplicas} of ${wanted} of the template` : ''
  const counted = `${availableReplicas} of ${replicas} replicas available${updated}`
  const last = made < replicas ? lastWarning(cluster, set) : undefined
  return last === undefined ? [counted] : [counted, said(last.reason, last.message)]
}

function isUnready(pod: Pod): boolean {
  const { metadata, status } = pod
  // That a pod has failed is what a Job is for.
  if (status.phase === 'Failed' && isOfJob(pod)) return false
  if (metadata.deletionTimestamp !== undefined || status.phase === 'Succeeded') return false
  return status.phase !== 'Running' || conditionOf(status.conditions, 'Ready')?.status !== 'True'
}

function isShort({ metadata, spec, status }: ReplicationController | ReplicaSet): boolean {
  return metadata.deletionTimestamp === undefined && (status.readyReplicas ?? 0) < (spec.replicas ?? 1)
}

function shortReasons(cluster: Cluster, { metadata, spec, status }: ReplicationController | ReplicaSet): string[] {
  const { replicas = 1 } = spec
  const counted = `${status.readyReplicas ?? 0} of ${replicas} replicas ready`
  if (status.replicas >= replicas) return [counted]
  const last = lastWarning(cluster, { metadata })
  return last === undefined
    ? [`${counted}, ${status.replicas} created`]
    : [counted, `${last.reason ?? ''}: ${last.message ?? ''}`]
}

function lastWarning(
  cluster: Cluster,
  { metadata: { namespace = 'default', uid } }: Pick<Pod, 'metadata'>,
): KubeEvent | undefined {
  const warnings = cluster.events.list({ namespace, fieldSelector: `involvedObject.uid=${uid},type=Warning` }).items
  return warnings.reduce<KubeEvent | undefined>((a, b) => (a === undefined || isLater(b, a) ? b : a), undefined)
}

function isLater(a: KubeEvent, b: KubeEvent): boolean {
  return (a.lastTimestamp ?? '') >= (b.lastTimestamp ?? '')
}

function podReasons(cluster: Cluster, { spec, status }: Pod): string[] {
  const { phase = 'Unknown', reason, message, conditions } = status
  const scheduled = conditionOf(conditions, 'PodScheduled')
  if (spec.nodeName === undefined) {
    return [
      scheduled === undefined
        ? `${phase}: no scheduler named ${spec.schedulerName ?? ''} has looked at it`
        : said(scheduled.reason, scheduled.message),
    ]
  }
  const statuses = [...(status.initContainerStatuses ?? []), ...(status.containerStatuses ?? [])]
  const containers = statuses.flatMap((container) => containerReasons(container))
  const own = reason === undefined ? [] : [said(reason, message)]
  if (own.length + containers.length > 0) return [...own, ...containers]
  const ready = conditionOf(conditions, 'Ready')
  if (ready === undefined) return [`${phase} on ${spec.nodeName}, whose kubelet has said nothing of it`]
  const because = said(ready.reason, ready.message)
  return [because === '' ? `${phase} on ${spec.nodeName}${nodeReason(cluster, spec.nodeName)}` : because]
}

/** Who marks the pods of a silent node as not ready gives no reason: it stands with the node. */
function nodeReason(cluster: Cluster, name: string): string {
  const node = cluster.nodes.find(name)
  if (node === undefined) return ', which is gone'
  const ready = conditionOf(node.status.conditions, 'Ready')
  return ready?.status === 'True' ? ', not ready' : `, which is not ready: ${said(ready?.reason, ready?.message)}`
}

function containerReasons({ name, state, lastState, ready }: ContainerStatus): string[] {
  const ended = state?.terminated ?? lastState?.terminated
  const exit = ended === undefined || ended.exitCode === 0 ? '' : ` (exit code ${ended.exitCode})`
  if (state?.waiting !== undefined) return [`${name}: ${said(state.waiting.reason, state.waiting.message)}${exit}`]
  if (state?.terminated !== undefined)
    return state.terminated.exitCode === 0 ? [] : [`${name}: ${said(state.terminated.reason, undefined)}${exit}`]
  return ready ? [] : [`${name}: running, not ready`]
}

function conditionOf(
  conditions: (Pod | Node)['status']['conditions'],
  type: string,
): { readonly status: string; readonly reason?: string; readonly message?: string } | undefined {
  return conditions?.find((condition) => condition.type === type)
}

function said(reason: string | undefined, message: string | undefined): string {
  return [reason, message].filter((part) => part !== undefined && part !== '').join(': ')
}
