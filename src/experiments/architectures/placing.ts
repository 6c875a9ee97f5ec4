/** Finding machines for tasks in what a scheduler believes to be free. */
import { badRequest } from '../../api/errors.ts'
import type { RandomStream } from '../../kernel/random.ts'
import type { Cell, Room, TaskSize } from './cell.ts'
import type { MachineRoom, PlacementPolicy } from './policies.ts'

/** Chooses machines, one task after another, and takes them from the room it is given. */
export class Placer {
  private readonly seen = { cpuMilli: 0, memoryBytes: 0, freeCpuMilli: 0, freeMemoryBytes: 0, tasks: 0 }

  constructor(
    private readonly cell: Cell,
    private readonly policy: PlacementPolicy,
    private readonly chance: RandomStream,
  ) {}

  /** A machine for each task that has room, or for none of them unless all have (`whole`). */
  place(room: Room, size: TaskSize, tasks: number, whole: boolean): readonly number[] {
    const machines: number[] = []
    while (machines.length < tasks) {
      const machine = this.choose(room, size)
      if (machine < 0) break
      room.take(machine, size)
      machines.push(machine)
    }
    if (!whole || machines.length === tasks) return machines
    for (const machine of machines) room.give(machine, size)
    return []
  }

  private choose(room: Room, size: TaskSize): number {
    if ('score' in this.policy) return this.best(room, size, this.policy.score)
    const { pick } = this.policy
    const fitting: number[] = []
    for (let machine = 0; machine < this.cell.size; machine++) {
      if (!room.fits(machine, size)) continue
      if (pick === 'first') return machine
      fitting.push(machine)
    }
    return fitting.length === 0 ? -1 : this.chance.pick(fitting)
  }

  private best(room: Room, size: TaskSize, score: (machine: MachineRoom, task: TaskSize) => number): number {
    let best = -1
    let highest = -Infinity
    for (let machine = 0; machine < this.cell.size; machine++) {
      if (!room.fits(machine, size)) continue
      const scored = score(this.look(room, machine), size)
      if (!Number.isFinite(scored)) {
        const { name } = this.policy
        throw badRequest(`policy "${name}" scored ${String(scored)} for ${this.cell.names[machine]}: expected a number`)
      }
      if (scored > highest) {
        best = machine
        highest = scored
      }
    }
    return best
  }

  private look(room: Room, machine: number): MachineRoom {
    const { seen } = this
    const { total } = this.cell
    seen.cpuMilli = total.cpu[machine]!
    seen.memoryBytes = total.memory[machine]!
    seen.freeCpuMilli = room.cpu[machine]!
    seen.freeMemoryBytes = room.memory[machine]!
    seen.tasks = total.slots[machine]! - room.slots[machine]!
    return seen
  }
}
