import { describe, expect, test } from 'vitest'
import type { Behaviour } from '../../src/node/behaviour.ts'
import { createRig, type Rig } from './rig.ts'

const quick = { image: '*', pull: 0, start: 0 } as const
const rigOf = (behaviour: Partial<Behaviour>, ...others: Behaviour[]): Rig =>
  createRig({ behaviours: [...others, { ...quick, ...behaviour }] })
const exec = { exec: { command: ['/hook.sh'] } }
const web = (lifecycle: object, more: object = {}): object => ({
  containers: [{ name: 'web', image: 'web:1', lifecycle, ...more }],
})
const status = (rig: Rig): NonNullable<ReturnType<Rig['pod']>['status']['containerStatuses']>[number] =>
  rig.pod('web').status.containerStatuses![0]!
const said = (rig: Rig): string[] => rig.events('web').map(({ reason, message }) => `${reason}: ${message}`)
/** When each container of the pod ended, in seconds, by its name. */
const ends = (rig: Rig): Record<string, number> => {
  const { initContainerStatuses = [], containerStatuses = [] } = rig.states('web').at(-1)!.status
  const all = [...initContainerStatuses, ...containerStatuses].map(({ name, state }) => {
    const finishedAt = state!.terminated!.finishedAt as string
    return [name, (Date.parse(finishedAt) - Date.parse('2020-01-01T00:00:00Z')) / 1000] as const
  })
  return Object.fromEntries(all)
}

describe('postStart', () => {
  test('until it has ended the container is not spoken of as running, and no other is started', () => {
    const rig = rigOf({ postStart: { takes: '5s' } })
    const containers = [
      { name: 'web', image: 'web:1', lifecycle: { postStart: exec } },
      { name: 'next', image: 'next:1' },
    ]
    rig.create('web', { containers })
    rig.advance(4900)
    expect(status(rig)).toMatchObject({
      ready: false,
      started: false,
      state: { waiting: { reason: 'ContainerCreating' } },
    })
    expect(rig.reasons('web')).toEqual(['Pulling', 'Pulled', 'Created', 'Started'])
    rig.settle()
    expect(rig.pod('web').status.containerStatuses!.map(({ state }) => state!.running!.startedAt)).toEqual([
      '2020-01-01T00:00:00Z',
      '2020-01-01T00:00:05Z',
    ])
  })

  test('probes count from the start, and none is asked before the hook has ended', () => {
    const rig = rigOf({ postStart: { takes: '5s' }, ready: '2s' })
    rig.create('web', web({ postStart: exec }, { readinessProbe: { tcpSocket: { port: 80 }, initialDelaySeconds: 1 } }))
    rig.settle()
    expect(rig.time).toBe(5002)
    expect(status(rig).ready).toBe(true)
    expect(rig.reasons('web')).not.toContain('Unhealthy')
  })

  test('a hook that fails has its container killed, and started again with back-off', () => {
    const rig = rigOf({ postStart: { takes: '1s', fails: true }, stop: 0, stopExitCode: 137 })
    rig.create('web', web({ postStart: exec }))
    rig.advance(3000)
    expect(said(rig)).toContain('FailedPostStartHook: PostStartHook failed')
    expect(said(rig)).toContain('Killing: FailedPostStartHook')
    expect(status(rig)).toMatchObject({ restartCount: 1, state: { waiting: { reason: 'CrashLoopBackOff' } } })
    expect(rig.states('web').every(({ status }) => status.containerStatuses?.[0]?.ready !== true)).toBe(true)
  })

  test.each([
    [
      exec,
      /^Exec lifecycle hook \(\[\/hook.sh\]\) for Container "web" in Pod "web_default\(.*\)" failed - error: command '\/hook.sh' exited with 1: , message: ""$/,
    ],
    [
      { httpGet: { path: '/up', port: 80 } },
      /^HTTP lifecycle hook \(\/up\) for Container "web" in Pod "web_default\(.*\)" failed - error: Get "http:\/\/10.244.0.2:80\/up": dial tcp 10.244.0.2:80: connect: connection refused$/,
    ],
  ])('what a hook has failed with is said until the container is started again: %j', (postStart, message) => {
    const rig = rigOf({ postStart: { takes: '1s', fails: true }, stop: 0 })
    rig.create('web', web({ postStart }))
    rig.advance(3000)
    const { state, lastState } = rig.states('web').find(({ status }) => status.phase === 'Running')!.status
      .containerStatuses![0]!
    expect(state!.waiting).toEqual({ reason: 'PostStartHookError', message: expect.stringMatching(message) })
    expect(lastState!.terminated).toMatchObject({ exitCode: 0 })
    expect(status(rig)).toMatchObject({ restartCount: 1, state: { waiting: { reason: 'CrashLoopBackOff' } } })
  })

  test('a sleep takes as long as it says', () => {
    const rig = rigOf({})
    rig.create('web', web({ postStart: { sleep: { seconds: 7 } } }))
    rig.settle()
    expect(rig.time).toBeGreaterThan(7000)
    expect(rig.time).toBeLessThan(7010)
  })
})

