/** Jobs that are drawn. */
import { type Duration, parseDuration } from '../../api/duration.ts'
import { badRequest } from '../../api/errors.ts'
import { checkFields, refuse } from '../../api/fields.ts'
import { bytes, cpuMilli } from '../../api/quantity.ts'
import { type Distribution, draw } from '../../kernel/distribution.ts'
import type { RandomStream } from '../../kernel/random.ts'
import { timing } from '../../node/timing.ts'
import { type Arrivals, type Moments, momentsOf } from '../workloads/arrivals.ts'
import { amount, positive, whole } from '../workloads/checks.ts'
import { type LifetimeOf, lifetimeOf, type Lifetimes } from '../workloads/lifetimes.ts'
import { again, streamsOf } from '../workloads/streams.ts'
import type { TaskSize } from './cell.ts'
import { type JobArrival, type JobKind, jobKinds, type JobWorkload } from './jobs.ts'

/** What a task asks for. */
export interface JobSize {
  /** How often it is drawn, beside the weights of the others. 1 unless given. */
  readonly weight?: number
  /** Cores, as a quantity. */
  readonly cpu: string | number
  /** Bytes, as a quantity. */
  readonly memory: string | number
}

/**
 * How many tasks a job has: always as many, a number drawn evenly from `[low, high]`, both inclusive, or one drawn
 * otherwise and rounded, at least 1.
 */
export type TaskCounts =
  | number
  | readonly [low: number, high: number]
  | { readonly exponential: { readonly mean: number } }
  | { readonly logNormal: { readonly median: number; readonly sigma: number } }

/** Jobs of one kind. */
export interface JobShape {
  readonly arrivals: Arrivals
  /** How many come at most. Default as many as the duration allows. */
  readonly count?: number
  /** Default 1. */
  readonly tasks?: TaskCounts
  /** What each task asks for; of several, one is drawn for a job. */
  readonly sizes: JobSize | readonly JobSize[]
  /** How long tasks run; one is drawn for a job. Default `'for ever'`. */
  readonly lifetimes?: Lifetimes
  /** The share of jobs, from 0 to 1, whose tasks begin together or not at all. Default 0. */
  readonly gangs?: number
}

export interface GeneratedJobsOptions {
  /** Default `jobs`. */
  readonly name?: string
  /** Nothing comes at this time or later. */
  readonly duration: Duration
  readonly batch?: JobShape
  readonly service?: JobShape
}

/**
 * Batch and service jobs that are drawn, each thing from a stream of its own: when they come, how many tasks they have, what
 * these ask for and how long they run. Throws BadRequest that names the place, or says that it would never end.
 *
 * `generatedJobs({ duration: '1h', batch: { arrivals: { poisson: { perSecond: 1 } }, sizes: { cpu: 1, memory: '1Gi' } } })`
 */
export function generatedJobs(options: GeneratedJobsOptions): JobWorkload {
  checkFields(options, 'generatedJobs', 'options', ['name', 'duration', ...jobKinds])
  const { name = 'jobs' } = options
  const endMs = parseDuration(options.duration, 'generatedJobs.duration')
  const plans = jobKinds.flatMap((kind) => {
    const shape = options[kind]
    return shape === undefined ? [] : [planOf(kind, shape)]
  })
  if (plans.length === 0) throw badRequest('generatedJobs: Required value: batch, service or both')
  return { name, jobs: (seed) => again(() => inOrder(plans.map((plan) => drawn(plan, seed, endMs)))) }
}

interface Plan {
  readonly kind: JobKind
  readonly moments: Moments
  readonly count: number
  readonly tasks: (stream: RandomStream) => number
  readonly sizes: readonly (TaskSize & { readonly weight: number })[]
  readonly lifetime: LifetimeOf
  readonly gangs: number
}

const shapeFields = ['arrivals', 'count', 'tasks', 'sizes', 'lifetimes', 'gangs'] as const

