/** How many nodes of a zone fail, and how fast their pods may be given up. Mirrors pkg/controller/nodelifecycle. */
import type { Node } from '../../api/types/core.ts'

// kube-controller-manager's --node-eviction-rate, --secondary-node-eviction-rate, --large-cluster-size-threshold and
// --unhealthy-zone-threshold: nodes a second, nodes, and a share.
const usualRate = 0.1
const reducedRate = 0.01
const largeZone = 50
const unhealthyShare = 0.55

export type Disruption = 'Initial' | 'Normal' | 'PartialDisruption' | 'FullDisruption'

/** A zone, and the bucket with one token that nodes are tainted by. Plain data. */
export interface Zone {
  readonly key: string
  readonly state: Disruption
  /** Nodes a second; 0 for none at all. */
  readonly rate: number
  /** When there is a token again, in milliseconds since the Unix epoch. */
  readonly free: number
  /** Nodes that are to be tainted NoExecute, by name. */
  readonly waiting: readonly string[]
}

/** The readiness of the nodes of a zone that count. */
export interface Census {
  readonly ready: number
  readonly notReady: number
}

const region = 'topology.kubernetes.io/region'
const zone = 'topology.kubernetes.io/zone'
const excluded = 'node.kubernetes.io/exclude-disruption'

/** A node's zone, as a name of its region and its own; '' for none. Mirrors GetZoneKey of component-helpers/node/topology. */
export function zoneOf({ metadata: { labels } }: Node): string {
  const [a, b] = [labels?.[region] ?? '', labels?.[zone] ?? '']
  return a === '' && b === '' ? '' : `${a}:${b}`
}

/** Whether a node's state says nothing of its zone's. */
export function isExcluded({ metadata: { labels } }: Node): boolean {
  return labels?.[excluded] !== undefined
}

export function newZone(key: string): Zone {
  return { key, state: 'Initial', rate: usualRate, free: 0, waiting: [] }
}

/** Mirrors ComputeZoneState. */
function disruptionOf({ ready, notReady }: Census): Disruption {
  if (ready === 0 && notReady > 0) return 'FullDisruption'
  if (notReady > 2 && notReady / (notReady + ready) >= unhealthyShare) return 'PartialDisruption'
  return 'Normal'
}

/** What becomes of the zones, and whether the cluster enters or leaves the state in which every zone fails. */
export interface Verdict {
  readonly zones: readonly Zone[]
  readonly turn: 'enters' | 'leaves' | undefined
}

/**
 * Mirrors handleDisruption: as long as some zone has a node that is ready, each has its own rate; with none, it is not
 * the nodes that are suspected, and nothing is evicted at all.
 */
export function judge(zones: readonly Zone[], census: ReadonlyMap<string, Census>, now: number): Verdict {
  const known = zones.filter(({ key }) => census.has(key))
  const others = zones.filter(({ key }) => !census.has(key))
  const states = known.map(({ key }) => disruptionOf(census.get(key)!))
  const all = states.every((state) => state === 'FullDisruption')
  const were = known.every(({ state }) => state === 'FullDisruption')
  if (all && were) return { zones, turn: undefined }
  if (all) return { zones: [...known.map((one) => limited(one, 'FullDisruption', 0, now)), ...others], turn: 'enters' }
  const next = known.map((one, index) => {
    const state = states[index]!
    return one.state === state && !were ? one : limited(one, state, rateOf(state, sizeOf(census.get(one.key)!)), now)
  })
  return { zones: [...next, ...others], turn: were ? 'leaves' : undefined }
}

function sizeOf({ ready, notReady }: Census): number {
  return ready + notReady
}

function rateOf(state: Disruption, size: number): number {
  if (state !== 'PartialDisruption') return usualRate
  return size > largeZone ? reducedRate : 0
}

/** Mirrors SwapLimiter: who waits for a token under one rate waits a whole turn of the other. */
function limited(one: Zone, state: Disruption, rate: number, now: number): Zone {
  if (one.rate === rate) return { ...one, state }
  const isDrained = one.rate === 0 || now < one.free
  return { ...one, state, rate, free: rate > 0 && isDrained ? now + 1000 / rate : 0 }
}

/** Whether a node of the zone may be tainted now. */
export function isFree({ rate, free, waiting }: Zone, now: number): boolean {
  return waiting.length > 0 && rate > 0 && free <= now
}

/** The zone without the first that waits, whose turn it was. */
export function afterTurn(one: Zone, now: number): Zone {
  return { ...one, waiting: one.waiting.slice(1), free: now + 1000 / one.rate }
}
