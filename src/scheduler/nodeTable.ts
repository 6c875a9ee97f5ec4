/**
 * What the scheduler knows of every node, in columns. A cache: a pure function of the nodes and of the pods counted on
 * them, so it may be rebuilt from lists at any time. No pod is kept: whoever removes one hands in what was added.
 */
import type { KubeObject } from '../api/meta.ts'
import { byCodeUnit } from '../api/order.ts'
import { differs } from '../registries/equal.ts'
import type { Node, Taint } from '../api/types/core.ts'
import { type Columns, copyColumns, copyExtended, type ExtendedColumn, makeColumns, makeExtended } from './columns.ts'
import { type HostPort, withoutPorts } from '../api/hostPorts.ts'
import type { PodInfo } from './podInfo.ts'
import { amountsOf, isScalarResource } from '../api/podRequests.ts'
import { RowLog } from './rowLog.ts'

type Labels = Readonly<Record<string, string>>

/** What of a node is not a number. Replaced, never changed in place. */
export interface NodeRow {
  readonly name: string
  /** Undefined while pods are counted on a node that does not exist. */
  readonly node: Node | undefined
  readonly labels: Labels
  readonly taints: readonly Taint[]
  readonly ports: readonly HostPort[]
}

/** No taints; some; some of which put pods off without keeping them away. */
type TaintMark = 0 | 1 | 2

/** What a change of a node means for pods that wait. */
export type NodeChange = 'none' | 'added' | 'updated' | 'removed'

const NO_LABELS: Labels = Object.freeze({})
const NO_TAINTS: readonly Taint[] = Object.freeze([])
const NO_PORTS: readonly HostPort[] = Object.freeze([])
const FIRST_ROWS = 64

export class NodeTable {
  /** Of each change of a row, the row. Where the columns or the order are replaced, everything is to be looked at again. */
  readonly log: RowLog = new RowLog()
  columns: Columns = makeColumns(FIRST_ROWS)
  rows: NodeRow[] = []
  private extended: Map<string, ExtendedColumn> = new Map()
  private rowOf: Map<string, number> = new Map()
  private free: number[] = []
  private sorted: Int32Array = new Int32Array(0)
  private places: Int32Array = new Int32Array(0)
  private isSorted = true
  private nodes = 0
  /** How many nodes have taints, taints that only put pods off, and how many are cordoned. */
  private withTaints = 0
  private withSoftTaints = 0
  private cordoned = 0
  /** How many pods are counted, by priority. */
  private priorities: Map<number, number> = new Map()
  /** How many pods have rules about where they are beside others. */
  private withPodTerms = 0
  /** Whether a clone reads the same columns, or the same rows and names: what is shared is copied before a write. */
  private sharesColumns = false
  private sharesRows = false

  /** How many nodes there are. */
  get size(): number {
    return this.nodes
  }

  /** How many rows there are place for; grows. */
  get capacity(): number {
    return this.columns.versions.length
  }

  /** Rows of the nodes that exist, by name. */
  order(): Int32Array {
    if (!this.isSorted) this.sort()
    return this.sorted
  }

  /** By row, its place in that order; −1 for a row without a node. */
  positions(): Int32Array {
    if (!this.isSorted) this.sort()
    return this.places
  }

  row(name: string): number | undefined {
    return this.rowOf.get(name)
  }

  /** Whether any node has taints. While it is the same, and the columns are, a plugin's answer for a pod stays good. */
  get hasTaints(): boolean {
    return this.withTaints > 0
  }

  /** The same of taints that put pods off without keeping them away. */
  get hasSoftTaints(): boolean {
    return this.withSoftTaints > 0
  }

  /** The same of nodes that are unschedulable. */
  get hasCordoned(): boolean {
    return this.cordoned > 0
  }

  /** Whether any pod that is counted has a lower priority. */
  hasBelow(priority: number): boolean {
    for (const known of this.priorities.keys()) if (known < priority) return true
    return false
  }

  /** Whether any pod on a node has rules about which pods are beside it. */
  get hasPodTerms(): boolean {
    return this.withPodTerms > 0
  }

  /** Something changed of a row that is not in the table: what was said of it is to be worked out anew. */
  touch(name: string): void {
    const row = this.rowOf.get(name)
    if (row === undefined) return
    this.own()
    this.changed(row)
  }

  /** Makes the columns this table's own, so that what takes hold of them sees what is written from then on. */
  own(): void {
    if (this.sharesColumns) this.copyTo(this.capacity)
  }

