import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Answer } from '../../src/node/answers.ts'
import type { PodSpec } from '../../src/api/types/core.ts'
import type { Behaviour } from '../../src/node/behaviour.ts'
import { createRig, type Rig } from './rig.ts'

const quick = { image: '*', pull: 0, start: 0 } as const
const http = { httpGet: { path: '/healthz', port: 80 } }
/** Every container in these tests begins to run at 0 s. */
const rigOf = (behaviour: Partial<Behaviour>): Rig => createRig({ behaviours: [{ ...quick, ...behaviour }] })
const web = (probes: object, more: object = {}): object => ({
  containers: [{ name: 'web', image: 'web:1', ports: [{ name: 'http', containerPort: 8080 }], ...probes }],
  ...more,
})
const status = (rig: Rig): NonNullable<ReturnType<Rig['pod']>['status']['containerStatuses']>[number] =>
  rig.pod('web').status.containerStatuses![0]!
const condition = (rig: Rig, type: string): { status: string; reason?: string; message?: string } =>
  rig.pod('web').status.conditions!.find((found) => found.type === type)!
const texts = (rig: Rig, ...reasons: string[]): string[] =>
  rig.events('web').flatMap(({ reason, message, count }) => (reasons.includes(reason!) ? [`${message} ×${count}`] : []))

/** When the container became ready and when not any more, in seconds: `+2`, `-8`. */
function turns(rig: Rig): string[] {
  const seen: string[] = []
  let was = false
  for (const { status } of rig.states('web')) {
    const is = status.containerStatuses?.[0]?.ready ?? false
    const since = status.conditions?.find(({ type }) => type === 'Ready')?.lastTransitionTime
    if (is !== was) seen.push(`${is ? '+' : '-'}${(Date.parse(since!) - Date.parse('2020-01-01T00:00:00Z')) / 1000}`)
    was = is
  }
  return seen
}

