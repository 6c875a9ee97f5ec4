/** One run: the cell, the clock, and how each job fares. */
import { Kernel, type Component } from '../../kernel/kernel.ts'
import { Memory } from '../../kernel/memory.ts'
import type { Cell } from './cell.ts'
import type { JobArrival } from './jobs.ts'
import type { Usage } from './usage.ts'

/** How a job fares. Times are milliseconds since the beginning, undefined until they come. */
export class JobRecord {
  arrivedAt: number | undefined
  /** Tasks that have got a machine. */
  placed = 0
  /** Tasks that the schedulers have given up. */
  abandoned = 0
  /** When a scheduler first began to decide on it. */
  firstTriedAt: number | undefined
  /** When the last of its tasks got a machine. */
  wholeAt: number | undefined
  /** Of a gang that is not whole: the machines it holds. */
  held: readonly number[] = []

  constructor(
    readonly job: JobArrival,
    readonly index: number,
  ) {}

  get isGang(): boolean {
    return this.job.gang === true
  }

  /** Whether nothing is left to decide. */
  get isSettled(): boolean {
    return this.placed + this.abandoned >= this.job.tasks
  }
}

/** What happened to tasks: `place` gives each a machine, `leave` takes it away again. */
export interface TaskEvent {
  readonly at: number
  readonly type: 'place' | 'leave'
  readonly job: string
  /** The names of the machines, one a task. */
  readonly machines: readonly string[]
}

/** Told that tasks have left machines. */
export type RoomListener = (record: JobRecord, machines: readonly number[]) => void

interface Leaving {
  readonly record: JobRecord
  readonly machines: readonly number[]
}

/** What an architecture acts in. */
export class World implements Component {
  readonly name = 'cell'
  readonly kernel: Kernel
  readonly records: readonly JobRecord[]
  /** How many jobs are not settled, those that have not come included. */
  unsettled: number
  /** How often something was decided on, placed or left, or came. */
  deeds = 0
  lastPlacedAt = 0
  lastLeftAt = 0
  private readonly listeners: RoomListener[] = []

  constructor(
    readonly cell: Cell,
    readonly usage: Usage,
    jobs: readonly JobArrival[],
    seed: number,
    private readonly observe: ((event: TaskEvent) => void) | undefined,
  ) {
    this.kernel = new Kernel(new Memory())
    this.kernel.begin(seed, 0)
    this.kernel.register(this)
    this.records = jobs.map((job, index) => new JobRecord(job, index))
    this.unsettled = jobs.length
  }

  get now(): number {
    return this.kernel.now
  }

  whenRoom(listener: RoomListener): void {
    this.listeners.push(listener)
  }

  /** A job comes. */
  arrive(record: JobRecord): void {
    record.arrivedAt = this.now
    this.deeds++
  }

  /** A scheduler begins to decide on a job. */
  tried(record: JobRecord): void {
    record.firstTriedAt ??= this.now
    this.deeds++
  }

  /** Gives one task of a job each of these machines. Throws where there is no room. */
  place(record: JobRecord, machines: readonly number[]): void {
    if (machines.length === 0) return
    const { job } = record
    for (const machine of machines) this.cell.claim(machine, job)
    record.placed += machines.length
    this.lastPlacedAt = this.now
    this.tell('place', record, machines)
    if (record.placed === job.tasks) record.wholeAt = this.now
    if (record.isGang) this.hold(record, machines)
    else this.start(record, machines)
    if (record.isSettled) this.unsettled--
  }

  /** The schedulers give up some tasks of a job. A gang that can be whole no more lets go of what it holds. */
  abandon(record: JobRecord, tasks: number): void {
    if (record.isSettled) return
    if (!record.isGang) record.abandoned += tasks
    else {
      const { held } = record
      record.held = []
      record.abandoned = record.job.tasks
      record.placed = 0
      this.use(record, 'hoarded', -held.length)
      this.vacate(record, held)
    }
    if (record.isSettled) this.unsettled--
  }

  handle(message: unknown): void {
    const { record, machines } = message as Leaving
    this.use(record, 'running', -machines.length)
    this.vacate(record, machines)
  }

  private hold(record: JobRecord, machines: readonly number[]): void {
    const before = record.held.length
    record.held = [...record.held, ...machines]
    if (record.wholeAt === undefined) return this.use(record, 'hoarded', machines.length)
    this.use(record, 'hoarded', -before)
    const { held } = record
    record.held = []
    this.start(record, held)
  }

  private start(record: JobRecord, machines: readonly number[]): void {
    this.use(record, 'running', machines.length)
    const { durationMs } = record.job
    if (durationMs !== undefined) this.kernel.schedule(this.name, durationMs, 'work', { record, machines })
  }

  private vacate(record: JobRecord, machines: readonly number[]): void {
    if (machines.length === 0) return
    for (const machine of machines) this.cell.release(machine, record.job)
    this.lastLeftAt = this.now
    this.deeds++
    this.tell('leave', record, machines)
    for (const listener of this.listeners) listener(record, machines)
  }

  private use({ job }: JobRecord, use: 'running' | 'hoarded', tasks: number): void {
    this.usage.change(this.now, use, tasks * job.cpuMilli, tasks * job.memoryBytes)
  }

  private tell(type: 'place' | 'leave', { job }: JobRecord, machines: readonly number[]): void {
    this.observe?.({
      at: this.now,
      type,
      job: job.name,
      machines: machines.map((machine) => this.cell.names[machine]!),
    })
  }
}
