import { type Duration, parseDuration } from '../api/duration.ts'
import { badRequest, isStatusError } from '../api/errors.ts'
import { isObject } from '../api/object.ts'
import { said } from '../api/said.ts'
import { nearestName } from '../api/schema/nearest.ts'
import type { Cluster } from '../cluster.ts'
import { checkSchedulers } from '../scheduler/checkOptions.ts'
import type { SchedulerOptions } from '../scheduler/schedulerOptions.ts'
import { namedMetrics, usualMetrics } from './metrics/all.ts'
import type { Metric } from './metrics/metric.ts'
import type { Machines } from './run/begin.ts'
import type { Step } from './run/comings.ts'
import type { RunProgress } from './run/drive.ts'
import type { WallClock } from './run/stopwatch.ts'
import type { Trace, Workload } from './workload.ts'

/** What stands for the machines: options of a cluster, a list of nodes, or a trace, which brings its workload. */
export type ClusterSource = Machines | Trace

/** How far an experiment is. */
export interface ExperimentProgress extends RunProgress {
  readonly scheduler: string
  readonly seed: number
  /** The how manieth run it is, from 1 on, of how many. */
  readonly run: number
  readonly runs: number
}

/** Something that happens to the cluster in the course of every run, such as a node that joins. */
export interface ExperimentStep {
  /** Since the run began. */
  readonly at: Duration
  readonly act: (cluster: Cluster) => void
}

export interface ExperimentOptions {
  /** Stands above what is printed and drawn. */
  readonly name?: string | undefined
  /** Or a function that makes it of the run's seed. */
  readonly cluster: ClusterSource | ((seed: number) => ClusterSource)
  /** Unless `cluster` is a trace, which has one. */
  readonly workload?: Workload | undefined
  /** By label: what is compared. The first is what the others are held against. */
  readonly schedulers: Readonly<Record<string, SchedulerOptions | readonly SchedulerOptions[]>>
  /** So many, 1, 2, 3, …, or these: every scheduler meets every one of them. */
  readonly seeds: number | readonly number[]
  /** Built-in ones by name, or one’s own; the usual ones unless given. */
  readonly metrics?: readonly (string | Metric)[] | undefined
  /** Where every run ends; when nothing more would happen unless given, a day after the last pod came at the latest. */
  readonly until?: Duration | undefined
  readonly steps?: readonly ExperimentStep[] | undefined
  /** Whether kubelets run the pods. Without them, as is usual, pods are placed and stay as long as the workload says. */
  readonly machines?: boolean | undefined
  /** Manifests that are applied before the nodes are there: namespaces, priority classes, budgets, … */
  readonly objects?: readonly object[] | undefined
  /** On how many decisions `regret` is measured, at equal distances; 100 unless given. */
  readonly regretSamples?: number | undefined
  /** A clock of the machine, such as `performance`: without it, what depends on the machine is not measured. */
  readonly clock?: WallClock | undefined
  readonly progress?: ((progress: ExperimentProgress) => void) | undefined
}

/** The same, checked, with every default filled in. */
export interface ExperimentPlan {
  readonly name: string
  readonly labels: readonly string[]
  readonly schedulers: ReadonlyMap<string, readonly SchedulerOptions[]>
  readonly seeds: readonly number[]
  readonly metrics: readonly Metric[]
  readonly untilMs: number | undefined
  readonly steps: readonly Step[]
  readonly hasMachines: boolean
  readonly objects: readonly object[]
  readonly regretSamples: number
}

const known: readonly string[] = Object.freeze([
  'name',
  'cluster',
  'workload',
  'schedulers',
  'seeds',
  'metrics',
  'until',
  'steps',
  'machines',
  'objects',
  'regretSamples',
  'clock',
  'progress',
])

