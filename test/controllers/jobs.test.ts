import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  type Cluster,
  type ClusterOptions,
  createCluster,
  type KubeEvent,
  type Job,
  type Manifest,
  type Pod,
} from '../../src/index.ts'

const behaviours: ClusterOptions['behaviours'] = [
  { image: 'fails:*', run: '2s', exitCode: 3 },
  { image: 'refuses:*', run: '2s', exitCode: 42 },
  { image: 'long:*', run: '1h', stop: '5s', stopExitCode: 143 },
  { image: 'forever:*', run: 'forever', stopExitCode: 143 },
]

const jobManifest = (
  name: string,
  spec: Partial<Manifest<Job['spec']>> = {},
  image = 'quick:1',
  pod: object = {},
): Manifest<Job> => ({
  metadata: { name },
  spec: {
    template: { spec: { restartPolicy: 'Never', containers: [{ name: 'main', image }], ...pod } },
    ...spec,
  },
})

function cluster(options: ClusterOptions = {}): Cluster {
  const made = createCluster({ nodes: 3, seed: 7, behaviours, ...options })
  made.on('failure', ({ error }) => {
    throw error
  })
  return made
}

const podsOf = (of: Cluster, name: string): readonly Pod[] =>
  of.pods.list({ labelSelector: `batch.kubernetes.io/job-name=${name}` }).items
const status = (of: Cluster, name = 'work'): Job['status'] => of.jobs.get(name).status
const said = (of: Cluster, name = 'work'): string[] =>
  (status(of, name).conditions ?? []).map(({ type, status, reason }) => `${type}=${status} ${reason}`)
const told = (of: Cluster, kind = 'Job'): string[] =>
  of.events
    .list({ fieldSelector: `involvedObject.kind=${kind}` })
    .items.filter(({ reason }) => reason !== 'SuccessfulCreate' && reason !== 'SuccessfulDelete')
    .map(({ type, reason, message }) => `${type} ${reason}: ${message}`)
const indexOf = ({ metadata }: Pod): string | undefined =>
  metadata.annotations?.['batch.kubernetes.io/job-completion-index']

