import { describe, expect, test } from 'vitest'
import type { KubeObject } from '../../src/api/meta.ts'
import type { KubeEvent, Pod, PodStatus } from '../../src/api/types/core.ts'
import { type Behaviour, type Cluster, createCluster } from '../../src/index.ts'
import { definitions } from '../../src/registries/all.ts'
import { hasCorpus } from '../support/system.ts'
import { type Collection, collections, listsOf } from './captures.ts'

/** What the recorded containers did; everything else is as it is by default. Nothing had to be pulled. */
const behaviours: readonly Behaviour[] = [
  { image: 'busybox:*', pull: 0, start: 0, run: '3s', exitCode: 1 },
  { image: '*', pull: 0, start: 0 },
]

interface Life {
  readonly capture: string
  readonly pod: Pod
  readonly events: readonly KubeEvent[]
}

const all = hasCorpus() ? collections() : []
const podLists = all.filter(({ key }) => key === 'pods')

/** Every state in which a pod was recorded, with the events about it. */
const lives: readonly Life[] = podLists.flatMap((collection) => {
  const seen = new Map<string, Life>()
  for (const { items } of listsOf(collection)) {
    for (const item of items) {
      const pod = item as Pod
      const { uid, resourceVersion } = pod.metadata
      seen.set(`${uid} ${resourceVersion}`, { capture: collection.capture, pod, events: eventsOf(collection, uid) })
    }
  }
  return [...seen.values()]
})

/** In the order in which they first happened: their names end with the nanoseconds. */
function inOrder(events: readonly KubeEvent[]): readonly KubeEvent[] {
  const moment = ({ metadata }: KubeEvent): string => metadata.name.slice(metadata.name.lastIndexOf('.'))
  return [...events].sort((a, b) => (moment(a) < moment(b) ? -1 : 1))
}

function eventsOf({ capture }: Collection, uid: string): readonly KubeEvent[] {
  const lists = all.filter((other) => other.capture === capture && other.key === 'events')
  const last = lists.flatMap(listsOf).findLast(({ items }) => items.length > 0)
  const events = (last?.items ?? []) as readonly KubeObject[] as readonly KubeEvent[]
  return inOrder(events.filter(({ involvedObject }) => involvedObject.uid === uid))
}

/** The recorded pod created anew on a node that has its images, and its life up to the recorded state. */
function relive({ metadata: { name, namespace = '', labels }, spec, status }: Pod): Cluster {
  const { nodeName, ...asked } = spec
  const cluster = createCluster({ nodes: [{ name: nodeName! }], behaviours })
  cluster.namespaces.create({ metadata: { name: namespace } })
  if (definitions.some(({ kind }) => kind === 'ServiceAccount'))
    cluster.apply({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'default', namespace } })
  const containers = spec.containers.map(({ image }, index) => ({ name: `c${index}`, image }))
  cluster.pods.create({ metadata: { name: 'before' }, spec: { containers } })
  cluster.settle()
  cluster.pods.delete('before', { gracePeriodSeconds: 0 })
  cluster.pods.create({ metadata: { name, namespace, labels }, spec: asked })
  const [{ restartCount, state }] = status.containerStatuses as [NonNullable<PodStatus['containerStatuses']>[number]]
  cluster.runUntil((view) => {
    const now = view.pods.get(name, { namespace }).status.containerStatuses?.[0]
    return now?.restartCount === restartCount && Object.keys(now.state!)[0] === Object.keys(state!)[0]
  })
  return cluster
}

/** Without what differs from one cluster to the next: names of places, times, and who is in an image's groups. */
function withoutPlaces(value: unknown, uid: string): string {
  const { resources, ...rest } = value as PodStatus
  // A kubelet reads them from the cgroups, out of which 10m of a processor do not come back.
  const { cpu: _, ...requests } = resources?.requests ?? {}
  return JSON.stringify({
    ...rest,
    resources: resources?.requests === undefined ? resources : { ...resources, requests },
  })
    .replaceAll(uid, 'UID')
    .replace(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ/gu, 'TIME')
    .replace(/containerd:\/\/[0-9a-f]{64}/gu, 'CONTAINER')
    .replace(/sha256:[0-9a-f]{64}/gu, 'DIGEST')
    .replace(/10\.244\.\d+\.\d+/gu, 'ADDRESS')
    .replace(/"supplementalGroups":\[[\d,]*\]/gu, '"supplementalGroups":[]')
}

/** Everything that a pod says happened at some time, in milliseconds. */
function moments({ metadata, status }: Pod): ReadonlyMap<string, number> {
  const found = new Map<string, number>()
  const note = (name: string, at: unknown): void => {
    if (typeof at === 'string') found.set(name, Date.parse(at))
  }
  note('created', metadata.creationTimestamp)
  note('started', status.startTime)
  for (const { type, lastTransitionTime } of status.conditions ?? []) note(type, lastTransitionTime)
  for (const { name, state, lastState } of status.containerStatuses ?? []) {
    note(`${name} runs since`, state?.running?.startedAt)
    note(`${name} ran since`, lastState?.terminated?.startedAt)
    note(`${name} ended`, lastState?.terminated?.finishedAt)
  }
  return found
}

/** What came before what; within a second and a half is together: a real kubelet takes its time. */
function order(pod: Pod): Record<string, string> {
  const all = [...moments(pod)]
  const related: Record<string, string> = {}
  for (const [one, at] of all) {
    for (const [other, then] of all)
      if (one < other) related[`${one}, ${other}`] = at - then > 1500 ? 'after' : then - at > 1500 ? 'before' : 'with'
  }
  return related
}

const told = (events: readonly KubeEvent[], uid: string): object[] =>
  events.map(({ type, reason, message, count, involvedObject, source, reportingComponent, reportingInstance }) => ({
    type,
    reason,
    message: message!.replaceAll(uid, 'UID'),
    // How often a kubelet speaks of a back-off depends on how often it looks.
    count: reason === 'BackOff' ? 'some' : count,
    fieldPath: involvedObject.fieldPath,
    source,
    reportingComponent,
    reportingInstance,
  }))

describe.skipIf(!hasCorpus())('the lives of recorded pods', () => {
  test('are there, one of them a crash loop', () => {
    expect(lives.length).toBeGreaterThan(3)
    expect(lives.map(({ pod }) => pod.status.containerStatuses![0]!.restartCount)).toContain(6)
  })

  test.each(lives.map((life) => [`${life.capture}: ${life.pod.metadata.name}`, life] as const))('%s', (_, life) => {
    const { name, namespace = '', uid } = life.pod.metadata
    const cluster = relive(life.pod)
    const pod = cluster.pods.get(name, { namespace })
    // Fields and conditions in their order, reasons, messages, states.
    expect(withoutPlaces(pod.status, pod.metadata.uid)).toBe(withoutPlaces(life.pod.status, uid))
    expect(order(pod)).toEqual(order(life.pod))
    if (life.events.length === 0) return
    const events = inOrder(cluster.events.list({ namespace, fieldSelector: `involvedObject.name=${name}` }).items)
    expect(told(events, pod.metadata.uid)).toEqual(told(life.events, uid))
  })
})
