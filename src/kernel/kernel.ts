import { type CowMap } from './cow.ts'
import type { Memory } from './memory.ts'
import type { Paged } from './paged.ts'
import { createStreams, type RandomStream } from './random.ts'
import { blankTask, type Task, type TaskKind, TaskQueue } from './tasks.ts'

/** A part of the cluster that acts when the kernel gives it a turn. Its state is in memory; the object may be rebuilt. */
export interface Component {
  readonly name: string
  /** One turn. Everything it writes during it is done before any other component's turn. */
  handle(message: unknown): void
}

const numbers = { now: 0, sequence: 1, taken: 2, work: 3, seed: 4 } as const

/** The only source of time, order and chance: it takes tasks in order and moves the clock to each. */
export class Kernel {
  private readonly queue: TaskQueue
  private readonly numbers: Paged
  private readonly components = new Map<string, Component>()
  private readonly streams: (name: string) => RandomStream
  /** Filled in for each task that is scheduled. */
  private readonly form = blankTask()
  /** What the turn being taken, or the call being answered, was caused by. */
  cause = 0

  constructor(readonly memory: Memory) {
    this.queue = new TaskQueue(memory)
    this.numbers = memory.paged('kernel.numbers', { floats: 5, bits: 0 })
    if (this.numbers.length === 0) this.numbers.add()
    this.numbers.write(0)
    const states: CowMap<readonly number[]> = memory.map('kernel.random')
    this.streams = createStreams(states, () => this.seed)
  }

  /** Sets what a new cluster begins with. `epoch` is milliseconds since the Unix epoch. */
  begin(seed: number, epoch: number): void {
    const { floats } = this.numbers.write(0)
    floats[numbers.now] = epoch
    floats[numbers.seed] = seed
  }

  /** Virtual milliseconds since the Unix epoch. */
  get now(): number {
    return this.numbers.read(0).floats[numbers.now]!
  }

  get seed(): number {
    return this.numbers.read(0).floats[numbers.seed]!
  }

  /** How many tasks were taken so far: the journal's clock. */
  get taken(): number {
    return this.numbers.read(0).floats[numbers.taken]!
  }

  /** How many tasks of kind `work` are waiting. */
  get work(): number {
    return this.numbers.read(0).floats[numbers.work]!
  }

  /** After a fork with another seed every stream begins anew. */
  reseed(seed: number): void {
    this.numbers.write(0).floats[numbers.seed] = seed
    this.memory.map('kernel.random').clear()
  }

  /** A named stream of chance. */
  random(name: string): RandomStream {
    return this.streams(name)
  }

  register(component: Component): void {
    if (this.components.has(component.name)) throw new Error(`there is a component named ${component.name} already`)
    this.components.set(component.name, component)
  }

  /** Puts a task into the queue, `delay` milliseconds from now, caused by what is being done now. */
  schedule(to: string, delay: number, kind: TaskKind, message: unknown): void {
    const { floats } = this.numbers.write(0)
    const sequence = floats[numbers.sequence]!++
    if (kind === 'work') floats[numbers.work]!++
    const { form } = this
    form.at = floats[numbers.now]! + delay
    form.sequence = sequence
    form.to = to
    form.message = message
    form.cause = this.cause
    form.kind = kind
    this.queue.push(form, floats[numbers.now]!)
  }

  /** Gives a component a turn between tasks: how a fault reaches the part it breaks. */
  interrupt(to: string, message: unknown): void {
    this.components.get(to)?.handle(message)
  }

  /** Forgets every task that waits for a component. */
  withdraw(to: string): void {
    const work = this.queue.withdraw(to, this.now).filter(({ kind }) => kind === 'work').length
    this.numbers.write(0).floats[numbers.work]! -= work
  }

  /** Whether a task is due by a moment. */
  isDue(by: number): boolean {
    return this.queue.isDue(by)
  }

  /** When the next task is due, in virtual milliseconds since the Unix epoch; undefined while none waits. */
  get due(): number | undefined {
    return this.queue.due
  }

  /** Everything that waits, in order. */
  waiting(): Task[] {
    return this.queue.sorted()
  }

  /** Takes the next task: the clock moves to it and its component has its turn. */
  take(): void {
    const task = this.queue.pop()!
    const { floats } = this.numbers.write(0)
    if (task.at > floats[numbers.now]!) floats[numbers.now] = task.at
    floats[numbers.taken]!++
    if (task.kind === 'work') floats[numbers.work]!--
    const component = this.components.get(task.to)
    if (component === undefined) return
    this.cause = task.cause
    component.handle(task.message)
    this.cause = 0
  }

  /** Moves the clock forward to a moment before which nothing is due. */
  moveTo(moment: number): void {
    if (moment > this.now) this.numbers.write(0).floats[numbers.now] = moment
  }
}
