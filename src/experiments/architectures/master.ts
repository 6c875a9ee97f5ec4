/** Who is offered what: the allocator of a Mesos master. */
import type { Component } from '../../kernel/kernel.ts'
import type { RandomStream } from '../../kernel/random.ts'
import { Room } from './cell.ts'
import type { JobRecord, World } from './world.ts'

/**
 * `machineByMachine`: each machine goes, in an order that is drawn, to the framework with the least dominant share, what it
 * has just been offered included; as Mesos has it. `everything`: the framework with the least dominant share is offered all
 * that is free; as the Omega paper's simulator has it.
 */
export type Offers = 'machineByMachine' | 'everything'

export interface MasterTimes {
  /** What has come free is offered at the next multiple of it. */
  readonly intervalMs: number
  /** After it an offer without an answer is taken back; Infinity: never. */
  readonly offerTimeoutMs: number
}

/** Where offers go. */
export interface OfferTaker {
  /** Told that it holds offers of more machines. */
  readonly offered: () => void
}

// Mirrors MIN_CPUS and MIN_MEM of Mesos, src/master/constants.hpp: less is not offered.
const LEAST_CPU_MILLI = 10
const LEAST_MEMORY = 32 * 1024 * 1024

/** Allocations without a decision, a job or a task that ends between them; then offers stop until there is one. */
const MOST_FRUITLESS = 10_000

/** What the master knows of one framework. */
export class Tenant {
  /** What it was offered and has not answered. */
  readonly held: Room
  /** Since when; NaN for machines it holds nothing of. */
  private readonly heldSince: Float64Array
  /** What it has, offers included. */
  usedCpu = 0
  usedMemory = 0
  /** How often it was offered something: decides among equal shares. */
  allocations = 0
  /** Wants no offers. */
  isSuppressed = false
  private readonly refusedUntil: Float64Array
  private readonly refused: Room

  constructor(
    machines: number,
    readonly weight: number,
    readonly taker: OfferTaker,
  ) {
    this.held = Room.nothing(machines)
    this.heldSince = new Float64Array(machines).fill(Number.NaN)
    this.refused = Room.nothing(machines)
    this.refusedUntil = new Float64Array(machines).fill(-1)
  }

  /** Whether it holds anything. */
  get isHolding(): boolean {
    return this.heldSince.some((since) => since >= 0)
  }

  /** The machines of which it has held something since then, or longer. */
  holdings(since: number = Infinity): readonly number[] {
    const machines: number[] = []
    for (const [machine, begun] of this.heldSince.entries()) if (begun <= since) machines.push(machine)
    return machines
  }

  offer(machine: number, now: number): void {
    this.heldSince[machine] = now
    this.allocations++
  }

  release(machine: number): void {
    this.heldSince[machine] = Number.NaN
  }

  refuse(machine: number, until: number): void {
    const { held, refused } = this
    this.refusedUntil[machine] = until
    refused.cpu[machine] = held.cpu[machine]!
    refused.memory[machine] = held.memory[machine]!
  }

  /** Until when, inclusive, it refuses what is free of a machine; more than what it refused passes. */
  filteredUntil(machine: number, cpu: number, memory: number): number {
    const { refused } = this
    return cpu <= refused.cpu[machine]! && memory <= refused.memory[machine]! ? this.refusedUntil[machine]! : -1
  }
}

type Message = 'allocate' | { readonly rescind: Tenant; readonly since: number }

/** Offers what is free, and locks what it has offered until there is an answer. */
export class Master implements Component {
  readonly name = 'master'
  private readonly tenants: Tenant[] = []
  private readonly locked: Room
  private readonly owners = new Map<JobRecord, Tenant>()
  private readonly chance: RandomStream
  /** When the next allocation is due. */
  private dueAt = Infinity
  /** What had been done by the last allocation, and how many there were since. */
  private deeds = 0
  private fruitless = 0

