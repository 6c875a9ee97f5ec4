import { expect, test } from 'vitest'
import type { NodeCondition, Pod } from '../../src/api/types/core.ts'
import type { Usage } from '../../src/node/usage.ts'
import { createRig, type Rig, type RigOptions } from './rig.ts'

interface Asks {
  readonly requests?: string
  readonly limits?: string
  readonly priority?: string
  readonly image?: string
}

/** Pods by name, each with what it asks for. */
function machine(pods: Readonly<Record<string, Asks>>, options: RigOptions = {}): Rig {
  const rig = createRig({ nodes: [{ memory: '4Gi', ephemeralStorage: '100Gi' }], ...options })
  const { server, kernel } = rig.parts
  const classes = server.resource('priorityclasses.scheduling.k8s.io')
  for (const [name, value] of [
    ['important', 1000],
    ['system-node-critical', 2_000_001_000],
  ] as const) {
    // prettier-ignore
    const priorityClass = { apiVersion: 'scheduling.k8s.io/v1', kind: 'PriorityClass', metadata: { name }, value }
    server.create(classes, '', priorityClass, { actor: 'test', cause: 0, at: kernel.now })
  }
  for (const name of Object.keys(pods).sort()) create(rig, name, pods[name]!)
  rig.settle()
  return rig
}

function create(rig: Rig, name: string, { requests, limits, priority, image = 'web:1' }: Asks = {}): Pod {
  const resources = {
    ...(requests !== undefined && { requests: { memory: requests } }),
    ...(limits !== undefined && { limits: { memory: limits } }),
  }
  return rig.create(name, {
    ...(priority !== undefined && { priorityClassName: priority }),
    containers: [{ name: 'app', image, resources }],
  })
}

const condition = (rig: Rig, type: string): NodeCondition =>
  rig.node('node-0').status.conditions!.find((one) => one.type === type)!
const evicted = (rig: Rig, names: readonly string[]): readonly string[] =>
  names.filter((name) => rig.pod(name).status.reason === 'Evicted')

test('under memory pressure pods are evicted one every ten seconds: best effort first, then by priority', () => {
  const names = ['a-burstable', 'b-important', 'c-best-effort', 'd-critical', 'e-best-effort']
  const rig = machine({
    'a-burstable': { requests: '256Mi' },
    'b-important': { priority: 'important' },
    'c-best-effort': {},
    'd-critical': { priority: 'system-node-critical' },
    'e-best-effort': {},
  })
  rig.befall({ type: 'shortage', id: 1, node: 'node-0', resource: 'memory', available: undefined })
  expect(evicted(rig, names)).toEqual([])
  rig.advance(5000)
  expect(evicted(rig, names)).toEqual(['c-best-effort'])
  rig.advance(10_000)
  expect(evicted(rig, names)).toEqual(['c-best-effort', 'e-best-effort'])
  rig.advance(10_000)
  expect(evicted(rig, names)).toEqual(['a-burstable', 'c-best-effort', 'e-best-effort'])
  rig.advance(60_000)
  expect(evicted(rig, names)).toEqual(['a-burstable', 'b-important', 'c-best-effort', 'e-best-effort'])
  expect(rig.pod('d-critical').status.phase).toBe('Running')
})

test('an evicted pod has failed, and says why', () => {
  const rig = machine({ web: {} })
  rig.befall({ type: 'shortage', id: 1, node: 'node-0', resource: 'memory', available: 60 * 1_048_576 })
  rig.advance(1000)
  const message = 'The node was low on resource: memory. Threshold quantity: 100Mi, available: 60Mi. '
  const { status } = rig.pod('web')
  expect(status).toMatchObject({ phase: 'Failed', reason: 'Evicted', message })
  expect(status.conditions!.find(({ type }) => type === 'DisruptionTarget')).toMatchObject({
    status: 'True',
    reason: 'TerminationByKubelet',
    message,
  })
  expect(status.conditions!.find(({ type }) => type === 'Ready')).toMatchObject({
    status: 'False',
    reason: 'PodFailed',
  })
  const [event] = rig.events('web').filter(({ reason }) => reason === 'Evicted')
  expect(event).toMatchObject({ type: 'Warning', message })
  expect(rig.kubelets.machines.used(0).pods).toBe(0)
})

test('the node says that it is under pressure, and stops saying so five minutes after it was last', () => {
  const rig = machine({})
  rig.befall({ type: 'shortage', id: 1, node: 'node-0', resource: 'disk', available: undefined })
  rig.advance(11_000)
  expect(condition(rig, 'DiskPressure')).toMatchObject({
    status: 'True',
    reason: 'KubeletHasDiskPressure',
    message: 'kubelet has disk pressure',
  })
  rig.advance(600_000)
  rig.befall({ type: 'relief', id: 1, node: 'node-0' })
  rig.advance(289_000)
  expect(condition(rig, 'DiskPressure').status).toBe('True')
  rig.advance(11_000)
  expect(condition(rig, 'DiskPressure')).toMatchObject({ status: 'False', reason: 'KubeletHasNoDiskPressure' })
  expect(condition(rig, 'Ready').lastTransitionTime).toBe('2020-01-01T00:00:00Z')
  const { items } = rig.parts.server.list(rig.parts.server.resource('events'), { namespace: 'default' })
  expect(items.map((event) => (event as { reason?: string }).reason)).toEqual([
    'Starting',
    'RegisteredNode',
    'NodeHasDiskPressure',
    'EvictionThresholdMet',
    'NodeHasNoDiskPressure',
  ])
})

