/** Workloads made of others. */
import { badRequest } from '../../api/errors.ts'
import { checkFields, refuse } from '../../api/fields.ts'
import type { Manifest } from '../../api/manifest.ts'
import type { Pod } from '../../api/types/core.ts'
import type { Arrival, Workload } from '../workload.ts'
import { type Arrivals, momentsOf } from './arrivals.ts'
import { podName } from './checks.ts'
import { lifetimeOf, type Lifetimes } from './lifetimes.ts'
import { again, shuffledBy, streamsOf } from './streams.ts'

/** A namespace and a name: what tells the pods of a workload apart. */
export function keyOf({ metadata }: Manifest<Pod>): string {
  return `${metadata?.namespace ?? 'default'}/${metadata?.name ?? ''}`
}

/** The same pods at the same times, in an order that the seed draws: a pod takes its lifetime along. */
export function shuffled(workload: Workload): Workload {
  return { ...workload, arrivals: (seed) => again(() => shuffledArrivals(workload, seed).values()) }
}

export function shuffledArrivals({ name, arrivals }: Workload, seed: number): Arrival[] {
  const stream = streamsOf(seed)(`${name}/shuffle`)
  const inOrder = [...arrivals(seed)]
  return shuffledBy(inOrder, stream).map((arrival, index) => ({ ...arrival, at: inOrder[index]!.at }))
}

export interface RetimedOptions {
  /** When its pods come, in their order. */
  readonly arrivals: Arrivals
  /** How long they stay; as they were unless given. */
  readonly lifetimes?: Lifetimes
}

/** The same pods in the same order, at other times: a trace's pods as a Poisson process, say. */
export function retimed(workload: Workload, options: RetimedOptions): Workload {
  checkFields(options, 'retimed', 'options', ['arrivals', 'lifetimes'])
  const moments = momentsOf(options.arrivals, 'retimed.arrivals')
  const lifetime = options.lifetimes === undefined ? undefined : lifetimeOf(options.lifetimes, 'retimed.lifetimes')
  return { ...workload, arrivals: (seed) => again(() => begin(seed)) }

  function* begin(seed: number): Generator<Arrival> {
    const streams = streamsOf(seed)
    const times = moments(streams(`${workload.name}/arrivals`))
    const stream = streams(`${workload.name}/lifetimes`)
    for (const { pod, lifetimeMs } of workload.arrivals(seed)) {
      const at = times.next().value as number
      const stays = lifetime === undefined ? lifetimeMs : lifetime(stream)
      yield stays === undefined ? { at, pod } : { at, pod, lifetimeMs: stays }
    }
  }
}

/**
 * Several workloads at once, by time; what comes at one moment, in the order in which they are given. Throws BadRequest
 * when, as they come, two of them have a pod of one name.
 */
export function merged(name: string, workloads: readonly Workload[]): Workload {
  podName(name, 'merged.name')
  if (!Array.isArray(workloads)) throw refuse('merged.workloads', workloads, 'a list of workloads')
  return { name, arrivals: (seed) => again(() => mergedArrivals(name, workloads, seed)) }
}

function* mergedArrivals(name: string, workloads: readonly Workload[], seed: number): Generator<Arrival> {
  const seen = new Set<string>()
  const heads = workloads.map(({ arrivals }) => {
    const rest = arrivals(seed)[Symbol.iterator]()
    return { rest, next: rest.next() }
  })
  for (;;) {
    let first: (typeof heads)[number] | undefined
    for (const head of heads)
      if (head.next.done !== true && (first === undefined || head.next.value.at < (first.next.value as Arrival).at))
        first = head
    if (first === undefined) return
    const arrival = first.next.value as Arrival
    const key = keyOf(arrival.pod)
    if (seen.has(key)) throw badRequest(`workload "${name}": two of its workloads have a pod ${key}`)
    seen.add(key)
    yield arrival
    first.next = first.rest.next()
  }
}
