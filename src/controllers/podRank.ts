import { parseTime } from '../api/time.ts'
import type { ContainerStatus, Pod, PodCondition } from '../api/types/core.ts'
import { matchesSet } from '../api/selectors.ts'

export function readyCondition(pod: Pod): PodCondition | undefined {
  const conditions = pod.status.conditions
  if (conditions === undefined) return undefined
  for (const condition of conditions) if (condition.type === 'Ready') return condition
  return undefined
}

export function isReady(pod: Pod): boolean {
  return readyCondition(pod)?.status === 'True'
}

/** Milliseconds since the epoch at which the pod became ready; undefined while it is not. */
export function readySince(pod: Pod): number | undefined {
  const condition = readyCondition(pod)
  if (condition?.status !== 'True') return undefined
  return parseTime(condition.lastTransitionTime ?? pod.metadata.creationTimestamp)
}

/** Milliseconds until a pod has been ready for `minReadyMs`: 0 once it has, undefined while it is not ready. */
export function untilAvailable(pod: Pod, minReadyMs: number, now: number): number | undefined {
  if (!isReady(pod)) return undefined
  return minReadyMs === 0 ? 0 : Math.max(0, readySince(pod)! + minReadyMs - now)
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

type Labels = Pod['metadata']['labels']

/** The same judgement of labels, made once for pods that share them. */
export function remembering(judge: (labels: Labels) => boolean): (labels: Labels) => boolean {
  let last: { readonly labels: Labels; readonly judged: boolean } | undefined
  return (labels) => {
    if (last === undefined || last.labels !== labels) last = { labels, judged: judge(labels) }
    return last.judged
  }
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
  const isLabelled = remembering((own) => labels === undefined || matchesSet(labels, own))
  for (const pod of pods) {
    if (isLabelled(pod.metadata.labels)) counts.labelled++
    const wait = untilAvailable(pod, minReadyMs, now)
    if (wait === undefined) continue
    counts.ready++
    if (wait === 0) counts.available++
    else if (counts.soonest === undefined || wait < counts.soonest) counts.soonest = wait
  }
  return counts
}

/**
 * Pods in the order in which to give them up: pkg/controller/controller_utils.go, ActivePodsWithRanks. A node's pods
 * among the related ones count: where there are many, one can be spared.
 */
export function ranked(pods: readonly Pod[], related: readonly Pod[], now: number): Pod[] {
  const onNode = podsByNode(related)
  const age = agesAt(now)
  return pods
    .map((pod) => rankOf(pod, onNode, age))
    .sort(byRank)
    .map(({ pod }) => pod)
}

/** How soon a pod is given up: by the first number that differs, the lower first. */
interface Rank {
  readonly pod: Pod
  /** Unassigned, then pending, then unready pods. */
  readonly state: number
  readonly cost: number
  /** Neighbours, time since ready and restarts, in one number: the first counts most. */
  readonly rest: number
  /** Restarts of sidecars, then age. */
  readonly last: number
}

const mostNeighbours = 65_535
const mostRestarts = 65_535
const ages = 64

function rankOf(pod: Pod, onNode: ReadonlyMap<string, number>, age: (time: string | undefined) => number): Rank {
  const { spec, status, metadata } = pod
  const condition = readyCondition(pod)
  const isReady = condition?.status === 'True'
  const since = isReady ? (condition.lastTransitionTime ?? metadata.creationTimestamp) : undefined
  const neighbours = mostNeighbours - Math.min(mostNeighbours, onNode.get(spec.nodeName ?? '') ?? 0)
  const calm = calmness(status.containerStatuses)
  return {
    pod,
    state: (spec.nodeName === undefined ? 0 : 8) + phaseOrder(status.phase) * 2 + (isReady ? 1 : 0),
    cost: deletionCost(pod),
    rest: (neighbours * ages + age(since)) * (mostRestarts + 1) + calm,
    last: calmness(sidecarStatuses(pod)) * ages + age(metadata.creationTimestamp),
  }
}

function byRank(a: Rank, b: Rank): number {
  const order = a.state - b.state || a.cost - b.cost || a.rest - b.rest || a.last - b.last
  return order || (a.pod.metadata.uid < b.pod.metadata.uid ? -1 : 1)
}

function podsByNode(pods: readonly Pod[]): ReadonlyMap<string, number> {
  const onNode = new Map<string, number>()
  for (const { spec } of pods)
    if (spec.nodeName !== undefined) onNode.set(spec.nodeName, (onNode.get(spec.nodeName) ?? 0) + 1)
  return onNode
}

/**
 * How long ago a time is, by its order of magnitude, so that pods of about one age are equal; 0 for now and for no time.
 * Mirrors logarithmicRankDiff, which counts nanoseconds: a second is less than 2^30 of them.
 */
function agesAt(now: number): (time: string | undefined) => number {
  // Pods that were made together say the same time.
  const known = new Map<string | undefined, number>([[undefined, 0]])
  return (time) => {
    const found = known.get(time)
    if (found !== undefined) return found
    let order = 0
    for (let age = (now - parseTime(time!)!) * 1_000_000; age >= 1 && order < ages - 1; age /= 2) order++
    known.set(time, order)
    return order
  }
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

/** The fewer restarts the most restarted container has, the more. */
function calmness(statuses: readonly ContainerStatus[] = []): number {
  let most = 0
  for (const { restartCount } of statuses) if (restartCount > most) most = restartCount
  return mostRestarts - Math.min(mostRestarts, most)
}

function sidecarStatuses({ spec, status }: Pod): readonly ContainerStatus[] | undefined {
  if (spec.initContainers === undefined) return undefined
  const sidecars = spec.initContainers.filter(({ restartPolicy }) => restartPolicy === 'Always')
  return status.initContainerStatuses?.filter(({ name }) => sidecars.some((sidecar) => sidecar.name === name))
}
