/** How pods are spread over the nodes. Mirrors pkg/scheduler/framework/plugins/podtopologyspread/. */
import { requiredOf } from '../../api/nodeTests.ts'
import { matchesSelector, type Selector } from '../../api/selectors.ts'
import type { Pod, TopologySpreadConstraint } from '../../api/types/core.ts'
import type { NodeRow, NodeTable } from '../nodeTable.ts'
import { RowLog } from '../rowLog.ts'
import { keepsAway, tolerates } from '../taints.ts'
import type { Column } from './column.ts'
import { Counter, LeastCounter, type Times, type Watch, type Where } from './counter.ts'
import type { Ground } from './ground.ts'
import { compiled, type Subject } from './terms.ts'

/** What of a pod's spreading is asked about. */
export interface Asked {
  /** All of them required or none. */
  readonly constraints: readonly TopologySpreadConstraint[]
  readonly isRequired: boolean
  /** Whether nodes that lack one of the labels are left out of all counts. */
  readonly needsAllLabels: boolean
  /** What chooses the pods, where it is not each constraint's own. */
  readonly selector?: Selector
}

/** Of one constraint. The counter is fresh. */
export interface SpreadPart {
  readonly maxSkew: number
  readonly minDomains: number
  /** The label. */
  readonly column: Column
  /** Whether it is the node's name. */
  readonly isHostname: boolean
  /** Pods by value of the label; by row where pods of one node are asked about. */
  readonly counter: Counter
  /** The counter of a constraint that is required. */
  readonly least: LeastCounter | undefined
  readonly selector: Selector | undefined
}

/** One part for each constraint. */
export class Spread {
  private readonly log = new RowLog()
  private watches: readonly Watch[] | undefined

  constructor(readonly parts: readonly SpreadPart[]) {}

  /** The rows on which there came to be more pods than each constraint allows, or no longer are. */
  changes(allowed: readonly number[]): RowLog {
    const { log } = this
    this.watches ??= this.parts.map((part, i) => watched(part, { log, above: allowed[i]! }))
    for (let i = 0; i < allowed.length; i++) {
      const watch = this.watches[i]!
      if (watch.above === allowed[i]) continue
      watch.above = allowed[i]!
      log.addAll()
    }
    return log
  }
}

function watched({ counter }: SpreadPart, watch: Watch): Watch {
  counter.watch(watch)
  return watch
}

export const hostnameLabel = 'kubernetes.io/hostname'

export class SpreadViews {
  private readonly views = new Map<string, Spread>()
  private readonly ofSpecs = new WeakMap<
    readonly TopologySpreadConstraint[],
    { readonly required: Asked; readonly liked: Asked }
  >()
  /** What was asked about last. */
  private last: { readonly asked: Asked; readonly pod: Pod; readonly spread: Spread } | undefined

  constructor(
    private readonly topology: Ground,
    private readonly nodes: NodeTable,
  ) {}

  of(pod: Pod, asked: Asked): Spread {
    const { last } = this
    const spread = last !== undefined && isSame(last, pod, asked) ? last.spread : this.find(pod, asked)
    if (last?.spread !== spread) this.last = { asked, pod, spread }
    for (const { counter } of spread.parts) counter.fresh()
    return spread
  }

  /** What a pod asks for itself: the constraints that must hold, and those that only score. */
  askedBy(constraints: readonly TopologySpreadConstraint[]): { readonly required: Asked; readonly liked: Asked } {
    let asked = this.ofSpecs.get(constraints)
    if (asked === undefined) {
      const of = (action: string): readonly TopologySpreadConstraint[] =>
        constraints.filter(({ whenUnsatisfiable }) => whenUnsatisfiable === action)
      asked = {
        required: { constraints: of('DoNotSchedule'), isRequired: true, needsAllLabels: true },
        liked: { constraints: of('ScheduleAnyway'), isRequired: false, needsAllLabels: true },
      }
      this.ofSpecs.set(constraints, asked)
    }
    return asked
  }

