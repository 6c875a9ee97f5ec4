import { expect, test } from 'vitest'
import type { Usage } from '../../src/node/usage.ts'
import { createRig, type Rig } from './rig.ts'

function limited(memory: Usage, limit: string | undefined, spec: object = {}): Rig {
  const rig = createRig({ behaviours: [{ image: 'web:*', memory }] })
  const resources = limit === undefined ? {} : { limits: { memory: limit } }
  rig.create('web', { containers: [{ name: 'app', image: 'web:1', resources }], ...spec })
  return rig
}

test('a container that uses more memory than its limit is OOMKilled at the moment at which it passes it', () => {
  // 100Mi and 10Mi a second: 200Mi are passed ten seconds after the start at 1.501 s.
  const rig = limited({ linear: [['0s', '100Mi'], ['1m', '700Mi']] }, '200Mi') // prettier-ignore
  rig.advance(11_501)
  expect(rig.pod('web').status.containerStatuses![0]).toMatchObject({ restartCount: 0, ready: true })
  rig.advance(1)
  const [ended] = rig.states('web').filter(({ status }) => status.containerStatuses?.[0]?.state?.terminated)
  expect(ended!.status.containerStatuses![0]!.state!.terminated).toMatchObject({
    exitCode: 137,
    reason: 'OOMKilled',
    startedAt: '2020-01-01T00:00:01Z',
    finishedAt: '2020-01-01T00:00:11Z',
  })
  // Started anew it grows anew: at once, then after 10 s, 20 s.
  rig.advance(10_600)
  const [status] = rig.pod('web').status.containerStatuses!
  expect(status).toMatchObject({ restartCount: 1, state: { waiting: { reason: 'CrashLoopBackOff' } } })
  expect(status!.lastState!.terminated).toMatchObject({ exitCode: 137, reason: 'OOMKilled' })
  rig.advance(10_500)
  expect(rig.pod('web').status.containerStatuses![0]).toMatchObject({ restartCount: 2, ready: true })
})

test('steps are passed when they begin; a limit that is only reached is kept', () => {
  const steps: Usage = { steps: [['5s', '100Mi'], ['8s', '200Mi'], ['9s', '201Mi']] } // prettier-ignore
  const rig = limited(steps, '200Mi')
  rig.advance(10_499)
  expect(rig.pod('web').status.containerStatuses![0]!.restartCount).toBe(0)
  rig.advance(502)
  expect(rig.pod('web').status.containerStatuses![0]!.restartCount).toBe(1)
  const content = limited(steps, '201Mi')
  content.advance(3_600_000)
  expect(content.pod('web').status.containerStatuses![0]!.restartCount).toBe(0)
})

test('without a limit of its own a container has that of its pod; without any it is never OOMKilled', () => {
  const whole = limited('300Mi', undefined, { resources: { limits: { memory: '256Mi' } } })
  whole.settle()
  expect(whole.pod('web').status.containerStatuses![0]!.lastState!.terminated?.reason).toBe('OOMKilled')
  const none = limited('300Mi', undefined)
  none.advance(60_000)
  expect(none.pod('web').status.containerStatuses![0]).toMatchObject({ restartCount: 0, ready: true })
})

test('a pod that never restarts fails by it', () => {
  const rig = limited('300Mi', '256Mi', { restartPolicy: 'Never' })
  rig.settle()
  expect(rig.pod('web').status).toMatchObject({
    phase: 'Failed',
    containerStatuses: [{ state: { terminated: { reason: 'OOMKilled', exitCode: 137 } } }],
  })
})
