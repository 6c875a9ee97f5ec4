import { expect, test } from 'vitest'
import type { PodSpec, PodStatus } from '../../src/api/types/core.ts'
import { createCluster } from '../../src/index.ts'
import { createRig, type Rig, tokenMount, web } from './rig.ts'

/** `Ready False ContainersNotReady` for each condition. */
const conditions = (status: PodStatus): string[] =>
  status.conditions!.map(({ type, status: value, reason = '' }) => `${type} ${value} ${reason}`.trim())
const phases = (rig: Rig, name: string): string[] =>
  rig
    .states(name)
    .flatMap(({ status }, index, all) => (all[index - 1]?.status.phase === status.phase ? [] : [status.phase!]))

test('a pod is first reported as being created, before its containers run', () => {
  const rig = createRig()
  rig.create('web', web)
  rig.advance(1)
  const { status } = rig.pod('web')
  expect(status).toMatchObject({
    phase: 'Pending',
    hostIP: '172.18.0.2',
    startTime: '2020-01-01T00:00:00Z',
    qosClass: 'BestEffort',
  })
  expect(status.podIP).toBeUndefined()
  expect(conditions(status)).toEqual([
    'PodReadyToStartContainers False',
    'Initialized True',
    'Ready False ContainersNotReady',
    'ContainersReady False ContainersNotReady',
    'PodScheduled True',
  ])
  expect(status.conditions![2]!.message).toBe('containers with unready status: [app]')
  expect(status.containerStatuses).toEqual([
    {
      name: 'app',
      state: { waiting: { reason: 'ContainerCreating' } },
      lastState: {},
      ready: false,
      restartCount: 0,
      image: 'web:1',
      imageID: '',
      started: false,
      volumeMounts: [tokenMount],
    },
  ])
})

test('a running pod has the fields a v1.36 kubelet reports, in its order', () => {
  const rig = createRig()
  const resources = { requests: { cpu: '10m', memory: '16Mi' }, limits: { memory: '64Mi' } }
  rig.create('web', { containers: [{ name: 'nginx', image: 'nginx:alpine', resources }] })
  rig.settle()
  const { status } = rig.pod('web')
  const since = (type: string, seconds: number): object => ({
    type,
    observedGeneration: 1,
    status: 'True',
    lastProbeTime: null,
    lastTransitionTime: `2020-01-01T00:00:0${seconds}Z`,
  })
  expect(status).toEqual({
    observedGeneration: 1,
    phase: 'Running',
    conditions: [
      since('PodReadyToStartContainers', 1),
      since('Initialized', 0),
      since('Ready', 1),
      since('ContainersReady', 1),
      since('PodScheduled', 0),
    ],
    hostIP: '172.18.0.2',
    hostIPs: [{ ip: '172.18.0.2' }],
    podIP: '10.244.0.2',
    podIPs: [{ ip: '10.244.0.2' }],
    startTime: '2020-01-01T00:00:00Z',
    containerStatuses: [
      {
        name: 'nginx',
        state: { running: { startedAt: '2020-01-01T00:00:01Z' } },
        lastState: {},
        ready: true,
        restartCount: 0,
        image: 'docker.io/library/nginx:alpine',
        imageID: expect.stringMatching(/^docker\.io\/library\/nginx@sha256:[0-9a-f]{64}$/),
        containerID: expect.stringMatching(/^containerd:\/\/[0-9a-f]{64}$/),
        started: true,
        allocatedResources: resources.requests,
        resources,
        user: { linux: { uid: 0, gid: 0, supplementalGroups: [0] } },
        volumeMounts: [tokenMount],
      },
    ],
    qosClass: 'Burstable',
    allocatedResources: resources.requests,
    resources,
  })
  expect(rig.time).toBeLessThan(5000)
})

test('a status is written when it changes and not otherwise: twice until a pod runs', () => {
  const rig = createRig()
  rig.create('web', web)
  rig.advance(600_000)
  // Created, bound, and what the kubelet wrote.
  expect(rig.states('web').length).toBe(2 + 2)
})

test('events tell of the pull, the creation and the start in the words of a v1.36 kubelet', () => {
  const rig = createRig()
  rig.create('web', web)
  rig.settle()
  rig.create('web2', web)
  rig.settle()
  const texts = (name: string): string[] => rig.events(name).map(({ reason, message }) => `${reason}: ${message}`)
  expect(texts('web')).toEqual([
    'Pulling: Pulling image "web:1"',
    expect.stringMatching(
      /^Pulled: Successfully pulled image "web:1" in 1s \(1s including waiting\)\. Image size: \d+ bytes\.$/,
    ),
    'Created: Container created',
    'Started: Container started',
  ])
  expect(texts('web2')).toEqual([
    'Pulled: Container image "web:1" already present on machine and can be accessed by the pod',
    'Created: Container created',
    'Started: Container started',
  ])
  expect(rig.events('web')[0]).toMatchObject({
    involvedObject: {
      kind: 'Pod',
      name: 'web',
      namespace: 'default',
      uid: rig.pod('web').metadata.uid,
      fieldPath: 'spec.containers{app}',
    },
    source: { component: 'kubelet', host: 'node-0' },
    type: 'Normal',
  })
})

