/** In-place resize: what pkg/kubelet/allocation and pkg/kubelet/kuberuntime of v1.36 do, seen through the API. */
import { describe, expect, test } from 'vitest'
import {
  type Behaviour,
  type Cluster,
  createCluster,
  defineController,
  importCluster,
  loadCluster,
  type Pod,
  replay,
} from '../../src/index.ts'
import { dumpOf } from '../support/dump.ts'

interface Size {
  readonly cpu?: string
  readonly memory?: string
}

const resources = (size: Size, limits: Size = size): object => ({ requests: size, limits })

function withPods(pods: Readonly<Record<string, object>>, options: object = {}): Cluster {
  const cluster = createCluster({ nodes: [{ name: 'n', cpu: 4, memory: '8Gi' }], ...options })
  for (const [name, { pod, ...container }] of Object.entries(pods) as [string, { pod?: object }][]) {
    const spec = { containers: [{ name: 'app', image: 'web:1', ...container }], ...pod }
    cluster.pods.create({ metadata: { name }, spec } as never)
  }
  cluster.advance('10s')
  return cluster
}

/** By a whole object, of which one that was written before may be kept instead. */
const update = (cluster: Cluster, name: string, size: object): Pod =>
  cluster.pods.updateResize(name, ({ spec }) => {
    spec.containers[0]!.resources = size
  })

const resize = (cluster: Cluster, name: string, size: object): Pod =>
  cluster.pods.patch(name, { spec: { containers: [{ name: 'app', resources: size }] } }, { subresource: 'resize' })

/** What is said of a pod's size: the conditions, what is allocated, and what is in effect. */
function said(cluster: Cluster, name: string): unknown {
  const { conditions = [], containerStatuses = [] } = cluster.pods.get(name).status
  return [
    conditions.flatMap(({ type, reason, observedGeneration }) =>
      type.startsWith('PodResize') ? [[type, reason, observedGeneration].join(' ').replace('  ', ' ')] : [],
    ),
    ...containerStatuses.map(({ allocatedResources, resources: has }) => [allocatedResources, has?.requests]),
  ]
}

const told = (cluster: Cluster, name: string): readonly string[] =>
  cluster.events
    .list()
    .items.filter(({ involvedObject, reason }) => involvedObject.name === name && /Resize|Killing/.test(reason ?? ''))
    .map(({ type, reason, message }) => `${String(type)} ${String(reason)} ${String(message)}`)

test('the same amount written in another way is no resize, and starts no container anew', () => {
  const resizePolicy = [{ resourceName: 'memory', restartPolicy: 'RestartContainer' }]
  const cluster = withPods({ a: { resources: resources({ cpu: '1', memory: '1Gi' }), resizePolicy } })
  resize(cluster, 'a', resources({ cpu: '1', memory: '1073741824' }))
  cluster.advance('5s')
  expect(said(cluster, 'a')).toEqual([[], expect.anything()])
  expect(told(cluster, 'a')).toEqual([])
  resize(cluster, 'a', resources({ cpu: '2', memory: '1048576Ki' }))
  cluster.advance('5s')
  expect(told(cluster, 'a').map((line) => line.split(' ')[1])).toEqual(['ResizeStarted', 'ResizeCompleted'])
  expect(cluster.pods.get('a').status.containerStatuses![0]!.restartCount).toBe(0)
})

test('what fits is allocated at once, in effect, and seen to be in effect a second later', () => {
  const cluster = withPods({ a: { resources: resources({ cpu: '1' }) } })
  resize(cluster, 'a', resources({ cpu: '2' }))
  cluster.advance('10ms')
  expect(said(cluster, 'a')).toEqual([['PodResizeInProgress 2'], [{ cpu: '2' }, { cpu: '1' }]])
  const { observedGeneration, allocatedResources, resources: has, conditions } = cluster.pods.get('a').status
  expect([observedGeneration, allocatedResources, has]).toEqual([
    2,
    { cpu: '2' },
    { limits: { cpu: '1' }, requests: { cpu: '1' } },
  ])
  // Before those that every pod has.
  expect(conditions!.map(({ type }) => type).indexOf('PodResizeInProgress')).toBe(0)
  cluster.advance('1s')
  expect(said(cluster, 'a')).toEqual([[], [{ cpu: '2' }, { cpu: '2' }]])
  expect(cluster.pods.get('a').status.containerStatuses![0]!.restartCount).toBe(0)
  const sizes =
    '{"containers":[{"name":"app","resources":{"limits":{"cpu":"2"},"requests":{"cpu":"2"}}}],"generation":2}'
  expect(told(cluster, 'a')).toEqual([
    `Normal ResizeStarted Pod resize started: ${sizes}`,
    `Normal ResizeCompleted Pod resize completed: ${sizes}`,
  ])
})

