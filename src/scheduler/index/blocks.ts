/**
 * What the nodes of a block have at best and at worst: enough to pass the whole block over. A block is a few nodes that
 * are alike; a group is a run of blocks, and is numbered on from them, so that both are asked about alike.
 */
import type { Columns } from '../columns.ts'
import type { NodeTable } from '../nodeTable.ts'
import { arranged } from './arrangement.ts'

export const BLOCK_NODES = 64
export const GROUP_BLOCKS = 16

/** One number for each block and each group. Uses and shares are of what a node has: 1 is all of it. */
export interface BlockColumns {
  /** What is not requested on a node. */
  readonly leastFreeCpu: Float64Array
  readonly mostFreeCpu: Float64Array
  readonly leastFreeMemory: Float64Array
  readonly mostFreeMemory: Float64Array
  readonly leastFreePods: Float64Array
  readonly mostFreePods: Float64Array
  /** Used, as scoring counts it. */
  readonly leastCpu: Float64Array
  readonly mostCpu: Float64Array
  readonly leastMemory: Float64Array
  readonly mostMemory: Float64Array
  /** The sum of both on one node. */
  readonly leastBoth: Float64Array
  readonly mostBoth: Float64Array
  /** By how much more of its cpu is requested than of its memory. */
  readonly leastTilt: Float64Array
  readonly mostTilt: Float64Array
  /** The share of a node that one unit is: of the largest, and of the smallest. Infinity where a node has none. */
  readonly leastCpuUnit: Float64Array
  readonly mostCpuUnit: Float64Array
  readonly leastMemoryUnit: Float64Array
  readonly mostMemoryUnit: Float64Array
}

type Name = keyof BlockColumns

/** For a group the highest of its blocks counts in these, the lowest in the others. */
const highest: readonly Name[] = Object.freeze([
  'mostFreeCpu',
  'mostFreeMemory',
  'mostFreePods',
  'mostCpu',
  'mostMemory',
  'mostBoth',
  'mostTilt',
  'mostCpuUnit',
  'mostMemoryUnit',
] as const)
const lowest: readonly Name[] = Object.freeze([
  'leastFreeCpu',
  'leastFreeMemory',
  'leastFreePods',
  'leastCpu',
  'leastMemory',
  'leastBoth',
  'leastTilt',
  'leastCpuUnit',
  'leastMemoryUnit',
] as const)

/**
 * Nodes are arranged anew once searches have looked at so many times as many nodes as there are, which costs about as
 * much, if that may help: if there were so many times as many changes.
 */
const LOOKS_A_NODE = 16
const CHANGES_A_NODE = 1 / 8

/** Follows a table: a cache. */
export class Blocks {
  columns: BlockColumns = makeBlocks(0)
  /** How many blocks there are; groups come after them. */
  count = 0
  groups = 0
  /** Rows of nodes, block by block. */
  rows: Int32Array = new Int32Array(0)
  /** Of each block and each group: the first position of any of its nodes in order of name. */
  first: Int32Array = new Int32Array(0)
  private order: Int32Array | undefined
  private of: Columns | undefined
  /** By row, its block. */
  private blockOf = new Int32Array(0)
  private readTo = 0
  private arrangedAt = 0
  private looks = 0
  private dirty = new Uint8Array(0)

  constructor(private readonly nodes: NodeTable) {}

  /** Takes in what has changed since the last time. */
  refresh(): void {
    const { nodes } = this
    const { log } = nodes
    const order = nodes.order()
    if (order !== this.order || this.isWorn(order.length)) return this.arrange(order)
    if (nodes.columns !== this.of || !log.reaches(this.readTo)) return this.sumUpAll()
    if (log.end === this.readTo) return
    const touched: number[] = []
    for (let place = this.readTo; place < log.end; place++) {
      const block = this.blockOf[log.at(place)]!
      if (!(block >= 0) || this.dirty[block] === 1) continue
      this.dirty[block] = 1
      touched.push(block)
    }
    this.readTo = log.end
    const groups: number[] = []
    for (const block of touched) {
      this.sumUp(block)
      this.dirty[block] = 0
      const group = this.groupOf(block)
      if (this.dirty[group] === 1) continue
      this.dirty[group] = 1
      groups.push(group)
    }
    for (const group of groups) {
      this.sumUp(group)
      this.dirty[group] = 0
    }
  }

  /** A search has looked at so many nodes. */
  looked(nodes: number): void {
    this.looks += nodes
  }

  private isWorn(nodes: number): boolean {
    return this.looks > nodes * LOOKS_A_NODE && this.nodes.log.end - this.arrangedAt > nodes * CHANGES_A_NODE
  }

  private groupOf(block: number): number {
    return this.count + Math.floor(block / GROUP_BLOCKS)
  }

  private arrange(order: Int32Array): void {
    const { nodes } = this
    const positions = nodes.positions()
    this.order = order
    this.arrangedAt = nodes.log.end
    this.looks = 0
    this.rows = arranged(order, nodes.columns, BLOCK_NODES)
    this.count = Math.ceil(order.length / BLOCK_NODES)
    this.groups = Math.ceil(this.count / GROUP_BLOCKS)
    const all = this.count + this.groups
    this.first = new Int32Array(all).fill(order.length)
    this.blockOf = new Int32Array(positions.length).fill(-1)
    this.rows.forEach((row, place) => {
      const block = Math.floor(place / BLOCK_NODES)
      this.blockOf[row] = block
      for (const each of [block, this.groupOf(block)])
        if (positions[row]! < this.first[each]!) this.first[each] = positions[row]!
    })
    if (this.dirty.length !== all) {
      this.columns = makeBlocks(all)
      this.dirty = new Uint8Array(all)
    }
    this.sumUpAll()
  }

