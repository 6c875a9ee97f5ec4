/** A cell: machines, and what of them is free. */
import { badRequest } from '../../api/errors.ts'
import { objectAt } from '../../api/fields.ts'
import type { Manifest } from '../../api/manifest.ts'
import { bytes, cpuMilli } from '../../api/quantity.ts'
import type { Node } from '../../api/types/core.ts'

/** What one task asks for. */
export interface TaskSize {
  readonly cpuMilli: number
  readonly memoryBytes: number
}

/** Amounts, one row a machine: what is free of a cell, what a scheduler believes to be free, what was offered. */
export class Room {
  private constructor(
    readonly cpu: Float64Array,
    readonly memory: Float64Array,
    /** How many tasks more. */
    readonly slots: Float64Array,
  ) {}

  static nothing(machines: number): Room {
    return new Room(new Float64Array(machines), new Float64Array(machines), new Float64Array(machines))
  }

  copy(): Room {
    return new Room(this.cpu.slice(), this.memory.slice(), this.slots.slice())
  }

  /** Makes it the same as another, without a new copy. */
  become(other: Room): void {
    this.cpu.set(other.cpu)
    this.memory.set(other.memory)
    this.slots.set(other.slots)
  }

  fits(machine: number, size: TaskSize): boolean {
    return size.cpuMilli <= this.cpu[machine]! && size.memoryBytes <= this.memory[machine]! && this.slots[machine]! >= 1
  }

  take(machine: number, size: TaskSize): void {
    this.add(machine, -size.cpuMilli, -size.memoryBytes, -1)
  }

  give(machine: number, size: TaskSize): void {
    this.add(machine, size.cpuMilli, size.memoryBytes, 1)
  }

  add(machine: number, cpu: number, memory: number, slots: number): void {
    this.cpu[machine]! += cpu
    this.memory[machine]! += memory
    this.slots[machine]! += slots
  }
}

/** The truth about the machines. */
export class Cell {
  readonly size: number
  /** What the machines have. */
  readonly total: Room
  readonly free: Room
  /** How often each machine has changed: what coarse-grained conflict detection looks at. */
  readonly versions: Float64Array
  readonly totalCpu: number
  readonly totalMemory: number

  constructor(
    readonly names: readonly string[],
    total: Room,
  ) {
    this.size = names.length
    this.total = total
    this.free = total.copy()
    this.versions = new Float64Array(this.size)
    this.totalCpu = total.cpu.reduce((sum, amount) => sum + amount, 0)
    this.totalMemory = total.memory.reduce((sum, amount) => sum + amount, 0)
  }

  /** Throws where there is no room: no architecture may over-commit. */
  claim(machine: number, size: TaskSize): void {
    if (!this.free.fits(machine, size)) throw new Error(`${this.names[machine]} would be over-committed`)
    this.free.take(machine, size)
    this.versions[machine]!++
  }

  release(machine: number, size: TaskSize): void {
    this.free.give(machine, size)
    this.versions[machine]!++
  }
}

/**
 * An empty cell of these nodes: what is allocatable of them, else their capacity; as many tasks as they say pods, and any
 * number where they say nothing. Throws BadRequest that names the node.
 */
export function cellOf(nodes: readonly Manifest<Node>[]): Cell {
  if (nodes.length === 0) throw badRequest('nodes: Required value: at least one machine')
  const total = Room.nothing(nodes.length)
  const names = nodes.map((node, index) => {
    const { metadata, status } = objectAt(node, `nodes[${index}]`) as Manifest<Node>
    const name = metadata?.name ?? ''
    if (name === '') throw badRequest(`nodes[${index}].metadata.name: Required value`)
    const list = (status?.allocatable ?? status?.capacity ?? {}) as Readonly<Record<string, string | number>>
    const amounts = [cpuMilli(list['cpu']), bytes(list['memory'])] as const
    if (!(amounts[0] > 0 && amounts[1] > 0))
      throw badRequest(
        `nodes[${index}] "${name}": expected cpu and memory above 0 under status.allocatable or capacity`,
      )
    const slots = list['pods'] === undefined ? Number.MAX_SAFE_INTEGER : bytes(list['pods'])
    total.add(index, amounts[0], amounts[1], slots)
    return name
  })
  const twice = names.find((name, index) => names.indexOf(name) !== index)
  if (twice !== undefined) throw badRequest(`nodes: Duplicate value: ${JSON.stringify(twice)}`)
  return new Cell(names, total)
}
