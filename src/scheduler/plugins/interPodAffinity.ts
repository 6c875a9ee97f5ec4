/** Affinity between pods. Mirrors pkg/scheduler/framework/plugins/interpodaffinity/filtering.go and scoring.go. */
import type { Pod } from '../../api/types/core.ts'
import type { Cycle } from '../cycle.ts'
import { type CyclePlugin, FITS, MAX_NODE_SCORE, type RowFilter } from '../plugin.ts'
import type { InterPodAffinityArgs } from '../pluginArgs.ts'
import type { AffinityView } from '../topology/affinityViews.ts'
import type { Counter } from '../topology/counter.ts'

const name = 'InterPodAffinity'

const reasons: readonly string[] = [
  "node(s) didn't match pod affinity rules",
  "node(s) didn't match pod anti-affinity rules",
  "node(s) didn't satisfy existing pods anti-affinity rules",
]

export function interPodAffinity(args: InterPodAffinityArgs = {}): CyclePlugin {
  const { hardPodAffinityWeight: hardWeight = 1, ignorePreferredTermsOfExistingPods: ignoresPlaced = false } = args
  const viewOf = ({ pod, snapshot }: Cycle): AffinityView => snapshot.topology.affinityOf(pod, hardWeight)
  return Object.freeze<CyclePlugin>({
    rows: true,
    scope: 'cycle',
    name,
    watches: ['v1/Namespace'],
    preFilter: (cycle) => (isConcerned(cycle) && hasFilter(viewOf(cycle)) ? undefined : 'skip'),
    filter: (cycle) => filterOf(viewOf(cycle), cycle.pod),
    changes: (cycle) => viewOf(cycle).changes(),
    refusal: (code) => ({ plugin: name, reasons: [reasons[code - 1]!], resolvable: code !== 1 }),
    scores: (cycle) => {
      if (!isConcerned(cycle) || (ignoresPlaced && !prefers(cycle))) return false
      const { points, heldPoints } = viewOf(cycle)
      return points.some(isUsed) || heldPoints.some(isUsed)
    },
    score: (cycle, feasible, scores) => {
      const { points, heldPoints } = viewOf(cycle)
      scores.fill(0)
      for (const counter of points) addPoints(counter, feasible, scores)
      for (const counter of heldPoints) addPoints(counter, feasible, scores)
    },
    normalize,
  })
}

/** Whether there are rules on either side. */
function isConcerned({ info, snapshot }: Cycle): boolean {
  return info.hasPodTerms || snapshot.nodes.hasPodTerms
}

function prefers({ pod: { spec } }: Cycle): boolean {
  const field = 'preferredDuringSchedulingIgnoredDuringExecution'
  const { podAffinity, podAntiAffinity } = spec.affinity ?? {}
  return (podAffinity?.[field]?.length ?? 0) + (podAntiAffinity?.[field]?.length ?? 0) > 0
}

function hasFilter({ affinity, anti, heldAnti }: AffinityView): boolean {
  return affinity.length > 0 || anti.length > 0 || heldAnti.some(hasAny)
}

function filterOf(view: AffinityView, pod: Pod): RowFilter {
  const { affinity } = view
  const anti = view.anti.filter(hasAny)
  const heldAnti = view.heldAnti.filter(hasAny)
  const isFirst = view.isFirst(pod)
  if (affinity.length + anti.length + heldAnti.length === 0) return FITS
  return (row) => {
    for (let i = 0; i < affinity.length; i++) if (!isNear(affinity[i]!, row, isFirst)) return 1
    for (let i = 0; i < anti.length; i++) if (countAt(anti[i]!, row) > 0) return 2
    for (let i = 0; i < heldAnti.length; i++) if (countAt(heldAnti[i]!, row) > 0) return 3
    return 0
  }
}

function addPoints({ column: { ids }, values, isUsed }: Counter, feasible: Int32Array, scores: Float64Array): void {
  if (!isUsed) return
  for (let j = 0; j < feasible.length; j++) {
    const id = ids[feasible[j]!]!
    if (id >= 0) scores[j]! += values[id]!
  }
}

/** Whether pods that are wanted are where the node is; a node without the label is nowhere. */
function isNear({ column, values }: Counter, row: number, isFirst: boolean): boolean {
  const id = column.ids[row]!
  return id >= 0 && (isFirst || values[id]! > 0)
}

function countAt({ column, values }: Counter, row: number): number {
  const id = column.ids[row]!
  return id < 0 ? 0 : values[id]!
}

function hasAny({ total }: Counter): boolean {
  return total > 0
}

function isUsed(counter: Counter): boolean {
  return counter.isUsed
}

function normalize(scores: Float64Array, count: number): void {
  let least = Infinity
  let most = -Infinity
  for (let i = 0; i < count; i++) {
    const score = scores[i]!
    if (score < least) least = score
    if (score > most) most = score
  }
  const range = most - least
  if (!(range > 0)) {
    scores.fill(0, 0, count)
    return
  }
  for (let i = 0; i < count; i++) {
    const above = scores[i]! - least
    scores[i] = above === 0 ? 0 : Math.trunc(MAX_NODE_SCORE * (above / range))
  }
}
