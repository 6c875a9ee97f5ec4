import { expect, test } from 'vitest'
import { type Cluster, createCluster, type Pod } from '../../src/index.ts'
import { controllerManifest, podManifest } from './support.ts'

const seconds = (cluster: Cluster): number => (cluster.now - 1_577_836_800_000) / 1000
const status = (cluster: Cluster, name: string): Pod['status'] => cluster.pods.get(name).status
const condition = (cluster: Cluster, name: string, type: string): string | undefined =>
  status(cluster, name).conditions?.find((one) => one.type === type)?.status
const column = (cluster: Cluster, name: string): string =>
  cluster.table('pods', { name }).split('\n')[1]!.split(/ {2,}/)[2]!

test('a pod comes up: pending, placed, pulled, running and ready in under five seconds', () => {
  const cluster = createCluster({ nodes: 1 })
  cluster.pods.create(podManifest('a'))
  expect(status(cluster, 'a')).toEqual({ phase: 'Pending', qosClass: 'BestEffort' })
  cluster.runUntil((view) => view.pods.get('a').spec.nodeName !== undefined)
  expect(condition(cluster, 'a', 'PodScheduled')).toBe('True')
  cluster.runUntil((view) => view.pods.get('a').status.containerStatuses !== undefined)
  expect(status(cluster, 'a').containerStatuses![0]!.state).toEqual({ waiting: { reason: 'ContainerCreating' } })
  cluster.runUntil(
    (view) =>
      view.pods.get('a').status.conditions?.some(({ type, status: value }) => type === 'Ready' && value === 'True') ===
      true,
  )
  expect(seconds(cluster)).toBeLessThan(5)
  expect(status(cluster, 'a')).toMatchObject({
    phase: 'Running',
    containerStatuses: [{ ready: true, restartCount: 0, started: true }],
  })
  for (const type of ['PodScheduled', 'Initialized', 'ContainersReady', 'Ready'])
    expect(condition(cluster, 'a', type)).toBe('True')
})