describe('readiness', () => {
  test('a container is ready when its probe has succeeded successThreshold times in a row', () => {
    const rig = rigOf({ ready: '4s' })
    rig.create(
      'web',
      web({ readinessProbe: { ...http, initialDelaySeconds: 1, periodSeconds: 2, successThreshold: 2 } }),
    )
    rig.settle()
    // Asked at 1, 3, 5 and 7 s.
    expect(turns(rig)).toEqual(['+7'])
    expect(texts(rig, 'Unhealthy')).toEqual([
      'Readiness probe failed: Get "http://10.244.0.2:80/healthz": dial tcp 10.244.0.2:80: connect: connection refused ×2',
    ])
  })

  test('a failing window makes it unready after failureThreshold failures, and ready again after it', () => {
    const rig = rigOf({ answers: [{ from: '20s', to: '60s', answer: 503 }] })
    rig.create('web', web({ readinessProbe: { ...http, periodSeconds: 5 } }))
    rig.settle()
    expect(condition(rig, 'Ready').status).toBe('True')
    rig.advance(45_000)
    expect(condition(rig, 'ContainersReady')).toMatchObject({
      status: 'False',
      reason: 'ContainersNotReady',
      message: 'containers with unready status: [web]',
    })
    expect(rig.pod('web').status.phase).toBe('Running')
    rig.advance(600_000)
    // Asked at 20, 25 and 30 s in vain, and again from 60 s on.
    expect(turns(rig)).toEqual(['+0', '-30', '+60'])
    expect(texts(rig, 'Unhealthy')).toEqual(['Readiness probe failed: HTTP probe failed with statuscode: 503 ×8'])
    expect(status(rig).restartCount).toBe(0)
  })

  test('a single failure below the threshold changes nothing', () => {
    const rig = rigOf({ answers: [{ from: '20s', to: '21s', answer: false }] })
    rig.create('web', web({ readinessProbe: { ...http, periodSeconds: 5 } }))
    rig.advance(300_000)
    expect(turns(rig)).toEqual(['+0'])
  })

  test('an answer that takes longer than timeoutSeconds is none', () => {
    const rig = rigOf({ answers: [{ to: '10s', latency: '3s' }] })
    rig.create('web', web({ readinessProbe: { ...http, periodSeconds: 5, timeoutSeconds: 2 } }))
    rig.settle()
    expect(turns(rig)).toEqual(['+10'])
    expect(texts(rig, 'Unhealthy')).toEqual([
      'Readiness probe failed: Get "http://10.244.0.2:80/healthz": context deadline exceeded (Client.Timeout exceeded while awaiting headers) ×2',
    ])
  })

  test('an answer in time counts when it is there', () => {
    const rig = rigOf({ answers: [{ latency: '3s' }] })
    rig.create('web', web({ readinessProbe: { ...http, periodSeconds: 5, timeoutSeconds: 4 } }))
    rig.settle()
    expect(turns(rig)).toEqual(['+3'])
  })

  test.each<[string, object, Exclude<Answer['answer'], undefined>, string]>([
    ['tcp', { tcpSocket: { port: 'http' } }, false, 'dial tcp 10.244.0.2:8080: connect: connection refused'],
    ['exec', { exec: { command: ['cat', '/ok'] } }, "cat: can't open '/ok'", "cat: can't open '/ok'"],
    ['grpc', { grpc: { port: 9090 } }, false, 'service unhealthy (responded with "NOT_SERVING")'],
    [
      'https',
      { httpGet: { path: '/x', port: 'http', scheme: 'HTTPS' } },
      404,
      'HTTP probe failed with statuscode: 404',
    ],
  ])('a failing %s probe says so in the words of a kubelet', (_, handler, answer, words) => {
    const rig = rigOf({ answers: [{ answer }] })
    rig.create('web', web({ readinessProbe: handler }))
    rig.advance(15_000)
    expect(texts(rig, 'Unhealthy')).toEqual([`Readiness probe failed: ${words} ×2`])
  })

  test.each<[string, object, string]>([
    ['tcp', { tcpSocket: { port: 80 } }, 'dial tcp 10.244.0.2:80: i/o timeout'],
    ['exec', { exec: { command: ['pg_isready', '-q'] } }, 'command timed out: "pg_isready -q" timed out after 1s'],
    ['grpc', { grpc: { port: 9090 } }, 'timeout: health rpc did not complete within 1s'],
  ])('a %s probe that takes too long says so', (_, handler, words) => {
    const rig = rigOf({ answers: [{ latency: '1m' }] })
    rig.create('web', web({ readinessProbe: handler }))
    rig.advance(5000)
    expect(texts(rig, 'Unhealthy')).toEqual([`Readiness probe failed: ${words} ×1`])
  })

  test('a pod that is being stopped still turns unready', () => {
    const rig = rigOf({ stop: '20s', answers: [{ from: '10s', answer: false }] })
    rig.create('web', web({ readinessProbe: { ...http, periodSeconds: 1, failureThreshold: 1 } }))
    rig.settle()
    rig.delete('web')
    rig.advance(12_000)
    expect(status(rig).ready).toBe(false)
    expect(rig.pod('web').metadata.deletionTimestamp).toBeDefined()
  })
})

