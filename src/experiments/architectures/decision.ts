/** How long schedulers think. */
import { type Duration, parseDuration } from '../../api/duration.ts'
import { checkFields, refuse } from '../../api/fields.ts'
import { type JobKind, jobKinds } from './jobs.ts'

/**
 * The time it takes to decide on a job, each time it is tried: `perJob`, and `perTask` for each task that is to be placed.
 * The form and the defaults (100ms and 5ms) are those of the Omega paper (Schwarzkopf et al., EuroSys 2013, section 4).
 */
export interface Decision {
  readonly perJob: Duration
  readonly perTask: Duration
}

/** One path through the scheduler for all jobs, or a path for each kind. */
export type Decisions = Decision | Readonly<Record<JobKind, Decision>>

/** Decisions on jobs of a kind take so many times as long: what a slow policy for them would do. */
export interface Slowdown {
  readonly kind: JobKind
  readonly times: number
}

interface Cost {
  readonly perJobMs: number
  readonly perTaskMs: number
}

const usual: Decision = Object.freeze({ perJob: '100ms', perTask: '5ms' })

/** Decision times of one scheduler, in milliseconds. */
export type DecisionTimes = (kind: JobKind, isFirst: boolean, tasks: number) => number

/**
 * The times of a scheduler that decides on these kinds. A scheduler of one path thinks as long about every job: what slows
 * one kind slows all. Throws BadRequest that names the place.
 */
export function decisionTimes(
  given: Decisions | undefined,
  path: string,
): (takes: readonly JobKind[], slowdown: Slowdown | undefined) => DecisionTimes {
  const decisions = given ?? usual
  const isOnePath = typeof decisions === 'object' && decisions !== null && 'perJob' in decisions
  if (!isOnePath) checkFields(decisions, path, '{ perJob, perTask } or { batch, service }', jobKinds)
  const costs = Object.fromEntries(
    jobKinds.map((kind) => [kind, isOnePath ? costOf(decisions, path) : costOf(decisions[kind], `${path}.${kind}`)]),
  ) as Record<JobKind, Cost>
  return (takes, slowdown) => {
    const times = (kind: JobKind): number => {
      if (slowdown === undefined || !takes.includes(slowdown.kind)) return 1
      return isOnePath || kind === slowdown.kind ? slowdown.times : 1
    }
    const factors = { batch: times('batch'), service: times('service') }
    return (kind, isFirst, tasks) =>
      factors[kind] * ((isFirst ? costs[kind].perJobMs : 0) + costs[kind].perTaskMs * tasks)
  }
}

function costOf(decision: Decision, path: string): Cost {
  checkFields(decision, path, '{ perJob, perTask }', ['perJob', 'perTask'])
  if (decision.perJob === undefined || decision.perTask === undefined)
    throw refuse(path, decision, 'both perJob and perTask')
  return {
    perJobMs: parseDuration(decision.perJob, `${path}.perJob`),
    perTaskMs: parseDuration(decision.perTask, `${path}.perTask`),
  }
}
