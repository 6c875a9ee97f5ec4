import { badRequest } from '../api/errors.ts'
import { type Duration, parseDuration } from '../api/duration.ts'
import { type Distribution, draw } from '../kernel/distribution.ts'
import type { Kernel } from '../kernel/kernel.ts'

/** How long things take, each a duration (`'20ms'`, or milliseconds) or a distribution over milliseconds. */
export interface LatencyOptions {
  /** From a commit to a watcher; 1 ms unless given. */
  readonly watchDelivery?: Duration | Distribution
  /** One scheduling decision; 0.1 ms unless given. */
  readonly schedulingDecision?: Duration | Distribution
  /** Pulling an image a node does not have; 1 s unless given. A behaviour may say otherwise for its images. */
  readonly imagePull?: Duration | Distribution
  /** From creating a container to its being started; 0.5 s unless given. A behaviour may say otherwise. */
  readonly containerStart?: Duration | Distribution
}

export type LatencyName = keyof LatencyOptions

/** Draws how long something takes, in milliseconds. */
export type Latency = (name: LatencyName) => number

const defaults: Readonly<Record<LatencyName, number>> = Object.freeze({
  watchDelivery: 1,
  schedulingDecision: 0.1,
  imagePull: 1000,
  containerStart: 500,
})

/** Refuses unknown names and bad durations with BadRequest. */
export function createLatency(kernel: Kernel, options: LatencyOptions = {}): Latency {
  const chosen: Record<LatencyName, Distribution> = { ...defaults }
  for (const [name, value] of Object.entries(options)) {
    if (!Object.hasOwn(defaults, name)) {
      throw badRequest(`latency.${name}: unknown; expected one of ${Object.keys(defaults).join(', ')}`)
    }
    if (value !== undefined) chosen[name as LatencyName] = typeof value === 'object' ? checked(name, value) : duration(name, value)
  }
  return (name) => {
    const distribution = chosen[name]
    return typeof distribution === 'number' ? distribution : draw(distribution, kernel.random(`latency/${name}`))
  }
}

function duration(name: string, value: Duration): number {
  try {
    return parseDuration(value)
  } catch (error) {
    throw badRequest(`latency.${name}: ${(error as Error).message}`)
  }
}

function checked(name: string, distribution: Exclude<Distribution, number>): Distribution {
  if (distribution === null) throw badRequest(`latency.${name}: expected a duration or a distribution, got null`)
  const numbers = 'uniform' in distribution ? distribution.uniform : Object.values(Object.values(distribution)[0] as object)
  const isFine = numbers.length > 0 && numbers.every((value) => typeof value === 'number' && value >= 0 && Number.isFinite(value))
  if (isFine && (!('uniform' in distribution) || distribution.uniform[0] <= distribution.uniform[1])) return distribution
  throw badRequest(`latency.${name}: expected a distribution over milliseconds from 0, got ${JSON.stringify(distribution)}`)
}