  private find(pod: Pod, asked: Asked): Spread {
    const { nodeSelector, affinity, tolerations } = pod.spec
    const key = JSON.stringify([pod.metadata.namespace, asked, nodeSelector, affinity?.nodeAffinity, tolerations])
    let spread = this.views.get(key)
    if (spread !== undefined) return spread
    spread = this.make(pod, asked)
    this.views.set(key, spread)
    return spread
  }

  private make(pod: Pod, asked: Asked): Spread {
    const { topology, nodes } = this
    const { constraints, isRequired, needsAllLabels } = asked
    const labels = needsAllLabels ? constraints.map(({ topologyKey }) => topology.column(topologyKey)) : []
    const parts = constraints.map((constraint) => {
      const { topologyKey, maxSkew, minDomains = 1 } = constraint
      const column = topology.column(topologyKey)
      const isHostname = topologyKey === hostnameLabel
      const selector = asked.selector ?? compiled(constraint.labelSelector)
      // One that selects every pod counts none: countPodsMatchSelector in common.go.
      const counts = selector !== undefined && selector.length > 0
      const weigh = ({ namespace, labels: own }: Subject): number =>
        counts && namespace === pod.metadata.namespace && matchesSelector(selector, own) ? 1 : 0
      const where = new Mask(topology, nodes, labels, nodeTest(pod, constraint))
      const least = isRequired ? new LeastCounter(topology, column, where) : undefined
      const counter =
        least ?? (isHostname ? new Counter(topology, topology.nodeColumn) : new Counter(topology, column, where))
      topology.follow(counter, weigh, { countsEnding: false })
      return { maxSkew, minDomains, column, isHostname, counter, least, selector }
    })
    return new Spread(parts)
  }
}

function isSame(last: { readonly asked: Asked; readonly pod: Pod }, pod: Pod, asked: Asked): boolean {
  const [before, after] = [last.pod.spec, pod.spec]
  return (
    last.asked.constraints === asked.constraints &&
    last.asked.selector === asked.selector &&
    last.asked.isRequired === asked.isRequired &&
    last.pod.metadata.namespace === pod.metadata.namespace &&
    before.nodeSelector === after.nodeSelector &&
    before.affinity === after.affinity &&
    before.tolerations === after.tolerations
  )
}

type RowTest = (row: NodeRow) => boolean

/** Mirrors matchNodeInclusionPolicies in common.go. */
function nodeTest({ spec }: Pod, constraint: TopologySpreadConstraint): RowTest | undefined {
  const { nodeAffinityPolicy = 'Honor', nodeTaintsPolicy = 'Ignore' } = constraint
  const wanted =
    nodeAffinityPolicy === 'Honor'
      ? requiredOf({ nodeSelector: spec.nodeSelector, nodeAffinity: spec.affinity?.nodeAffinity })
      : undefined
  if (nodeTaintsPolicy !== 'Honor') return wanted
  const tolerations = spec.tolerations ?? []
  return (row) =>
    (wanted === undefined || wanted(row)) &&
    row.taints.every((taint) => !keepsAway(taint) || tolerates(tolerations, taint))
}

/** The nodes that have all of some labels and pass a test. */
class Mask implements Where {
  private epoch = -1
  private rows = new Uint8Array(0)

  constructor(
    private readonly times: Times,
    private readonly nodes: NodeTable,
    private readonly labels: readonly Column[],
    private readonly test: RowTest | undefined,
  ) {}

  mask(): Uint8Array {
    const { times, nodes, labels, test } = this
    if (this.epoch === times.epoch) return this.rows
    this.epoch = times.epoch
    this.rows = new Uint8Array(nodes.capacity)
    for (const row of nodes.order())
      if (labels.every(({ ids }) => ids[row]! >= 0) && (test === undefined || test(nodes.rows[row]!)))
        this.rows[row] = 1
    return this.rows
  }
}