describe('a job', () => {
  test('runs as many pods as it wants completions, so many at once, and is complete', () => {
    const work = cluster()
    work.jobs.create(jobManifest('work', { completions: 5, parallelism: 2 }))
    work.advance('2s')
    expect(podsOf(work, 'work')).toHaveLength(2)
    expect(status(work)).toMatchObject({ active: 2, terminating: 0, startTime: '2020-01-01T00:00:00Z' })
    work.advance('1m')
    expect(status(work)).toEqual({
      conditions: [
        expect.objectContaining({
          type: 'SuccessCriteriaMet',
          status: 'True',
          reason: 'CompletionsReached',
          message: 'Reached expected number of succeeded pods',
        }),
        expect.objectContaining({ type: 'Complete', status: 'True', reason: 'CompletionsReached' }),
      ],
      startTime: '2020-01-01T00:00:00Z',
      completionTime: expect.any(String) as string,
      succeeded: 5,
      terminating: 0,
      uncountedTerminatedPods: {},
      ready: 0,
    })
    expect(podsOf(work, 'work')).toHaveLength(5)
    expect(told(work)).toEqual(['Normal Completed: Job completed'])
  })

  test('holds its pods until they are counted', () => {
    const work = cluster()
    work.jobs.create(jobManifest('work'))
    work.advance('1s')
    expect(podsOf(work, 'work')[0]!.metadata).toMatchObject({
      generateName: 'work-',
      finalizers: ['batch.kubernetes.io/job-tracking'],
      ownerReferences: [{ apiVersion: 'batch/v1', kind: 'Job', name: 'work', controller: true }],
    })
    work.advance('1m')
    expect(podsOf(work, 'work')[0]!.metadata.finalizers).toBeUndefined()
  })

  test('without completions is complete once one of its pods has succeeded and none runs', () => {
    const work = cluster()
    work.jobs.create(jobManifest('work', { parallelism: 3 }))
    work.advance('1m')
    expect(status(work)).toMatchObject({ succeeded: 3 })
    expect(said(work).at(-1)).toBe('Complete=True CompletionsReached')
  })

  test('makes failed pods anew after 10 s, then 20 s, and gives up beyond its limit', () => {
    const work = cluster()
    work.jobs.create(jobManifest('work', { backoffLimit: 2 }, 'fails:1'))
    work.advance('2m')
    const made = podsOf(work, 'work')
      .map(({ metadata }) => Date.parse(metadata.creationTimestamp))
      .sort((a, b) => a - b)
    expect(made.map((time) => (time - made[0]!) / 1000)).toEqual([0, 13, 35])
    expect(status(work)).toMatchObject({ failed: 3, ready: 0 })
    expect(status(work).completionTime).toBeUndefined()
    expect(said(work)).toEqual(['FailureTarget=True BackoffLimitExceeded', 'Failed=True BackoffLimitExceeded'])
    expect(told(work)).toEqual(['Warning BackoffLimitExceeded: Job has reached the specified backoff limit'])
  })

  test('of pods that restart their containers counts the restarts', () => {
    const work = cluster()
    work.jobs.create(jobManifest('work', { backoffLimit: 2 }, 'fails:1', { restartPolicy: 'OnFailure' }))
    work.advance('5m')
    expect(said(work).at(-1)).toBe('Failed=True BackoffLimitExceeded')
    expect(podsOf(work, 'work')).toHaveLength(0)
  })

  test('keeps its other pods in the count while it waits to make one anew', () => {
    const work = cluster()
    work.jobs.create(jobManifest('work', { completions: 2, parallelism: 2 }, 'forever:1'))
    work.settle()
    work.faults.killContainer(podsOf(work, 'work')[0]!)
    work.advance('5s')
    expect(status(work)).toMatchObject({ active: 1, ready: 1, failed: 1 })
    work.advance('20s')
    expect(status(work)).toMatchObject({ active: 2, ready: 2, failed: 1 })
  })

  test('that is active for too long fails, and its pods end', () => {
    const work = cluster()
    work.jobs.create(jobManifest('work', { activeDeadlineSeconds: 60, parallelism: 2, completions: 2 }, 'long:1'))
    work.advance('59s')
    expect(status(work)).toMatchObject({ active: 2 })
    work.advance('3s')
    expect(said(work)).toEqual(['FailureTarget=True DeadlineExceeded'])
    expect(status(work)).toMatchObject({ terminating: 2 })
    work.advance('1m')
    expect(said(work)).toEqual(['FailureTarget=True DeadlineExceeded', 'Failed=True DeadlineExceeded'])
    expect(told(work)).toEqual(['Warning DeadlineExceeded: Job was active longer than specified deadline'])
    expect(status(work)).toMatchObject({ failed: 2, terminating: 0 })
  })

  test('is suspended, which ends its pods, and resumed with a new start', () => {
    const work = cluster()
    work.jobs.create(jobManifest('work', { activeDeadlineSeconds: 100, suspend: true }, 'forever:1'))
    work.advance('5m')
    expect(podsOf(work, 'work')).toHaveLength(0)
    expect(status(work).startTime).toBeUndefined()
    work.jobs.patch('work', { spec: { suspend: false } })
    work.advance('10s')
    expect(status(work)).toMatchObject({ active: 1, startTime: '2020-01-01T00:05:00Z' })
    work.jobs.patch('work', { spec: { suspend: true } })
    work.advance('1m')
    expect(podsOf(work, 'work')).toHaveLength(0)
    expect(status(work).active).toBeUndefined()
    expect(status(work).failed).toBeUndefined()
    expect(said(work)).toEqual(['Suspended=True JobSuspended'])
    expect(told(work)).toEqual(['Normal Suspended: Job suspended', 'Normal Resumed: Job resumed'])
  })

  test('follows its parallelism up and down', () => {
    const work = cluster()
    work.jobs.create(jobManifest('work', { completions: 9, parallelism: 1 }, 'forever:1'))
    work.settle()
    work.jobs.patch('work', { spec: { parallelism: 4 } })
    work.advance('5s')
    expect(status(work)).toMatchObject({ active: 4 })
    work.jobs.patch('work', { spec: { parallelism: 2 } })
    work.advance('1m')
    expect(podsOf(work, 'work')).toHaveLength(2)
    expect(status(work)).toMatchObject({ active: 2 })
    expect(status(work).failed).toBeUndefined()
  })

  test('that somebody else manages is left alone', () => {
    const work = cluster()
    work.jobs.create(jobManifest('work', { managedBy: 'example.com/other' }))
    work.advance('1m')
    expect(podsOf(work, 'work')).toHaveLength(0)
    expect(status(work)).toEqual({})
  })

  test('with a selector of its own takes over what it chooses', () => {
    const work = cluster()
    const labels = { app: 'mine' }
    work.pods.create({ metadata: { name: 'old', labels }, spec: { containers: [{ name: 'a', image: 'forever:1' }] } })
    work.jobs.create(
      jobManifest('work', {
        manualSelector: true,
        selector: { matchLabels: labels },
        template: {
          metadata: { labels },
          spec: { restartPolicy: 'Never', containers: [{ name: 'main', image: 'forever:1' }] },
        },
      }),
    )
    work.settle()
    expect(work.pods.get('old').metadata).toMatchObject({
      finalizers: ['batch.kubernetes.io/job-tracking'],
      ownerReferences: [{ kind: 'Job', name: 'work' }],
    })
    expect(work.pods.list().items).toHaveLength(1)
  })

  test('lets go of a pod that loses its label, and takes it back with it', () => {
    const work = cluster()
    work.jobs.create(jobManifest('work', {}, 'forever:1'))
    work.settle()
    const [{ metadata }] = podsOf(work, 'work') as [Pod]
    const label = 'batch.kubernetes.io/controller-uid'
    const { [label]: _, ...others } = metadata.labels!
    work.pods.update(metadata.name, (draft) => void (draft.metadata.labels = others))
    work.advance('10s')
    const released = work.pods.get(metadata.name).metadata
    expect([released.ownerReferences, released.finalizers]).toEqual([undefined, undefined])
    const [other] = podsOf(work, 'work').filter(({ metadata: { name } }) => name !== metadata.name) as [Pod]
    work.pods.delete(other.metadata.name)
    work.pods.update(metadata.name, (draft) => void (draft.metadata.labels = metadata.labels!))
    work.advance('1m')
    expect(work.pods.get(metadata.name).metadata.ownerReferences).toMatchObject([{ kind: 'Job' }])
  })

  test.each(['Background', 'Foreground', 'Orphan'] as const)(
    'is deleted (%s), and holds nothing any more',
    (policy) => {
      const work = cluster()
      work.jobs.create(jobManifest('work', { parallelism: 2, completions: 2 }, 'forever:1'))
      work.jobs.create(jobManifest('done', {}))
      work.advance('30s')
      for (const name of ['work', 'done']) work.jobs.delete(name, { propagationPolicy: policy })
      work.advance('2m')
      expect(work.jobs.list().items).toHaveLength(0)
      const left = work.pods.list().items
      expect(left).toHaveLength(policy === 'Orphan' ? 3 : 0)
      for (const { metadata } of left) expect(metadata.finalizers).toBeUndefined()
    },
  )

  test('that is gone while its controller was down holds nothing any more either', () => {
    const work = cluster()
    work.jobs.create(jobManifest('work', {}, 'forever:1'))
    work.settle()
    work.controllers.crash('job-controller')
    work.jobs.delete('work', { propagationPolicy: 'Background' })
    work.advance('2m')
    expect(podsOf(work, 'work')).toHaveLength(1)
    work.controllers.restart('job-controller')
    work.advance('1m')
    expect(podsOf(work, 'work')).toHaveLength(0)
  })

  test('goes so many seconds after it has ended, with its pods', () => {
    const work = cluster()
    work.jobs.create(jobManifest('work', { ttlSecondsAfterFinished: 100 }))
    work.jobs.create(jobManifest('stays'))
    work.advance('100s')
    expect(work.jobs.find('work')).toBeDefined()
    work.advance('10s')
    expect(work.jobs.find('work')).toBeUndefined()
    expect(podsOf(work, 'work')).toHaveLength(0)
    expect(podsOf(work, 'stays')).toHaveLength(1)
  })

  test('that is refused some of its pods asks ever less often, and keeps nobody waiting who settles', () => {
    const work = createCluster({ nodes: 3, seed: 7, behaviours })
    work.resourceQuotas.create({ metadata: { name: 'one' }, spec: { hard: { pods: '1' } } })
    work.jobs.create(jobManifest('work', { completions: 2, parallelism: 2 }, 'forever:1'))
    const began = work.now
    work.settle({ timeout: '10m' })
    expect(podsOf(work, 'work')).toHaveLength(1)
    expect(work.now - began).toBeLessThan(60_000)
    work.advance('10m')
    const [refused] = work.events.list({ fieldSelector: 'reason=FailedCreate' }).items
    expect(refused!.count).toBeLessThan(40)
  })

  test('that is refused its pods says so, and makes them once it is not', () => {
    const work = createCluster({ nodes: 1, behaviours })
    work.jobs.create(jobManifest('work', {}, 'quick:1', { serviceAccountName: 'builder' }))
    work.advance('3s')
    expect(told(work)[0]).toMatch(/^Warning FailedCreate: Error creating: pods "work-" is forbidden: .*builder/)
    work.serviceAccounts.create({ metadata: { name: 'builder' } })
    work.advance('3m')
    expect(said(work).at(-1)).toBe('Complete=True CompletionsReached')
  })
})