test('what is taken back is waited for no more, however often that is so', () => {
  const cluster = withPods({ a: { resources: resources({ cpu: '1' }) }, b: { resources: resources({ cpu: '2' }) } })
  for (let time = 0; time < 3; time++) {
    update(cluster, 'a', resources({ cpu: '3' }))
    cluster.advance('10s')
    expect(said(cluster, 'a')).toEqual([[`PodResizePending Deferred ${2 + 2 * time}`], [{ cpu: '1' }, { cpu: '1' }]])
    update(cluster, 'a', resources({ cpu: '1' }))
    cluster.advance('10s')
    expect(said(cluster, 'a')).toEqual([[], [{ cpu: '1' }, { cpu: '1' }]])
  }
})

test('what does not fit is deferred until there is room, and keeps what it has', () => {
  const cluster = withPods({ a: { resources: resources({ cpu: '1' }) }, b: { resources: resources({ cpu: '2' }) } })
  resize(cluster, 'a', resources({ cpu: '3' }))
  cluster.advance('10ms')
  const waiting = ['PodResizePending Deferred 2']
  expect(said(cluster, 'a')).toEqual([waiting, [{ cpu: '1' }, { cpu: '1' }]])
  const condition = cluster.pods.get('a').status.conditions!.find(({ type }) => type === 'PodResizePending')!
  expect(condition.message).toBe("Node didn't have enough resource: cpu, requested: 3000, used: 2000, capacity: 4000")
  expect(told(cluster, 'a')).toEqual([
    'Warning ResizeDeferred Pod resize OutOfcpu: {"containers":[{"name":"app","resources":{"limits":{"cpu":"3"},' +
      '"requests":{"cpu":"3"}}}],"generation":2,"error":"Node didn\'t have enough resource: cpu, requested: 3000, ' +
      'used: 2000, capacity: 4000"}',
  ])
  // Room that is given up is there once it is seen to be.
  resize(cluster, 'b', resources({ cpu: '1' }))
  cluster.advance('500ms')
  expect(said(cluster, 'a')).toEqual([waiting, [{ cpu: '1' }, { cpu: '1' }]])
  cluster.advance('2s')
  expect(said(cluster, 'a')).toEqual([[], [{ cpu: '3' }, { cpu: '3' }]])
})

test('those that wait are asked by priority, then by quality of service, then in the order in which they began to', () => {
  const small = { resources: { requests: { cpu: '100m' } } }
  const cluster = withPods({
    big: { resources: resources({ cpu: '3' }) },
    old: small,
    young: small,
    sure: { resources: resources({ cpu: '100m', memory: '1Gi' }) },
    grand: { ...small, pod: { priorityClassName: 'system-node-critical' } },
  })
  const wants = { requests: { cpu: '1500m' } }
  for (const name of ['old', 'young', 'sure', 'grand']) {
    resize(cluster, name, name === 'sure' ? resources({ cpu: '1500m', memory: '1Gi' }) : wants)
    cluster.advance('5s')
  }
  cluster.pods.delete('big', { gracePeriodSeconds: 0 })
  cluster.advance('1s')
  const grown = (): readonly string[] =>
    cluster.pods
      .list()
      .items.filter(({ status }) => status.allocatedResources?.['cpu'] === '1500m')
      .map(({ metadata }) => metadata.name)
  expect(grown()).toEqual(['grand', 'sure'])
  cluster.pods.delete('grand', { gracePeriodSeconds: 0 })
  cluster.advance('1s')
  expect(grown()).toEqual(['old', 'sure'])
})

