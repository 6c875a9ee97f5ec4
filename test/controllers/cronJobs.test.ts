import { describe, expect, test } from 'vitest'
import { type Cluster, type ClusterOptions, createCluster, type CronJob, type Manifest } from '../../src/index.ts'

const cronJob = (
  name: string,
  spec: Partial<Manifest<CronJob['spec']>> = {},
  image = 'quick:1',
  job: object = {},
): Manifest<CronJob> => ({
  metadata: { name },
  spec: {
    schedule: '*/5 * * * *',
    jobTemplate: {
      metadata: { labels: { of: name }, annotations: { note: 'kept' } },
      spec: { template: { spec: { restartPolicy: 'Never', containers: [{ name: 'main', image }] } }, ...job },
    },
    ...spec,
  },
})

function cluster(options: Pick<ClusterOptions, 'epoch'> = {}): Cluster {
  const made = createCluster({
    ...options,
    nodes: 3,
    seed: 7,
    behaviours: [
      { image: 'fails:*', run: '1s', exitCode: 1 },
      { image: 'long:*', run: '7m', stopExitCode: 143 },
    ],
  })
  made.on('failure', ({ error }) => {
    throw error
  })
  return made
}

const jobsOf = (of: Cluster): string[] => of.jobs.list().items.map(({ metadata }) => metadata.name)
const told = (of: Cluster): string[] =>
  of.events
    .list({ fieldSelector: 'involvedObject.kind=CronJob' })
    .items.map(({ type, reason, message }) => `${type} ${reason}: ${message}`)
/** The name of the job of a time. */
const at = (name: string, time: string): string => `${name}-${Date.parse(time) / 60_000}`

