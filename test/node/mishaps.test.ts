import { expect, test } from 'vitest'
import type { Rig } from './rig.ts'
import { createRig, web } from './rig.ts'

const kill = (rig: Rig, exitCode = 137): void =>
  rig.befall({ type: 'kill', node: 'node-0', uid: rig.pod('web').metadata.uid, container: 'app', exitCode })

test('a container whose process is killed is started again, as its restart policy and its back-off have it', () => {
  const rig = createRig()
  rig.create('web', web)
  rig.settle()
  kill(rig)
  expect(rig.pod('web').status.containerStatuses![0]!.restartCount).toBe(0)
  rig.advance(600)
  expect(rig.pod('web').status.containerStatuses![0]).toMatchObject({
    restartCount: 1,
    ready: true,
    lastState: { terminated: { exitCode: 137, reason: 'Error' } },
  })
  kill(rig)
  rig.advance(9000)
  expect(rig.pod('web').status.containerStatuses![0]!.state!.waiting!.reason).toBe('CrashLoopBackOff')
  expect(() => kill(rig)).toThrow('container "app" does not run on node node-0: it cannot be killed')
})

test('a pod that never restarts fails when its container is killed', () => {
  const rig = createRig({ behaviours: [{ image: '*', run: 'forever' }] })
  rig.create('web', { ...web, restartPolicy: 'Never' })
  rig.settle()
  kill(rig, 139)
  rig.settle()
  expect(rig.pod('web').status).toMatchObject({
    phase: 'Failed',
    containerStatuses: [{ state: { terminated: { exitCode: 139, reason: 'Error' } } }],
  })
})

test('an image that cannot be pulled is asked for again after 10 s, 20 s, 40 s and so on, at most 5 minutes', () => {
  const rig = createRig({ nodes: 2 })
  const error = 'failed to resolve reference "{image}": i/o timeout'
  rig.befall({ type: 'failPulls', id: 1, image: 'web:*', error, node: undefined })
  rig.create('web', web)
  rig.create('other', { containers: [{ name: 'app', image: 'api:1' }] })
  rig.advance(1500)
  const because =
    'rpc error: code = Unknown desc = failed to pull and unpack image "docker.io/library/web:1": failed to resolve reference "docker.io/library/web:1": i/o timeout'
  expect(rig.pod('web').status.containerStatuses![0]!.state).toEqual({
    waiting: { reason: 'ErrImagePull', message: because },
  })
  rig.advance(1000)
  expect(rig.pod('web').status.containerStatuses![0]!.state).toEqual({
    waiting: { reason: 'ImagePullBackOff', message: `Back-off pulling image "web:1": ErrImagePull: ${because}` },
  })
  expect(rig.pod('other').status.phase).toBe('Running')
  rig.advance(3_600_000)
  const failures = rig
    .states('web')
    .filter(({ status }) => status.containerStatuses?.[0]?.state?.waiting?.reason === 'ErrImagePull')
  // At 1, 12, 33, 74, 155, 316 s, then every 301 s.
  expect(failures).toHaveLength(5 + Math.floor((3602 - 316) / 301) + 1)
  rig.befall({ type: 'allowPulls', id: 1 })
  rig.advance(301_000)
  expect(rig.pod('web').status.phase).toBe('Running')
  expect(rig.kubelets.runtime.listImages(0)).toContain('web:1')
})

test('on another node the image can be pulled; what a node has already it goes on using', () => {
  const rig = createRig({ nodes: 2 })
  rig.create('before', web)
  rig.settle()
  rig.befall({ type: 'failPulls', id: 1, image: '*', error: 'gone', node: 'node-0' })
  rig.create('here', web)
  rig.create('there', web, 'node-1')
  rig.create('always', { containers: [{ name: 'app', image: 'web:1', imagePullPolicy: 'Always' }] })
  rig.advance(5000)
  expect(rig.pod('here').status.phase).toBe('Running')
  expect(rig.pod('there').status.phase).toBe('Running')
  expect(rig.pod('always').status.containerStatuses![0]!.state!.waiting!.reason).toBe('ImagePullBackOff')
  expect(rig.kubelets.runtime.listImages(0)).toContain('web:1')
})

test('a pull that is under way when the fault begins fails, and one that is under way when it ends succeeds', () => {
  const rig = createRig()
  rig.create('web', web)
  rig.advance(500)
  rig.befall({ type: 'failPulls', id: 1, image: '*', error: 'gone', node: undefined })
  rig.advance(1000)
  expect(rig.pod('web').status.containerStatuses![0]!.state!.waiting!.reason).toBe('ErrImagePull')
  expect(rig.kubelets.runtime.listImages(0)).toEqual([])
  rig.advance(10_000)
  rig.befall({ type: 'allowPulls', id: 1 })
  rig.advance(2000)
  expect(rig.pod('web').status.phase).toBe('Running')
  expect(rig.kubelets.runtime.listImages(0)).toEqual(['web:1'])
})
