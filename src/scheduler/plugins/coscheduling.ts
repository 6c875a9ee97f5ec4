/**
 * All-or-nothing groups: no pod of a gang is bound before so many of them have a place that the gang can begin. Mirrors what
 * users know of Coscheduling in kubernetes-sigs/scheduler-plugins; kube-scheduler itself has no such plugin.
 */
import { hasEnded } from '../../api/podPhase.ts'
import { type Duration, parseDuration } from '../../api/duration.ts'
import { badRequest } from '../../api/errors.ts'
import { isObject } from '../../api/object.ts'
import { byCodeUnit } from '../../api/order.ts'
import { said } from '../../api/said.ts'
import type { Pod } from '../../api/types/core.ts'
import type { Cycle, Snapshot } from '../cycle.ts'
import { type CyclePlugin, FITS, type Nomination, type Permission, type Refusal } from '../plugin.ts'
import type { Waiter } from '../queue.ts'
import type { Plugin } from '../userPlugin.ts'

const NAME = 'Coscheduling'
const nameLabel = 'pod-group.scheduling.sigs.k8s.io/name'
const minimumLabel = 'pod-group.scheduling.sigs.k8s.io/min-available'
const objectLabel = 'scheduling.x-k8s.io/pod-group'
const podGroups = 'scheduling.x-k8s.io/v1alpha1/PodGroup'

export interface GangOptions {
  /** How long a pod that has its place waits for the rest of its gang. 60s unless given. */
  readonly timeout?: Duration | undefined
}

/**
 * A plugin that places gangs whole or not at all. A pod belongs to one by the labels `pod-group.scheduling.sigs.k8s.io/name`
 * and `…/min-available`, or by `scheduling.x-k8s.io/pod-group`, which names a PodGroup object with `spec.minMember`. Its
 * places are kept until so many pods of the gang have one; when that takes longer than `timeout`, or one of those that are
 * needed fits nowhere, all are given back. Throws BadRequest for what is no duration.
 */
export function gang(options: GangOptions = {}): Plugin {
  const unknown = isObject(options) ? Object.keys(options).find((field) => field !== 'timeout') : ''
  if (unknown !== undefined) throw badRequest(`gang: expected { timeout }, got ${said(options)}`)
  const waitMs = parseDuration(options.timeout ?? '60s')
  const plugin: CyclePlugin = {
    name: NAME,
    rows: true,
    scope: 'cycle',
    watches: [podGroups],
    less,
    preFilter,
    filter: () => FITS,
    postFilter,
    permit: (cycle) => permit(cycle, waitMs),
    unreserve: ({ pod, snapshot }) => rejectRest(pod, snapshot),
  }
  // The form of the built-in plugins, which users do not write but may hand in.
  return Object.freeze(plugin) as unknown as Plugin
}

/** What a pod says of its gang: its name, undefined for a pod of none. */
function groupOf({ metadata: { namespace = '', labels } }: Pod): string | undefined {
  const group = labels?.[objectLabel] ?? labels?.[nameLabel]
  return group === undefined ? undefined : `${namespace}/${group}`
}

/** How many of a gang must have a place, or why nobody can say. */
function minimumOf({ metadata: { namespace = '', labels = {} } }: Pod, snapshot: Snapshot): number | string {
  const object = labels[objectLabel]
  if (object !== undefined) {
    const found = snapshot.find(podGroups, namespace, object) as { readonly spec?: { readonly minMember?: number } }
    if (found === undefined) return `PodGroup ${JSON.stringify(object)} not found`
    return found.spec?.minMember ?? 1
  }
  const text = labels[minimumLabel] ?? ''
  return /^[1-9]\d{0,8}$/u.test(text)
    ? Number(text)
    : `label ${minimumLabel}: expected a whole number of at least 1, got ${JSON.stringify(text)}`
}