describe('liveness', () => {
  const livenessProbe = { ...http, periodSeconds: 10, failureThreshold: 3 }

  test('a container that fails its probe is killed and started anew', () => {
    const rig = rigOf({ answers: [{ from: '60s', answer: 500, runs: 1 }], stop: '2s', stopExitCode: 143 })
    rig.create('web', web({ livenessProbe }))
    rig.advance(81_000)
    expect(texts(rig, 'Unhealthy', 'Killing')).toEqual([
      'Liveness probe failed: HTTP probe failed with statuscode: 500 ×3',
      'Container web failed liveness probe, will be restarted ×1',
    ])
    expect(status(rig)).toMatchObject({ ready: true, restartCount: 0 })
    rig.advance(1001)
    expect(status(rig)).toMatchObject({
      ready: true,
      started: true,
      restartCount: 1,
      state: { running: { startedAt: '2020-01-01T00:01:22Z' } },
      lastState: { terminated: { exitCode: 143, reason: 'Error', startedAt: '2020-01-01T00:00:00Z' } },
    })
    rig.advance(3_600_000)
    expect(status(rig).restartCount).toBe(1)
  })

  test('one that fails again and again ends in CrashLoopBackOff once its back-off is longer than its runs', () => {
    const rig = rigOf({ answers: [{ answer: false }], stop: 0 })
    rig.create('web', web({ livenessProbe: { ...livenessProbe, initialDelaySeconds: 20, failureThreshold: 1 } }))
    const restarts: number[] = []
    let count = 0
    for (let second = 1; second <= 400; second++) {
      rig.advance(1000)
      if (second === 110) expect(status(rig).state!.waiting!.reason).toBe('CrashLoopBackOff')
      if (status(rig).restartCount > count) restarts.push(second - 1)
      count = status(rig).restartCount
    }
    // Killed after 20 s each time, and started at once while its back-off is no longer than that; then 40 s, 80 s later.
    expect(restarts).toEqual([20, 40, 60, 80, 140, 240])
  })

  test('terminationGracePeriodSeconds of the probe comes before that of the pod', () => {
    const rig = rigOf({ answers: [{ answer: false, runs: 1 }], stop: '1h' })
    const probe = { ...livenessProbe, periodSeconds: 1, failureThreshold: 1, terminationGracePeriodSeconds: 5 }
    rig.create('web', web({ livenessProbe: probe }, { terminationGracePeriodSeconds: 60 }))
    rig.advance(5001)
    expect(status(rig).lastState!.terminated).toMatchObject({ exitCode: 137, finishedAt: '2020-01-01T00:00:05Z' })
  })

  test('with restartPolicy Never the pod fails', () => {
    const rig = rigOf({ run: 'forever', answers: [{ from: '5s', answer: false }], stopExitCode: 1 })
    rig.create('web', web({ livenessProbe }, { restartPolicy: 'Never' }))
    rig.advance(60_000)
    expect(rig.pod('web').status.phase).toBe('Failed')
    // Nothing is left to run, so that the pod is killed as a whole.
    expect(texts(rig, 'Killing')).toEqual(['Stopping container web ×1'])
  })

  test('with restartPolicy Never a container goes alone where another goes on', () => {
    const rig = rigOf({ run: 'forever', answers: [{ from: '5s', answer: false }] })
    const { containers } = web({ livenessProbe }) as PodSpec
    rig.create('web', { containers: [...containers, { name: 'other', image: 'web:1' }], restartPolicy: 'Never' })
    rig.advance(60_000)
    expect(rig.pod('web').status.phase).toBe('Running')
    expect(texts(rig, 'Killing')).toEqual(['Container web failed liveness probe ×1'])
  })

  test.each([
    ['goes on being ready where nobody asks whether it is', {}, true],
    ['is found ready anew where it is asked', { readinessProbe: { exec: { command: ['check'] } } }, false],
  ])('a container that is started anew in the same sync %s', (_, more, isReadyThroughout) => {
    const rig = rigOf({ answers: [{ from: '5s', answer: false, runs: 1, probe: 'liveness' }] })
    rig.create('web', web({ livenessProbe, ...more }))
    rig.advance(60_000)
    expect(status(rig)).toMatchObject({ ready: true, restartCount: 1 })
    const said = rig.states('web').flatMap(({ status }) => status.containerStatuses ?? [])
    const since = said.findIndex(({ ready }) => ready)
    expect(said.slice(since).every(({ ready }) => ready)).toBe(isReadyThroughout)
  })

  test('with restartPolicy OnFailure it is started anew even if it exits with 0, and its pod has never ended', () => {
    const rig = rigOf({ run: 'forever', answers: [{ from: '5s', answer: false, runs: 1 }], stopExitCode: 0 })
    rig.create('web', web({ livenessProbe }, { restartPolicy: 'OnFailure' }))
    rig.advance(60_000)
    expect(status(rig)).toMatchObject({ ready: true, restartCount: 1, lastState: { terminated: { exitCode: 0 } } })
    expect(rig.states('web').map(({ status }) => status.phase)).not.toContain('Succeeded')
    expect(texts(rig, 'Killing')).toEqual(['Container web failed liveness probe, will be restarted ×1'])
  })

  test('of a sidecar that fails its probe it is said that it is an init container', () => {
    const rig = rigOf({ answers: [{ from: '5s', answer: false, runs: 1 }] })
    const proxy = { name: 'proxy', image: 'proxy:1', restartPolicy: 'Always', livenessProbe }
    rig.create('web', { ...web({}), initContainers: [proxy] })
    rig.advance(60_000)
    expect(texts(rig, 'Killing')).toEqual(['Init container proxy failed liveness probe ×1'])
    expect(rig.pod('web').status.initContainerStatuses![0]).toMatchObject({ ready: true, restartCount: 1 })
  })

  test('no container of a pod that is being stopped is killed for its liveness', () => {
    const rig = rigOf({ answers: [{ from: '10s', answer: false }], stop: '25s' })
    rig.create('web', web({ livenessProbe: { ...livenessProbe, periodSeconds: 1 } }))
    rig.settle()
    rig.delete('web')
    rig.advance(24_900)
    expect(texts(rig, 'Killing', 'Unhealthy')).toEqual(['Stopping container web ×1'])
  })
})