describe('an indexed job', () => {
  const indexed = { completionMode: 'Indexed', completions: 3, parallelism: 3 } as const

  test('gives each pod its index: in its name, host name, label, annotation and environment', () => {
    const work = cluster()
    work.jobs.create(jobManifest('work', indexed))
    work.advance('1m')
    const [pod] = podsOf(work, 'work').filter((one) => indexOf(one) === '1') as [Pod]
    expect(pod.metadata.name).toMatch(/^work-1-\w{5}$/)
    expect(pod.metadata.labels).toMatchObject({ 'batch.kubernetes.io/job-completion-index': '1' })
    expect(pod.spec.hostname).toBe('work-1')
    expect(pod.spec.containers[0]!.env).toEqual([
      {
        name: 'JOB_COMPLETION_INDEX',
        valueFrom: {
          fieldRef: { apiVersion: 'v1', fieldPath: "metadata.labels['batch.kubernetes.io/job-completion-index']" },
        },
      },
    ])
    expect(status(work)).toMatchObject({ succeeded: 3, completedIndexes: '0-2' })
  })

  test('makes an index anew that has failed, and no other', () => {
    const work = cluster()
    work.jobs.create(jobManifest('work', indexed, 'forever:1'))
    work.settle()
    work.faults.killContainer(podsOf(work, 'work').find((pod) => indexOf(pod) === '1')!)
    work.advance('30s')
    expect(podsOf(work, 'work').map(indexOf).sort()).toEqual(['0', '1', '1', '2'])
    expect(status(work)).toMatchObject({ active: 3, failed: 1 })
  })

  test('with a limit for each index fails an index and goes on with the others', () => {
    const work = cluster()
    const spec = { ...indexed, backoffLimitPerIndex: 1 }
    work.jobs.create(jobManifest('work', spec, 'forever:1'))
    work.settle()
    const kill = (index: string): void => {
      const running = podsOf(work, 'work').find((pod) => indexOf(pod) === index && pod.status.phase === 'Running')!
      work.faults.killContainer(running)
      work.advance('1m')
    }
    kill('1')
    const again = podsOf(work, 'work').filter((pod) => indexOf(pod) === '1')
    expect(again.map(({ metadata }) => metadata.annotations!['batch.kubernetes.io/job-index-failure-count'])).toEqual(
      expect.arrayContaining(['0', '1']),
    )
    expect(status(work)).toMatchObject({ failedIndexes: '', active: 3 })
    kill('1')
    expect(status(work)).toMatchObject({ failedIndexes: '1', active: 2, failed: 2 })
    expect(said(work)).toEqual([])
    for (const index of ['0', '0', '2', '2']) kill(index)
    expect(status(work)).toMatchObject({ failedIndexes: '0-2' })
    expect(told(work)).toEqual(['Warning FailedIndexes: Job has failed indexes'])
  })

  test('fails with more failed indexes than it may have', () => {
    const work = cluster()
    const spec = { ...indexed, backoffLimitPerIndex: 0, maxFailedIndexes: 1 }
    work.jobs.create(jobManifest('work', spec, 'fails:1'))
    work.advance('1m')
    expect(told(work)).toEqual([
      'Warning MaxFailedIndexesExceeded: Job has exceeded the specified maximal number of failed indexes',
    ])
  })

  test('is complete as soon as its success policy says so', () => {
    const work = cluster()
    const successPolicy = { rules: [{ succeededIndexes: '0,2' }, { succeededCount: 1, succeededIndexes: '1' }] }
    const manifest = jobManifest('work', { ...indexed, successPolicy }, 'forever:1')
    work.jobs.create(manifest)
    work.settle()
    const [leader] = podsOf(work, 'work').filter((pod) => indexOf(pod) === '1') as [Pod]
    work.pods.updateStatus(leader.metadata.name, (draft) => void (draft.status.phase = 'Succeeded'))
    work.advance('1m')
    expect(said(work)).toEqual(['SuccessCriteriaMet=True SuccessPolicy', 'Complete=True SuccessPolicy'])
    expect(status(work).conditions![0]!.message).toBe('Matched rules at index 1')
    expect(podsOf(work, 'work').filter(({ status }) => status.phase === 'Running')).toHaveLength(0)
  })

  test('is made larger and smaller with its parallelism', () => {
    const work = cluster()
    work.jobs.create(jobManifest('work', indexed, 'forever:1'))
    work.settle()
    const resize = (count: number): string[] => {
      work.jobs.patch('work', { spec: { completions: count, parallelism: count } })
      work.advance('1m')
      return podsOf(work, 'work')
        .map((pod) => indexOf(pod)!)
        .sort()
    }
    expect(resize(5)).toEqual(['0', '1', '2', '3', '4'])
    expect(resize(2)).toEqual(['0', '1'])
  })
})