describe('preStop', () => {
  test('it runs before the container is asked to stop', () => {
    const rig = rigOf({ preStop: { takes: '5s' }, stop: '2s' })
    rig.create('web', web({ preStop: exec }))
    rig.settle()
    rig.delete('web')
    rig.settle()
    expect(rig.find('web')).toBeUndefined()
    expect(ends(rig)).toEqual({ web: 7 })
    expect(rig.states('web').at(-1)!.status.phase).toBe('Succeeded')
  })

  test('its time is taken from the grace, and two seconds are left in any case', () => {
    const rig = rigOf({ preStop: { takes: '8s' }, stop: '1h' })
    rig.create('web', { ...web({ preStop: exec }), terminationGracePeriodSeconds: 20 })
    rig.settle()
    rig.delete('web')
    rig.settle()
    expect(ends(rig)).toEqual({ web: 20 })
    const late = rigOf({ preStop: { takes: '1h' }, stop: '1h' })
    late.create('web', { ...web({ preStop: exec }), terminationGracePeriodSeconds: 20 })
    late.settle()
    late.delete('web')
    late.settle()
    expect(ends(late)).toEqual({ web: 22 })
    expect(late.states('web').at(-1)!.status.containerStatuses![0]!.state!.terminated!.exitCode).toBe(137)
  })

  test('one that fails is told, and the container is stopped all the same', () => {
    const rig = rigOf({ preStop: { takes: '3s', fails: true } })
    rig.create('web', web({ preStop: exec }))
    rig.settle()
    rig.delete('web')
    rig.settle()
    expect(said(rig).slice(-2)).toEqual(['Killing: Stopping container web', 'FailedPreStopHook: PreStopHook failed'])
    expect(ends(rig)).toEqual({ web: 3 })
  })

  test('it runs too before a container is killed for its liveness', () => {
    const rig = rigOf({ preStop: { takes: '5s' }, stop: 0, answers: [{ answer: false, runs: 1 }] })
    const livenessProbe = { tcpSocket: { port: 80 }, periodSeconds: 1, failureThreshold: 1 }
    rig.create('web', web({ preStop: exec }, { livenessProbe }))
    rig.advance(4000)
    expect(status(rig).restartCount).toBe(0)
    rig.advance(2000)
    expect(status(rig)).toMatchObject({
      restartCount: 1,
      lastState: { terminated: { finishedAt: '2020-01-01T00:00:05Z' } },
    })
  })

  test('a container that ends of itself in its hook is not waited for', () => {
    const rig = rigOf({ preStop: { takes: '25s' }, run: '10s' })
    rig.create('web', { ...web({ preStop: exec }), restartPolicy: 'Never' })
    rig.advance(1000)
    rig.delete('web')
    rig.advance(9100)
    expect(rig.find('web')).toBeUndefined()
  })

  test('with less grace nothing more is waited for', () => {
    const rig = rigOf({ preStop: { takes: '25s' }, stop: '1s' })
    rig.create('web', web({ preStop: exec }))
    rig.settle()
    rig.delete('web')
    rig.advance(1000)
    rig.delete('web', 5)
    rig.settle()
    expect(ends(rig)).toEqual({ web: 2 })
  })
})

describe('sidecars', () => {
  const sidecar = (name: string, more: object = {}): object => {
    return { name, image: `${name}:1`, restartPolicy: 'Always', ...more }
  }
  const both = [sidecar('first'), sidecar('second')]

  test('they stop after all others, the last one first, within the grace of the pod', () => {
    const rig = rigOf({ stop: '2s' }, { ...quick, image: 'web:*', stop: '5s' })
    rig.create('web', { initContainers: both, ...web({}) })
    rig.settle()
    rig.delete('web')
    rig.settle()
    expect(ends(rig)).toEqual({ web: 5, second: 7, first: 9 })
    expect(rig.events('web').filter(({ reason }) => reason === 'Killing').length).toBe(3)
  })

  test('when the grace is over before their turn they have two seconds', () => {
    const rig = rigOf({ stop: '1h' })
    rig.create('web', { initContainers: both, ...web({}), terminationGracePeriodSeconds: 10 })
    rig.settle()
    rig.delete('web')
    rig.settle()
    expect(ends(rig)).toEqual({ web: 10, second: 12, first: 12 })
  })

  test('their preStop hooks run meanwhile', () => {
    const rig = rigOf({ stop: '1s', preStop: { takes: '4s' } }, { ...quick, image: 'web:*', stop: '6s' })
    rig.create('web', { initContainers: [sidecar('proxy', { lifecycle: { preStop: exec } })], ...web({}) })
    rig.settle()
    rig.delete('web')
    rig.settle()
    expect(ends(rig)).toEqual({ web: 6, proxy: 7 })
  })

  test('they are stopped in reverse when the containers of a pod that ends are done', () => {
    const rig = rigOf({ stop: '2s' }, { ...quick, image: 'web:*', run: '10s' })
    rig.create('web', { initContainers: both, ...web({}), restartPolicy: 'Never' })
    rig.advance(60_000)
    expect(ends(rig)).toEqual({ web: 10, second: 12, first: 14 })
    expect(rig.pod('web').status.phase).toBe('Succeeded')
    expect(rig.kubelets.machines.used(0).pods).toBe(0)
  })

  test('an init container that fails for good takes those before it along', () => {
    const rig = rigOf({}, { ...quick, image: 'init:*', run: '1s', exitCode: 3 })
    const initContainers = [sidecar('proxy'), { name: 'init', image: 'init:1' }]
    rig.create('web', { initContainers, ...web({}), restartPolicy: 'Never' })
    rig.advance(10_000)
    const { phase, initContainerStatuses } = rig.pod('web').status
    expect(phase).toBe('Failed')
    expect(initContainerStatuses!.map(({ state }) => state!.terminated!.exitCode)).toEqual([0, 3])
    expect(rig.kubelets.machines.used(0).pods).toBe(0)
  })

  test('one that exits is started again beside the others', () => {
    const rig = rigOf({}, { ...quick, image: 'proxy:*', run: '30s', exitCode: 1 })
    rig.create('web', { initContainers: [sidecar('proxy')], ...web({}) })
    rig.advance(31_000)
    expect(rig.pod('web').status).toMatchObject({
      phase: 'Running',
      initContainerStatuses: [{ restartCount: 1, ready: true }],
      containerStatuses: [{ restartCount: 0, ready: true }],
    })
  })
})
