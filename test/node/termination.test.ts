import { expect, test } from 'vitest'
import { createRig, web } from './rig.ts'

const end = (rig: ReturnType<typeof createRig>, name: string): ReturnType<typeof rig.pod>['status'] =>
  rig.states(name).at(-1)!.status

test('a deleted pod is told to stop, stops, says so for the last time, and is gone', () => {
  const rig = createRig({ behaviours: [{ image: '*', stop: '2s' }] })
  rig.create('web', web)
  rig.settle()
  rig.delete('web')
  expect(rig.pod('web').metadata.deletionGracePeriodSeconds).toBe(30)
  rig.advance(1999)
  expect(rig.pod('web').status.phase).toBe('Running')
  expect(rig.reasons('web').at(-1)).toBe('Killing')
  expect(rig.events('web').at(-1)!.message).toBe('Stopping container app')
  rig.advance(5)
  expect(rig.find('web')).toBeUndefined()
  expect(end(rig, 'web')).toMatchObject({ phase: 'Succeeded', podIP: '10.244.0.2' })
  expect(end(rig, 'web').containerStatuses![0]!.state!.terminated).toMatchObject({ exitCode: 0, reason: 'Completed' })
})

test('while a pod is stopped it is said that its kubelet knows, and nothing of what has ended already', () => {
  const rig = createRig({ behaviours: [{ image: 'slow:*', stop: '9s' }] })
  const sidecar = { name: 'proxy', image: 'slow:1', restartPolicy: 'Always' }
  rig.create('web', { initContainers: [sidecar], containers: [{ name: 'app', image: 'web:1' }] })
  rig.settle()
  const before = rig.states('web').length
  rig.delete('web')
  rig.settle()
  const said = rig
    .states('web')
    .slice(before)
    .map(({ status }) => status)
  expect(said.map(({ observedGeneration, phase }) => [observedGeneration, phase])).toEqual([
    [1, 'Running'],
    [2, 'Running'],
    [2, 'Succeeded'],
  ])
  expect(said[1]!.containerStatuses![0]!.state!.running).toBeDefined()
})

test('a container that does not stop in time is killed with 137 at the end of the grace', () => {
  const rig = createRig({ behaviours: [{ image: '*', stop: '1h' }] })
  rig.create('web', { ...web, terminationGracePeriodSeconds: 7 })
  rig.settle()
  rig.delete('web')
  rig.advance(6_999)
  expect(rig.find('web')).toBeDefined()
  rig.advance(10)
  expect(rig.find('web')).toBeUndefined()
  expect(end(rig, 'web').phase).toBe('Failed')
  expect(end(rig, 'web').containerStatuses![0]!.state!.terminated).toMatchObject({ exitCode: 137, reason: 'Error' })
})

test('a second delete with less grace shortens it', () => {
  const rig = createRig({ behaviours: [{ image: '*', stop: '1h' }] })
  rig.create('web', web)
  rig.settle()
  rig.delete('web')
  rig.advance(1000)
  rig.delete('web', 2)
  rig.advance(2010)
  expect(rig.find('web')).toBeUndefined()
  expect(rig.reasons('web').filter((reason) => reason.startsWith('Killing'))).toEqual(['Killing'])
})

test('a pod deleted with grace 0 vanishes at once, and the node gets back what it took', () => {
  const rig = createRig()
  rig.create('web', { containers: [{ name: 'app', image: 'web:1', resources: { requests: { cpu: '3' } } }] })
  rig.settle()
  expect(rig.kubelets.machines.used(0)).toEqual({ cpuMilli: 3000, memoryBytes: 0, pods: 1 })
  rig.delete('web', 0)
  expect(rig.find('web')).toBeUndefined()
  rig.advance(10)
  expect(rig.events('web').at(-1)).toMatchObject({ reason: 'Killing', message: 'Stopping container app' })
  expect(rig.kubelets.runtime.listPodSandbox(0)).toEqual([])
  expect(rig.kubelets.machines.used(0)).toEqual({ cpuMilli: 0, memoryBytes: 0, pods: 0 })
})

test('a pod deleted before its containers exist is gone at once', () => {
  const rig = createRig()
  rig.create('web', web)
  rig.advance(500)
  rig.delete('web')
  rig.advance(10)
  expect(rig.find('web')).toBeUndefined()
  expect(end(rig, 'web').containerStatuses![0]!.state!.terminated).toMatchObject({
    exitCode: 137,
    reason: 'ContainerStatusUnknown',
  })
})