test('a wait is over when what is asked for is taken back', () => {
  const cluster = withPods({ a: { resources: resources({ cpu: '1' }) }, b: { resources: resources({ cpu: '3' }) } })
  resize(cluster, 'a', resources({ cpu: '2' }))
  cluster.advance('1s')
  resize(cluster, 'a', resources({ cpu: '1' }))
  cluster.advance('1s')
  expect(said(cluster, 'a')).toEqual([[], [{ cpu: '1' }, { cpu: '1' }]])
  cluster.pods.delete('b', { gracePeriodSeconds: 0 })
  cluster.advance('5m')
  expect(cluster.pods.get('a').status).toMatchObject({ observedGeneration: 3, allocatedResources: { cpu: '1' } })
})

test('a container starts anew where its policy says so of what has changed', () => {
  const resizePolicy = [{ resourceName: 'memory', restartPolicy: 'RestartContainer' }]
  const cluster = withPods({ a: { resources: resources({ cpu: '1', memory: '1Gi' }), resizePolicy } })
  resize(cluster, 'a', resources({ cpu: '2', memory: '1Gi' }))
  cluster.advance('2s')
  expect(cluster.pods.get('a').status.containerStatuses![0]).toMatchObject({ restartCount: 0 })
  resize(cluster, 'a', resources({ cpu: '2', memory: '2Gi' }))
  cluster.advance('5s')
  expect(said(cluster, 'a')).toEqual([
    [],
    [
      { cpu: '2', memory: '2Gi' },
      { cpu: '2', memory: '2Gi' },
    ],
  ])
  expect(cluster.pods.get('a').status.containerStatuses![0]).toMatchObject({ restartCount: 1, ready: true })
  expect(told(cluster, 'a').map((text) => text.slice(0, 60))).toContain(
    'Normal Killing Container app resize requires restart',
  )
})

