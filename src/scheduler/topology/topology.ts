/**
 * Which pods are where, for rules between pods: counted by what the rules ask about, over the nodes that share a value of
 * a label. A cache: a pure function of the node table, the pods counted on it and the namespaces, made when it is first
 * asked and kept up with what comes and goes.
 */
import type { Labels } from '../../api/selectors.ts'
import type { Affinity, Namespace, Pod, TopologySpreadConstraint } from '../../api/types/core.ts'
import { differs } from '../../registries/equal.ts'
import type { NodeRow, NodeTable } from '../nodeTable.ts'
import { AffinityViews, type AffinityView } from './affinityViews.ts'
import { Column } from './column.ts'
import type { Counter } from './counter.ts'
import type { Ground, Others } from './ground.ts'
import { ImageIndex } from './images.ts'
import { Carrier, Party, partyKey } from './party.ts'
import { Selectors } from './selectors.ts'
import { type Asked, type Spread, SpreadViews } from './spreadViews.ts'
import { hasTerms, type Subject } from './terms.ts'

/** Where pods are and what there is besides, as a topology asks for it. */
export interface Surveyed extends Others {
  readonly nodes: NodeTable
  /** Every pod that takes room on some node, with that node. */
  readonly placed: () => Iterable<readonly [pod: Pod, node: string]>
}

/** Says what the pods of a party count, to a counter that is told of new ones. */
interface Watcher {
  readonly counter: Counter
  readonly weigh: (party: Party) => number
  /** Whether pods that are being deleted count too. */
  readonly countsEnding: boolean
}

/** So many numbers are kept in counters; when there would be more, all are forgotten and counted again as they are asked for. */
const MOST_CELLS = 1 << 24

/** What a counter costs besides its numbers: every new kind of pod is compared with each. */
const CELLS_A_COUNTER = 4096

/** So many affinities are remembered beyond those in use. */
const MOST_CARRIERS = 4096

const NO_LABELS: Labels = Object.freeze({})

export class Topology implements Ground {
  /** Grows when labels or taints of nodes change. */
  epoch = 0
  carriage = 0
  readonly images: ImageIndex
  readonly selectors: Selectors
  private isBuilt = false
  /** What is told now is known already. */
  private isAhead = false
  private parties = new Map<string, Party>()
  private carriers = new Map<string, Carrier>()
  private byAffinity = new WeakMap<Affinity, { readonly namespace: string; readonly carrier: Carrier }>()
  private columns = new Map<string, Column>()
  private ownColumn: Column | undefined
  private watchers: Watcher[] = []
  private cells = 0
  private readonly changed = new Set<number>()
  /** The labels of the namespaces that were asked about. */
  private namespaces = new Map<string, Labels>()
  private affinities: AffinityViews
  private spreads: SpreadViews

  constructor(private readonly around: Surveyed) {
    this.images = new ImageIndex(around.nodes)
    this.selectors = new Selectors(around)
    this.affinities = new AffinityViews(this)
    this.spreads = new SpreadViews(this, around.nodes)
  }

  get nodes(): NodeTable {
    return this.around.nodes
  }

  /** A pod takes room on a node, and is counted in the node table. */
  place(pod: Pod, node: string): void {
    if (this.isBuilt && !this.isAhead) this.count(pod, this.nodes.row(node)!, 1)
  }

  /** It is still counted in the node table. */
  take(pod: Pod, node: string): void {
    if (this.isBuilt && !this.isAhead) this.count(pod, this.nodes.row(node)!, -1)
  }

  nodeChanged(row: number, before: NodeRow | undefined): void {
    const after = this.nodes.rows[row]!
    this.images.nodeChanged(row, before)
    if (!this.isBuilt) return
    const isSame =
      before !== undefined &&
      (before.node === undefined) === (after.node === undefined) &&
      !differs(before.labels, after.labels) &&
      !differs(before.taints, after.taints)
    if (!isSame) this.changed.add(row)
  }

  /** An object changed that is neither a pod nor a node. */
  kindChanged(kind: string): void {
    this.selectors.kindChanged(kind)
    if (kind !== 'v1/Namespace') return
    for (const [namespace, labels] of this.namespaces)
      if (differs(labels, this.findLabels(namespace))) return this.forget()
  }

  /** What is told of pods until `caughtUp` is known already where pods are listed. */
  runsAhead(): void {
    this.forget()
    this.isAhead = true
  }

  caughtUp(): void {
    this.forget()
    this.isAhead = false
  }

  /** What the affinity of a pod, and of the pods that are placed, says of it; `hardWeight`: what a required affinity scores. */
  affinityOf(pod: Pod, hardWeight: number): AffinityView {
    this.prepare()
    return this.affinities.of(pod, hardWeight)
  }

  /** How pods are spread as `asked` for. */
  spreadOf(pod: Pod, asked: Asked): Spread {
    this.prepare()
    return this.spreads.of(pod, asked)
  }