test('a pod deleted before its kubelet has begun it has failed, and is gone', () => {
  const rig = createRig()
  rig.create('web', web)
  rig.delete('web')
  rig.settle()
  expect(rig.find('web')).toBeUndefined()
  expect(end(rig, 'web').phase).toBe('Failed')
  expect(end(rig, 'web').containerStatuses![0]!.state!.terminated).toMatchObject({
    exitCode: 137,
    reason: 'ContainerStatusUnknown',
  })
  expect(rig.reasons('web')).toEqual([])
})

test.each([
  ['its init container stops', 'init:1', 'Completed', 'PodInitializing'],
  ['its init container fails', 'bad:1', 'Error', 'PodInitializing'],
  ['its image is pulled', 'quick:1', 'Completed', 'ContainerStatusUnknown'],
])('a pod deleted before all of it has begun has failed, and nothing else is new: %s', (_, image, init, app) => {
  const behaviours = [
    { image: 'quick:*', run: '2s' },
    { image: 'app:*', pull: '1h' },
    { image: 'bad:*', run: 'forever', stopExitCode: 1 },
    { image: 'init:*', run: 'forever' },
  ] as const
  const rig = createRig({ behaviours })
  rig.create('web', { initContainers: [{ name: 'init', image }], containers: [{ name: 'app', image: 'app:1' }] })
  rig.advance(60_000)
  rig.delete('web')
  rig.settle()
  const { phase, conditions, initContainerStatuses, containerStatuses } = end(rig, 'web')
  expect(phase).toBe('Failed')
  expect(conditions!.find(({ type }) => type === 'Ready')).toMatchObject({
    reason: 'ContainersNotReady',
    message: 'containers with unready status: [app]',
  })
  expect(initContainerStatuses![0]!.state!.terminated!.reason).toBe(init)
  const { waiting, terminated } = containerStatuses![0]!.state!
  expect(waiting?.reason ?? terminated?.reason).toBe(app)
})

test('a pod deleted while an image is pulled does not wait for that, and nothing is begun in it any more', () => {
  const behaviours = [
    { image: 'slow:*', stop: '10s' },
    { image: 'large:*', pull: '5s' },
  ]
  const rig = createRig({ behaviours })
  const containers = [
    { name: 'slow', image: 'slow:1' },
    { name: 'large', image: 'large:1' },
  ]
  rig.create('web', { containers })
  rig.advance(3000)
  rig.delete('web')
  rig.advance(9000)
  expect(rig.find('web')).toBeDefined()
  expect(rig.events('web').filter(({ reason }) => reason === 'Created').length).toBe(1)
  rig.advance(1100)
  expect(rig.find('web')).toBeUndefined()
})

test('a pod deleted while a container waits for its restart is gone at once', () => {
  const rig = createRig({ behaviours: [{ image: '*', run: '1s', exitCode: 1 }] })
  rig.create('web', web)
  rig.advance(6000)
  expect(rig.pod('web').status.containerStatuses![0]!.state!.waiting!.reason).toBe('CrashLoopBackOff')
  rig.delete('web')
  rig.advance(10)
  expect(rig.find('web')).toBeUndefined()
  expect(end(rig, 'web').phase).toBe('Failed')
})

test('an ended pod goes at once when deleted', () => {
  const rig = createRig()
  rig.create('job', { ...web, restartPolicy: 'Never' })
  rig.advance(5000)
  rig.delete('job')
  rig.advance(10)
  expect(rig.find('job')).toBeUndefined()
  expect(rig.kubelets.runtime.listPodSandbox(0)).toEqual([])
})

test('a pod of the same name is another pod', () => {
  const rig = createRig()
  rig.create('web', web)
  rig.settle()
  rig.delete('web', 0)
  rig.create('web', web)
  rig.settle()
  expect(rig.pod('web').status).toMatchObject({ phase: 'Running', podIP: '10.244.0.3' })
  expect(rig.kubelets.runtime.listPodSandbox(0).length).toBe(1)
})

test('no status is written for a pod that vanished under its kubelet, and nothing fails', () => {
  const rig = createRig()
  rig.create('web', web)
  rig.advance(1400)
  rig.delete('web', 0)
  rig.advance(5000)
  expect(rig.find('web')).toBeUndefined()
})