describe('a cron job', () => {
  test('makes a job whenever it is due, named after the minute', () => {
    const shop = cluster()
    const { metadata } = shop.cronJobs.create(cronJob('tidy'))
    shop.advance('4m59s')
    expect(jobsOf(shop)).toEqual([])
    shop.advance('2s')
    const [job] = shop.jobs.list().items
    expect(job!.metadata).toMatchObject({
      name: at('tidy', '2020-01-01T00:05:00Z'),
      labels: { of: 'tidy' },
      annotations: { note: 'kept', 'batch.kubernetes.io/cronjob-scheduled-timestamp': '2020-01-01T00:05:00Z' },
      ownerReferences: [{ kind: 'CronJob', name: 'tidy', uid: metadata.uid, controller: true }],
    })
    expect(shop.cronJobs.get('tidy').status).toMatchObject({
      active: [{ kind: 'Job', apiVersion: 'batch/v1', name: job!.metadata.name, uid: job!.metadata.uid }],
      lastScheduleTime: '2020-01-01T00:05:00Z',
    })
    shop.advance('1m')
    const { status } = shop.cronJobs.get('tidy')
    expect(status).toEqual({
      lastScheduleTime: '2020-01-01T00:05:00Z',
      lastSuccessfulTime: shop.jobs.get(job!.metadata.name).status.completionTime,
    })
    expect(told(shop)).toEqual([
      `Normal SuccessfulCreate: Created job ${job!.metadata.name}`,
      `Normal SawCompletedJob: Saw completed job: ${job!.metadata.name}, condition: Complete`,
    ])
  })

  test('keeps three jobs that succeeded and one that failed, or as many as it says', () => {
    const shop = cluster()
    shop.cronJobs.create(cronJob('good'))
    shop.cronJobs.create(cronJob('less', { successfulJobsHistoryLimit: 0 }))
    shop.cronJobs.create(cronJob('bad', {}, 'fails:1', { backoffLimit: 0 }))
    shop.advance('32m')
    const time = (minute: number): string => `2020-01-01T00:${minute}:00Z`
    expect(jobsOf(shop)).toEqual([
      at('bad', time(30)),
      at('good', time(20)),
      at('good', time(25)),
      at('good', time(30)),
    ])
    expect(shop.pods.list().items).toHaveLength(4)
  })

  test.each([
    ['Allow', 2],
    ['Forbid', 1],
    ['Replace', 1],
  ])('under %s has %i jobs at a time that take longer than until the next', (concurrencyPolicy, count) => {
    const shop = cluster()
    shop.cronJobs.create(cronJob('slow', { concurrencyPolicy }, 'long:1'))
    shop.advance('11m')
    const jobs = shop.jobs.list().items
    expect(jobs.map(({ metadata }) => metadata.name).at(-1)).toBe(
      at('slow', concurrencyPolicy === 'Forbid' ? '2020-01-01T00:05:00Z' : '2020-01-01T00:10:00Z'),
    )
    expect(jobs).toHaveLength(count)
    expect(shop.cronJobs.get('slow').status.active).toHaveLength(count)
    const message = 'Not starting job because prior execution is running and concurrency policy is Forbid'
    if (concurrencyPolicy === 'Forbid') expect(told(shop)).toContain(`Normal JobAlreadyActive: ${message}`)
    if (concurrencyPolicy === 'Replace')
      expect(told(shop)).toContain(`Normal SuccessfulDelete: Deleted job ${at('slow', '2020-01-01T00:05:00Z')}`)
  })

  test('that is suspended makes none, and afterwards the last that was due', () => {
    const shop = cluster()
    shop.cronJobs.create(cronJob('tidy', { suspend: true }))
    const { next } = shop.settle()
    expect(next.filter(({ component }) => component === 'cronjob-controller')).toEqual([])
    shop.advance('17m')
    expect(jobsOf(shop)).toEqual([])
    shop.cronJobs.patch('tidy', { spec: { suspend: false } })
    shop.settle()
    expect(jobsOf(shop)).toEqual([at('tidy', '2020-01-01T00:15:00Z')])
  })

  test('too late for its deadline makes none', () => {
    const shop = cluster()
    shop.cronJobs.create(cronJob('tidy', { startingDeadlineSeconds: 30 }))
    shop.controllers.crash('cronjob-controller')
    shop.advance('6m')
    shop.controllers.restart('cronjob-controller')
    shop.settle()
    expect(jobsOf(shop)).toEqual([])
    shop.advance('4m1s')
    expect(jobsOf(shop)).toEqual([at('tidy', '2020-01-01T00:10:00Z')])
  })

  test('that was looked at by nobody for long makes the last, and says that it was many', () => {
    const shop = cluster()
    shop.cronJobs.create(cronJob('tidy', { schedule: '* * * * *' }))
    shop.settle()
    shop.controllers.crash('cronjob-controller')
    shop.advance('3h')
    shop.controllers.restart('cronjob-controller')
    shop.settle()
    expect(jobsOf(shop)).toEqual([at('tidy', '2020-01-01T03:00:00Z')])
    expect(told(shop)[0]).toBe(
      'Warning TooManyMissedTimes: too many missed start times. Set or decrease .spec.startingDeadlineSeconds or check clock skew',
    )
  })

  test('is due by the clocks of its zone, in winter and in summer', () => {
    // In Berlin, clocks were put forward in the night to the 29th of March.
    const shop = cluster({ epoch: '2020-03-28T00:00:00Z' })
    shop.cronJobs.create(cronJob('early', { schedule: '30 8 * * *', timeZone: 'Europe/Berlin' }))
    shop.advance('2d')
    const made = shop.jobs.list().items.map(({ metadata: { annotations, creationTimestamp } }) => ({
      scheduled: annotations!['batch.kubernetes.io/cronjob-scheduled-timestamp'],
      creationTimestamp,
    }))
    expect(made).toEqual([
      { scheduled: '2020-03-28T08:30:00+01:00', creationTimestamp: '2020-03-28T07:30:00Z' },
      { scheduled: '2020-03-29T08:30:00+02:00', creationTimestamp: '2020-03-29T06:30:00Z' },
    ])
  })

  test('with a new schedule waits until that is due', () => {
    const shop = cluster()
    shop.cronJobs.create(cronJob('tidy', { schedule: '0 12 * * *' }))
    shop.advance('3h')
    shop.cronJobs.patch('tidy', { spec: { schedule: '30 * * * *' } })
    shop.advance('20m')
    expect(jobsOf(shop)).toEqual([])
    shop.advance('11m')
    expect(jobsOf(shop)).toEqual([at('tidy', '2020-01-01T03:30:00Z')])
  })

  test('of a day that never comes says so', () => {
    const shop = cluster()
    shop.cronJobs.create(cronJob('never', { schedule: '59 23 31 2 *' }))
    shop.settle()
    expect(told(shop)).toEqual([
      'Warning InvalidSchedule: invalid schedule: 59 23 31 2 * : time difference between two schedules is less than 1 second',
    ])
  })

  test('that is deleted takes its jobs and their pods along', () => {
    const shop = cluster()
    shop.cronJobs.create(cronJob('slow', {}, 'long:1'))
    shop.advance('6m')
    shop.cronJobs.delete('slow')
    shop.advance('2m')
    expect([jobsOf(shop), shop.pods.list().items]).toEqual([[], []])
  })

  test('costs an idle cluster one timer', () => {
    const shop = cluster()
    shop.cronJobs.create(cronJob('yearly', { schedule: '@yearly' }))
    const { next } = shop.settle()
    expect(next.filter(({ component }) => component === 'cronjob-controller')).toEqual([
      expect.objectContaining({ kind: 'timer', at: Date.parse('2021-01-01T00:00:00.100Z') }),
    ])
    const before = shop.controllers.list().find(({ name }) => name === 'cronjob-controller')
    shop.advance('30d')
    expect(shop.controllers.list().find(({ name }) => name === 'cronjob-controller')).toEqual(before)
    expect(jobsOf(shop)).toEqual([])
  })
})