describe('startup', () => {
  const startupProbe = { ...http, periodSeconds: 3, failureThreshold: 10 }

  test('until it succeeds no other probe is asked, and the container has not started', () => {
    const rig = rigOf({ ready: '7s', answers: [{ probe: 'liveness', to: '9s', answer: false }] })
    const livenessProbe = { ...http, periodSeconds: 1, failureThreshold: 1 }
    rig.create('web', web({ startupProbe, livenessProbe, readinessProbe: { ...http, periodSeconds: 30 } }))
    rig.advance(8000)
    expect(status(rig)).toMatchObject({ started: false, ready: false, state: { running: {} } })
    rig.settle()
    // The startup probe succeeds at 9 s, and readiness is asked at once.
    expect(rig.time).toBe(9002)
    expect(status(rig)).toMatchObject({ started: true, ready: true, restartCount: 0 })
    expect(texts(rig, 'Unhealthy').length).toBe(1)
    expect(texts(rig, 'Unhealthy')[0]).toMatch(/^Startup probe failed: Get .* ×3$/)
  })

  test('a container that does not start in time is killed and started anew', () => {
    const rig = rigOf({ ready: '1h' })
    rig.create('web', web({ startupProbe: { ...startupProbe, failureThreshold: 2 } }))
    rig.advance(3500)
    expect(texts(rig, 'Killing')).toEqual(['Container web failed startup probe, will be restarted ×1'])
    expect(status(rig)).toMatchObject({ restartCount: 1, started: false })
  })

  test('a sidecar holds back what comes after it until its startup probe succeeds', () => {
    const rig = rigOf({ ready: '5s' })
    const proxy = {
      name: 'proxy',
      image: 'proxy:1',
      restartPolicy: 'Always',
      startupProbe: { ...startupProbe, periodSeconds: 1 },
    }
    rig.create('web', { ...web({}), initContainers: [proxy] })
    rig.advance(4000)
    expect(rig.pod('web').status).toMatchObject({
      phase: 'Pending',
      initContainerStatuses: [{ name: 'proxy', started: false, state: { running: {} } }],
      containerStatuses: [{ state: { waiting: { reason: 'PodInitializing' } } }],
    })
    expect(condition(rig, 'Initialized').status).toBe('False')
    rig.settle()
    expect(status(rig).state!.running!.startedAt).toBe('2020-01-01T00:00:05Z')
    expect(condition(rig, 'Ready').status).toBe('True')
  })
})

