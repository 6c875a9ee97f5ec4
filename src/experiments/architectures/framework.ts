/** A scheduler that decides on what it is offered. */
import type { Component } from '../../kernel/kernel.ts'
import type { Gangs } from './checks.ts'
import type { DecisionTimes } from './decision.ts'
import { type Entry, entryOf, isGivenUp, isOver } from './entry.ts'
import { type Master, type OfferTaker, Tenant } from './master.ts'
import type { Placer } from './placing.ts'
import type { SchedulerTally } from './tally.ts'
import type { JobRecord, World } from './world.ts'

/** How a framework behaves, in the terms of a run. */
export interface FrameworkManners {
  readonly gangs: Gangs
  readonly idle: 'decline' | 'suppress'
  readonly refuseMs: number
  readonly jobsPerOffer: number
  readonly maxAttempts: number
  readonly weight: number
}

/** Waits for offers, tries each of its jobs on what it holds, and gives the rest back. */
export class Framework implements Component, OfferTaker {
  readonly name: string
  private readonly tenant: Tenant
  private queue: Entry[] = []
  /** Those tried on what it holds. */
  private readonly tried = new Set<Entry>()
  private current: Entry | undefined

  constructor(
    private readonly world: World,
    private readonly master: Master,
    private readonly tally: SchedulerTally,
    private readonly placer: Placer,
    private readonly times: DecisionTimes,
    private readonly manners: FrameworkManners,
  ) {
    this.name = `framework/${tally.name}`
    this.tenant = new Tenant(world.cell.size, manners.weight, this)
    this.tenant.isSuppressed = manners.idle === 'suppress'
    world.kernel.register(this)
    master.add(this.tenant)
  }

  submit(record: JobRecord): void {
    this.queue.push(entryOf(record, record.job.tasks))
    if (this.tenant.isSuppressed) this.master.revive(this.tenant)
    else this.master.wake()
  }

  offered(): void {
    // What did not fit before may fit with what has come.
    if (this.tried.size < this.manners.jobsPerOffer) this.tried.clear()
    this.consider()
  }

  handle(): void {
    const entry = this.current!
    this.current = undefined
    this.tally.end(this.world.now)
    this.decide(entry)
    this.consider()
  }

  /** Begins the next decision, or answers. */
  private consider(): void {
    if (this.current !== undefined) return
    this.queue = this.queue.filter((entry) => !isOver(entry))
    if (!this.tenant.isHolding) return this.tried.clear()
    const mayTry = this.tried.size < this.manners.jobsPerOffer
    const next = mayTry ? this.queue.find((entry) => !this.tried.has(entry)) : undefined
    if (next !== undefined) return this.begin(next)
    this.answer(mayTry)
  }

  private begin(entry: Entry): void {
    const { world, tally } = this
    this.current = entry
    this.tried.add(entry)
    world.tried(entry.record)
    tally.begin(world.now)
    world.kernel.schedule(this.name, this.times(entry.record.job.kind, entry.isWithJob, entry.tasks), 'work', 'decided')
    entry.attempts++
  }

  private decide(entry: Entry): void {
    const { record } = entry
    const { world, tally, manners } = this
    const whole = record.isGang && manners.gangs === 'whole'
    const machines = this.placer.place(this.tenant.held, record.job, entry.tasks, whole)
    if (machines.length > 0) tally.succeeded++
    this.master.launch(this.tenant, record, machines)
    entry.tasks -= machines.length
    if (entry.tasks > 0) isGivenUp(entry, manners.maxAttempts, world, tally)
  }

  /** Gives back what is left; what suits none of its jobs now, it does not want to see again soon. */
  private answer(isAllTried: boolean): void {
    this.tried.clear()
    this.tenant.isSuppressed = this.manners.idle === 'suppress' && this.queue.length === 0
    this.master.decline(this.tenant, isAllTried ? this.manners.refuseMs : 0)
  }
}