test('a container that keeps failing backs off: 10 s, 20 s, … up to five minutes', () => {
  const cluster = createCluster({ nodes: 1, behaviours: [{ image: 'flaky:*', run: '1s', exitCode: 3 }] })
  cluster.pods.create(podManifest('a', { image: 'flaky:1' }))
  const starts: number[] = []
  cluster.on('change', ({ object }) => {
    const running = (object as Pod).status?.containerStatuses?.[0]?.state?.running
    if (object.kind === 'Pod' && running !== undefined) starts.push(seconds(cluster))
  })
  cluster.advance('5s')
  expect(column(cluster, 'a')).toBe('CrashLoopBackOff')
  expect(status(cluster, 'a')).toMatchObject({
    phase: 'Running',
    containerStatuses: [
      {
        ready: false,
        restartCount: 1,
        state: { waiting: { reason: 'CrashLoopBackOff' } },
        lastState: { terminated: { exitCode: 3, reason: 'Error' } },
      },
    ],
  })
  expect(condition(cluster, 'a', 'Ready')).toBe('False')
  cluster.advance('30m')
  const waits = starts.slice(1).map((at, index) => Math.floor(at - starts[index]!))
  // A second of running and half a second of starting lie between an end and the next wait.
  expect(waits.slice(0, 7)).toEqual([1, 11, 21, 41, 81, 161, 301])
  expect(new Set(waits.slice(7))).toEqual(new Set([301]))
  expect(cluster.events.list({ fieldSelector: 'reason=BackOff' }).items[0]!.message).toMatch(
    /^Back-off restarting failed container main in pod a_default\(/,
  )
})

test.each([
  ['Never', 0, 'Succeeded', 0, 'Completed'],
  ['Never', 2, 'Failed', 0, 'Error'],
  ['OnFailure', 0, 'Succeeded', 0, 'Completed'],
])('with restartPolicy %s and exit code %i a pod ends as %s', (restartPolicy, exitCode, phase, restartCount, shown) => {
  const cluster = createCluster({ nodes: 1, behaviours: [{ image: 'job:*', run: '3s', exitCode }] })
  cluster.pods.create(
    podManifest('a', { image: 'job:1', spec: { restartPolicy, containers: [{ name: 'main', image: 'job:1' }] } }),
  )
  cluster.advance('1m')
  expect(status(cluster, 'a')).toMatchObject({
    phase,
    containerStatuses: [{ restartCount, state: { terminated: { exitCode } } }],
  })
  expect(column(cluster, 'a')).toBe(shown)
  const { revision } = cluster
  cluster.advance('5s')
  expect(cluster.history(revision).filter(({ object }) => object.kind === 'Pod')).toEqual([])
})

test('with restartPolicy OnFailure a failure is tried again', () => {
  const cluster = createCluster({ nodes: 1, behaviours: [{ image: 'job:*', run: '3s', exitCode: 1 }] })
  cluster.pods.create(
    podManifest('a', { spec: { restartPolicy: 'OnFailure', containers: [{ name: 'main', image: 'job:1' }] } }),
  )
  cluster.advance('1m')
  expect(status(cluster, 'a').phase).toBe('Running')
  expect(status(cluster, 'a').containerStatuses![0]!.restartCount).toBeGreaterThan(1)
})

test('a pod is given its grace: marked at once, gone when its containers have stopped', () => {
  const cluster = createCluster({ nodes: 1, behaviours: [{ image: 'web:*', stop: '4s' }] })
  cluster.pods.create(podManifest('a'))
  cluster.settle()
  const at = seconds(cluster)
  const marked = cluster.pods.delete('a')
  expect(marked.metadata).toMatchObject({
    deletionGracePeriodSeconds: 30,
    deletionTimestamp: expect.any(String) as string,
  })
  expect(column(cluster, 'a')).toBe('Terminating')
  expect(cluster.pods.delete('a', { gracePeriodSeconds: 60 })).toEqual(marked)
  cluster.runUntil((view) => view.pods.find('a') === undefined)
  expect(seconds(cluster) - at).toBeCloseTo(4, 1)
})

test('a grace beyond the year 9999 ends with it, and can be shortened', () => {
  const cluster = createCluster({ nodes: 1, behaviours: [{ image: 'web:*', stop: '1h' }] })
  const { metadata, ...rest } = podManifest('a')
  cluster.pods.create({ ...rest, metadata: { ...metadata, finalizers: ['example.com/held'] } })
  cluster.settle()
  const long = cluster.pods.delete('a', { gracePeriodSeconds: 1e15 })
  expect(long.metadata.deletionTimestamp).toMatch(/^9999-12-31T23:59:59Z$/)
  cluster.advance('1s')
  const short = cluster.pods.delete('a', { gracePeriodSeconds: 30 })
  const { deletionTimestamp = '', deletionGracePeriodSeconds } = short.metadata
  expect([deletionTimestamp.slice(0, 4), deletionGracePeriodSeconds]).toEqual(['2020', 30])
  cluster.advance('2m')
  cluster.pods.update('a', (draft) => void (draft.metadata.finalizers = []))
  expect(cluster.pods.find('a')).toBeUndefined()
})

test('a container that ignores the signal is killed at the end of its grace', () => {
  const cluster = createCluster({ nodes: 1, behaviours: [{ image: 'web:*', stop: '10m' }] })
  cluster.pods.create(podManifest('a'))
  cluster.settle()
  const at = seconds(cluster)
  const watch = cluster.pods.watch()
  cluster.pods.delete('a', { gracePeriodSeconds: 7 })
  cluster.runUntil((view) => view.pods.find('a') === undefined)
  expect(seconds(cluster) - at).toBeCloseTo(7, 1)
  const last = watch.read().at(-1)!
  expect([last.type, last.object.status.containerStatuses![0]!.state]).toMatchObject([
    'DELETED',
    { terminated: { exitCode: 137 } },
  ])
})

test('without grace, or without a node, a pod is gone at once', () => {
  const cluster = createCluster({ nodes: 1 })
  cluster.pods.create(podManifest('a'))
  cluster.settle()
  cluster.pods.delete('a', { gracePeriodSeconds: 0 })
  expect(cluster.pods.find('a')).toBeUndefined()
  cluster.pods.create(podManifest('b'))
  cluster.pods.delete('b')
  expect(cluster.pods.find('b')).toBeUndefined()
})

test('an image that cannot be pulled leaves the pod waiting, and says so', () => {
  const cluster = createCluster({ nodes: 1, behaviours: [{ image: 'none:*', pullError: 'not found' }] })
  cluster.pods.create(podManifest('a', { image: 'none:1' }))
  cluster.advance('1m')
  expect(status(cluster, 'a').phase).toBe('Pending')
  expect(['ErrImagePull', 'ImagePullBackOff']).toContain(column(cluster, 'a'))
})

test('a crashed node is silent; its pods come back with it, and new pods come up', () => {
  const cluster = createCluster({ nodes: 2 })
  cluster.replicationControllers.create(controllerManifest('web', 4))
  cluster.settle()
  const on = (node: string): readonly Pod[] => cluster.pods.list({ fieldSelector: `spec.nodeName=${node}` }).items
  const before = on('node-1').map(({ metadata }) => metadata.uid)
  cluster.faults.crashNode('node-1')
  const { revision } = cluster
  cluster.advance('2m')
  const heard = cluster.history(revision).filter(({ object }) => object.metadata.name === 'node-1')
  expect(heard.filter(({ actor }) => actor === 'kubelet')).toEqual([])
  expect(
    cluster.leases.get('node-1', { namespace: 'kube-node-lease' }).spec.renewTime! <
      cluster.leases.get('node-0', { namespace: 'kube-node-lease' }).spec.renewTime!,
  ).toBe(true)
  cluster.faults.restartNode('node-1')
  cluster.advance('1m')
  expect(on('node-1').map(({ metadata }) => metadata.uid)).toEqual(before)
  for (const pod of on('node-1'))
    expect(pod.status).toMatchObject({ phase: 'Running', containerStatuses: [{ restartCount: 1, ready: true }] })
  for (const pod of on('node-0')) expect(pod.status).toMatchObject({ containerStatuses: [{ restartCount: 0 }] })
  expect(cluster.events.list({ fieldSelector: 'reason=Rebooted' }).items).toHaveLength(1)
})

test('a pod deleted while its node is down goes when the node is back', () => {
  const cluster = createCluster({ nodes: 1 })
  cluster.pods.create(podManifest('a'))
  cluster.settle()
  cluster.faults.crashNode('node-0')
  cluster.pods.delete('a')
  cluster.advance('1h')
  expect(column(cluster, 'a')).toBe('Terminating')
  cluster.faults.restartNode('node-0')
  cluster.advance('1m')
  expect(cluster.pods.find('a')).toBeUndefined()
})

test('crashing a node twice and starting one that runs are no trouble', () => {
  const cluster = createCluster({ nodes: 1 })
  cluster.pods.create(podManifest('a'))
  cluster.settle()
  cluster.faults.crashNode('node-0')
  cluster.faults.crashNode('node-0')
  cluster.faults.restartNode('node-0')
  cluster.faults.restartNode('node-0')
  cluster.advance('1m')
  expect(status(cluster, 'a')).toMatchObject({ phase: 'Running', containerStatuses: [{ restartCount: 1 }] })
})

test('a pod for which no node has room waits, is told why, and is placed when there is', () => {
  const cluster = createCluster({
    nodes: [
      { count: 2, cpu: 1 },
      { name: 'tainted', taints: [{ key: 'x', effect: 'NoSchedule' }] },
    ],
  })
  const hungry = (name: string): ReturnType<typeof podManifest> =>
    podManifest(name, {
      spec: { containers: [{ name: 'main', image: 'web:1', resources: { requests: { cpu: '800m' } } }] },
    })
  for (const name of ['a', 'b', 'c']) cluster.pods.create(hungry(name))
  cluster.advance('10s')
  expect(cluster.pods.list({ fieldSelector: 'spec.nodeName=' }).items.map(({ metadata }) => metadata.name)).toEqual([
    'c',
  ])
  const [event] = cluster.events.list({ fieldSelector: 'involvedObject.name=c,reason=FailedScheduling' }).items
  expect(event!.message).toMatch(
    /^0\/3 nodes are available: 1 node\(s\) had untolerated taint\(s\), 2 Insufficient cpu\. /,
  )
  expect(condition(cluster, 'c', 'PodScheduled')).toBe('False')
  cluster.pods.delete('a')
  cluster.advance('30s')
  expect(status(cluster, 'c').phase).toBe('Running')
})
