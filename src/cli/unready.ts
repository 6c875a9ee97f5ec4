import type { ContainerStatus, KubeEvent, Pod, ReplicationController } from '../api/types/core.ts'
import type { Cluster } from '../cluster.ts'
import { nameOf } from './describe.ts'

/** Something that is not as it was asked for. */
export interface Unready {
  readonly object: string
  readonly reasons: readonly string[]
}

/** Pods that neither run and are ready nor have succeeded, and controllers that are short of ready pods. */
export function findUnready(cluster: Cluster): Unready[] {
  const pods = cluster.pods.list({ allNamespaces: true }).items.filter(isUnready)
  const controllers = cluster.replicationControllers.list({ allNamespaces: true }).items.filter(isShort)
  return [
    ...controllers.map((controller) => ({
      object: nameOf('ReplicationController', controller.metadata),
      reasons: shortReasons(cluster, controller),
    })),
    ...pods.map((pod) => ({ object: nameOf('Pod', pod.metadata), reasons: podReasons(pod) })),
  ]
}

function isUnready({ metadata, status }: Pod): boolean {
  if (metadata.deletionTimestamp !== undefined || status.phase === 'Succeeded') return false
  return status.phase !== 'Running' || conditionOf(status.conditions, 'Ready')?.status !== 'True'
}

function isShort({ metadata, spec, status }: ReplicationController): boolean {
  return metadata.deletionTimestamp === undefined && (status.readyReplicas ?? 0) < (spec.replicas ?? 1)
}

function shortReasons(cluster: Cluster, { metadata, spec, status }: ReplicationController): string[] {
  const { replicas = 1 } = spec
  const counted = `${status.readyReplicas ?? 0} of ${replicas} replicas ready`
  if (status.replicas >= replicas) return [counted]
  const { namespace = 'default', uid } = metadata
  const warnings = cluster.events.list({ namespace, fieldSelector: `involvedObject.uid=${uid},type=Warning` }).items
  const last = warnings.reduce<KubeEvent | undefined>((a, b) => (a === undefined || isLater(b, a) ? b : a), undefined)
  return last === undefined
    ? [`${counted}, ${status.replicas} created`]
    : [counted, `${last.reason ?? ''}: ${last.message ?? ''}`]
}

function isLater(a: KubeEvent, b: KubeEvent): boolean {
  return (a.lastTimestamp ?? '') >= (b.lastTimestamp ?? '')
}

function podReasons({ spec, status }: Pod): string[] {
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
  return [
    ready === undefined
      ? `${phase} on ${spec.nodeName}, whose kubelet has said nothing of it`
      : said(ready.reason, ready.message),
  ]
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
  conditions: Pod['status']['conditions'],
  type: string,
): { readonly status: string; readonly reason?: string; readonly message?: string } | undefined {
  return conditions?.find((condition) => condition.type === type)
}

function said(reason: string | undefined, message: string | undefined): string {
  return [reason, message].filter((part) => part !== undefined && part !== '').join(': ')
}