/** Throws BadRequest that names the field. */
export function planOf(options: ExperimentOptions): ExperimentPlan {
  if (!isObject(options)) throw badRequest(`experiment: expected options as an object, got ${said(options)}`)
  for (const field of Object.keys(options)) if (!known.includes(field)) throw unknown(field, '', known)
  const { name = 'Experiment', machines = false, objects = [], regretSamples = 100, clock, progress } = options
  if (typeof name !== 'string' || name === '') throw badRequest(`name: expected a text, got ${said(name)}`)
  if (typeof machines !== 'boolean') throw badRequest(`machines: expected true or false, got ${said(machines)}`)
  if (!Array.isArray(objects)) throw badRequest(`objects: expected a list of manifests, got ${said(objects)}`)
  if (!(Number.isSafeInteger(regretSamples) && regretSamples > 0))
    throw badRequest(`regretSamples: expected a whole number above 0, got ${said(regretSamples)}`)
  if (clock !== undefined && typeof clock.now !== 'function')
    throw badRequest('clock: expected an object with a method now(), such as performance')
  if (progress !== undefined && typeof progress !== 'function')
    throw badRequest(`progress: expected a function, got ${said(progress)}`)
  const schedulers = schedulersOf(options.schedulers)
  return {
    name,
    labels: [...schedulers.keys()],
    schedulers,
    seeds: seedsOf(options.seeds),
    metrics: metricsOf(options.metrics, clock !== undefined, machines),
    untilMs: options.until === undefined ? undefined : millisecondsOf(options.until, 'until'),
    steps: stepsOf(options.steps ?? []),
    hasMachines: machines,
    objects,
    regretSamples,
  }
}

function unknown(name: string, path: string, expected: readonly string[]): Error {
  const nearest = nearestName(name, expected)
  const meant = nearest === undefined ? '' : `did you mean ${JSON.stringify(nearest)}? `
  return badRequest(
    `${path}${path === '' ? name : `: ${JSON.stringify(name)}`}: unknown; ${meant}expected one of ${expected.join(', ')}`,
  )
}

function schedulersOf(schedulers: ExperimentOptions['schedulers']): Map<string, readonly SchedulerOptions[]> {
  if (!isObject(schedulers))
    throw badRequest(`schedulers: expected schedulers by label, such as { 'best fit': {} }, got ${said(schedulers)}`)
  const labels = Object.keys(schedulers)
  if (labels.length === 0) throw badRequest('schedulers: Required value: there is nothing to compare')
  return new Map(
    labels.map((label) => {
      const given: unknown = schedulers[label]
      const path = `schedulers[${JSON.stringify(label)}]`
      if (label === '') throw badRequest(`${path}: expected a label that is not empty`)
      if ((!isObject(given) && !Array.isArray(given)) || (Array.isArray(given) && given.length === 0))
        throw badRequest(`${path}: expected options of a scheduler, got ${said(given)}`)
      const list: readonly unknown[] = Array.isArray(given) ? given : [given]
      checkLabelled(list, path)
      return [label, list as readonly SchedulerOptions[]] as const
    }),
  )
}

/** Here, where it is known of which label they are. */
function checkLabelled(schedulers: readonly unknown[], path: string): void {
  try {
    checkSchedulers(schedulers)
  } catch (error) {
    throw isStatusError(error) ? badRequest(`${path}: ${error.status.message}`) : error
  }
}

/** More would be a mistake. */
const mostSeeds = 100_000

function seedsOf(seeds: number | readonly number[]): readonly number[] {
  const expected = 'expected how many there are, or a list of different whole numbers'
  if (typeof seeds === 'number') {
    if (!(Number.isSafeInteger(seeds) && seeds > 0 && seeds <= mostSeeds))
      throw badRequest(`seeds: ${expected}, got ${said(seeds)}`)
    return Array.from({ length: seeds }, (_, index) => index + 1)
  }
  if (!Array.isArray(seeds)) throw badRequest(`seeds: ${expected}, got ${said(seeds)}`)
  if (seeds.length === 0) throw badRequest('seeds: Required value: without a seed there is no run')
  for (const [index, seed] of (seeds as unknown[]).entries()) {
    if (!Number.isSafeInteger(seed)) throw badRequest(`seeds[${index}]: expected a whole number, got ${said(seed)}`)
    if (seeds.indexOf(seed) !== index) throw badRequest(`seeds[${index}]: Duplicate value: ${said(seed)}`)
  }
  return [...(seeds as readonly number[])]
}