function planOf(kind: JobKind, shape: JobShape): Plan {
  const path = `generatedJobs.${kind}`
  checkFields(shape, path, 'a shape of jobs', shapeFields)
  const { arrivals, count, gangs = 0 } = shape
  const moments = momentsOf(arrivals, `${path}.arrivals`)
  const isEndless = arrivals === 'at once' || ('every' in arrivals && parseDuration(arrivals.every, path) === 0)
  if (isEndless && count === undefined)
    throw badRequest(`${path}.count: Required value: all jobs come at one moment, and nothing else says how many`)
  if (!(typeof gangs === 'number' && gangs >= 0 && gangs <= 1))
    throw refuse(`${path}.gangs`, gangs, 'a share from 0 to 1')
  const sizes = Array.isArray(shape.sizes) ? (shape.sizes as readonly JobSize[]) : [shape.sizes as JobSize]
  if (sizes.length === 0) throw badRequest(`${path}.sizes: Required value: at least one`)
  return {
    kind,
    moments,
    count: count === undefined ? Infinity : whole(count, `${path}.count`, 0),
    tasks: taskCounts(shape.tasks ?? 1, `${path}.tasks`),
    sizes: sizes.map((size, index) =>
      sizeOf(size, Array.isArray(shape.sizes) ? `${path}.sizes[${index}]` : `${path}.sizes`),
    ),
    lifetime: lifetimeOf(shape.lifetimes ?? 'for ever', `${path}.lifetimes`),
    gangs,
  }
}

function sizeOf(size: JobSize, path: string): Plan['sizes'][number] {
  checkFields(size, path, '{ cpu, memory }', ['weight', 'cpu', 'memory'])
  return {
    weight: size.weight === undefined ? 1 : positive(size.weight, `${path}.weight`, Number.MAX_SAFE_INTEGER),
    cpuMilli: cpuMilli(amount(size.cpu, `${path}.cpu`)),
    memoryBytes: bytes(amount(size.memory, `${path}.memory`)),
  }
}

function taskCounts(tasks: TaskCounts, path: string): Plan['tasks'] {
  if (typeof tasks === 'number') {
    const always = whole(tasks, path, 1)
    return () => always
  }
  if (Array.isArray(tasks)) {
    if (tasks.length !== 2) throw refuse(path, tasks, 'a whole number, or the lowest and the highest')
    const [low, high] = tasks.map((bound: unknown) => whole(bound, path, 1)) as [number, number]
    if (low > high) throw refuse(path, tasks, 'the lower bound first')
    return (stream) => stream.integer(low, high)
  }
  checkFields(tasks, path, 'a number, [low, high], { exponential } or { logNormal }', ['exponential', 'logNormal'])
  const distribution: Distribution = timing(tasks as Exclude<TaskCounts, number | readonly number[]>, path)
  return (stream) => Math.max(1, Math.round(draw(distribution, stream)))
}

function* drawn(plan: Plan, seed: number, endMs: number): Generator<JobArrival> {
  const { kind, count, sizes, gangs } = plan
  const streams = streamsOf(seed)
  const moments = plan.moments(streams(`${kind}/arrivals`))
  const [tasks, size, lifetimes, gang] = ['tasks', 'sizes', 'lifetimes', 'gangs'].map((of) =>
    streams(`${kind}/${of}`),
  ) as [RandomStream, RandomStream, RandomStream, RandomStream]
  for (let ordinal = 0; ordinal < count; ordinal++) {
    const at = moments.next().value as number
    if (at >= endMs) return
    const { cpuMilli: cpu, memoryBytes } = oneOf(sizes, size)
    const durationMs = plan.lifetime(lifetimes)
    const job = { name: `${kind}-${ordinal}`, at, tasks: plan.tasks(tasks), cpuMilli: cpu, memoryBytes, kind }
    const lasting = durationMs === undefined ? job : { ...job, durationMs }
    yield gangs > 0 && gang.fraction() < gangs ? { ...lasting, gang: true } : lasting
  }
}

function oneOf(sizes: Plan['sizes'], stream: RandomStream): TaskSize {
  if (sizes.length === 1) return sizes[0]!
  let left = stream.fraction() * sizes.reduce((sum, { weight }) => sum + weight, 0)
  // Rounding may leave a little.
  return sizes.find(({ weight }) => (left -= weight) < 0) ?? sizes.at(-1)!
}

/** By time; of one moment, in the order of the lists. */
function* inOrder(lists: readonly Iterator<JobArrival>[]): Generator<JobArrival> {
  const heads = lists.map((list) => list.next())
  for (;;) {
    let first = -1
    for (const [index, head] of heads.entries()) {
      if (head.done === true) continue
      const best = heads[first]
      if (best === undefined || head.value.at < best.value.at) first = index
    }
    if (first < 0) return
    yield heads[first]!.value
    heads[first] = lists[first]!.next()
  }
}