  constructor(
    private readonly world: World,
    private readonly offers: Offers,
    private readonly times: MasterTimes,
  ) {
    this.locked = Room.nothing(world.cell.size)
    this.chance = world.kernel.random('master')
    world.kernel.register(this)
    world.whenRoom((record, machines) => this.recover(record, machines))
  }

  /** Offers begin with the first allocation, at once. */
  add(tenant: Tenant): void {
    this.tenants.push(tenant)
    this.schedule(this.world.now)
  }

  /** A job has come: offers that had stopped in vain go on. */
  wake(): void {
    if (this.fruitless > MOST_FRUITLESS) this.scheduleNext(this.world.now)
  }

  /** A framework wants offers again. */
  revive(tenant: Tenant): void {
    tenant.isSuppressed = false
    this.schedule(this.world.now)
  }

  /** A framework launches tasks on what it holds. */
  launch(tenant: Tenant, record: JobRecord, machines: readonly number[]): void {
    const { cpuMilli, memoryBytes } = record.job
    this.owners.set(record, tenant)
    for (const machine of machines) this.locked.take(machine, record.job)
    this.world.usage.change(this.world.now, 'locked', -cpuMilli * machines.length, -memoryBytes * machines.length)
    this.world.place(record, machines)
  }

  /** A framework gives back all that it holds, and wants no more of the same for a while. */
  decline(tenant: Tenant, refuseMs: number): void {
    for (const machine of tenant.holdings()) {
      if (refuseMs > 0) tenant.refuse(machine, this.world.now + refuseMs)
      this.unlock(tenant, machine)
    }
    this.scheduleNext(this.world.now)
  }

  handle(message: unknown): void {
    const what = message as Message
    if (what !== 'allocate') return this.rescind(what.rescind, what.since)
    if (this.world.now !== this.dueAt) return
    this.dueAt = Infinity
    if (!this.isInVain()) this.allocate()
  }

  private rescind(tenant: Tenant, since: number): void {
    for (const machine of tenant.holdings(since)) this.unlock(tenant, machine)
    this.scheduleNext(this.world.now)
  }

  private recover(record: JobRecord, machines: readonly number[]): void {
    const tenant = this.owners.get(record)!
    tenant.usedCpu -= record.job.cpuMilli * machines.length
    tenant.usedMemory -= record.job.memoryBytes * machines.length
    this.scheduleNext(this.world.now)
  }

  /** At the next multiple of the interval that is after `moment`, and after now. */
  private scheduleNext(moment: number): void {
    const { intervalMs } = this.times
    const after = Math.max(moment, this.world.now)
    const next = (Math.floor(after / intervalMs) + 1) * intervalMs
    // A multiple may be rounded to what it should be past.
    this.schedule(next > after ? next : after + intervalMs)
  }

  private schedule(at: number): void {
    const delay = at - this.world.now
    // As the kernel adds it up.
    const due = this.world.now + delay
    if (due >= this.dueAt || this.world.unsettled === 0) return
    this.dueAt = due
    this.world.kernel.schedule(this.name, delay, 'work', 'allocate')
  }

  /** Whether what frameworks refuse goes round among them for ever, while nobody decides on anything. */
  private isInVain(): boolean {
    const { deeds } = this.world
    this.fruitless = deeds === this.deeds ? this.fruitless + 1 : 0
    this.deeds = deeds
    return this.fruitless > MOST_FRUITLESS
  }

  private allocate(): void {
    const { now } = this.world
    const offered = new Set<Tenant>()
    let filteredUntil = Infinity
    for (const machine of this.inOrder()) {
      const takers = this.tenants.filter(({ isSuppressed }) => !isSuppressed)
      const cpu = this.freeCpu(machine)
      const memory = this.freeMemory(machine)
      const waits = takers.map((tenant) => tenant.filteredUntil(machine, cpu, memory))
      const open = takers.filter((_, index) => waits[index]! < now)
      if (open.length === 0) filteredUntil = Math.min(filteredUntil, ...waits)
      else {
        const tenant = this.offers === 'everything' ? this.favoured(open, offered) : this.least(open)
        this.offer(tenant, machine)
        offered.add(tenant)
      }
    }
    if (filteredUntil < Infinity) this.scheduleNext(filteredUntil)
    for (const tenant of this.tenants) if (offered.has(tenant)) this.hand(tenant)
  }

