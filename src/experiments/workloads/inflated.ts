import { badRequest } from '../../api/errors.ts'
import { checkFields, refuse } from '../../api/fields.ts'
import type { Manifest } from '../../api/manifest.ts'
import type { Node, Pod } from '../../api/types/core.ts'
import type { RandomStream } from '../../kernel/random.ts'
import type { Arrival, Workload } from '../workload.ts'
import { askedBy, capacityOf, shareOf } from './amounts.ts'
import { positive } from './checks.ts'
import { keyOf, shuffledArrivals } from './combined.ts'
import { again, shuffledBy, streamsOf } from './streams.ts'

export interface InflatedOptions {
  /** What all pods together ask for, as a share of what the nodes have: 1.3 is 130 %. Above 0, at most 100. */
  readonly to: number
  /** The nodes whose capacity counts. */
  readonly of: readonly Manifest<Node>[]
  /** `cpu`, `memory`, `pods`, or the name of an extended resource. */
  readonly resource: string
  /** Whether the workload's own pods come in an order that the seed draws. Default false. */
  readonly shuffle?: boolean
  /** How much a pod asks for, where its requests do not say: thousandths of a core of `cpu`, else as nodes count it. */
  readonly asks?: (pod: Manifest<Pod>) => number
}

/**
 * The workload with as many pods as it takes to ask for a share of what the nodes have: over the share by less than the
 * last pod. Pods are added by drawing from its own, again and again, each under a name of its own (`web-3-again-0`), after
 * those that it has; its times go on as they were, one round after another. Where it asks for more than the share, pods
 * that are drawn are left out. Mirrors TunePodsByNodeTotalResource of pkg/simulator of hkust-adsl's
 * kubernetes-scheduler-simulator (`-tune 1.3 -tuneseed 42 --shuffle-pod`), which stops one pod earlier.
 *
 * Throws BadRequest when the nodes have nothing of the resource or, as they are drawn, the pods ask for none of it.
 */
export function inflated(workload: Workload, options: InflatedOptions): Workload {
  checkFields(options, 'inflated', 'options', ['to', 'of', 'resource', 'shuffle', 'asks'])
  const { to, of, resource, shuffle = false } = options
  positive(to, 'inflated.to', 100)
  if (typeof resource !== 'string') throw refuse('inflated.resource', resource, 'the name of a resource')
  if (!Array.isArray(of)) throw refuse('inflated.of', of, 'a list of nodes')
  if (typeof shuffle !== 'boolean') throw refuse('inflated.shuffle', shuffle, 'true or false')
  const capacity = capacityOf(of, resource)
  if (!(capacity > 0)) throw badRequest(`inflated.of: none of the ${of.length} nodes has ${resource}`)
  const plan: Plan = { workload, target: shareOf(capacity, to), resource, asks: options.asks }
  return { ...workload, arrivals: (seed) => again(() => tuned(plan, shuffle, seed).values()) }
}

interface Plan {
  readonly workload: Workload
  readonly target: number
  readonly resource: string
  readonly asks: ((pod: Manifest<Pod>) => number) | undefined
}

function tuned({ workload, target, resource, asks }: Plan, shuffle: boolean, seed: number): readonly Arrival[] {
  const own = shuffle ? shuffledArrivals(workload, seed) : [...workload.arrivals(seed)]
  const amounts = asks === undefined ? requestsOf(own, resource) : own.map(({ pod }) => said(asks(pod), pod))
  const total = sum(amounts)
  if (!(total > 0)) throw badRequest(`workload "${workload.name}": none of its ${own.length} pods asks for ${resource}`)
  const stream = streamsOf(seed)(`${workload.name}/inflated`)
  if (total > target) return leftOut(own, amounts, target, stream)
  return [...own, ...resampled(own, amounts, target, stream)]
}

/** Pods of one spec ask for the same. */
function requestsOf(own: readonly Arrival[], resource: string): number[] {
  const known = new Map<unknown, number>()
  return own.map(({ pod }) => {
    const amount = known.get(pod.spec) ?? askedBy(pod).get(resource) ?? 0
    known.set(pod.spec, amount)
    return amount
  })
}

function said(amount: unknown, pod: Manifest<Pod>): number {
  if (typeof amount === 'number' && amount >= 0 && amount < Infinity) return amount
  throw refuse(`inflated.asks of Pod "${pod.metadata?.name ?? ''}"`, amount, 'a number of at least 0')
}

/** The arrivals without some that are drawn: what is left still asks for enough, and would not without the next. */
function leftOut(own: readonly Arrival[], amounts: readonly number[], target: number, stream: RandomStream): Arrival[] {
  const out = new Set<number>()
  let total = sum(amounts)
  for (const index of shuffledBy([...own.keys()], stream)) {
    total -= amounts[index]!
    if (total < target) break
    out.add(index)
  }
  return own.filter((_, index) => !out.has(index))
}

function resampled(
  own: readonly Arrival[],
  amounts: readonly number[],
  target: number,
  stream: RandomStream,
): Arrival[] {
  const names = new Set(own.map(({ pod }) => keyOf(pod)))
  const last = own.at(-1)!.at
  const round = last + (own.length > 1 ? last / (own.length - 1) : 0)
  const added: Arrival[] = []
  let ordinal = 0
  for (let total = sum(amounts); total < target;) {
    const drawn = stream.integer(0, own.length - 1)
    total += amounts[drawn]!
    const again = added.length
    const at = own[again % own.length]!.at + round * (1 + Math.floor(again / own.length))
    let pod: Manifest<Pod>
    do pod = renamed(own[drawn]!.pod, ordinal++)
    while (names.has(keyOf(pod)))
    added.push({ ...own[drawn]!, at, pod })
  }
  return added
}

function sum(amounts: readonly number[]): number {
  return amounts.reduce((all, amount) => all + amount, 0)
}

function renamed(pod: Manifest<Pod>, ordinal: number): Manifest<Pod> {
  return { ...pod, metadata: { ...pod.metadata, name: `${pod.metadata?.name ?? 'pod'}-again-${ordinal}` } }
}
