import { badRequest } from '../api/errors.ts'
import { isObject } from '../api/object.ts'
import { said } from '../api/said.ts'
import type { RunResult } from './findings.ts'
import { hottestShares } from './metrics/hottestNode.ts'
import type { Metric } from './metrics/metric.ts'
import { regret } from './metrics/regret.ts'
import { waits } from './metrics/waiting.ts'
import { type ExperimentOptions, type ExperimentPlan, planOf, sourcesOf } from './options.ts'
import { ExperimentResult } from './result.ts'
import { beginCluster } from './run/begin.ts'
import { Comings, type Survey, survey } from './run/comings.ts'
import { drive } from './run/drive.ts'
import { typicalPods } from './run/fragments.ts'
import type { Run } from './run/run.ts'
import { quantile } from './statistics.ts'

/**
 * Lets every scheduler meet the same workload on the same machines, once for each seed, each time in a new cluster, and
 * measures. The same options and seeds give the same result, but for what was measured with `clock`. Throws BadRequest
 * that names the field, and whatever the API server says of a pod that it refuses.
 */
export function experiment(options: ExperimentOptions): ExperimentResult {
  const plan = planOf(options)
  const runs: RunResult[] = []
  let names: readonly string[] = []
  for (const seed of plan.seeds) {
    const sources = sourcesOf(options, seed)
    names = [sources.workload.name]
    const known = survey(sources.workload, seed)
    for (const label of plan.labels) {
      const number = runs.length + 1
      runs.push(oneRun({ options, plan, label, seed, known, number, ...sources }))
    }
  }
  return new ExperimentResult({
    name: plan.name,
    workload: names[0]!,
    schedulers: plan.labels,
    seeds: plan.seeds,
    metrics: plan.metrics,
    runs: plan.labels.flatMap((label) => runs.filter(({ scheduler }) => scheduler === label)),
  })
}

interface OneRun extends ReturnType<typeof sourcesOf> {
  readonly options: ExperimentOptions
  readonly plan: ExperimentPlan
  readonly label: string
  readonly seed: number
  readonly known: Survey
  readonly number: number
}

function oneRun({ options, plan, label, seed, known, number, machines, workload }: OneRun): RunResult {
  const { hasMachines, objects, untilMs, steps, metrics, regretSamples } = plan
  const schedulers = plan.schedulers.get(label)!
  const cluster = beginCluster({ machines, seed, schedulers, hasMachines, objects })
  const runs = plan.labels.length * plan.seeds.length
  const run = drive({
    scheduler: label,
    seed,
    cluster,
    comings: new Comings(workload, seed, known),
    steps,
    typical: typicalPods(known.needs),
    untilMs,
    hasMachines,
    clock: options.clock,
    regretEvery: metrics.includes(regret) ? Math.max(1, Math.ceil(known.toPlace / regretSamples)) : 0,
    progress: (progress) => options.progress?.({ ...progress, scheduler: label, seed, run: number, runs }),
  })
  return measured(run, metrics)
}

/** What is kept of a run once it is over. */
function measured(run: Run, metrics: readonly Metric[]): RunResult {
  const { scheduler, seed, endMs, timeline } = run
  const values = new Map<string, number>()
  const wall = new Map<string, number>()
  for (const metric of metrics) {
    const into = metric.isWallClock === true ? wall : values
    for (const [key, value] of valuesOf(metric, run)) if (value !== undefined) into.set(key, value)
  }
  const sorted = waits(run.pods)
  const percentiles = Array.from({ length: 101 }, (_, index) => quantile(sorted, index / 100)).filter(
    (one) => one !== undefined,
  )
  return { scheduler, seed, endMs, values, wall, timeline, waitPercentiles: percentiles, hottest: hottestOf(run) }
}

const mostPoints = 300

function hottestOf(run: Run): RunResult['hottest'] {
  const shares = hottestShares(run)
  const step = Math.max(1, Math.ceil(shares.length / mostPoints))
  const kept = shares.map((_, index) => index).filter((index) => (index + 1) % step === 0)
  return { placed: kept.map((index) => index + 1), share: kept.map((index) => shares[index]!) }
}

function valuesOf(metric: Metric, run: Run): readonly (readonly [string, number | undefined])[] {
  const { name } = metric
  const measured: unknown = metric.measure(run)
  const all: readonly (readonly [string, unknown])[] =
    isObject(measured) && !('then' in measured)
      ? Object.entries(measured).map(([key, value]) => [`${name}.${key}`, value])
      : [[name, measured]]
  for (const [key, value] of all) {
    if (value !== undefined && !(typeof value === 'number' && Math.abs(value) < Infinity))
      throw badRequest(
        `metric ${name}: ${key}: expected a number, got ${said(value)} (${run.scheduler}, seed ${run.seed})`,
      )
  }
  return all as readonly (readonly [string, number | undefined])[]
}