describe('a pod failure policy', () => {
  const onExitCodes = { operator: 'In', values: [42] } as const
  const policy = (action: string, more: object = {}): Partial<Manifest<Job['spec']>> => ({
    backoffLimit: 1,
    podFailurePolicy: { rules: [{ action, onExitCodes }] },
    ...more,
  })

  test('fails the job at once', () => {
    const work = cluster()
    work.jobs.create(jobManifest('work', policy('FailJob'), 'refuses:1'))
    work.advance('1m')
    const [{ metadata }] = podsOf(work, 'work') as [Pod]
    const message = `Container main for pod default/${metadata.name} failed with exit code 42 matching FailJob rule at index 0`
    expect(told(work)).toEqual([`Warning PodFailurePolicy: ${message}`])
    expect(status(work)).toMatchObject({ failed: 1 })
  })

  test('lets failures go that are to be ignored', () => {
    const work = cluster()
    work.jobs.create(jobManifest('work', policy('Ignore'), 'refuses:1'))
    work.advance('5m')
    expect(podsOf(work, 'work').length).toBeGreaterThan(3)
    expect(status(work).failed).toBeUndefined()
    expect(said(work)).toEqual([])
  })

  test('counts what it does not name', () => {
    const work = cluster()
    work.jobs.create(jobManifest('work', policy('Ignore'), 'fails:1'))
    work.advance('5m')
    expect(told(work)).toEqual(['Warning BackoffLimitExceeded: Job has reached the specified backoff limit'])
  })

  test('fails an index without another try', () => {
    const work = cluster()
    const more = { completionMode: 'Indexed', completions: 2, parallelism: 2, backoffLimitPerIndex: 5 }
    work.jobs.create(jobManifest('work', policy('FailIndex', { ...more, backoffLimit: 9 }), 'refuses:1'))
    work.advance('1m')
    expect(status(work)).toMatchObject({ failed: 2, failedIndexes: '0,1' })
    expect(told(work)).toEqual(['Warning FailedIndexes: Job has failed indexes'])
  })

  test('knows conditions, such as that of an eviction', () => {
    const work = cluster()
    const rules = [{ action: 'FailJob', onPodConditions: [{ type: 'DisruptionTarget' }] }]
    work.jobs.create(jobManifest('work', { podFailurePolicy: { rules } }, 'long:1'))
    work.settle()
    const [{ metadata }] = podsOf(work, 'work') as [Pod]
    work.pods.evict(metadata.name)
    work.advance('1m')
    expect(told(work)).toEqual([
      `Warning PodFailurePolicy: Pod default/${metadata.name} has condition DisruptionTarget matching FailJob rule at index 0`,
    ])
  })
})

