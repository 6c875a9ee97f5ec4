/** Several schedulers over one state, each as if it were alone until it commits. */
import { badRequest } from '../../api/errors.ts'
import { checkFields, listAt, refuse } from '../../api/fields.ts'
import type { Architecture, Schedulers } from './architecture.ts'
import type { Cell, Room, TaskSize } from './cell.ts'
import { checkSharing, type Gangs, gangsOf, inTurn, nameOf, takenKinds } from './checks.ts'
import { type Decider, DecisionLoop, type Retry, retryTimes, type Verdict } from './deciding.ts'
import { type Decisions, decisionTimes, type Slowdown } from './decision.ts'
import { type Entry, entryOf } from './entry.ts'
import type { JobKind } from './jobs.ts'
import { Placer } from './placing.ts'
import { type PlacementName, type PlacementPolicy, policyOf } from './policies.ts'
import { SchedulerTally } from './tally.ts'
import type { World } from './world.ts'

export interface SharedScheduler {
  /** A name of its own. */
  readonly name: string
  /** The kinds of jobs it decides on; several schedulers of one kind get jobs in turn. Default both. */
  readonly takes?: readonly JobKind[]
  /** Default 100ms a job and 5ms a task. */
  readonly decision?: Decisions
  /** Default `random`: those who choose alike get into each other's way. */
  readonly policy?: PlacementName | PlacementPolicy
}

/**
 * What is refused of a commit: `incremental` the tasks that conflict, `allOrNothing` all of it; the latter also places
 * every job at once or not at all.
 */
export type Commit = 'incremental' | 'allOrNothing'

/**
 * When a task conflicts: `fine` when its machine has no room for it any more, `coarse` when its machine has changed at all
 * since the scheduler looked.
 */
export type Conflicts = 'fine' | 'coarse'

export interface SharedStateOptions {
  /** Default `shared state`. */
  readonly name?: string
  /** Default one for batch jobs and one for service jobs, named after these. */
  readonly schedulers?: readonly SharedScheduler[]
  /** Default `incremental`. */
  readonly commit?: Commit
  /** Default `fine`. */
  readonly conflicts?: Conflicts
  /** `whole`: gangs are committed all or nothing. `piecewise`: they hold what they get. Default `whole`. */
  readonly gangs?: Gangs
  /** When a job is tried again that found no room; one that met a conflict is at once. Default always after 1s. */
  readonly retry?: Retry
  /** After so many attempts a job is given up. Default 1000. */
  readonly maxAttempts?: number
}

const fields = ['name', 'schedulers', 'commit', 'conflicts', 'gangs', 'retry', 'maxAttempts'] as const

const usual: readonly SharedScheduler[] = [
  { name: 'batch', takes: ['batch'] },
  { name: 'service', takes: ['service'] },
]

/**
 * Schedulers that each decide on a private copy of the whole cell, and commit optimistically: Omega. Nobody waits for
 * anybody; who comes too late tries again. Throws BadRequest that names the place.
 *
 * `sharedState({ commit: 'allOrNothing', conflicts: 'coarse' })`
 */
export function sharedState(options: SharedStateOptions = {}): Architecture {
  checkFields(options, 'sharedState', 'options', fields)
  const name = nameOf(options.name ?? 'shared state', 'sharedState.name')
  const { commit = 'incremental', conflicts = 'fine' } = options
  if (commit !== 'incremental' && commit !== 'allOrNothing')
    throw refuse('sharedState.commit', commit, 'incremental or allOrNothing')
  if (conflicts !== 'fine' && conflicts !== 'coarse') throw refuse('sharedState.conflicts', conflicts, 'fine or coarse')
  const gangs = gangsOf(options.gangs ?? 'whole', 'sharedState.gangs')
  const retry = retryTimes(options.retry, options.maxAttempts, 'sharedState')
  const plans = listAt(options.schedulers ?? usual, 'sharedState.schedulers').map((one, index) =>
    planOf(one as SharedScheduler, index),
  )
  if (plans.length === 0) throw badRequest('sharedState.schedulers: Required value: at least one')
  checkSharing(plans, 'sharedState.schedulers')
  const isWhole = ({ record }: Entry): boolean => commit === 'allOrNothing' || (record.isGang && gangs === 'whole')
  const begin = (world: World, slowdown: Slowdown | undefined): Schedulers => {
    const made = plans.map(({ name: own, takes, times, policy }) => {
      const tally = new SchedulerTally(own)
      const placer = new Placer(world.cell, policy, world.kernel.random(`${own}/policy`))
      const decider = new OptimisticDecider(world, placer, tally, conflicts, isWhole)
      const loop = new DecisionLoop(`scheduler/${own}`, world, tally, times(takes, slowdown), retry, decider)
      return { takes, tally, submit: (record: Entry['record']) => loop.submit(entryOf(record, record.job.tasks)) }
    })
    return { tallies: made.map(({ tally }) => tally), submit: inTurn(made) }
  }
  return { name, begin }
}

interface Plan {
  readonly name: string
  readonly takes: readonly JobKind[]
  readonly times: ReturnType<typeof decisionTimes>
  readonly policy: PlacementPolicy
}

function planOf(scheduler: SharedScheduler, index: number): Plan {
  const path = `sharedState.schedulers[${index}]`
  checkFields(scheduler, path, '{ name, takes, decision, policy }', ['name', 'takes', 'decision', 'policy'])
  return {
    name: nameOf(scheduler.name, `${path}.name`),
    takes: takenKinds(scheduler.takes, `${path}.takes`),
    times: decisionTimes(scheduler.decision, `${path}.decision`),
    policy: policyOf(scheduler.policy ?? 'random', `${path}.policy`),
  }
}

/** Decides on a snapshot, and takes what is still to be had. */
class OptimisticDecider implements Decider {
  private readonly seen: Room
  private readonly versions: Float64Array

  constructor(
    private readonly world: World,
    private readonly placer: Placer,
    private readonly tally: SchedulerTally,
    private readonly conflicts: Conflicts,
    private readonly isWhole: (entry: Entry) => boolean,
  ) {
    this.seen = world.cell.free.copy()
    this.versions = world.cell.versions.slice()
  }

  begin(): void {
    const { cell } = this.world
    this.seen.become(cell.free)
    this.versions.set(cell.versions)
  }

  end(entry: Entry): Verdict {
    const { record, tasks } = entry
    const whole = this.isWhole(entry)
    const wanted = this.placer.place(this.seen, record.job, tasks, whole)
    if (wanted.length === 0) return 'later'
    const granted = this.granted(wanted, record.job)
    const isConflict = granted.length < wanted.length
    if (isConflict) this.tally.conflicts++
    else this.tally.succeeded++
    if (isConflict && whole) return 'again'
    this.world.place(record, granted)
    entry.tasks -= granted.length
    if (entry.tasks === 0) return 'settled'
    return isConflict ? 'again' : 'later'
  }

  /** Those of the wanted machines that can still be had. */
  private granted(wanted: readonly number[], size: TaskSize): readonly number[] {
    const { cell } = this.world
    const { free } = cell
    const granted = wanted.filter((machine) => {
      if (this.isStale(cell, machine) || !free.fits(machine, size)) return false
      free.take(machine, size)
      return true
    })
    // Whether they are claimed is decided over all of them.
    for (const machine of granted) free.give(machine, size)
    return granted
  }

  private isStale(cell: Cell, machine: number): boolean {
    return this.conflicts === 'coarse' && cell.versions[machine] !== this.versions[machine]
  }
}
