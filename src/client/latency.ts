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
  /** Setting up a load balancer in the cloud, or taking it down; 5 s unless given. */
  readonly loadBalancer?: Duration | Distribution
  /** Making the volume that a claim is promised; 1 s unless given. */
  readonly volumeProvisioning?: Duration | Distribution
  /** Taking away what is behind a volume, or scrubbing it; 1 s unless given. */
  readonly volumeDeletion?: Duration | Distribution
  /** Making a volume larger; 1 s unless given. */
  readonly volumeExpansion?: Duration | Distribution
  /**
   * Making the file system on it larger, on the node of a pod that uses it; 1 s unless given. Kubelets hear at once that
   * they are to; real ones look every 60 to 90 s.
   */
  readonly fileSystemExpansion?: Duration | Distribution
  /** Attaching a volume to a node, by its driver; 1 s unless given. */
  readonly volumeAttachment?: Duration | Distribution
  /** Detaching it; 1 s unless given. */
  readonly volumeDetachment?: Duration | Distribution
}

export type LatencyName = keyof LatencyOptions

/** How long each thing takes. */
export type Latencies = Readonly<Record<LatencyName, Distribution>>

/** Draws how long something takes, in milliseconds. */
export type Latency = (name: LatencyName) => number

const defaults: Readonly<Record<LatencyName, number>> = Object.freeze({
  watchDelivery: 1,
  schedulingDecision: 0.1,
  imagePull: 1000,
  containerStart: 500,
  loadBalancer: 5000,
  volumeProvisioning: 1000,
  volumeDeletion: 1000,
  volumeExpansion: 1000,
  fileSystemExpansion: 1000,
  volumeAttachment: 1000,
  volumeDetachment: 1000,
})

/** Refuses unknown names and bad durations with BadRequest. */
export function latenciesOf(options: LatencyOptions = {}): Latencies {
  const chosen: Record<LatencyName, Distribution> = { ...defaults }
  for (const [name, value] of Object.entries(options)) {
    if (!Object.hasOwn(defaults, name)) {
      throw badRequest(`latency.${name}: unknown; expected one of ${Object.keys(defaults).join(', ')}`)
    }
    if (value !== undefined)
      chosen[name as LatencyName] =
        typeof value === 'object' ? checked(name, value) : parseDuration(value, `latency.${name}`)
  }
  return chosen
}

export function createLatency(kernel: Kernel, latencies: Latencies): Latency {
  return (name) => {
    const distribution = latencies[name]
    return typeof distribution === 'number' ? distribution : draw(distribution, kernel.random(`latency/${name}`))
  }
}

function checked(name: string, distribution: Exclude<Distribution, number>): Distribution {
  if (numbersOf(distribution)?.every((value) => typeof value === 'number' && value >= 0 && value < Infinity) === true)
    return distribution
  throw badRequest(
    `latency.${name}: expected a duration or a distribution over milliseconds from 0, got ${JSON.stringify(distribution)}`,
  )
}

/** The numbers of a distribution of a known form; undefined for anything else, or when the bounds are the wrong way round. */
function numbersOf(distribution: Exclude<Distribution, number> | null): readonly unknown[] | undefined {
  const { uniform, exponential, logNormal } = (distribution ?? {}) as Partial<
    Record<string, { mean?: unknown; median?: unknown; sigma?: unknown }>
  >
  if (Array.isArray(uniform)) return uniform.length === 2 && uniform[0] <= uniform[1] ? uniform : undefined
  if (exponential) return [exponential.mean]
  return logNormal ? [logNormal.median, logNormal.sigma] : undefined
}