test('containers start one after another, and the pod is running when all are', () => {
  const rig = createRig()
  rig.create('two', {
    containers: [
      { name: 'a', image: 'a:1' },
      { name: 'b', image: 'b:1' },
    ],
  })
  rig.settle()
  expect(rig.pod('two').status.containerStatuses!.map(({ state }) => state!.running!.startedAt)).toEqual([
    '2020-01-01T00:00:01Z',
    '2020-01-01T00:00:03Z',
  ])
  expect(phases(rig, 'two')).toEqual(['Pending', 'Running'])
})

test.each([
  [
    'Never',
    0,
    'Succeeded',
    'Completed',
    ['Initialized True PodCompleted', 'Ready False PodCompleted', 'ContainersReady False PodCompleted'],
  ],
  [
    'OnFailure',
    0,
    'Succeeded',
    'Completed',
    ['Initialized True PodCompleted', 'Ready False PodCompleted', 'ContainersReady False PodCompleted'],
  ],
  ['Never', 3, 'Failed', 'Error', ['Initialized True', 'Ready False PodFailed', 'ContainersReady False PodFailed']],
])(
  'a pod with restartPolicy %s whose container exits %d ends %s',
  (restartPolicy, exitCode, phase, reason, expected) => {
    const rig = createRig({ behaviours: [{ image: '*', exitCode }] })
    rig.create('job', { restartPolicy, containers: [{ name: 'app', image: 'job:1' }] })
    rig.advance(10_000)
    const { status } = rig.pod('job')
    expect(status.phase).toBe(phase)
    expect(status.podIP).toBe('10.244.0.2')
    expect(status.containerStatuses![0]!.state!.terminated).toMatchObject({
      exitCode,
      reason,
      startedAt: '2020-01-01T00:00:01Z',
      finishedAt: '2020-01-01T00:00:02Z',
    })
    expect(conditions(status)).toEqual(['PodReadyToStartContainers False', ...expected, 'PodScheduled True'])
    expect(phases(rig, 'job')).toEqual(['Pending', 'Running', phase])
  },
)

test('a readiness probe is asked at its times, and the container is ready at the first success', () => {
  const rig = createRig({ behaviours: [{ image: '*', ready: '7s' }] })
  const readinessProbe = { httpGet: { port: 80 }, initialDelaySeconds: 5, periodSeconds: 3, successThreshold: 1 }
  rig.create('web', { containers: [{ name: 'app', image: 'web:1', readinessProbe }] })
  rig.settle()
  expect(conditions(rig.pod('web').status)).toContain('Ready True')
  expect(rig.time).toBe(1 + 1000 + 500 + 8000 + 1)
  expect(rig.states('web').map(({ status }) => status.containerStatuses?.[0]?.ready)).toEqual([
    undefined,
    undefined,
    false,
    false,
    true,
  ])
})

test('a container that never gets ready keeps its pod running and not ready', () => {
  const rig = createRig({ behaviours: [{ image: '*', ready: false }] })
  rig.create('web', web)
  rig.settle()
  expect(rig.pod('web').status.phase).toBe('Running')
  expect(conditions(rig.pod('web').status)).toContain('Ready False ContainersNotReady')
})

test('a readiness gate holds the pod back until its condition is true', () => {
  const rig = createRig()
  rig.create('web', { ...web, readinessGates: [{ conditionType: 'example.com/ok' }] })
  rig.settle()
  const { conditions: found } = rig.pod('web').status
  expect(found!.find(({ type }) => type === 'Ready')).toMatchObject({
    status: 'False',
    reason: 'ReadinessGatesNotReady',
    message: 'corresponding condition of pod readiness gate "example.com/ok" does not exist.',
  })
  expect(found!.find(({ type }) => type === 'ContainersReady')).toMatchObject({ status: 'True' })
})

test('what others say of the gates is heard of, condition by condition', () => {
  const cluster = createCluster({ nodes: 1 })
  const readinessGates = ['a', 'b'].map((name) => ({ conditionType: `example.com/${name}` }))
  cluster.pods.create({ metadata: { name: 'web' }, spec: { ...(web as PodSpec), readinessGates } })
  cluster.settle()
  const heard = (type: string, status: string): string | undefined => {
    cluster.pods.patch('web', { status: { conditions: [{ type, status }] } }, { subresource: 'status' })
    cluster.settle()
    const ready = cluster.pods.get('web').status.conditions!.find((condition) => condition.type === 'Ready')!
    return ready.message ?? ready.status
  }
  expect(heard('example.com/a', 'True')).toBe(
    'corresponding condition of pod readiness gate "example.com/b" does not exist.',
  )
  expect(heard('example.com/b', 'False')).toBe(
    'the status of pod readiness gate "example.com/b" is not "True", but False',
  )
  expect(heard('example.com/b', 'True')).toBe('True')
  expect(heard('example.com/a', 'False')).toBe(
    'the status of pod readiness gate "example.com/a" is not "True", but False',
  )
})

test('a pod on the host network has the address of its node', () => {
  const rig = createRig()
  rig.create('web', { ...web, hostNetwork: true })
  rig.create('other', web)
  rig.settle()
  expect(rig.pod('web').status).toMatchObject({ podIP: '172.18.0.2', hostIP: '172.18.0.2' })
  expect(rig.pod('other').status.podIP).toBe('10.244.0.2')
})