  private sumUpAll(): void {
    this.of = this.nodes.columns
    this.readTo = this.nodes.log.end
    for (let each = 0; each < this.count + this.groups; each++) this.sumUp(each)
  }

  private sumUp(block: number): void {
    if (block < this.count) sumUpBlock(this.columns, block, this.rows, this.of!)
    else this.sumUpGroup(block)
  }

  private sumUpGroup(group: number): void {
    const first = (group - this.count) * GROUP_BLOCKS
    const end = Math.min(first + GROUP_BLOCKS, this.count)
    for (const name of highest) {
      const column = this.columns[name]
      let most = -Infinity
      for (let block = first; block < end; block++) if (column[block]! > most) most = column[block]!
      column[group] = most
    }
    for (const name of lowest) {
      const column = this.columns[name]
      let least = Infinity
      for (let block = first; block < end; block++) if (column[block]! < least) least = column[block]!
      column[group] = least
    }
  }
}

function makeBlocks(count: number): BlockColumns {
  const columns = [...highest, ...lowest].map((name) => [name, new Float64Array(count)] as const)
  return Object.fromEntries(columns) as unknown as BlockColumns
}

function sumUpBlock(to: BlockColumns, block: number, rows: Int32Array, of: Columns): void {
  const end = Math.min((block + 1) * BLOCK_NODES, rows.length)
  let [leastFreeCpu, mostFreeCpu, leastFreeMemory, mostFreeMemory] = [Infinity, -Infinity, Infinity, -Infinity]
  let [leastFreePods, mostFreePods] = [Infinity, -Infinity]
  let [leastCpu, mostCpu, leastMemory, mostMemory] = [Infinity, -Infinity, Infinity, -Infinity]
  let [leastBoth, mostBoth, leastTilt, mostTilt] = [Infinity, -Infinity, Infinity, -Infinity]
  let [largestCpu, smallestCpu, largestMemory, smallestMemory] = [0, Infinity, 0, Infinity]
  for (let place = block * BLOCK_NODES; place < end; place++) {
    const row = rows[place]!
    const allCpu = of.allocatableCpu[row]!
    const allMemory = of.allocatableMemory[row]!
    const requestedCpu = of.requestedCpu[row]!
    const requestedMemory = of.requestedMemory[row]!
    const cpu = of.nonzeroCpu[row]! / allCpu
    const memory = of.nonzeroMemory[row]! / allMemory
    const both = cpu + memory
    const tilt = share(requestedCpu, allCpu) - share(requestedMemory, allMemory)
    const freeCpu = allCpu - requestedCpu
    const freeMemory = allMemory - requestedMemory
    const freePods = of.allocatablePods[row]! - of.pods[row]!
    if (freeCpu < leastFreeCpu) leastFreeCpu = freeCpu
    if (freeCpu > mostFreeCpu) mostFreeCpu = freeCpu
    if (freeMemory < leastFreeMemory) leastFreeMemory = freeMemory
    if (freeMemory > mostFreeMemory) mostFreeMemory = freeMemory
    if (freePods < leastFreePods) leastFreePods = freePods
    if (freePods > mostFreePods) mostFreePods = freePods
    if (cpu < leastCpu) leastCpu = cpu
    if (cpu > mostCpu) mostCpu = cpu
    if (memory < leastMemory) leastMemory = memory
    if (memory > mostMemory) mostMemory = memory
    if (both < leastBoth) leastBoth = both
    if (both > mostBoth) mostBoth = both
    if (tilt < leastTilt) leastTilt = tilt
    if (tilt > mostTilt) mostTilt = tilt
    if (allCpu > largestCpu) largestCpu = allCpu
    if (allCpu < smallestCpu) smallestCpu = allCpu
    if (allMemory > largestMemory) largestMemory = allMemory
    if (allMemory < smallestMemory) smallestMemory = allMemory
  }
  to.leastFreeCpu[block] = leastFreeCpu
  to.mostFreeCpu[block] = mostFreeCpu
  to.leastFreeMemory[block] = leastFreeMemory
  to.mostFreeMemory[block] = mostFreeMemory
  to.leastFreePods[block] = leastFreePods
  to.mostFreePods[block] = mostFreePods
  to.leastCpu[block] = leastCpu
  to.mostCpu[block] = mostCpu
  to.leastMemory[block] = leastMemory
  to.mostMemory[block] = mostMemory
  to.leastBoth[block] = leastBoth
  to.mostBoth[block] = mostBoth
  to.leastTilt[block] = leastTilt
  to.mostTilt[block] = mostTilt
  to.leastCpuUnit[block] = 1 / largestCpu
  to.mostCpuUnit[block] = 1 / smallestCpu
  to.leastMemoryUnit[block] = 1 / largestMemory
  to.mostMemoryUnit[block] = 1 / smallestMemory
}

function share(requested: number, all: number): number {
  return requested > all ? 1 : requested / all
}