describe('time', () => {
  const readinessProbe = { ...http, periodSeconds: 1 }

  test('settle ends when everything is ready though probes go on, and when something never gets ready', () => {
    const rig = rigOf({ answers: [{ from: '1m', answer: false }] })
    rig.create('web', web({ readinessProbe, livenessProbe: { ...readinessProbe, failureThreshold: 1 } }))
    rig.settle()
    expect(rig.time).toBeLessThan(1000)
    const never = rigOf({ ready: false })
    never.create('web', web({ readinessProbe, startupProbe: readinessProbe, livenessProbe: readinessProbe }))
    never.settle()
    expect(never.time).toBeLessThan(1000)
    expect(status(never).ready).toBe(false)
  })

  test('settle ends when a container is always killed before it gets ready', () => {
    const rig = rigOf({ ready: '30s', answers: [{ probe: 'liveness', answer: false }] })
    rig.create('web', web({ readinessProbe, livenessProbe: readinessProbe }))
    rig.settle()
    expect(rig.time).toBeLessThan(1000)
    rig.advance(600_000)
    expect(turns(rig)).toEqual([])
    expect(status(rig).restartCount).toBeGreaterThan(2)
  })

  test('probes that go on to succeed need no tasks, those that go on to fail few', () => {
    const well = rigOf({})
    well.create('web', web({ readinessProbe, livenessProbe: readinessProbe, startupProbe: readinessProbe }))
    well.settle()
    const before = well.parts.kernel.taken
    well.advance(9000)
    expect(well.parts.kernel.taken).toBe(before)
    const [ill, unasked] = [rigOf({ ready: false }), rigOf({ ready: false })]
    ill.create('web', web({ readinessProbe }))
    unasked.create('web', web({}))
    for (const rig of [ill, unasked]) rig.advance(24 * 3_600_000)
    const probes = ill.parts.kernel.taken - unasked.parts.kernel.taken
    expect(probes).toBeLessThan(30 + (24 * 60) / 5 + 60)
    expect(Number(ill.events('web').find(({ reason }) => reason === 'Unhealthy')!.count)).toBeGreaterThan(
      (23.9 * 3_600) / 10,
    )
  })

  test('what is skipped by arithmetic is what asking each time would find', () => {
    const window = fc.record({
      from: fc.integer({ min: 0, max: 60 }),
      length: fc.integer({ min: 1, max: 40 }),
      answer: fc.constantFrom(true, false, 500),
      latency: fc.constantFrom(0, 0, 500, 1500, 2500),
    })
    const probe = fc.record({
      initialDelaySeconds: fc.nat(10),
      periodSeconds: fc.integer({ min: 1, max: 12 }),
      timeoutSeconds: fc.integer({ min: 1, max: 3 }),
      failureThreshold: fc.integer({ min: 1, max: 4 }),
      successThreshold: fc.integer({ min: 1, max: 3 }),
    })
    fc.assert(
      fc.property(fc.array(window, { maxLength: 4 }), probe, fc.nat(20), (windows, timing, ready) => {
        const answers = windows.map(({ from, length, answer, latency }) => {
          return { from: from * 1000, to: (from + length) * 1000, answer, latency }
        })
        const rig = rigOf({ answers, ready: ready * 1000 })
        rig.create('web', web({ readinessProbe: { ...http, ...timing } }))
        rig.advance(200_000)
        expect(turns(rig)).toEqual(askedEachTime(answers, timing, ready * 1000))
      }),
      { numRuns: 300 },
    )
  })
})

interface Timing {
  readonly initialDelaySeconds: number
  readonly periodSeconds: number
  readonly timeoutSeconds: number
  readonly failureThreshold: number
  readonly successThreshold: number
}

/** The turns that a kubelet would find that asks at every period and counts. */
function askedEachTime(
  answers: readonly { from: number; to: number; answer: boolean | number; latency: number }[],
  { initialDelaySeconds, periodSeconds, timeoutSeconds, failureThreshold, successThreshold }: Timing,
  readyMs: number,
): string[] {
  const seen: string[] = []
  let isReady = false
  let last: boolean | undefined
  let run = 0
  for (let at = initialDelaySeconds * 1000; at < 200_000;) {
    const said = answers.find(({ from, to }) => from <= at && at < to) ?? { answer: at >= readyMs, latency: 0 }
    const tookMs = Math.min(said.latency, timeoutSeconds * 1000)
    const isWell = said.answer === true && said.latency <= timeoutSeconds * 1000
    run = isWell === last ? run + 1 : 1
    last = isWell
    const heard = at + tookMs
    if (run >= (isWell ? successThreshold : failureThreshold) && isReady !== isWell && heard <= 200_000) {
      isReady = isWell
      seen.push(`${isWell ? '+' : '-'}${Math.floor(heard / 1000)}`)
    }
    at += Math.max(periodSeconds * 1000, tookMs)
  }
  return seen
}
