/**
 * Cards that pods share, and what pods ask of them. Names are those of the simulator published with Weng et al., "Beware of
 * Fragmentation" (USENIX ATC 2023): hkust-adsl/kubernetes-scheduler-simulator, pkg/type/open-gpu-share/utils.
 */
import { cpuMilli, type Manifest, type Node, type NodeInfo, type Pod } from '../../src/index.ts'

/** Of a pod: how many cards, and thousandths of each; of a node: how many cards, and thousandths of all. */
const COUNT = 'alibabacloud.com/gpu-count'
const MILLI = 'alibabacloud.com/gpu-milli'
/** The model of a node's cards; those that a pod allows, `P100|T4`. */
const MODEL = 'alibabacloud.com/gpu-card-model'
/** Which cards a pod has on its node: `0`, `2-3`. */
export const INDEX = 'alibabacloud.com/gpu-index'

export const WHOLE = 1000

export interface Request {
  readonly cpuMilli: number
  /** How many cards; 0 for a pod that needs none. */
  readonly cards: number
  /** Thousandths of each card: less than 1000 only of a single one. */
  readonly milli: number
  /** The models that it may have; none: any. */
  readonly models: readonly string[]
}

/** What a node has left. */
export interface Free {
  readonly cpuMilli: number
  /** Thousandths, by card. */
  readonly cards: readonly number[]
  readonly model: string
}

/** What is asked of one node after another is one pod's. */
const known = new WeakMap<object, Request>()

export function requestOf(pod: Manifest<Pod> | Pod): Request {
  let request = known.get(pod)
  if (request === undefined) known.set(pod, (request = read(pod)))
  return request
}

function read({ metadata, spec }: Manifest<Pod>): Request {
  const annotations = metadata?.annotations
  const cards = Number(annotations?.[COUNT] ?? 0)
  const milli = Number(annotations?.[MILLI] ?? 0)
  const models = (annotations?.[MODEL] ?? '').split('|').filter((model) => model !== '')
  const containers = spec?.containers ?? []
  const cpu = containers.reduce((sum, { resources }) => sum + cpuMilli(resources?.requests?.['cpu']), 0)
  return cards > 0 && milli > 0
    ? { cpuMilli: cpu, cards, milli, models }
    : { cpuMilli: cpu, cards: 0, milli: 0, models: [] }
}

/** For `context.perNode`: a function of the node and of the cards that the pods on it say they have. */
export function freeOf(info: NodeInfo): Free {
  const cards = Array.from({ length: info.allocatableOf(COUNT) }, () => WHOLE)
  for (const pod of info.pods) {
    const index = pod.metadata.annotations?.[INDEX]
    if (index === undefined) continue
    const { milli } = requestOf(pod)
    for (const card of index.split('-')) cards[Number(card)]! -= milli
  }
  const cpu = info.allocatable.cpuMilli - info.requested.cpuMilli
  return { cpuMilli: cpu, cards, model: info.node.metadata.labels?.[MODEL] ?? '' }
}

/** Of a node without pods. */
export function capacityOf({ metadata, status }: Manifest<Node>): Free {
  const offered = status?.allocatable
  const cards = Array.from({ length: Number(offered?.[COUNT] ?? 0) }, () => WHOLE)
  return { cpuMilli: cpuMilli(offered?.['cpu']), cards, model: metadata?.labels?.[MODEL] ?? '' }
}

export function isShare({ cards, milli }: Request): boolean {
  return cards === 1 && milli < WHOLE
}

export function allows({ models }: Request, { model }: Free): boolean {
  return models.length === 0 || models.includes(model)
}

/** Whether as many cards as the pod needs have room for it. */
export function hasCards({ cards, milli }: Request, free: Free): boolean {
  let found = 0
  for (const left of free.cards) if (left >= milli) found++
  return found >= cards
}

/** Thousandths that are free, over all cards. */
export function totalOf({ cards }: Free): number {
  let total = 0
  for (const left of cards) total += left
  return total
}

/** The whole cards that come first. */
export function wholeCards({ cards: needed }: Request, { cards }: Free): readonly number[] {
  return [...cards.keys()].filter((card) => cards[card] === WHOLE).slice(0, needed)
}

/** What is left with the pod on these cards. */
export function without(free: Free, request: Request, cards: readonly number[]): Free {
  const left = free.cards.map((milli, card) => (cards.includes(card) ? milli - request.milli : milli))
  return { ...free, cpuMilli: free.cpuMilli - request.cpuMilli, cards: left }
}