describe('a pod on its way out', () => {
  test.each([
    ['TerminatingOrFailed', 2],
    ['Failed', 1],
  ])('is replaced under %s: then there are %i', (podReplacementPolicy, count) => {
    const work = cluster()
    work.jobs.create(jobManifest('work', { podReplacementPolicy }, 'long:1'))
    work.settle()
    work.pods.delete(podsOf(work, 'work')[0]!.metadata.name)
    // It takes 5 s to end; a pod that is asked to counts as failed at once, and another waits for its back-off.
    work.advance('4s')
    expect(podsOf(work, 'work')).toHaveLength(1)
    expect(status(work).failed ?? 0).toBe(count - 1)
    work.advance('1m')
    expect(podsOf(work, 'work').filter(({ status }) => status.phase === 'Running')).toHaveLength(1)
    expect(status(work)).toMatchObject({ failed: 1, active: 1 })
  })
})

test('a controller that crashes between any two of its calls counts a failed pod once', () => {
  for (let atCall = 1; atCall <= 8; atCall++) {
    const work = createCluster({ nodes: 1, seed: 7, behaviours })
    work.jobs.create(jobManifest('work', { backoffLimit: 0 }, 'fails:1'))
    work.advance('3.2s')
    work.faults.crashController('job-controller', { atCall, restartAfter: '3s' })
    work.advance('1m')
    expect(status(work), `at call ${atCall}`).toMatchObject({ failed: 1, uncountedTerminatedPods: {} })
    expect(said(work).at(-1)).toBe('Failed=True BackoffLimitExceeded')
    expect(podsOf(work, 'work').map(({ metadata }) => metadata.finalizers)).toEqual([undefined])
  }
})

