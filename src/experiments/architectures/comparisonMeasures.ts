/** What a comparison asks of its runs. */
import type { Unit } from '../metrics/metric.ts'
import type { ArchitectureOutcome, JobTimes } from './outcome.ts'

/** The runs of one architecture under one seed. */
export interface ScenarioOutcomes {
  /** The jobs as they are. */
  readonly usual: ArchitectureOutcome
  /** Decisions on service jobs take so many times as long. */
  readonly slow: ArchitectureOutcome
  /** Every job of more than one task is a gang. */
  readonly gangs: ArchitectureOutcome
  /** All jobs come at once, and tasks are over as soon as they are placed, so that machines are no limit. */
  readonly rush: ArchitectureOutcome
}

export type Scenario = keyof ScenarioOutcomes

/** The five comparisons of the founding documents, and what the Omega paper measures besides. */
export type Question = 'utilisation' | 'extensibility' | 'all or nothing' | 'throughput' | 'latency' | 'schedulers'

export interface ComparisonMeasure {
  readonly question: Question
  /** Such as `batchWaitMean`. */
  readonly key: string
  /** What it is, as it stands in the table. */
  readonly about: string
  readonly unit: Unit
  readonly better: 'less' | 'more' | undefined
  /** null where there is nothing to measure, such as the wait of service jobs without any. */
  readonly measure: (runs: ScenarioOutcomes) => number | null
}

function meanOf({ meanMs }: JobTimes): number | null {
  return meanMs
}

function share(part: number, whole: number): number | null {
  return whole === 0 ? null : part / whole
}

function more(slow: number | null, usual: number | null): number | null {
  return slow === null || usual === null ? null : slow - usual
}

const utilisation: readonly ComparisonMeasure[] = [
  {
    question: 'utilisation',
    key: 'cpuRunning',
    about: 'cpu of running tasks',
    unit: 'share',
    better: 'more',
    measure: ({ usual }) => usual.utilisation.running.cpu,
  },
  {
    question: 'utilisation',
    key: 'memoryRunning',
    about: 'memory of running tasks',
    unit: 'share',
    better: 'more',
    measure: ({ usual }) => usual.utilisation.running.memory,
  },
  {
    question: 'utilisation',
    key: 'cpuLocked',
    about: 'cpu locked in offers',
    unit: 'share',
    better: 'less',
    measure: ({ usual }) => usual.utilisation.locked.cpu,
  },
]

const extensibility: readonly ComparisonMeasure[] = [
  {
    question: 'extensibility',
    key: 'batchWaitAdded',
    about: 'batch wait added by slow services',
    unit: 'ms',
    better: 'less',
    measure: ({ slow, usual }) => more(slow.waits.batch.wait.meanMs, usual.waits.batch.wait.meanMs),
  },
]

const allOrNothing: readonly ComparisonMeasure[] = [
  {
    question: 'all or nothing',
    key: 'gangsWhole',
    about: 'gangs that ran whole',
    unit: 'share',
    better: 'more',
    measure: ({ gangs: { gangs } }) => share(gangs.whole, gangs.arrived),
  },
  {
    question: 'all or nothing',
    key: 'gangsPartial',
    about: 'gangs stuck half placed',
    unit: 'share',
    better: 'less',
    measure: ({ gangs: { gangs } }) => share(gangs.partial, gangs.arrived),
  },
  {
    question: 'all or nothing',
    key: 'cpuHoarded',
    about: 'cpu held idle by half gangs',
    unit: 'share',
    better: 'less',
    measure: ({ gangs: { utilisation: used } }) => used.hoarded.cpu,
  },
]

const throughput: readonly ComparisonMeasure[] = [
  {
    question: 'throughput',
    key: 'tasksPerSecond',
    about: 'tasks placed a second, all at once',
    unit: '',
    better: 'more',
    measure: ({ rush }) => rush.tasks.perSecond,
  },
]

const latency: readonly ComparisonMeasure[] = [
  {
    question: 'latency',
    key: 'batchWaitMean',
    about: 'batch wait, mean',
    unit: 'ms',
    better: 'less',
    measure: ({ usual }) => meanOf(usual.waits.batch.wait),
  },
  {
    question: 'latency',
    key: 'batchWaitP90',
    about: 'batch wait, p90',
    unit: 'ms',
    better: 'less',
    measure: ({ usual }) => usual.waits.batch.wait.p90Ms,
  },
  {
    question: 'latency',
    key: 'serviceWaitMean',
    about: 'service wait, mean',
    unit: 'ms',
    better: 'less',
    measure: ({ usual }) => meanOf(usual.waits.service.wait),
  },
  {
    question: 'latency',
    key: 'placedMean',
    about: 'until all are placed, mean',
    unit: 'ms',
    better: 'less',
    measure: ({ usual }) => meanOf(usual.waits.placed),
  },
]

const schedulers: readonly ComparisonMeasure[] = [
  {
    question: 'schedulers',
    key: 'busiest',
    about: 'busyness of the busiest',
    unit: 'share',
    better: undefined,
    measure: ({ usual }) => usual.schedulers.reduce((most, { busyness }) => Math.max(most, busyness), 0),
  },
  {
    question: 'schedulers',
    key: 'conflictFraction',
    about: 'conflicts a commit that succeeds',
    unit: '',
    better: undefined,
    measure: ({ usual }) => usual.conflictFraction,
  },
  {
    question: 'schedulers',
    key: 'jobsAbandoned',
    about: 'jobs given up',
    unit: 'share',
    better: 'less',
    measure: ({ usual }) => share(usual.jobs.abandoned, usual.jobs.arrived),
  },
  {
    question: 'schedulers',
    key: 'makespan',
    about: 'makespan',
    unit: 'ms',
    better: 'less',
    measure: ({ usual }) => usual.makespanMs,
  },
]

export const comparisonMeasures: readonly ComparisonMeasure[] = Object.freeze([
  ...utilisation,
  ...extensibility,
  ...allOrNothing,
  ...throughput,
  ...latency,
  ...schedulers,
])