  /** The machines of which there is something to offer, in the order in which they are. */
  private inOrder(): readonly number[] {
    const machines: number[] = []
    for (let machine = 0; machine < this.world.cell.size; machine++) {
      const isEnough = this.freeCpu(machine) >= LEAST_CPU_MILLI || this.freeMemory(machine) >= LEAST_MEMORY
      if (isEnough && this.freeSlots(machine) > 0) machines.push(machine)
    }
    if (this.offers === 'everything') return machines
    for (let left = machines.length - 1; left > 0; left--) {
      const at = this.chance.integer(0, left)
      const other = machines[left]!
      machines[left] = machines[at]!
      machines[at] = other
    }
    return machines
  }

  /** Who was offered something in this allocation gets all the rest too. */
  private favoured(open: readonly Tenant[], offered: ReadonlySet<Tenant>): Tenant {
    return open.find((tenant) => offered.has(tenant)) ?? this.least(open)
  }

  /** Dominant resource fairness. Mirrors DRFComparator of Mesos, src/master/allocator/mesos/sorter/drf/sorter.hpp. */
  private least(tenants: readonly Tenant[]): Tenant {
    let least = tenants[0]!
    for (const tenant of tenants) {
      const difference = this.share(tenant) - this.share(least)
      if (difference < 0 || (difference === 0 && tenant.allocations < least.allocations)) least = tenant
    }
    return least
  }

  private share({ usedCpu, usedMemory, weight }: Tenant): number {
    const { totalCpu, totalMemory } = this.world.cell
    return Math.max(usedCpu / totalCpu, usedMemory / totalMemory) / weight
  }

  private offer(tenant: Tenant, machine: number): void {
    const [cpu, memory] = [this.freeCpu(machine), this.freeMemory(machine)]
    tenant.held.add(machine, cpu, memory, this.freeSlots(machine))
    this.locked.add(machine, cpu, memory, this.freeSlots(machine))
    tenant.usedCpu += cpu
    tenant.usedMemory += memory
    tenant.offer(machine, this.world.now)
    this.world.usage.change(this.world.now, 'locked', cpu, memory)
  }

  private unlock(tenant: Tenant, machine: number): void {
    const { cpu, memory, slots } = tenant.held
    const [freedCpu, freedMemory, freedSlots] = [cpu[machine]!, memory[machine]!, slots[machine]!]
    tenant.held.add(machine, -freedCpu, -freedMemory, -freedSlots)
    tenant.release(machine)
    this.locked.add(machine, -freedCpu, -freedMemory, -freedSlots)
    tenant.usedCpu -= freedCpu
    tenant.usedMemory -= freedMemory
    this.world.usage.change(this.world.now, 'locked', -freedCpu, -freedMemory)
  }

  private hand(tenant: Tenant): void {
    const { offerTimeoutMs } = this.times
    const message: Message = { rescind: tenant, since: this.world.now }
    if (offerTimeoutMs < Infinity) this.world.kernel.schedule(this.name, offerTimeoutMs, 'work', message)
    tenant.taker.offered()
  }

  private freeCpu(machine: number): number {
    return this.world.cell.free.cpu[machine]! - this.locked.cpu[machine]!
  }

  private freeMemory(machine: number): number {
    return this.world.cell.free.memory[machine]! - this.locked.memory[machine]!
  }

  private freeSlots(machine: number): number {
    return this.world.cell.free.slots[machine]! - this.locked.slots[machine]!
  }
}