describe('limits of memory', () => {
  const behaviours: readonly Behaviour[] = [
    { image: 'web:*', memory: { linear: [['0s', '100Mi'], ['100s', '1100Mi']] } }, // prettier-ignore
  ]
  const growing = (limit: string): Cluster =>
    withPods({ a: { resources: resources({ memory: '50Mi' }, { memory: limit }) } }, { behaviours })
  const restarts = (cluster: Cluster): number => cluster.pods.get('a').status.containerStatuses![0]!.restartCount

  test('are those that are in effect: one that is raised is passed later, one that is lowered sooner', () => {
    // 10Mi a second from 1.5 s on.
    const raised = growing('300Mi')
    resize(raised, 'a', resources({ memory: '50Mi' }, { memory: '500Mi' }))
    raised.advance('25s')
    expect(restarts(raised)).toBe(0)
    raised.advance('10s')
    expect(restarts(raised)).toBe(1)
    const lowered = growing('900Mi')
    resize(lowered, 'a', resources({ memory: '50Mi' }, { memory: '250Mi' }))
    lowered.advance('10s')
    expect(restarts(lowered)).toBe(1)
  })

  test('cannot be lowered below what is used, which is said and tried again', () => {
    const cluster = growing('900Mi')
    resize(cluster, 'a', resources({ memory: '50Mi' }, { memory: '150Mi' }))
    cluster.advance('11s')
    const { status } = cluster.pods.get('a')
    const condition = status.conditions!.find(({ type }) => type === 'PodResizeInProgress')!
    expect(condition).toMatchObject({ reason: 'Error', observedGeneration: 2 })
    expect(condition.message).toMatch(
      /^cannot decrease memory limits: \[attempting to set pod memory limit \(157286400\) below current usage \(\d+\), attempting to set container "app" memory limit \(157286400\) below current usage \(\d+\)\]$/,
    )
    expect(status.containerStatuses![0]!.resources!.limits).toEqual({ memory: '900Mi' })
    expect(told(cluster, 'a').at(-1)).toMatch(/^Warning ResizeError Pod resize error: \{"containers":.*"error":"cannot/)
    expect(restarts(cluster)).toBe(0)
    // Asked for more than it uses, it has it.
    resize(cluster, 'a', resources({ memory: '50Mi' }, { memory: '800Mi' }))
    cluster.advance('2s')
    expect(said(cluster, 'a')).toEqual([[], [{ memory: '50Mi' }, { memory: '50Mi' }]])
    expect(cluster.pods.get('a').status.containerStatuses![0]!.resources!.limits).toEqual({ memory: '800Mi' })
  })
})

test('what is asked for the pod as a whole is resized, and limits those of its containers that have no limit', () => {
  const size = (memory: string): Size => ({ cpu: '1', memory })
  const cluster = withPods(
    { a: { pod: { resources: resources(size('200Mi')) } } },
    { behaviours: [{ image: 'web:*', memory: { linear: [['0s', '100Mi'], ['100s', '1100Mi']] } }] }, // prettier-ignore
  )
  cluster.pods.patch('a', { spec: { resources: resources(size('400Mi')) } }, { subresource: 'resize' })
  cluster.advance('10ms')
  const { resources: before, allocatedResources } = cluster.pods.get('a').status
  expect([before!.limits, allocatedResources]).toEqual([size('200Mi'), size('400Mi')])
  cluster.advance('15s')
  const { resources: after, containerStatuses } = cluster.pods.get('a').status
  expect([after!.limits, containerStatuses![0]!.restartCount]).toEqual([size('400Mi'), 0])
  cluster.advance('10s')
  expect(cluster.pods.get('a').status.containerStatuses![0]!.restartCount).toBe(1)
})

test('what waits for room and what is allocated outlast the machine', () => {
  const cluster = withPods({ a: { resources: resources({ cpu: '1' }) }, b: { resources: resources({ cpu: '2' }) } })
  resize(cluster, 'a', resources({ cpu: '3' }))
  cluster.advance('1s')
  resize(cluster, 'b', resources({ cpu: '1500m' }))
  cluster.faults.crashNode('n')
  cluster.advance('10s')
  cluster.faults.restartNode('n')
  cluster.advance('10s')
  expect(said(cluster, 'b')).toEqual([[], [{ cpu: '1500m' }, { cpu: '1500m' }]])
  expect(said(cluster, 'a')).toEqual([['PodResizePending Deferred 2'], [{ cpu: '1' }, { cpu: '1' }]])
  cluster.pods.delete('b', { gracePeriodSeconds: 0 })
  cluster.advance('5s')
  expect(said(cluster, 'a')).toEqual([[], [{ cpu: '3' }, { cpu: '3' }]])
})

test('a scheduler counts what is asked for or still held, and hears of it when that is less', () => {
  const cluster = withPods({ a: { resources: resources({ cpu: '3' }) } })
  cluster.pods.create({
    metadata: { name: 'next' },
    spec: { containers: [{ name: 'app', image: 'web:1', resources: { requests: { cpu: '2' } } }] },
  })
  cluster.advance('5s')
  const nodeOf = (): string | undefined => cluster.pods.get('next').spec.nodeName
  expect(nodeOf()).toBeUndefined()
  const at = cluster.now
  resize(cluster, 'a', resources({ cpu: '1' }))
  cluster.advance('500ms')
  // It is still held.
  expect(nodeOf()).toBeUndefined()
  cluster.advance('10s')
  expect([nodeOf(), cluster.now > at]).toEqual(['n', true])
  // What is asked for counts before it is given.
  resize(cluster, 'a', resources({ cpu: '3' }))
  cluster.pods.create({
    metadata: { name: 'last' },
    spec: { containers: [{ name: 'app', image: 'web:1', resources: { requests: { cpu: '500m' } } }] },
  })
  cluster.advance('5s')
  expect(cluster.pods.get('last').spec.nodeName).toBeUndefined()
})

test('a cluster that was saved, forked or replayed goes on resizing', () => {
  const cluster = withPods({ a: { resources: resources({ cpu: '1' }) }, b: { resources: resources({ cpu: '2' }) } })
  resize(cluster, 'a', resources({ cpu: '3' }))
  cluster.pods.updateResize('b', (pod) => {
    pod.spec.containers[0]!.resources = resources({ cpu: '1' }) as never
  })
  cluster.advance('100ms')
  const others = [cluster.fork(), loadCluster(cluster.save())]
  for (const one of [cluster, ...others]) one.advance('10s')
  expect(said(cluster, 'a')).toEqual([[], [{ cpu: '3' }, { cpu: '3' }]])
  for (const one of others) expect(one.historyHash()).toBe(cluster.historyHash())
  expect(replay(cluster.journal).historyHash()).toBe(cluster.historyHash())
})

test('an imported cluster goes on with what another was resizing', () => {
  const original = withPods({ a: { resources: resources({ cpu: '1' }) }, b: { resources: resources({ cpu: '2' }) } })
  resize(original, 'a', resources({ cpu: '3' }))
  original.advance('1s')
  resize(original, 'b', resources({ cpu: '1' }))
  original.advance('100ms')
  const { cluster } = importCluster(dumpOf(original))
  cluster.advance('100ms')
  expect([said(cluster, 'a'), said(cluster, 'b')]).toEqual([said(original, 'a'), said(original, 'b')])
  cluster.advance('5s')
  expect(said(cluster, 'b')).toEqual([[], [{ cpu: '1' }, { cpu: '1' }]])
  expect(said(cluster, 'a')).toEqual([[], [{ cpu: '3' }, { cpu: '3' }]])
})

test('so it does with what is asked for a pod as a whole', () => {
  const whole = (cpu: string): object => ({ resources: { requests: { cpu } } })
  const original = withPods({ a: { pod: whole('1') }, b: { resources: resources({ cpu: '2500m' }) } })
  original.pods.patch('a', { spec: whole('2') }, { subresource: 'resize' })
  original.advance('10s')
  const { cluster } = importCluster(dumpOf(original))
  const allocated = (): unknown => cluster.pods.get('a').status.allocatedResources
  cluster.advance('10s')
  expect([said(cluster, 'a'), allocated()]).toEqual([said(original, 'a'), { cpu: '1' }])
  cluster.pods.delete('b')
  cluster.advance('1m')
  expect(allocated()).toEqual({ cpu: '2' })
})

test('a resize that waited on a machine that was down when it was imported waits on it once it is up', () => {
  const original = withPods({ a: { resources: resources({ cpu: '1' }) }, b: { resources: resources({ cpu: '2' }) } })
  resize(original, 'a', resources({ cpu: '3' }))
  original.advance('1s')
  original.faults.crashNode('n')
  original.advance('60s')
  const { cluster } = importCluster(dumpOf(original))
  cluster.advance('10s')
  cluster.faults.restartNode('n')
  cluster.advance('10s')
  cluster.pods.delete('b', { gracePeriodSeconds: 0 })
  cluster.advance('5s')
  expect(said(cluster, 'a')).toEqual([[], [{ cpu: '3' }, { cpu: '3' }]])
})

test('a controller resizes pods, and debugs them, as anybody else does', () => {
  const scaler = defineController({
    name: 'scaler',
    watches: [{ kind: 'v1/Pod' }],
    reconcile: (key, { api }) => {
      const pod = api.find('v1/Pod', key)
      if (pod?.status.phase !== 'Running' || pod.metadata.generation !== 1) return
      api.updateResize('v1/Pod', key, ({ spec }) => {
        spec.containers[0]!.resources = resources({ cpu: '2' }) as never
      })
      api.updateEphemeralContainers('v1/Pod', key, ({ spec }) => {
        spec.ephemeralContainers = [{ name: 'debug', image: 'busybox:1' }] as never
      })
    },
  })
  const cluster = withPods({ a: { resources: resources({ cpu: '1' }) } }, { controllers: [scaler] })
  cluster.advance('5s')
  expect(said(cluster, 'a')).toEqual([[], [{ cpu: '2' }, { cpu: '2' }]])
  const { status, metadata } = cluster.pods.get('a')
  expect([metadata.generation, status.ephemeralContainerStatuses!.length]).toEqual([3, 1])
})
