import { parseTime } from '../api/time.ts'
import type { Pod, PodCondition } from '../api/types/core.ts'
import { matchesSet } from '../api/selectors.ts'

function ready(pod: Pod): PodCondition | undefined {
  const conditions = pod.status.conditions
  if (conditions === undefined) return undefined
  for (const condition of conditions) if (condition.type === 'Ready') return condition
  return undefined
}

export function isReady(pod: Pod): boolean {
  return ready(pod)?.status === 'True'
}

/** Milliseconds since the epoch at which the pod became ready; undefined while it is not. */
function readySince(pod: Pod): number | undefined {
  const condition = ready(pod)
  if (condition?.status !== 'True') return undefined
  return parseTime(condition.lastTransitionTime ?? pod.metadata.creationTimestamp)
}

/** What a controller reports of its pods. */
export interface PodCounts {
  readonly replicas: number
  readonly ready: number
  readonly available: number
  readonly labelled: number
  /** Milliseconds until the next ready pod will be available; undefined when none waits for that. */
  readonly soonest: number | undefined
}

/** How many pods are ready, have been for `minReadyMs`, and carry every label of the template. */
export function podCounts(
  pods: readonly Pod[],
  labels: Readonly<Record<string, string>> | undefined,
  minReadyMs: number,
  now: number,
): PodCounts {
  const counts = {
    replicas: pods.length,
    ready: 0,
    available: 0,
    labelled: 0,
    soonest: undefined as number | undefined,
  }
  for (const pod of pods) {
    if (labels === undefined || matchesSet(labels, pod.metadata.labels)) counts.labelled++
    if (!isReady(pod)) continue
    counts.ready++
    const wait = minReadyMs === 0 ? 0 : readySince(pod)! + minReadyMs - now
    if (wait <= 0) counts.available++
    else if (counts.soonest === undefined || wait < counts.soonest) counts.soonest = wait
  }
  return counts
}

/**
 * Pods in the order in which to give them up: pkg/controller/controller_utils.go, ActivePodsWithRanks. A node's pods
 * among the related ones count: where there are many, one can be spared.
 */
export function ranked(pods: readonly Pod[], related: readonly Pod[], now: number): Pod[] {
  const onNode = new Map<string, number>()
  for (const { spec } of related)
    if (spec.nodeName !== undefined) onNode.set(spec.nodeName, (onNode.get(spec.nodeName) ?? 0) + 1)
  const key = (pod: Pod): readonly number[] => [
    pod.spec.nodeName === undefined ? 0 : 1,
    phaseOrder(pod.status.phase),
    isReady(pod) ? 1 : 0,
    deletionCost(pod),
    -(onNode.get(pod.spec.nodeName ?? '') ?? 0),
    ageScale(now - (readySince(pod) ?? now)),
    -restarts(pod),
    ageScale(now - parseTime(pod.metadata.creationTimestamp)!),
  ]
  return pods
    .map((pod) => ({ pod, key: key(pod) }))
    .sort((a, b) => compare(a.key, b.key) || (a.pod.metadata.uid < b.pod.metadata.uid ? -1 : 1))
    .map(({ pod }) => pod)
}

/** What its owner says a pod is worth; 0 unless said, and for what is no 32-bit number. */
function deletionCost({ metadata: { annotations } }: Pod): number {
  const text = annotations?.['controller.kubernetes.io/pod-deletion-cost'] ?? '0'
  const cost = /^(?:0|-?[1-9]\d{0,9})$/u.test(text) ? Number(text) : 0
  return cost >= -2_147_483_648 && cost <= 2_147_483_647 ? cost : 0
}

function phaseOrder(phase: string | undefined): number {
  return phase === 'Running' ? 2 : phase === 'Unknown' ? 1 : 0
}

/** Ages count by their order of magnitude, so that pods of about one age are equal. */
function ageScale(milliseconds: number): number {
  let order = 0
  for (let age = milliseconds / 1000; age >= 2; age /= 2) order++
  return order
}

function restarts(pod: Pod): number {
  return Math.max(0, ...(pod.status.containerStatuses ?? []).map(({ restartCount }) => restartCount))
}

function compare(a: readonly number[], b: readonly number[]): number {
  for (let index = 0; index < a.length; index++) if (a[index] !== b[index]) return a[index]! - b[index]!
  return 0
}