  extendedColumn(resource: string): ExtendedColumn | undefined {
    return this.extended.get(resource)
  }

  upsertNode(node: Node): NodeChange {
    const { name } = node.metadata
    const before = this.rowOf.get(name)
    const known = before === undefined ? undefined : this.rows[before]!.node
    if (known !== undefined && sameForPlacing(known, node)) return 'none'
    this.own()
    this.ownRows()
    const row = before ?? this.addRow(name)
    const { ports } = this.rows[row]!
    const labels = node.metadata.labels ?? NO_LABELS
    this.rows[row] = { name, node, labels, taints: node.spec.taints ?? NO_TAINTS, ports }
    this.setMarks(row, node.spec.unschedulable === true ? 1 : 0, taintMark(this.rows[row]!.taints))
    this.setAllocatable(row, node.status.allocatable)
    this.changed(row)
    if (known !== undefined) return onlyImagesDiffer(known, node) ? 'none' : 'updated'
    this.nodes++
    this.isSorted = false
    return 'added'
  }

  removeNode(name: string): void {
    const row = this.rowOf.get(name)
    if (row === undefined || this.rows[row]!.node === undefined) return
    this.own()
    this.ownRows()
    this.rows[row] = { name, node: undefined, labels: NO_LABELS, taints: NO_TAINTS, ports: this.rows[row]!.ports }
    this.nodes--
    this.isSorted = false
    this.setAllocatable(row, undefined)
    this.setMarks(row, 0, 0)
    this.changed(row)
    this.dropIfEmpty(row)
  }

  /** Counts a pod on a node, which need not exist yet. */
  addPod(pod: PodInfo, nodeName: string): void {
    this.own()
    const row = this.rowOf.get(nodeName) ?? this.addRow(nodeName)
    this.count(row, pod, 1)
    if (pod.hostPorts.length > 0) this.setPorts(row, [...this.rows[row]!.ports, ...pod.hostPorts])
  }

  /** Takes a pod off a node again: the same class of pod that was counted there. */
  removePod(pod: PodInfo, nodeName: string): void {
    const row = this.rowOf.get(nodeName)
    if (row === undefined || this.columns.pods[row] === 0) throw new Error(`no pod is counted on node ${nodeName}`)
    this.own()
    this.count(row, pod, -1)
    if (pod.hostPorts.length > 0) this.setPorts(row, withoutPorts(this.rows[row]!.ports, pod.hostPorts))
    this.dropIfEmpty(row)
  }

  /** Costs nothing; the first write to either side copies the columns. */
  clone(): NodeTable {
    const copy = new NodeTable()
    copy.columns = this.columns
    copy.rows = this.rows
    copy.extended = this.extended
    copy.rowOf = this.rowOf
    copy.free = this.free
    copy.sorted = this.order()
    copy.places = this.places
    copy.nodes = this.nodes
    copy.withTaints = this.withTaints
    copy.withSoftTaints = this.withSoftTaints
    copy.cordoned = this.cordoned
    copy.priorities = new Map(this.priorities)
    copy.withPodTerms = this.withPodTerms
    copy.sharesColumns = copy.sharesRows = true
    this.sharesColumns = this.sharesRows = true
    return copy
  }

  private changed(row: number): void {
    this.columns.versions[row]!++
    this.log.add(row)
  }

  private setMarks(row: number, unschedulable: 0 | 1, tainted: TaintMark): void {
    const { columns, hasTaints, hasSoftTaints, hasCordoned } = this
    const before = columns.tainted[row]!
    this.cordoned += unschedulable - columns.unschedulable[row]!
    this.withTaints += Number(tainted > 0) - Number(before > 0)
    this.withSoftTaints += Number(tainted === 2) - Number(before === 2)
    columns.unschedulable[row] = unschedulable
    columns.tainted[row] = tainted
    // Whoever took hold of the columns when there were none, or some, has to look again.
    if (hasTaints !== this.hasTaints || hasSoftTaints !== this.hasSoftTaints || hasCordoned !== this.hasCordoned)
      this.columns = { ...columns, versions: columns.versions.slice() }
  }

  private ownRows(): void {
    if (!this.sharesRows) return
    this.sharesRows = false
    this.rows = this.rows.slice()
    this.rowOf = new Map(this.rowOf)
    this.free = this.free.slice()
  }

  private copyTo(capacity: number): void {
    this.columns = copyColumns(this.columns, capacity)
    const extended = new Map<string, ExtendedColumn>()
    for (const [name, column] of this.extended) extended.set(name, copyExtended(column, capacity))
    this.extended = extended
    this.sharesColumns = false
  }

