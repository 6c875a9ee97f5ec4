import { expect, test } from 'vitest'
import { createRig, type Rig, tokenMount } from './rig.ts'

const bad = { containers: [{ name: 'app', image: 'bad:1' }] }

/** Seconds of every start of the first container. */
function starts(rig: Rig, name: string): number[] {
  const seen: number[] = []
  for (const { status } of rig.states(name)) {
    const startedAt = status.containerStatuses?.[0]?.state?.running?.startedAt
    if (startedAt !== undefined) seen.push((Date.parse(startedAt) - Date.parse('2020-01-01T00:00:00Z')) / 1000)
  }
  return [...new Set(seen)]
}

test('a failing container restarts at once, then after 10 s, 20 s, … up to 5 min', () => {
  const rig = createRig({ behaviours: [{ image: 'bad:*', start: 0, run: '5s', pull: 0, exitCode: 1 }] })
  rig.create('bad', bad)
  rig.advance(3_600_000)
  const gaps = starts(rig, 'bad').map((start, index, all) => start - (all[index - 1] ?? start) - 5)
  expect(gaps.slice(1, 10)).toEqual([0, 10, 20, 40, 80, 160, 300, 300, 300])
})

test('while it waits the status has the shape a kubelet gives it', () => {
  const rig = createRig({ behaviours: [{ image: 'bad:*', start: 0, run: '3s', pull: 0, exitCode: 1 }] })
  rig.create('bad', bad)
  rig.advance(10_000)
  const { metadata, status } = rig.pod('bad')
  expect(status.phase).toBe('Running')
  expect(status.containerStatuses).toEqual([
    {
      name: 'app',
      state: {
        waiting: {
          reason: 'CrashLoopBackOff',
          message: `back-off 10s restarting failed container=app pod=bad_default(${metadata.uid})`,
        },
      },
      lastState: {
        terminated: {
          exitCode: 1,
          reason: 'Error',
          startedAt: '2020-01-01T00:00:03Z',
          finishedAt: '2020-01-01T00:00:06Z',
          containerID: status.containerStatuses![0]!.containerID,
        },
      },
      ready: false,
      restartCount: 1,
      image: 'docker.io/library/bad:1',
      imageID: expect.any(String),
      containerID: expect.stringMatching(/^containerd:/),
      started: false,
      resources: {},
      user: { linux: { uid: 0, gid: 0, supplementalGroups: [0] } },
      volumeMounts: [tokenMount],
    },
  ])
  const event = rig.events('bad').find(({ reason }) => reason === 'BackOff')!
  expect(event.type).toBe('Warning')
  expect(event.message).toBe(`Back-off restarting failed container app in pod bad_default(${metadata.uid})`)
})

test('a container that ran for more than ten minutes starts again at once', () => {
  const rig = createRig({ behaviours: [{ image: 'bad:*', start: 0, run: '11m', pull: 0, exitCode: 1 }] })
  rig.create('bad', bad)
  rig.advance(3 * 11 * 60_000 + 1000)
  expect(starts(rig, 'bad')).toEqual([0, 660, 1320, 1980])
})

test('an exit with 0 restarts too when the policy is Always, and backs off alike', () => {
  const rig = createRig({ behaviours: [{ image: 'bad:*', start: 0, run: '5s', pull: 0 }] })
  rig.create('bad', bad)
  rig.advance(60_000)
  expect(starts(rig, 'bad')).toEqual([0, 5, 20, 45])
  const last = rig.states('bad').flatMap(({ status }) => status.containerStatuses?.[0]?.lastState?.terminated ?? [])
  expect(last[0]).toMatchObject({ exitCode: 0, reason: 'Completed' })
})

test('with OnFailure a failing container is restarted until it succeeds, and its neighbour that succeeded is not', () => {
  const rig = createRig({
    behaviours: [
      { image: 'bad:*', start: 0, run: '5s', pull: 0, exitCode: 1 },
      { image: 'good:*', start: 0, run: '5s', pull: 0 },
    ],
  })
  const containers = [
    { name: 'bad', image: 'bad:1' },
    { name: 'good', image: 'good:1' },
  ]
  rig.create('job', { restartPolicy: 'OnFailure', containers })
  rig.advance(30_000)
  const { status } = rig.pod('job')
  expect(status.phase).toBe('Running')
  expect(status.containerStatuses!.map(({ restartCount }) => restartCount)).toEqual([2, 0])
  expect(status.containerStatuses![1]!.state!.terminated!.reason).toBe('Completed')
})

test('an image that cannot be pulled is ErrImagePull, then ImagePullBackOff, and tried again after 10 s, 20 s, …', () => {
  const rig = createRig({ behaviours: [{ image: 'bad:*', pull: '1s', pullError: 'not found' }] })
  rig.create('bad', bad)
  rig.advance(1500)
  const waiting = (): unknown => rig.pod('bad').status.containerStatuses![0]!.state!.waiting
  expect(waiting()).toEqual({
    reason: 'ErrImagePull',
    message: 'rpc error: code = NotFound desc = failed to pull and unpack image "docker.io/library/bad:1": not found',
  })
  rig.advance(1000)
  expect(waiting()).toEqual({
    reason: 'ImagePullBackOff',
    message:
      'Back-off pulling image "bad:1": ErrImagePull: rpc error: code = NotFound desc = failed to pull and unpack image "docker.io/library/bad:1": not found',
  })
  rig.advance(20_000)
  const pulling = rig.events('bad').find(({ reason }) => reason === 'Pulling')!
  expect(pulling.count).toBe(2)
  expect(rig.pod('bad').status.phase).toBe('Pending')
})

test.each([
  ['IfNotPresent', ['Pulled', 'Created', 'Started']],
  ['Always', ['Pulling', 'Pulled', 'Created', 'Started']],
])('with imagePullPolicy %s an image that is there leads to %j', (imagePullPolicy, reasons) => {
  const rig = createRig()
  rig.create('first', { containers: [{ name: 'app', image: 'web:1' }] })
  rig.settle()
  rig.create('second', { containers: [{ name: 'app', image: 'web:1', imagePullPolicy }] })
  rig.settle()
  expect(rig.reasons('second')).toEqual(reasons)
})

test('with imagePullPolicy Never a missing image is not pulled', () => {
  const rig = createRig()
  rig.create('web', { containers: [{ name: 'app', image: 'web:1', imagePullPolicy: 'Never' }] })
  rig.advance(5000)
  expect(rig.pod('web').status.containerStatuses![0]!.state).toEqual({
    waiting: {
      reason: 'ErrImageNeverPull',
      message: 'Container image "web:1" is not present with pull policy of Never',
    },
  })
})

test('pods that want an image which is on its way wait for that pull', () => {
  const rig = createRig()
  rig.create('a', { containers: [{ name: 'app', image: 'web:1' }] })
  rig.advance(600)
  rig.create('b', { containers: [{ name: 'app', image: 'web:1' }] })
  rig.settle()
  expect(rig.events('b')[1]!.message).toMatch(/^Successfully pulled image "web:1" in 400ms /)
})
