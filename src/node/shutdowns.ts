import type { CowMap } from '../kernel/cow.ts'
import type { Memory } from '../kernel/memory.ts'

/** Until when a machine that shuts down waits, in milliseconds since the Unix epoch. */
interface Shutdown {
  /** When pods that are not critical must have ended. */
  readonly criticalAt: number
  /** When the power goes whatever still runs. */
  readonly endsAt: number
}

/** The machines that are shutting down. */
export class Shutdowns {
  private readonly all: CowMap<Shutdown>

  constructor(memory: Memory) {
    this.all = memory.map('node.shutdowns')
  }

  has(node: number): boolean {
    return this.all.size > 0 && this.all.has(String(node))
  }

  get(node: number): Shutdown | undefined {
    return this.all.size === 0 ? undefined : this.all.get(String(node))
  }

  set(node: number, shutdown: Shutdown): void {
    this.all.set(String(node), shutdown)
  }

  /** The machine has no power any more. */
  lost(node: number): void {
    if (this.has(node)) this.all.delete(String(node))
  }
}
