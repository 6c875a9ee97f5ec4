/** A master that offers, and frameworks that take or refuse. */
import { type Duration, parseDuration } from '../../api/duration.ts'
import { badRequest } from '../../api/errors.ts'
import { checkFields, listAt, refuse } from '../../api/fields.ts'
import type { Architecture, Schedulers } from './architecture.ts'
import { checkSharing, type Gangs, gangsOf, inTurn, nameOf, takenKinds } from './checks.ts'
import { mostAttempts } from './deciding.ts'
import { type Decisions, decisionTimes, type Slowdown } from './decision.ts'
import { Framework, type FrameworkManners } from './framework.ts'
import type { JobKind } from './jobs.ts'
import { Master, type Offers } from './master.ts'
import { Placer } from './placing.ts'
import { type PlacementName, type PlacementPolicy, policyOf } from './policies.ts'
import { SchedulerTally } from './tally.ts'
import type { JobRecord, World } from './world.ts'

export interface FrameworkOptions {
  /** A name of its own. */
  readonly name: string
  /** The kinds of jobs it decides on; several frameworks of one kind get jobs in turn. Default both. */
  readonly takes?: readonly JobKind[]
  /** Default 100ms a job and 5ms a task. */
  readonly decision?: Decisions
  /** Default `random`. */
  readonly policy?: PlacementName | PlacementPolicy
  /**
   * `piecewise`: a gang takes what is offered and hoards it until it has all. `whole`: it takes an offer of all or nothing.
   * Default `piecewise`.
   */
  readonly gangs?: Gangs
  /** What it has counts so many times less for its share. Default 1. */
  readonly weight?: number
  /**
   * Without jobs: `decline` answers offers that still come, with its filter, so that a job that comes waits for the filter
   * to end; `suppress` asks for none until a job comes. Default `decline`.
   */
  readonly idle?: 'decline' | 'suppress'
  /**
   * How long what it has declined of a machine is not offered to it again, unless there is more: at least past the next
   * allocation. Default 5s.
   */
  readonly refuse?: Duration
  /** How many jobs it tries before it gives back the rest of what it holds. Default all it has. */
  readonly jobsPerOffer?: number
}

export interface TwoLevelOptions {
  /** Default `two-level`. */
  readonly name?: string
  /** Default one for batch jobs and one for service jobs, named after these. */
  readonly frameworks?: readonly FrameworkOptions[]
  /** Default `machineByMachine`. */
  readonly offers?: Offers
  /** What comes free is offered at the next multiple of it. Default 1s. */
  readonly interval?: Duration
  /** When an offer without an answer is taken back. Default never. */
  readonly offerTimeout?: Duration
  /** After so many attempts a job is given up. Default 1000. */
  readonly maxAttempts?: number
}

const fields = ['name', 'frameworks', 'offers', 'interval', 'offerTimeout', 'maxAttempts'] as const
const frameworkFields = [
  ...['name', 'takes', 'decision', 'policy', 'gangs'],
  ...['weight', 'idle', 'refuse', 'jobsPerOffer'],
] as const

const usual: readonly FrameworkOptions[] = [
  { name: 'batch', takes: ['batch'] },
  { name: 'service', takes: ['service'] },
]

/**
 * A master that offers free resources to frameworks by dominant resource fairness, and frameworks that decide on what they
 * are offered: Mesos (Hindman et al., NSDI 2011). What is offered is locked until there is an answer; nobody sees the whole
 * cell, and nobody can ask. Defaults of time are Mesos'. Throws BadRequest that names the place.
 *
 * `twoLevel({ offers: 'everything', interval: '1ms' })`
 */
export function twoLevel(options: TwoLevelOptions = {}): Architecture {
  checkFields(options, 'twoLevel', 'options', fields)
  const name = nameOf(options.name ?? 'two-level', 'twoLevel.name')
  const { offers = 'machineByMachine' } = options
  if (offers !== 'machineByMachine' && offers !== 'everything')
    throw refuse('twoLevel.offers', offers, 'machineByMachine or everything')
  const intervalMs = timeAboveZero(options.interval ?? '1s', 'twoLevel.interval')
  const offerTimeoutMs =
    options.offerTimeout === undefined ? Infinity : timeAboveZero(options.offerTimeout, 'twoLevel.offerTimeout')
  const maxAttempts = mostAttempts(options.maxAttempts, 'twoLevel')
  const plans = listAt(options.frameworks ?? usual, 'twoLevel.frameworks').map((framework, index) =>
    planOf(framework as FrameworkOptions, index, maxAttempts, intervalMs),
  )
  if (plans.length === 0) throw badRequest('twoLevel.frameworks: Required value: at least one')
  checkSharing(plans, 'twoLevel.frameworks')
  const begin = (world: World, slowdown: Slowdown | undefined): Schedulers => {
    const master = new Master(world, offers, { intervalMs, offerTimeoutMs })
    const made = plans.map(({ name: own, takes, times, policy, manners }) => {
      const tally = new SchedulerTally(own)
      const placer = new Placer(world.cell, policy, world.kernel.random(`${own}/policy`))
      const framework = new Framework(world, master, tally, placer, times(takes, slowdown), manners)
      return { takes, tally, submit: (record: JobRecord) => framework.submit(record) }
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
  readonly manners: FrameworkManners
}

function planOf(framework: FrameworkOptions, index: number, maxAttempts: number, intervalMs: number): Plan {
  const path = `twoLevel.frameworks[${index}]`
  checkFields(framework, path, 'a framework', frameworkFields)
  const { idle = 'decline', weight = 1, jobsPerOffer = Infinity } = framework
  if (idle !== 'decline' && idle !== 'suppress') throw refuse(`${path}.idle`, idle, 'decline or suppress')
  if (!(weight > 0 && weight < Infinity)) throw refuse(`${path}.weight`, weight, 'a number above 0')
  if (!(jobsPerOffer === Infinity || (Number.isSafeInteger(jobsPerOffer) && jobsPerOffer > 0)))
    throw refuse(`${path}.jobsPerOffer`, jobsPerOffer, 'a whole number of at least 1')
  const gangs = gangsOf(framework.gangs ?? 'piecewise', `${path}.gangs`)
  // As Mesos has it: a filter lasts until after the next allocation.
  const refuseMs = Math.max(timeAboveZero(framework.refuse ?? '5s', `${path}.refuse`), intervalMs)
  return {
    name: nameOf(framework.name, `${path}.name`),
    takes: takenKinds(framework.takes, `${path}.takes`),
    times: decisionTimes(framework.decision, `${path}.decision`),
    policy: policyOf(framework.policy ?? 'random', `${path}.policy`),
    manners: { gangs, idle, refuseMs, jobsPerOffer, maxAttempts, weight },
  }
}

function timeAboveZero(duration: Duration, path: string): number {
  const found = parseDuration(duration, path)
  if (found > 0) return found
  throw refuse(path, duration, 'a time above 0')
}
