import { expect, test } from 'vitest'
import { createRig, type Rig } from './rig.ts'

const pod = {
  initContainers: [
    { name: 'first', image: 'init:1' },
    { name: 'second', image: 'init:2' },
  ],
  containers: [{ name: 'app', image: 'web:1' }],
}
const condition = (rig: Rig, type: string): unknown =>
  rig.pod('web').status.conditions!.find((found) => found.type === type)
const states = (rig: Rig): string[] =>
  [...rig.pod('web').status.initContainerStatuses!, ...rig.pod('web').status.containerStatuses!].map(({ state }) => {
    const { waiting, running, terminated } = state!
    return waiting?.reason ?? terminated?.reason ?? (running === undefined ? '?' : 'Running')
  })

test('init containers run one after another, each to its end, before the others', () => {
  const rig = createRig()
  rig.create('web', pod)
  rig.advance(1)
  expect(states(rig)).toEqual(['PodInitializing', 'PodInitializing', 'PodInitializing'])
  expect(condition(rig, 'Initialized')).toMatchObject({
    status: 'False',
    reason: 'ContainersNotInitialized',
    message: 'containers with incomplete status: [first second]',
  })
  rig.advance(2000)
  expect(states(rig)).toEqual(['Running', 'PodInitializing', 'PodInitializing'])
  expect(rig.pod('web').status.phase).toBe('Pending')
  rig.advance(1000)
  expect(states(rig)).toEqual(['Completed', 'PodInitializing', 'PodInitializing'])
  expect(condition(rig, 'Initialized')).toMatchObject({ message: 'containers with incomplete status: [second]' })
  rig.settle()
  expect(states(rig)).toEqual(['Completed', 'Completed', 'Running'])
  expect(rig.pod('web').status.phase).toBe('Running')
  expect(rig.pod('web').status.initContainerStatuses!.map(({ ready }) => ready)).toEqual([true, true])
  expect(condition(rig, 'Initialized')).toMatchObject({ status: 'True' })
  expect(condition(rig, 'Ready')).toMatchObject({ status: 'True' })
})

test('a failing init container holds the pod back in a crash loop', () => {
  const rig = createRig({ behaviours: [{ image: 'init:1', run: '1s', exitCode: 2 }] })
  rig.create('web', pod)
  rig.advance(20_000)
  expect(states(rig)).toEqual(['CrashLoopBackOff', 'PodInitializing', 'PodInitializing'])
  expect(rig.pod('web').status.phase).toBe('Pending')
  expect(rig.pod('web').status.initContainerStatuses![0]!.restartCount).toBe(2)
})

test('with restartPolicy Never a failing init container fails the pod', () => {
  const rig = createRig({ behaviours: [{ image: 'init:1', run: '1s', exitCode: 2 }] })
  rig.create('web', { ...pod, restartPolicy: 'Never' })
  rig.advance(20_000)
  expect(rig.pod('web').status.phase).toBe('Failed')
  expect(rig.reasons('web')).not.toContain('BackOff')
  // What never had its turn is not lost.
  expect(states(rig)).toEqual(['Error', 'PodInitializing', 'PodInitializing'])
  expect(condition(rig, 'Initialized')).toMatchObject({ status: 'False', reason: 'ContainersNotInitialized' })
})

test('a pod that was initialised stays so while its init containers run again', () => {
  const rig = createRig()
  rig.create('web', pod)
  rig.advance(60_000)
  rig.power('crash', 'node-0')
  rig.power('restart', 'node-0')
  rig.advance(100)
  expect(states(rig)[0]).toBe('PodInitializing')
  expect(condition(rig, 'Initialized')).toMatchObject({ status: 'True' })
  expect(condition(rig, 'Ready')).toMatchObject({ status: 'False' })
  expect(rig.pod('web').status.phase).toBe('Running')
  rig.advance(1000)
  expect(states(rig)[0]).toBe('Running')
  expect(rig.pod('web').status.phase).toBe('Pending')
  rig.settle()
  expect(rig.pod('web').status.phase).toBe('Running')
})

test('a pod that is over before it was initialised has lost what had its turn, and nothing else', () => {
  const rig = createRig({ behaviours: [{ image: 'init:1', pullError: 'not found' }] })
  rig.create('web', { ...pod, activeDeadlineSeconds: 30 })
  rig.advance(40_000)
  expect(rig.pod('web').status).toMatchObject({ phase: 'Failed', reason: 'DeadlineExceeded' })
  expect(states(rig)).toEqual(['ContainerStatusUnknown', 'PodInitializing', 'PodInitializing'])
})

test('a sidecar is seen to run while the image of what comes after it is pulled', () => {
  const rig = createRig({ behaviours: [{ image: 'app:*', pull: '1h' }] })
  const sidecar = { name: 'proxy', image: 'proxy:1', restartPolicy: 'Always' }
  rig.create('web', { initContainers: [sidecar], containers: [{ name: 'app', image: 'app:1' }] })
  rig.advance(60_000)
  const { initContainerStatuses, containerStatuses, phase } = rig.pod('web').status
  expect(initContainerStatuses![0]).toMatchObject({ ready: true, started: true })
  expect(containerStatuses![0]!.state).toEqual({ waiting: { reason: 'PodInitializing' } })
  expect(phase).toBe('Pending')
})

test('a sidecar that waits for its restart holds back nothing that comes after what was begun meanwhile', () => {
  const behaviours = [
    { image: 'proxy:1', run: '4s', exitCode: 1 },
    { image: 'init:1', run: '30s' },
  ]
  const rig = createRig({ behaviours })
  const sidecar = { name: 'proxy', image: 'proxy:1', restartPolicy: 'Always' }
  rig.create('web', { ...pod, initContainers: [sidecar, pod.initContainers[0]] })
  rig.advance(36_000)
  expect(states(rig)).toEqual(['CrashLoopBackOff', 'Completed', 'Running'])
  expect(condition(rig, 'Initialized')).toMatchObject({ status: 'True' })
  expect(rig.pod('web').status.phase).toBe('Running')
})

test('the sidecar that was begun last holds the others back until it has started again', () => {
  const rig = createRig({
    behaviours: [
      { image: 'proxy:1', ready: '3s', answers: [{ to: '3s', answer: false, runs: 1 }], run: '2s', exitCode: 1 },
    ],
  })
  const startupProbe = { tcpSocket: { port: 80 }, periodSeconds: 1 }
  const sidecar = { name: 'proxy', image: 'proxy:1', restartPolicy: 'Always', startupProbe }
  rig.create('web', { ...pod, initContainers: [sidecar, pod.initContainers[0]] })
  rig.advance(8000)
  expect(states(rig)).toEqual(['CrashLoopBackOff', 'PodInitializing', 'PodInitializing'])
})

test('a sidecar keeps running beside the others, and is stopped when they are done', () => {
  const rig = createRig()
  const sidecar = { name: 'proxy', image: 'proxy:1', restartPolicy: 'Always' }
  rig.create('web', { ...pod, restartPolicy: 'Never', initContainers: [sidecar, pod.initContainers[0]] })
  rig.advance(5200)
  expect(states(rig)).toEqual(['Running', 'Completed', 'PodInitializing'])
  const phases = new Set<string>()
  for (let ms = 0; ms < 60_000; ms += 10) {
    rig.advance(10)
    phases.add(`${states(rig).join(', ')}: ${rig.pod('web').status.phase!}`)
  }
  // Until the sidecar is stopped too, the pod takes its room: it is not over.
  expect([...phases].slice(-2)).toEqual([
    'Running, Completed, Completed: Running',
    'Completed, Completed, Completed: Succeeded',
  ])
})
