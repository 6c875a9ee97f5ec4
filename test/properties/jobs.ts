import fc from 'fast-check'
import type { Cluster, Job, Manifest } from '../../src/index.ts'

/** Jobs and cron jobs that come, change and go. */
export type Jobs =
  | {
      readonly do: 'job'
      readonly name: string
      readonly image: string
      readonly completions: number
      readonly parallelism: number
      readonly mode: 'Indexed' | 'NonIndexed'
      readonly limits: 'few' | 'perIndex' | 'policy' | 'deadline' | 'ttl'
    }
  | { readonly do: 'cronJob'; readonly name: string; readonly image: string; readonly policy: string }
  | {
      readonly do: 'changeJob'
      readonly pick: number
      readonly what: 'suspend' | 'resume' | 'parallelism' | 'Orphan' | 'Background' | 'Foreground'
    }

const name = fc.constantFrom('work', 'index', 'tidy')
const image = fc.constantFrom('batch:1', 'batch:1', 'flaky:1', 'web:1')

export const jobs: fc.Arbitrary<Jobs> = fc.oneof(
  fc.record({
    do: fc.constant('job' as const),
    name,
    image,
    completions: fc.nat(4),
    parallelism: fc.nat(3),
    mode: fc.constantFrom('Indexed' as const, 'NonIndexed' as const),
    limits: fc.constantFrom('few', 'perIndex', 'policy', 'deadline', 'ttl'),
  }),
  fc.record({
    do: fc.constant('cronJob' as const),
    name,
    image,
    policy: fc.constantFrom('Allow', 'Forbid', 'Replace'),
  }),
  fc.record({
    do: fc.constant('changeJob' as const),
    pick: fc.nat(9),
    what: fc.constantFrom('suspend', 'resume', 'parallelism', 'Orphan', 'Background', 'Foreground'),
  }),
)

type JobSpec = Manifest<Job['spec']>

const template = (image: string): NonNullable<JobSpec['template']> => ({
  spec: { restartPolicy: 'Never', containers: [{ name: 'main', image }] },
})

const limited: Record<Extract<Jobs, { do: 'job' }>['limits'], Partial<JobSpec>> = {
  few: { backoffLimit: 1 },
  perIndex: { backoffLimitPerIndex: 1 },
  policy: { podFailurePolicy: { rules: [{ action: 'Ignore', onPodConditions: [{ type: 'DisruptionTarget' }] }] } },
  deadline: { activeDeadlineSeconds: 20 },
  ttl: { ttlSecondsAfterFinished: 5 },
}

/** Does one of these things; what the API refuses is part of life. */
export function workOn(cluster: Cluster, one: Jobs): void {
  if (one.do === 'cronJob') {
    const { name, image, policy } = one
    const spec = {
      schedule: '* * * * *',
      concurrencyPolicy: policy,
      jobTemplate: { spec: { template: template(image) } },
    }
    return void cluster.cronJobs.create({ metadata: { name }, spec })
  }
  if (one.do === 'job') {
    const { name, image, completions, parallelism, mode, limits } = one
    const spec = { completions, parallelism, completionMode: mode, ...limited[limits], template: template(image) }
    return void cluster.jobs.create({ metadata: { name }, spec })
  }
  const all = cluster.jobs.list().items
  const found = all[one.pick % Math.max(1, all.length)]
  if (found === undefined) return
  const { name } = found.metadata
  if (one.what === 'suspend' || one.what === 'resume')
    return void cluster.jobs.patch(name, { spec: { suspend: one.what === 'suspend' } })
  if (one.what === 'parallelism') return void cluster.jobs.patch(name, { spec: { parallelism: one.pick % 4 } })
  cluster.jobs.delete(name, { propagationPolicy: one.what })
}
