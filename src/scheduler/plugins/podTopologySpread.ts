/** Spreading pods evenly. Mirrors pkg/scheduler/framework/plugins/podtopologyspread/filtering.go and scoring.go. */
import { matchesSelector } from '../../api/selectors.ts'
import type { Pod, TopologySpreadConstraint } from '../../api/types/core.ts'
import { log } from '../../kernel/math.ts'
import type { Cycle } from '../cycle.ts'
import { type CyclePlugin, MAX_NODE_SCORE, type RowFilter, type RowScore } from '../plugin.ts'
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
    filter: (cycle) => filterOf(cycle.pod, spreadOf(cycle, asked(cycle, true))),
    refusal: (code) =>
      code === 1
        ? { plugin: name, reasons: [`${mismatch} (missing required label)`], resolvable: false }
        : { plugin: name, reasons: [mismatch], resolvable: true },
    scores: (cycle) => asked(cycle, false).constraints.length > 0,
    score: (cycle, feasible) => {
      const of = asked(cycle, false)
      return scoreOf(spreadOf(cycle, of), feasible, of.needsAllLabels)
    },
    normalize,
  })
}

const mismatch = "node(s) didn't match pod topology spread constraints"

function filterOf({ metadata }: Pod, spread: Spread): RowFilter {
  const limits = spread.map(({ least, column, maxSkew, minDomains, selector }) => {
    const itself = selector !== undefined && matchesSelector(selector, metadata.labels) ? 1 : 0
    const fewest = least!.domains < minDomains ? 0 : least!.least
    return { ids: column.ids, values: least!.values, most: maxSkew - itself + fewest }
  })
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

function scoreOf(spread: Spread, feasible: Int32Array, needsAllLabels: boolean): RowScore {
  const columns = spread.map(({ column }) => column.ids)
  const isLeftOut = (row: number): boolean => needsAllLabels && columns.some((ids) => ids[row]! < 0)
  const rows = needsAllLabels ? feasible.filter((row) => !isLeftOut(row)) : feasible
  const weighed = spread.map((part) => weigh(part, rows))
  return (row) => {
    let sum = 0
    for (let i = 0; i < weighed.length; i++) {
      const { labels, ids, values, weight, base } = weighed[i]!
      if (labels[row]! >= 0) sum += values[ids[row]!]! * weight + base
      else if (needsAllLabels) return LEFT_OUT
    }
    return Math.round(sum)
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