  /** What a pod asks for itself of how it is spread. */
  askedBy(constraints: readonly TopologySpreadConstraint[]): ReturnType<SpreadViews['askedBy']> {
    return this.spreads.askedBy(constraints)
  }

  carried(): readonly Carrier[] {
    return [...this.carriers.values()].filter(({ placed }) => placed.rows.size > 0)
  }

  readonly labelsOf = (namespace: string): Labels => {
    let labels = this.namespaces.get(namespace)
    if (labels === undefined) this.namespaces.set(namespace, (labels = this.findLabels(namespace)))
    return labels
  }

  column(key: string): Column {
    let column = this.columns.get(key)
    if (column === undefined) this.columns.set(key, (column = new Column(this.nodes, key)))
    return column
  }

  get nodeColumn(): Column {
    return (this.ownColumn ??= new Column(this.nodes, undefined))
  }

  admit<C extends Counter>(counter: C): C {
    this.cells += counter.column.size + CELLS_A_COUNTER
    return counter
  }

  follow<C extends Counter>(
    counter: C,
    weigh: (party: Subject) => number,
    { countsEnding }: Pick<Watcher, 'countsEnding'>,
  ): C {
    const watcher = { counter, weigh, countsEnding }
    this.watchers.push(watcher)
    for (const [, party] of this.parties) link(watcher, party)
    return this.admit(counter)
  }

  carrierOf({ metadata, spec }: Pod): Carrier | undefined {
    const { affinity } = spec
    if (!hasTerms(affinity)) return undefined
    const namespace = metadata.namespace ?? ''
    const known = this.byAffinity.get(affinity!)
    if (known?.namespace === namespace) return known.carrier
    const key = JSON.stringify([namespace, affinity!.podAffinity, affinity!.podAntiAffinity])
    let carrier = this.carriers.get(key)
    if (carrier === undefined) {
      carrier = new Carrier(this.carriers.size, affinity!, namespace)
      this.carriers.set(key, carrier)
    }
    this.byAffinity.set(affinity!, { namespace, carrier })
    return carrier
  }

  private prepare(): void {
    if (this.cells > MOST_CELLS || this.carriers.size > MOST_CARRIERS) this.forget()
    if (!this.isBuilt) this.build()
    if (this.changed.size > 0) this.refresh()
  }

  private build(): void {
    const { nodes } = this
    this.isBuilt = true
    for (const [pod, node] of this.around.placed()) {
      const row = nodes.row(node)
      if (row !== undefined) this.count(pod, row, 1)
    }
  }

  private refresh(): void {
    for (const [, column] of this.columns) column.refresh(this.changed)
    this.ownColumn?.refresh(this.changed)
    this.changed.clear()
    this.epoch++
  }

  private forget(): void {
    this.isBuilt = false
    this.parties = new Map()
    this.carriers = new Map()
    this.byAffinity = new WeakMap()
    this.columns = new Map()
    this.ownColumn = undefined
    this.watchers = []
    this.cells = 0
    this.changed.clear()
    this.namespaces = new Map()
    this.affinities = new AffinityViews(this)
    this.spreads = new SpreadViews(this, this.nodes)
    this.carriage++
    this.epoch++
  }

  private count(pod: Pod, row: number, by: 1 | -1): void {
    const party = this.partyOf(pod)
    const isEnding = pod.metadata.deletionTimestamp !== undefined
    // In this order no count is ever below 0.
    if (isEnding && by < 0) party.ending.add(row, by)
    party.placed.add(row, by)
    if (isEnding && by > 0) party.ending.add(row, by)
    if (party.placed.rows.size === 0) this.dismiss(party)
    const carrier = this.carrierOf(pod)
    if (carrier === undefined) return
    const { rows } = carrier.placed
    const wasUsed = rows.size > 0
    carrier.placed.add(row, by)
    if (wasUsed !== rows.size > 0) this.carriage++
  }

  private partyOf({ metadata }: Pod): Party {
    const { namespace = '', labels } = metadata
    const key = partyKey(namespace, labels)
    let party = this.parties.get(key)
    if (party === undefined) {
      party = new Party(namespace, labels ?? NO_LABELS)
      this.parties.set(key, party)
      for (const watcher of this.watchers) link(watcher, party)
    }
    return party
  }

  private dismiss(party: Party): void {
    this.parties.delete(partyKey(party.namespace, party.labels))
    party.placed.detach()
    party.ending.detach()
  }

  private findLabels(namespace: string): Labels {
    return (this.around.find('v1/Namespace', '', namespace) as Namespace | undefined)?.metadata.labels ?? NO_LABELS
  }
}

function link({ counter, weigh, countsEnding }: Watcher, party: Party): void {
  const weight = weigh(party)
  if (weight === 0) return
  counter.attach(party.placed, weight)
  if (!countsEnding) counter.attach(party.ending, -weight)
}
