/** One run of one architecture. */
import { type Duration, parseDuration } from '../../api/duration.ts'
import { checkFields, refuse } from '../../api/fields.ts'
import type { Manifest } from '../../api/manifest.ts'
import { isObject } from '../../api/object.ts'
import type { Node } from '../../api/types/core.ts'
import type { Architecture } from './architecture.ts'
import { cellOf } from './cell.ts'
import type { Slowdown } from './decision.ts'
import { type JobArrival, jobKinds, jobsOfSeed, type JobWorkload } from './jobs.ts'
import { outcomeOf } from './measures.ts'
import type { ArchitectureOutcome } from './outcome.ts'
import { Usage } from './usage.ts'
import { type TaskEvent, World } from './world.ts'

export interface SimulationOptions {
  readonly architecture: Architecture
  /** The machines: what is allocatable of their cpu, memory and pods counts, and nothing else of them. */
  readonly nodes: readonly Manifest<Node>[]
  /** What comes; or jobs, the same ones for every seed. */
  readonly jobs: JobWorkload | readonly JobArrival[]
  /** A whole number. Default 0. */
  readonly seed?: number
  /** When the run ends, whatever is left. Default when nothing is left to happen. */
  readonly until?: Duration
  /** Makes decisions on jobs of one kind slower. */
  readonly slowdown?: Slowdown
  /** How long a stretch of the time line of utilisation is. Default 1m. */
  readonly sampleEvery?: Duration
  /** Told of all that is placed and leaves, as it happens. */
  readonly observe?: (event: TaskEvent) => void
}

const fields = [
  ...['architecture', 'nodes', 'jobs', 'seed', 'until'],
  ...['slowdown', 'sampleEvery', 'observe'],
] as const

/**
 * Lets jobs come to an empty cell under an architecture, on virtual time: nothing of it depends on the machine it runs on,
 * and the same options give the same outcome. Throws BadRequest that names the place.
 *
 * `simulateArchitecture({ architecture: sharedState(), nodes, jobs: generatedJobs({ … }), seed: 7 })`
 */
export function simulateArchitecture(options: SimulationOptions): ArchitectureOutcome {
  checkFields(options, 'simulateArchitecture', 'options', fields)
  const { architecture, slowdown, seed = 0 } = options
  checkArchitecture(architecture, 'architecture')
  if (!Number.isSafeInteger(seed)) throw refuse('seed', seed, 'a whole number')
  checkSlowdown(slowdown)
  const untilMs = options.until === undefined ? Infinity : parseDuration(options.until, 'until')
  const everyMs = parseDuration(options.sampleEvery ?? '1m', 'sampleEvery')
  if (everyMs === 0) throw refuse('sampleEvery', options.sampleEvery, 'a time above 0')
  const workload = workloadOf(options.jobs)
  const cell = cellOf(options.nodes)
  const usage = new Usage({ cpu: cell.totalCpu, memory: cell.totalMemory }, everyMs)
  const world = new World(cell, usage, jobsOfSeed(workload, seed), seed, options.observe)
  const schedulers = begin(world, architecture, slowdown)
  run(world, untilMs)
  return outcomeOf({ architecture: architecture.name, workload: workload.name, seed }, world, schedulers.tallies)
}

/** Throws BadRequest that names the place. */
export function checkArchitecture(architecture: Architecture, path: string): void {
  if (!isObject(architecture) || typeof architecture.begin !== 'function')
    throw refuse(path, architecture, 'one such as monolithic(), twoLevel() or sharedState()')
}

function checkSlowdown(slowdown: Slowdown | undefined): void {
  if (slowdown === undefined) return
  checkFields(slowdown, 'slowdown', '{ kind, times }', ['kind', 'times'])
  if (!jobKinds.includes(slowdown.kind)) throw refuse('slowdown.kind', slowdown.kind, `one of ${jobKinds.join(', ')}`)
  if (!(slowdown.times >= 0 && slowdown.times < Infinity))
    throw refuse('slowdown.times', slowdown.times, 'a number of at least 0')
}

/** A workload, or the one that jobs make. Throws BadRequest for anything else. */
export function workloadOf(jobs: JobWorkload | readonly JobArrival[]): JobWorkload {
  if (Array.isArray(jobs)) return { name: 'jobs', jobs: () => jobs as readonly JobArrival[] }
  if (isObject(jobs) && typeof (jobs as JobWorkload).jobs === 'function') return jobs as JobWorkload
  throw refuse('jobs', jobs, 'a workload of jobs, such as generatedJobs({ … }), or a list of jobs')
}

function begin(
  world: World,
  architecture: Architecture,
  slowdown: Slowdown | undefined,
): ReturnType<Architecture['begin']> {
  const { kernel, records } = world
  let come = 0
  const awaitNext = (): void => {
    const record = records[come]
    if (record !== undefined) kernel.schedule('arrivals', record.job.at - kernel.now, 'work', 'come')
  }
  kernel.register({
    name: 'arrivals',
    handle: () => {
      const { at } = records[come]!.job
      for (let record = records[come]; record?.job.at === at; record = records[++come]) {
        world.arrive(record)
        schedulers.submit(record)
      }
      awaitNext()
    },
  })
  // What comes at a moment is there before anything else of that moment happens.
  awaitNext()
  const schedulers = architecture.begin(world, slowdown)
  return schedulers
}

function run({ kernel }: World, untilMs: number): void {
  while (kernel.isDue(untilMs)) kernel.take()
  if (untilMs < Infinity) kernel.moveTo(untilMs)
}