function metricsOf(metrics: ExperimentOptions['metrics'], hasClock: boolean, hasMachines: boolean): readonly Metric[] {
  if (metrics === undefined)
    return usualMetrics.filter(
      ({ isWallClock, needsMachines }) => (hasClock || isWallClock !== true) && (hasMachines || needsMachines !== true),
    )
  if (!Array.isArray(metrics)) throw badRequest(`metrics: expected a list, got ${said(metrics)}`)
  if (metrics.length === 0) throw badRequest('metrics: Required value: there is nothing to measure')
  const names = new Set<string>()
  return (metrics as readonly unknown[]).map((given, index) => {
    const path = `metrics[${index}]`
    const metric = typeof given === 'string' ? metricOf(given, path) : checkedMetric(given, path)
    if (names.has(metric.name)) throw badRequest(`${path}: Duplicate value: ${JSON.stringify(metric.name)}`)
    names.add(metric.name)
    if (metric.isWallClock === true && !hasClock)
      throw badRequest(`${path}: ${metric.name} needs a clock of the machine: pass clock, such as performance`)
    if (metric.needsMachines === true && !hasMachines)
      throw badRequest(`${path}: ${metric.name} needs kubelets that run the pods: say machines: true`)
    return metric
  })
}

function metricOf(name: string, path: string): Metric {
  const found = namedMetrics.find((metric) => metric.name === name)
  if (found !== undefined) return found
  if (name === 'optimalNodes')
    throw badRequest(
      `${path}: optimalNodes needs a solver: pass optimalNodes(await load()), with load of the package highs`,
    )
  throw unknown(
    name,
    path,
    namedMetrics.map((metric) => metric.name),
  )
}

function checkedMetric(given: unknown, path: string): Metric {
  const { name, about, unit, measure } = (isObject(given) ? given : {}) as Partial<Metric>
  if (typeof measure !== 'function')
    throw badRequest(`${path}: expected the name of a metric, or { name, about, unit, measure }`)
  for (const [field, value] of Object.entries({ name, about, unit })) {
    if (typeof value !== 'string' || (field === 'name' && value === ''))
      throw badRequest(`${path}.${field}: expected a text, got ${said(value)}`)
  }
  return given as Metric
}

function stepsOf(steps: readonly ExperimentStep[]): readonly Step[] {
  if (!Array.isArray(steps)) throw badRequest(`steps: expected a list of { at, act }, got ${said(steps)}`)
  const taken = steps.map((step: unknown, index): Step => {
    const { at, act } = (isObject(step) ? step : {}) as Partial<ExperimentStep>
    if (typeof act !== 'function') throw badRequest(`steps[${index}].act: expected a function, got ${said(act)}`)
    return { at: millisecondsOf(at as Duration, `steps[${index}].at`), act }
  })
  return taken.sort((a, b) => a.at - b.at)
}

function millisecondsOf(duration: Duration, path: string): number {
  const isOne = typeof duration === 'string' || typeof duration === 'number'
  if (!isOne) throw badRequest(`${path}: expected a duration such as "10m", got ${said(duration)}`)
  return parseDuration(duration, path)
}

/** The machines and the workload of a seed. Throws BadRequest where they contradict each other. */
export function sourcesOf(
  { cluster, workload }: ExperimentOptions,
  seed: number,
): { readonly machines: Machines; readonly workload: Workload } {
  const source: unknown = typeof cluster === 'function' ? cluster(seed) : cluster
  if (!isObject(source) && !Array.isArray(source))
    throw badRequest(`cluster: expected options of a cluster, a list of nodes or a trace, got ${said(source)}`)
  if (!Array.isArray(source)) {
    for (const [field, instead] of [
      ['seed', 'seeds'],
      ['schedulers', 'schedulers'],
    ] as const) {
      if (field in source) throw badRequest(`cluster.${field}: said by the experiment's own ${instead}`)
    }
  }
  const trace = 'workload' in source ? (source as unknown as Trace) : undefined
  if (trace !== undefined && workload !== undefined)
    throw badRequest('workload: the trace in cluster brings its own; leave one of them out')
  const chosen = trace?.workload ?? workload
  if (chosen === undefined) throw badRequest('workload: Required value: without pods there is nothing to place')
  if (!isObject(chosen) || typeof chosen.arrivals !== 'function')
    throw badRequest(`workload: expected { name, arrivals }, got ${said(chosen)}`)
  if (typeof chosen.name !== 'string' || chosen.name === '')
    throw badRequest(`workload.name: expected a text, got ${said(chosen.name)}`)
  return { machines: trace?.nodes ?? (source as unknown as Machines), workload: chosen }
}