test('of an hourly cron job each job is made once', () => {
  const shop = createCluster({ nodes: 2, seed: 7, history: 'all' })
  shop.cronJobs.create(cronJob('hourly', { schedule: '@hourly' }))
  shop.advance('5d')
  shop.advance('1s')
  const made = shop.history().filter(({ type, object }) => type === 'ADDED' && object.kind === 'Job')
  expect(made).toHaveLength(120)
  expect(new Set(made.map(({ object }) => object.metadata.name)).size).toBe(120)
})

describe('a job made by hand from a cron job, as kubectl create job --from does', () => {
  test('runs at once, whatever the schedule says and though the cron job is suspended', () => {
    const shop = cluster()
    const { metadata } = shop.cronJobs.create(cronJob('tidy', { suspend: true }))
    const made = shop.cronJobs.createJob('tidy', 'tidy-now')
    expect(made.metadata).toMatchObject({
      name: 'tidy-now',
      namespace: 'default',
      labels: { of: 'tidy' },
      annotations: { note: 'kept', 'cronjob.kubernetes.io/instantiate': 'manual' },
      ownerReferences: [{ apiVersion: 'batch/v1', kind: 'CronJob', name: 'tidy', uid: metadata.uid, controller: true }],
    })
    expect(made.metadata.ownerReferences![0]).not.toHaveProperty('blockOwnerDeletion')
    shop.advance('1m')
    expect(shop.jobs.get('tidy-now').status).toMatchObject({ succeeded: 1 })
    expect(told(shop)).toContain(
      'Warning UnexpectedJob: Saw a job that the controller did not create or forgot: tidy-now',
    )
  })

  test('goes with its cron job', () => {
    const shop = cluster()
    shop.cronJobs.create(cronJob('tidy'))
    shop.cronJobs.createJob('tidy', 'tidy-now')
    shop.cronJobs.delete('tidy')
    shop.settle()
    expect(jobsOf(shop)).toEqual([])
  })

  test('is made in the namespace of its cron job, and dry if that is asked', () => {
    const shop = cluster()
    shop.namespaces.create({ metadata: { name: 'ops' } })
    shop.cronJobs.create({ ...cronJob('tidy'), metadata: { name: 'tidy', namespace: 'ops' } })
    const { revision } = shop
    expect(shop.cronJobs.createJob('tidy', 'dry', { namespace: 'ops', dryRun: ['All'] }).metadata.namespace).toBe('ops')
    expect(shop.revision).toBe(revision)
    expect(shop.cronJobs.createJob('tidy', 'wet', { namespace: 'ops' }).metadata.namespace).toBe('ops')
    expect(shop.jobs.list({ allNamespaces: true }).items).toHaveLength(1)
  })

  test.each([
    ['a cron job that is not there', 'tidier', 'now', 'NotFound', 'cronjobs.batch "tidier" not found'],
    ['a name that is taken', 'tidy', 'taken', 'AlreadyExists', 'jobs.batch "taken" already exists'],
    ['a name that is none', 'tidy', 'No Name', 'Invalid', 'metadata.name: Invalid value: "No Name"'],
    ['no name', 'tidy', '', 'BadRequest', "name: expected a string that is not empty, got ''"],
  ])('is refused for %s', (_what, name, jobName, reason, message) => {
    const shop = cluster()
    shop.cronJobs.create(cronJob('tidy'))
    shop.cronJobs.createJob('tidy', 'taken')
    const { revision } = shop
    expect(() => shop.cronJobs.createJob(name, jobName)).toThrow(
      expect.objectContaining({
        status: expect.objectContaining({ reason, message: expect.stringContaining(message) }),
      }),
    )
    expect(shop.revision).toBe(revision)
  })
})
