import { type Duration, parseDuration } from '../../api/duration.ts'
import { badRequest } from '../../api/errors.ts'
import { checkFields } from '../../api/fields.ts'
import type { Arrival, Workload } from '../workload.ts'
import { type Arrivals, type Moments, momentsOf } from './arrivals.ts'
import { podName, whole } from './checks.ts'
import { type LifetimeOf, lifetimeOf, type Lifetimes } from './lifetimes.ts'
import { type Mixture, mixtureOf, type PodShape } from './shapes.ts'
import { again, streamsOf } from './streams.ts'

export interface GeneratedOptions {
  /** What its pods are named after (`load-0`, `load-1`, …) and its streams of chance. Default `pod`. */
  readonly name?: string
  /** How many pods come at most. Without it, `duration` says when the last one does. */
  readonly count?: number
  /** Nothing comes at this time or later. Without it, `count` says how many do. */
  readonly duration?: Duration
  readonly arrivals: Arrivals
  /** Default `'for ever'`. */
  readonly lifetimes?: Lifetimes
  readonly sizes: PodShape | readonly PodShape[]
}

const FIELDS: readonly string[] = ['name', 'count', 'duration', 'arrivals', 'lifetimes', 'sizes']

/**
 * Pods that are drawn: when they come, how long they stay and what they ask for, each from a stream of its own, so that a
 * change of one leaves the others as they are. Throws BadRequest that names the place, or says that it would never end.
 *
 * `generated({ count: 1000, arrivals: { poisson: { perSecond: 5 } }, sizes: { cpu: '500m', memory: '1Gi' } })`
 */
export function generated(options: GeneratedOptions): Workload {
  checkFields(options, 'generated', 'options', FIELDS)
  const name = podName(options.name ?? 'pod', 'generated.name')
  const plan: Plan = {
    name,
    moments: momentsOf(options.arrivals, 'generated.arrivals'),
    lifetime: lifetimeOf(options.lifetimes ?? 'for ever', 'generated.lifetimes'),
    mixture: mixtureOf(options.sizes, 'generated.sizes'),
    ...endOf(options),
  }
  return { name, arrivals: (seed) => again(() => arrive(plan, seed)) }
}

interface Plan {
  readonly name: string
  readonly moments: Moments
  readonly lifetime: LifetimeOf
  readonly mixture: Mixture
  readonly count: number
  readonly endMs: number
}

function endOf({ count, duration, arrivals }: GeneratedOptions): { readonly count: number; readonly endMs: number } {
  if (count === undefined && duration === undefined)
    throw badRequest('generated: expected a count, a duration or both: it would never end')
  const endMs = duration === undefined ? Infinity : parseDuration(duration, 'generated.duration')
  if (count !== undefined) return { count: whole(count, 'generated.count', 0), endMs }
  // Both forms that may stand still.
  if (
    arrivals === 'at once' ||
    ('every' in arrivals && parseDuration(arrivals.every, 'generated.arrivals.every') === 0)
  )
    throw badRequest('generated.count: Required value: all pods come at one moment, and nothing else says how many')
  return { count: Infinity, endMs }
}

function* arrive(plan: Plan, seed: number): Generator<Arrival> {
  const { name, count, endMs, lifetime, mixture } = plan
  const streams = streamsOf(seed)
  const moments = plan.moments(streams(`${name}/arrivals`))
  const lifetimes = streams(`${name}/lifetimes`)
  const sizes = streams(`${name}/sizes`)
  for (let ordinal = 0; ordinal < count; ordinal++) {
    const at = moments.next().value as number
    if (at >= endMs) return
    const lifetimeMs = lifetime(lifetimes)
    const pod = mixture(sizes).named(`${name}-${ordinal}`)
    yield lifetimeMs === undefined ? { at, pod } : { at, pod, lifetimeMs }
  }
}
