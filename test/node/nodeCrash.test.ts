import { expect, test } from 'vitest'
import { createRig, web } from './rig.ts'

test('on a crashed node nothing happens, and the API keeps what it knew', () => {
  const rig = createRig()
  rig.create('web', web)
  rig.advance(200)
  rig.power('crash', 'node-0')
  rig.create('late', web)
  rig.advance(60_000)
  expect(rig.pod('web').status.phase).toBe('Pending')
  expect(rig.pod('late').status.containerStatuses).toBeUndefined()
})

test('after the restart pods get a new sandbox, and their containers start again', () => {
  const rig = createRig()
  rig.create('web', web)
  rig.settle()
  rig.power('crash', 'node-0')
  rig.advance(60_000)
  expect(rig.pod('web').status.phase).toBe('Running')
  rig.power('restart', 'node-0')
  rig.settle()
  const { status } = rig.pod('web')
  expect(status).toMatchObject({ phase: 'Running', podIP: '10.244.0.3', startTime: '2020-01-01T00:00:00Z' })
  expect(status.containerStatuses![0]).toMatchObject({
    ready: true,
    restartCount: 1,
    state: { running: { startedAt: '2020-01-01T00:01:02Z' } },
    lastState: { terminated: { exitCode: 255, reason: 'Unknown', startedAt: '2020-01-01T00:00:01Z' } },
  })
  // The image was still there: no second pull.
  expect(rig.reasons('web')).toEqual([
    'Pulling',
    'Pulled',
    'Created ×2',
    'Started ×2',
    'NodeNotReady',
    'SandboxChanged',
    'Pulled',
  ])
  expect(rig.events('web').find(({ reason }) => reason === 'SandboxChanged')!.message).toBe(
    'Pod sandbox changed, it will be killed and re-created.',
  )
})

test('a pull that the crash cut off is begun anew', () => {
  const rig = createRig()
  rig.create('web', web)
  rig.advance(500)
  rig.power('crash', 'node-0')
  rig.advance(1000)
  rig.power('restart', 'node-0')
  rig.settle()
  expect(rig.pod('web').status.containerStatuses![0]).toMatchObject({ ready: true, restartCount: 0 })
  expect(rig.events('web').find(({ reason }) => reason === 'Pulling')!.count).toBe(2)
})

test('what was due before the crash is void after a quick restart', () => {
  const rig = createRig({ behaviours: [{ image: '*', run: '10s', exitCode: 1 }] })
  rig.create('web', web)
  rig.advance(5000)
  rig.power('restart', 'node-0')
  rig.advance(8000)
  expect(rig.pod('web').status.containerStatuses![0]!.restartCount).toBe(1)
  expect(rig.pod('web').status.containerStatuses![0]!.state!.running).toBeDefined()
})

test('pods bound, deleted or removed while the node was down are seen on its return', () => {
  const rig = createRig()
  for (const name of ['stays', 'deleted', 'removed']) rig.create(name, web)
  rig.settle()
  rig.power('crash', 'node-0')
  rig.create('bound', web)
  rig.create('bound-and-removed', web)
  rig.advance(10)
  rig.delete('deleted')
  rig.delete('removed', 0)
  rig.delete('bound-and-removed', 0)
  rig.advance(100_000)
  expect(rig.find('deleted')).toBeDefined()
  rig.power('restart', 'node-0')
  rig.settle()
  expect(rig.find('deleted')).toBeUndefined()
  expect(rig.pod('stays').status.containerStatuses![0]!.restartCount).toBe(1)
  expect(rig.pod('bound').status.phase).toBe('Running')
  expect(rig.kubelets.machines.used(0).pods).toBe(2)
  expect(rig.kubelets.runtime.listPodSandbox(0).map(({ name }) => name)).toEqual(['stays', 'bound'])
})

test.each([
  ['Never', 'Failed'],
  ['OnFailure', 'Succeeded'],
])('a pod with restartPolicy %s that ran when the power failed ends %s', (restartPolicy, phase) => {
  const rig = createRig({ behaviours: [{ image: '*', run: '10s' }] })
  rig.create('job', { ...web, restartPolicy })
  rig.advance(5000)
  rig.power('restart', 'node-0')
  rig.advance(60_000)
  expect(rig.pod('job').status.phase).toBe(phase)
  expect(rig.kubelets.machines.used(0).pods).toBe(0)
})

test('an ended pod is left alone by a restart', () => {
  const rig = createRig()
  rig.create('job', { ...web, restartPolicy: 'Never' })
  rig.advance(10_000)
  const before = rig.pod('job')
  rig.power('restart', 'node-0')
  rig.advance(10_000)
  expect(rig.pod('job')).toEqual(before)
})

test('two power cuts in one moment are one boot', () => {
  const rig = createRig()
  rig.create('web', web)
  rig.settle()
  rig.power('restart', 'node-0')
  rig.power('restart', 'node-0')
  rig.settle()
  expect(rig.pod('web').status.containerStatuses![0]!.restartCount).toBe(1)
})

test('the end of a pull from before a quick restart is not taken for the end of the new one', () => {
  const rig = createRig()
  rig.create('web', web)
  rig.advance(501)
  rig.power('restart', 'node-0')
  rig.advance(1400)
  expect(rig.pod('web').status.phase).toBe('Pending')
  rig.advance(200)
  expect(rig.pod('web').status.phase).toBe('Running')
})
