/** One scheduler, one queue. */
import { checkFields, refuse } from '../../api/fields.ts'
import type { Architecture, Schedulers } from './architecture.ts'
import { DecisionLoop, type Retry, retryTimes, type Verdict } from './deciding.ts'
import { type Decisions, decisionTimes } from './decision.ts'
import { type Entry, entryOf } from './entry.ts'
import { type Gangs, gangsOf, nameOf } from './checks.ts'
import { jobKinds } from './jobs.ts'
import { Placer } from './placing.ts'
import { type PlacementName, type PlacementPolicy, policyOf } from './policies.ts'
import { SchedulerTally } from './tally.ts'
import type { World } from './world.ts'

export interface MonolithicOptions {
  /** Default `monolithic`. */
  readonly name?: string
  /** One for all jobs (single-path), or one for each kind (multi-path). Default 100ms a job and 5ms a task. */
  readonly decision?: Decisions
  /** Default `random`. */
  readonly policy?: PlacementName | PlacementPolicy
  /**
   * `job`: a job's tasks are decided on together. `task`: one after another, each tried again by itself, as kube-scheduler
   * does with pods; the time per job is then spent on the first of them. Default `job`.
   */
  readonly unit?: 'job' | 'task'
  /**
   * `whole`: a gang is placed at once or not at all. `piecewise`: it takes what it finds and holds it until it has all.
   * Default `whole`; with the unit `task` it is always `piecewise`.
   */
  readonly gangs?: Gangs
  /** When a job is tried again that found no room. Default always after 1s. */
  readonly retry?: Retry
  /** After so many attempts a job is given up. Default 1000. */
  readonly maxAttempts?: number
}

const fields = ['name', 'decision', 'policy', 'unit', 'gangs', 'retry', 'maxAttempts'] as const

/**
 * One scheduler that decides on all jobs, one after another, with the whole cell before it: a slow decision holds up
 * whatever stands behind it. Borg, and Kubernetes with `{ unit: 'task' }`. Throws BadRequest that names the place.
 *
 * `monolithic({ decision: { batch: { perJob: '100ms', perTask: '5ms' }, service: { perJob: '10s', perTask: '5ms' } } })`
 */
export function monolithic(options: MonolithicOptions = {}): Architecture {
  checkFields(options, 'monolithic', 'options', fields)
  const name = nameOf(options.name ?? 'monolithic', 'monolithic.name')
  const times = decisionTimes(options.decision, 'monolithic.decision')
  const policy = policyOf(options.policy ?? 'random', 'monolithic.policy')
  const retry = retryTimes(options.retry, options.maxAttempts, 'monolithic')
  const { unit = 'job' } = options
  if (unit !== 'job' && unit !== 'task') throw refuse('monolithic.unit', unit, 'job or task')
  const gangs = gangsOf(options.gangs ?? (unit === 'job' ? 'whole' : 'piecewise'), 'monolithic.gangs')
  if (unit === 'task' && gangs === 'whole')
    throw refuse('monolithic.gangs', gangs, 'piecewise: with the unit task nobody sees a gang as a whole')
  const begin = (world: World, slowdown: Parameters<Architecture['begin']>[1]): Schedulers => {
    const tally = new SchedulerTally('scheduler')
    const placer = new Placer(world.cell, policy, world.kernel.random('scheduler/policy'))
    const end = (entry: Entry): Verdict => {
      // The job was thought about; from now on it is about this task alone.
      entry.isWithJob &&= unit === 'job'
      return placeNow(entry, gangs, placer, world, tally)
    }
    const decider = { begin: () => {}, end }
    const loop = new DecisionLoop('scheduler', world, tally, times(jobKinds, slowdown), retry, decider)
    return {
      tallies: [tally],
      submit: (record) => {
        if (unit === 'job') return loop.submit(entryOf(record, record.job.tasks))
        for (let task = 0; task < record.job.tasks; task++) loop.submit(entryOf(record, 1, task === 0))
      },
    }
  }
  return { name, begin }
}

/** Nobody else takes anything: what is seen is how it is. */
function placeNow(entry: Entry, gangs: Gangs, placer: Placer, world: World, tally: SchedulerTally): Verdict {
  const { record, tasks } = entry
  const { free } = world.cell
  const machines = placer.place(free, record.job, tasks, record.isGang && gangs === 'whole')
  // What was only tried out is claimed with all that belongs to it.
  for (const machine of machines) free.give(machine, record.job)
  if (machines.length > 0) tally.succeeded++
  world.place(record, machines)
  entry.tasks -= machines.length
  return entry.tasks === 0 ? 'settled' : 'later'
}