test('under memory pressure no best effort pod is let in, unless it tolerates that; under disk pressure none at all', () => {
  const rig = machine({})
  rig.befall({ type: 'shortage', id: 1, node: 'node-0', resource: 'memory', available: undefined })
  rig.advance(1000)
  rig.befall({ type: 'relief', id: 1, node: 'node-0' })
  rig.advance(1000)
  create(rig, 'best-effort')
  create(rig, 'burstable', { requests: '64Mi' })
  create(rig, 'critical', { priority: 'system-node-critical' })
  const tolerations = [{ key: 'node.kubernetes.io/memory-pressure', operator: 'Exists', effect: 'NoSchedule' }]
  rig.create('tolerant', { tolerations, containers: [{ name: 'app', image: 'web:1' }] })
  rig.settle()
  expect(rig.pod('best-effort').status).toMatchObject({
    phase: 'Failed',
    reason: 'Evicted',
    message: 'Pod was rejected: The node had condition: [MemoryPressure]. ',
  })
  for (const name of ['burstable', 'critical', 'tolerant']) expect(rig.pod(name).status.phase).toBe('Running')
  rig.befall({ type: 'shortage', id: 2, node: 'node-0', resource: 'disk', available: undefined })
  rig.advance(1)
  create(rig, 'late', { requests: '64Mi' })
  rig.advance(1000)
  expect(rig.pod('late').status.message).toBe(
    'Pod was rejected: The node had condition: [MemoryPressure DiskPressure]. ',
  )
})

test('a full disk first costs the images that nobody uses', () => {
  const rig = machine({ web: { priority: 'system-node-critical' }, done: { image: 'old:1' } })
  rig.delete('done', 0)
  rig.settle()
  expect(rig.kubelets.runtime.listImages(0)).toEqual(['old:1', 'web:1'])
  rig.befall({ type: 'shortage', id: 1, node: 'node-0', resource: 'disk', available: undefined })
  rig.advance(1000)
  expect(rig.kubelets.runtime.listImages(0)).toEqual(['web:1'])
})

const growing: Usage = { linear: [['0s', '500Mi'], ['1000s', '5500Mi']] } // prettier-ignore

test('what pods use together brings the node under pressure at the moment at which too little is left, and heals it', () => {
  const behaviours = [
    { image: 'leak:*', memory: growing },
    { image: 'steady:*', memory: '1Gi' },
  ]
  // 4Gi less 100Mi, less 1Gi: the leak may use 2972Mi, which takes it 494.4 s from 1.5 s on.
  const rig = machine(
    { leak: { image: 'leak:1', requests: '256Mi' }, steady: { image: 'steady:1', requests: '2Gi' } },
    { behaviours },
  )
  rig.advance(495_901 - rig.time)
  expect(evicted(rig, ['leak', 'steady'])).toEqual([])
  rig.advance(2000)
  expect(evicted(rig, ['leak', 'steady'])).toEqual(['leak'])
  expect(rig.pod('leak').status.message).toMatch(
    /^The node was low on resource: memory\. Threshold quantity: 100Mi, available: \d+Ki\. Container app was using \d+Ki, request is 256Mi, has larger consumption of memory\. $/,
  )
  rig.advance(10_000)
  expect(condition(rig, 'MemoryPressure').status).toBe('True')
  rig.advance(320_000)
  expect(condition(rig, 'MemoryPressure').status).toBe('False')
  expect(rig.pod('steady').status.phase).toBe('Running')
})

test('a machine that loses its power forgets its pressure, and finds it again if it is still there', () => {
  const rig = machine({})
  rig.befall({ type: 'shortage', id: 1, node: 'node-0', resource: 'pids', available: undefined })
  rig.advance(11_000)
  expect(condition(rig, 'PIDPressure').status).toBe('True')
  rig.power('crash', 'node-0')
  rig.advance(1000)
  rig.power('restart', 'node-0')
  rig.advance(1)
  expect(condition(rig, 'PIDPressure').status).toBe('True')
  rig.befall({ type: 'relief', id: 1, node: 'node-0' })
  rig.power('restart', 'node-0')
  rig.advance(1)
  expect(condition(rig, 'PIDPressure').status).toBe('False')
})

test('so much that nothing is short is no shortage', () => {
  const rig = machine({})
  expect(() =>
    rig.befall({ type: 'shortage', id: 1, node: 'node-0', resource: 'memory', available: 104_857_600 }),
  ).toThrow('available: expected less than the 104857600 that the kubelet keeps free, got 104857600')
})

test('what uses more than the whole memory of the machine is killed at once: best effort before what asked for it', () => {
  const behaviours = [{ image: 'jump:*', memory: { steps: [['0s', '1Gi'], ['30s', '3Gi']] } as Usage }] // prettier-ignore
  const jump = { image: 'jump:1' }
  const rig = machine({ asks: { ...jump, requests: '3Gi' }, greedy: jump }, { behaviours })
  rig.advance(31_700 - rig.time)
  const { containerStatuses } = rig.pod('greedy').status
  expect(containerStatuses![0]!.state!.terminated ?? containerStatuses![0]!.lastState!.terminated).toMatchObject({
    exitCode: 137,
    reason: 'OOMKilled',
  })
  expect(rig.pod('asks').status.containerStatuses![0]).toMatchObject({ restartCount: 0, ready: true })
  const { items } = rig.parts.server.list(rig.parts.server.resource('events'), { namespace: 'default' })
  const [said] = items.filter((event) => (event as { reason?: string }).reason === 'SystemOOM')
  expect(said).toMatchObject({
    type: 'Warning',
    message: expect.stringMatching(/^System OOM encountered, victim process: app, pid: \d+$/) as string,
  })
})
