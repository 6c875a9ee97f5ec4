/**
 * Which nodes share a block: those that have about as much as one another and use about as much of it, so that what a
 * block offers at best is near to what each of its nodes does. By name they would be as different as the pods that came
 * to them. Nodes that are alike stay in order of name. Nothing but the cost of a search depends on it.
 */
import { sqrt } from '../../kernel/math.ts'
import type { Columns } from '../columns.ts'

/** What nodes are sorted by is one number of 50 bits: how much a node has, a measure of its use, and its position. */
const POSITIONS = 1 << 20
const LEVELS = 1 << 14
const OCTAVES = 1 << 8

/**
 * The rows of an order, such that those of each `size` places on end are alike: slabs of nodes that are about as full,
 * each sorted by which of cpu and memory is used more. So are the tiles of a packed R-tree cut. Those of each tile are in
 * order.
 */
export function arranged(order: Int32Array, of: Columns, size: number): Int32Array {
  const count = order.length
  const { fullness, tilt } = keysOf(order, of)
  const positions = Int32Array.from(order.keys())
  const keys = new Float64Array(count)
  const sort = (by: Float64Array, from: number, end: number): void => {
    for (let place = from; place < end; place++) keys[place] = by[positions[place]!]!
    keys.subarray(from, end).sort()
    for (let place = from; place < end; place++)
      positions[place] = keys[place]! - Math.floor(keys[place]! / POSITIONS) * POSITIONS
  }
  sort(fullness, 0, count)
  const slab = Math.ceil(sqrt(count / size)) * size
  for (let from = 0; from < count; from += slab) sort(tilt, from, Math.min(from + slab, count))
  for (let from = 0; from < count; from += size) positions.subarray(from, from + size).sort()
  return positions.map((position) => order[position]!)
}

interface Keys {
  /** Of cpu and memory together. */
  readonly fullness: Float64Array
  /** From where only memory is used up to where only cpu is. */
  readonly tilt: Float64Array
}

/** By position. */
function keysOf(order: Int32Array, of: Columns): Keys {
  const fullness = new Float64Array(order.length)
  const tilt = new Float64Array(order.length)
  const { allocatableCpu, allocatableMemory, requestedCpu, requestedMemory, nonzeroCpu, nonzeroMemory } = of
  for (let position = 0; position < order.length; position++) {
    const row = order[position]!
    const cpu = allocatableCpu[row]!
    const memory = allocatableMemory[row]!
    const capacity = (octave(cpu) * OCTAVES + octave(memory / (1 << 20))) * LEVELS
    const full = level(nonzeroCpu[row]! / cpu + nonzeroMemory[row]! / memory)
    const tilted = level(1 + requestedCpu[row]! / cpu - requestedMemory[row]! / memory)
    fullness[position] = (capacity + full) * POSITIONS + position
    tilt[position] = (capacity + tilted) * POSITIONS + position
  }
  return { fullness, tilt }
}

/** Of a measure from 0 to 2. */
function level(measured: number): number {
  return measured > 0 ? Math.min(LEVELS - 1, Math.floor((measured / 2) * LEVELS)) : 0
}

/** Eight steps for every doubling. */
function octave(amount: number): number {
  const power = 31 - Math.clz32(amount | 1)
  return power * 8 + (Math.floor((amount * 8) / (1 << power)) & 7)
}
