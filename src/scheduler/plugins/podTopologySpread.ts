/** Spreading pods evenly. Mirrors pkg/scheduler/framework/plugins/podtopologyspread/filtering.go and scoring.go. */
import { matchesSelector } from '../../api/selectors.ts'
import type { Pod, TopologySpreadConstraint } from '../../api/types/core.ts'
import { log } from '../../kernel/math.ts'
import type { Cycle } from '../cycle.ts'
import { type CyclePlugin, MAX_NODE_SCORE, type RowFilter } from '../plugin.ts'
import type { PodTopologySpreadArgs } from '../pluginArgs.ts'
import { type Asked, hostnameLabel, type Spread, type SpreadPart } from '../topology/spreadViews.ts'

const name = 'PodTopologySpread'

const system: readonly TopologySpreadConstraint[] = Object.freeze([
  { topologyKey: hostnameLabel, whenUnsatisfiable: 'ScheduleAnyway', maxSkew: 3 },
  { topologyKey: 'topology.kubernetes.io/zone', whenUnsatisfiable: 'ScheduleAnyway', maxSkew: 5 },
])

const NOTHING: Asked = Object.freeze({ constraints: [], isRequired: false, needsAllLabels: false })

/** The score of a node that lacks a label, until scores are normalized: it is left out of the comparison. */
const LEFT_OUT = -1

export function podTopologySpread(args: PodTopologySpreadArgs = {}): CyclePlugin {
  const isSystem = args.defaultingType !== 'List'
  const defaults = isSystem ? system : (args.defaultConstraints ?? [])
  const required = defaults.filter(({ whenUnsatisfiable }) => whenUnsatisfiable === 'DoNotSchedule')
  const liked = defaults.filter(({ whenUnsatisfiable }) => whenUnsatisfiable === 'ScheduleAnyway')

  function asked({ pod, snapshot }: Cycle, isRequired: boolean): Asked {
    const own = pod.spec.topologySpreadConstraints
    if (own !== undefined && own.length > 0) return snapshot.topology.askedBy(own)[isRequired ? 'required' : 'liked']
    const constraints = isRequired ? required : liked
    if (constraints.length === 0) return NOTHING
    const selector = snapshot.topology.selectors.of(pod)
    if (selector.length === 0) return NOTHING
    return { constraints, isRequired, selector, needsAllLabels: isRequired || !isSystem }
  }

  const spreadOf = (cycle: Cycle, of: Asked): Spread => cycle.snapshot.topology.spreadOf(cycle.pod, of)
  return Object.freeze<CyclePlugin>({
    rows: true,
    scope: 'cycle',
    name,
    preFilter: (cycle) => (asked(cycle, true).constraints.length === 0 ? 'skip' : undefined),
    filter: (cycle) => {
      const spread = spreadOf(cycle, asked(cycle, true))
      return filterOf(spread, allowed(cycle.pod, spread))
    },
    changes: (cycle) => {
      const spread = spreadOf(cycle, asked(cycle, true))
      return spread.changes(allowed(cycle.pod, spread))
    },
    refusal: (code) =>
      code === 1
        ? { plugin: name, reasons: [`${mismatch} (missing required label)`], resolvable: false }
        : { plugin: name, reasons: [mismatch], resolvable: true },
    scores: (cycle) => asked(cycle, false).constraints.length > 0,
    score: (cycle, feasible, scores) => {
      const of = asked(cycle, false)
      scoreRows(spreadOf(cycle, of), feasible, scores, of.needsAllLabels)
    },
    normalize,
  })
}

const mismatch = "node(s) didn't match pod topology spread constraints"

/** How many pods may be where a pod comes to, by constraint. */
function allowed({ metadata }: Pod, { parts }: Spread): readonly number[] {
  return parts.map(({ least, maxSkew, minDomains, selector }) => {
    const itself = selector !== undefined && matchesSelector(selector, metadata.labels) ? 1 : 0
    return maxSkew - itself + (least!.domains < minDomains ? 0 : least!.least)
  })
}

function filterOf({ parts }: Spread, most: readonly number[]): RowFilter {
  const limits = parts.map(({ least, column }, i) => ({ ids: column.ids, values: least!.values, most: most[i]! }))
  return (row) => {
    for (let i = 0; i < limits.length; i++) {
      const { ids, values, most } = limits[i]!
      const id = ids[row]!
      if (id < 0) return 1
      if (values[id]! > most) return 2
    }
    return 0
  }
}

/** What a constraint gives a row: its pods, times what a pod of it weighs. */
interface Weighed {
  readonly labels: Int32Array
  readonly ids: Int32Array
  readonly values: Int32Array
  readonly weight: number
  readonly base: number
}

function scoreRows(spread: Spread, feasible: Int32Array, scores: Float64Array, needsAllLabels: boolean): void {
  const isLeftOut = needsAllLabels ? leftOut(spread, feasible) : undefined
  const rows = isLeftOut === undefined ? feasible : feasible.filter((_, j) => isLeftOut[j] === 0)
  const weighed = spread.parts.map((part) => weigh(part, rows))
  scores.fill(0)
  for (const one of weighed) addWeighed(one, feasible, scores)
  for (let j = 0; j < scores.length; j++) scores[j] = isLeftOut?.[j] === 1 ? LEFT_OUT : Math.round(scores[j]!)
}

/** 1 for each of some rows that lacks a label; undefined if none does. */
function leftOut(spread: Spread, feasible: Int32Array): Uint8Array | undefined {
  const marks = new Uint8Array(feasible.length)
  let isAny = false
  for (const { column } of spread.parts) {
    const { ids } = column
    for (let j = 0; j < feasible.length; j++) {
      if (ids[feasible[j]!]! >= 0) continue
      marks[j] = 1
      isAny = true
    }
  }
  return isAny ? marks : undefined
}

function addWeighed({ labels, ids, values, weight, base }: Weighed, feasible: Int32Array, scores: Float64Array): void {
  for (let j = 0; j < feasible.length; j++) {
    const row = feasible[j]!
    if (labels[row]! >= 0) scores[j]! += values[ids[row]!]! * weight + base
  }
}

function weigh({ column, counter, isHostname, maxSkew }: SpreadPart, rows: Int32Array): Weighed {
  const size = isHostname ? rows.length : distinct(column.ids, column.size, rows)
  const { values } = counter
  // Mirrors topologyNormalizingWeight.
  return { labels: column.ids, ids: counter.column.ids, values, weight: log(size + 2), base: maxSkew - 1 }
}

/** How many values there are among rows; those that have none share one. */
function distinct(ids: Int32Array, size: number, rows: Int32Array): number {
  const seen = new Uint8Array(size + 1)
  let count = 0
  for (let i = 0; i < rows.length; i++) {
    const id = ids[rows[i]!]! + 1
    if (seen[id] === 0) count++
    seen[id] = 1
  }
  return count
}

function normalize(scores: Float64Array, count: number): void {
  let least = Infinity
  let most = 0
  for (let i = 0; i < count; i++) {
    const score = scores[i]!
    if (score === LEFT_OUT) continue
    if (score < least) least = score
    if (score > most) most = score
  }
  for (let i = 0; i < count; i++) {
    const score = scores[i]!
    if (score === LEFT_OUT) scores[i] = 0
    else scores[i] = most === 0 ? MAX_NODE_SCORE : Math.floor((MAX_NODE_SCORE * (most + least - score)) / most)
  }
}