test('a job that is refused its pods asks again after a second, two, four and so on up to a minute', () => {
  const work = createCluster({ nodes: 1, seed: 7, behaviours })
  work.resourceQuotas.create({ metadata: { name: 'none' }, spec: { hard: { pods: '0' } } })
  work.jobs.create(jobManifest('work', {}, 'quick:1'))
  const begun = work.now
  const at: number[] = []
  work.on('change', ({ object }) => {
    const isRefusal = object.kind === 'Event' && (object as KubeEvent).reason === 'FailedCreate'
    if (isRefusal) at.push(Math.round((work.now - begun) / 1000))
  })
  work.advance('5m')
  expect(at).toEqual([0, 1, 3, 7, 15, 31, 63, 123, 183, 243])
  work.resourceQuotas.delete('none')
  work.advance('2m')
  expect(status(work)).toMatchObject({ succeeded: 1 })
  expect(told(work).map((one) => one.split(':')[0])).toEqual(['Warning FailedCreate', 'Normal Completed'])
})

test('a pod deleted before its kubelet has heard of it has failed, so that a job that waits for failures replaces it', () => {
  const work = createCluster({ nodes: 1, seed: 7, behaviours })
  work.jobs.create(jobManifest('work', { podReplacementPolicy: 'Failed' }, 'quick:1'))
  work.advance(3)
  const [pod] = podsOf(work, 'work')
  expect(pod!.spec.nodeName).toBe('node-0')
  work.pods.delete(pod!.metadata.name)
  work.advance('1m')
  expect(status(work)).toMatchObject({ failed: 1, succeeded: 1 })
})