  private addRow(name: string): number {
    this.ownRows()
    let row = this.free.pop()
    if (row === undefined) {
      row = this.rows.length
      if (row >= this.capacity) this.copyTo(this.capacity * 2)
    }
    this.rows[row] = { name, node: undefined, labels: NO_LABELS, taints: NO_TAINTS, ports: NO_PORTS }
    this.changed(row)
    this.rowOf.set(name, row)
    return row
  }

  private dropIfEmpty(row: number): void {
    const { name, node } = this.rows[row]!
    if (node !== undefined || this.columns.pods[row] !== 0) return
    this.ownRows()
    this.rowOf.delete(name)
    this.free.push(row)
  }

  private count(row: number, { requests, priority, hasPodTerms }: PodInfo, sign: 1 | -1): void {
    const { columns, priorities } = this
    if (hasPodTerms) this.withPodTerms += sign
    const alike = (priorities.get(priority) ?? 0) + sign
    if (alike === 0) priorities.delete(priority)
    else priorities.set(priority, alike)
    columns.requestedCpu[row]! += sign * requests.cpuMilli
    columns.requestedMemory[row]! += sign * requests.memoryBytes
    columns.requestedStorage[row]! += sign * requests.storageBytes
    columns.nonzeroCpu[row]! += sign * requests.nonzeroCpuMilli
    columns.nonzeroMemory[row]! += sign * requests.nonzeroMemoryBytes
    columns.pods[row]! += sign
    this.changed(row)
    for (const { name, amount } of requests.extended) this.extendedFor(name).requested[row]! += sign * amount
  }

  private setPorts(row: number, ports: readonly HostPort[]): void {
    this.ownRows()
    const { name, node, labels, taints } = this.rows[row]!
    this.rows[row] = { name, node, labels, taints, ports }
  }

  private setAllocatable(row: number, list: Readonly<Record<string, string>> | undefined): void {
    const amounts = amountsOf(list)
    const { columns } = this
    columns.allocatableCpu[row] = amounts.get('cpu') ?? 0
    columns.allocatableMemory[row] = amounts.get('memory') ?? 0
    columns.allocatableStorage[row] = amounts.get('ephemeral-storage') ?? 0
    columns.allocatablePods[row] = amounts.get('pods') ?? 0
    for (const column of this.extended.values()) column.allocatable[row] = 0
    for (const [name, amount] of amounts) {
      if (isScalarResource(name)) this.extendedFor(name).allocatable[row] = amount
    }
  }

  private extendedFor(name: string): ExtendedColumn {
    let column = this.extended.get(name)
    if (column === undefined) {
      column = makeExtended(this.capacity)
      this.extended.set(name, column)
    }
    return column
  }

  private sort(): void {
    const present: number[] = []
    for (const [, row] of this.rowOf) if (this.rows[row]!.node !== undefined) present.push(row)
    present.sort((a, b) => byCodeUnit(this.rows[a]!.name, this.rows[b]!.name))
    this.sorted = Int32Array.from(present)
    this.places = new Int32Array(this.capacity).fill(-1)
    present.forEach((row, position) => (this.places[row] = position))
    this.isSorted = true
  }
}

function taintMark(taints: readonly Taint[]): TaintMark {
  if (taints.length === 0) return 0
  return taints.some(({ effect }) => effect === 'PreferNoSchedule') ? 2 : 1
}

/** Whether a change of a node says anything new to a scheduler: most are heartbeats. */
export function concernsPlacing(before: KubeObject, after: KubeObject): boolean {
  const [old, now] = [before as Node, after as Node]
  return (
    differs(old.spec, now.spec) ||
    differs(old.metadata.labels, now.metadata.labels) ||
    differs(old.status.allocatable, now.status.allocatable) ||
    differs(old.status.images, now.status.images)
  )
}

/** Where an image is does not keep a pod off a node. */
function onlyImagesDiffer(a: Node, b: Node): boolean {
  return a.status.images !== b.status.images && alike(a, b)
}

/** Heartbeats change neither of these; what the API hands out is never changed in place. */
function sameForPlacing(a: Node, b: Node): boolean {
  return a === b || (a.status.images === b.status.images && alike(a, b))
}

function alike(a: Node, b: Node): boolean {
  return a.metadata.labels === b.metadata.labels && a.spec === b.spec && a.status.allocatable === b.status.allocatable
}