/** Pods of one gang come one after the other: those of one priority by their age, then by their gang. */
function less(a: Waiter, b: Waiter): boolean {
  const [one, other] = [a.pod, b.pod]
  const first = (other.spec.priority ?? 0) - (one.spec.priority ?? 0)
  if (first !== 0) return first < 0
  const [x, y] = [one.metadata.creationTimestamp, other.metadata.creationTimestamp]
  const order = byCodeUnit(x, y) || byCodeUnit(groupOf(one) ?? '', groupOf(other) ?? '')
  return order === 0 ? a.sequence < b.sequence : order < 0
}

function preFilter({ pod, snapshot }: Cycle): 'skip' | Refusal | undefined {
  if (groupOf(pod) === undefined) return 'skip'
  const minimum = minimumOf(pod, snapshot)
  return typeof minimum === 'number' ? undefined : { plugin: NAME, reasons: [minimum], resolvable: false }
}

function permit({ pod, snapshot }: Cycle, waitMs: number): Permission {
  const group = groupOf(pod)
  if (group === undefined) return undefined
  const minimum = minimumOf(pod, snapshot)
  if (typeof minimum === 'string') return minimum
  const waiting = waitersOf(group, snapshot)
  if (waiting.length + 1 < minimum && placedOf(group, snapshot) < minimum) return { waitMs }
  for (const other of waiting) snapshot.waiting.allow(other, NAME)
  snapshot.memoryOf(NAME).set(group, true)
  return undefined
}

/** One of the gang fits nowhere: if it cannot be whole without, those who wait for it give their places back. */
function postFilter({ pod, snapshot }: Cycle): Nomination | undefined {
  const group = groupOf(pod)
  if (group === undefined) return undefined
  const minimum = minimumOf(pod, snapshot)
  const waiting = waitersOf(group, snapshot)
  if (typeof minimum === 'string' || waiting.length === 0 || comingOf(pod, group, snapshot) >= minimum) return undefined
  const message = `PodGroup ${group} gets rejected due to Pod ${pod.metadata.name} is unschedulable even after PostFilter`
  for (const other of waiting) snapshot.waiting.reject(other, NAME, message)
  return { message }
}

/** One of the gang gives its place back: those who wait for it do the same. */
function rejectRest(pod: Pod, snapshot: Snapshot): void {
  const group = groupOf(pod)
  if (group === undefined) return
  const memory = snapshot.memoryOf(NAME)
  const last = `rejected ${group}`
  // Each of them comes here in its turn.
  if (memory.get(last) === snapshot.now) return
  const waiting = waitersOf(group, snapshot).filter(({ metadata }) => metadata.uid !== pod.metadata.uid)
  if (waiting.length === 0) return
  memory.set(last, snapshot.now)
  for (const other of waiting)
    snapshot.waiting.reject(other, NAME, `rejection in Unreserve: ${pod.metadata.name} of PodGroup ${group} gave up`)
}

function waitersOf(group: string, { waiting }: Snapshot): readonly Pod[] {
  if (waiting.isEmpty) return []
  return waiting
    .list()
    .filter(({ queued, until }) => until[NAME] !== undefined && groupOf(queued.pod) === group)
    .map(({ queued }) => queued.pod)
}

/** How many of a gang have a place, this one included. */
function placedOf(group: string, snapshot: Snapshot): number {
  const memory = snapshot.memoryOf(NAME)
  // Where none was ever bound, all that have a place wait. Looked up once, for a scheduler that was started again.
  if (memory.get(group) === false) return 0
  let placed = 0
  for (const [pod] of snapshot.placed()) if (groupOf(pod) === group) placed++
  const bound = placed - waitersOf(group, snapshot).length - 1
  if (!memory.has(group)) memory.set(group, bound > 0)
  return placed
}

/** How many of a gang have a place or may get one yet, but for one pod. */
function comingOf(pod: Pod, group: string, snapshot: Snapshot): number {
  return (snapshot.list('v1/Pod', pod.metadata.namespace) as readonly Pod[]).filter(
    (other) =>
      other.metadata.uid !== pod.metadata.uid &&
      groupOf(other) === group &&
      other.metadata.deletionTimestamp === undefined &&
      !hasEnded(other),
  ).length
}