test('whatever befalls it, a job counts every pod once, and completes with as many successes as it wants', () => {
  const events = fc.array(
    fc.record({
      do: fc.constantFrom('kill', 'delete', 'crash', 'drop', 'conflict', 'lose', 'partition'),
      pick: fc.nat(9),
      wait: fc.integer({ min: 0, max: 20_000 }),
    }),
    { maxLength: 8 },
  )
  const shape = fc.record({
    completions: fc.integer({ min: 1, max: 6 }),
    parallelism: fc.integer({ min: 1, max: 4 }),
    completionMode: fc.constantFrom('Indexed', 'NonIndexed'),
    podReplacementPolicy: fc.constantFrom('Failed', 'TerminatingOrFailed'),
  })
  fc.assert(
    fc.property(shape, events, (spec, list) => {
      const work = createCluster({
        nodes: 2,
        seed: 7,
        behaviours: [{ image: 'slow:*', run: { uniform: ['5s', '30s'] } }],
      })
      work.jobs.create(jobManifest('work', { ...spec, backoffLimit: 1000 }, 'slow:1'))
      let removed = 0
      for (const { do: what, pick, wait } of list) {
        work.advance(wait)
        const pods = podsOf(work, 'work')
        const pod = pods[pick % Math.max(1, pods.length)]
        const controller = 'job-controller'
        if (what === 'kill' && pod?.status.phase === 'Running') work.faults.killContainer(pod)
        else if (what === 'delete' && pod !== undefined) {
          work.pods.delete(pod.metadata.name)
          removed++
        } else if (what === 'crash') work.faults.crashController(controller, { atCall: pick + 1, restartAfter: '3s' })
        else if (what === 'drop') work.faults.dropWatches(controller, { for: '3s' })
        else if (what === 'conflict') work.faults.conflict(controller)
        else if (what === 'lose') work.faults.loseReply(controller)
        else if (what === 'partition') work.faults.partition(controller, { for: '5s' })
        for (const { status } of work.jobs.list().items)
          expect(status.succeeded ?? 0).toBeLessThanOrEqual(spec.completions)
      }
      work.advance('3h')
      const { succeeded, failed = 0, conditions, active } = status(work)
      expect(conditions!.at(-1)).toMatchObject({ type: 'Complete' })
      expect([succeeded, active]).toEqual([spec.completions, undefined])
      const left = podsOf(work, 'work')
      for (const { metadata } of left) expect(metadata.finalizers).toBeUndefined()
      const ended = (phase: string): number => left.filter(({ status }) => status.phase === phase).length
      expect(ended('Failed')).toBeLessThanOrEqual(failed)
      expect(failed).toBeLessThanOrEqual(ended('Failed') + removed)
    }),
    { numRuns: 30 },
  )
})
