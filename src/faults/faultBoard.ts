import { parseDuration } from '../api/duration.ts'
import { badRequest, isStatusError } from '../api/errors.ts'
import { byCodeUnit } from '../api/order.ts'
import { said } from '../api/said.ts'
import { nearestName } from '../api/schema/nearest.ts'
import type { CowCell, CowMap } from '../kernel/cow.ts'
import type { Component, Kernel } from '../kernel/kernel.ts'
import type { FaultData, FaultDefinition, FaultParts, FaultTiming } from './fault.ts'

/** A fault that waits for its time or lasts. */
interface Noted {
  readonly fault: FaultData
  readonly state: 'waiting' | 'active'
  /** Milliseconds after its beginning at which it heals; undefined where somebody must heal it. */
  readonly lasts: number | undefined
}

type Message =
  { readonly type: 'begin' | 'heal'; readonly id: number } | { readonly type: 'restart'; readonly component: string }

export const faultBoard = 'faults'

/** Keeps the faults: begins and heals them at their times. */
export class FaultBoard implements Component {
  readonly name: string = faultBoard
  private readonly kernel: Kernel
  private readonly noted: CowMap<Noted>
  private readonly last: CowCell<number>
  private readonly byType: ReadonlyMap<string, FaultDefinition>

  constructor(
    private readonly parts: FaultParts,
    definitions: readonly FaultDefinition[],
  ) {
    const { kernel } = parts.environment
    this.kernel = kernel
    this.noted = kernel.memory.map('faults.noted')
    this.last = kernel.memory.cell('faults.last', 0)
    this.byType = new Map(definitions.map((definition) => [definition.type, definition]))
  }

  handle(raw: unknown): void {
    const message = raw as Message
    if (message.type === 'restart') this.restart(message.component)
    else if (message.type === 'heal') this.heal(message.id)
    else {
      try {
        this.begin(message.id)
      } catch (error) {
        // What it was to be done to is gone by now.
        if (!isStatusError(error)) throw error
        this.noted.delete(String(message.id))
      }
    }
  }

  /** Takes a fault in, and begins it unless it is for later. Returns its number. */
  inject(fault: FaultData, { after, for: duration }: FaultTiming): number {
    const definition = this.definition(fault.type)
    checkFields(definition, fault)
    definition.check(this.parts, fault)
    this.forgetOver()
    const wait = after === undefined ? 0 : parseDuration(after)
    const lasts = duration === undefined ? undefined : parseDuration(duration)
    if (duration !== undefined && definition.heal === undefined)
      throw badRequest(`for: ${fault.type} is over at once, and cannot last`)
    const id = this.last.value + 1
    this.noted.set(String(id), { fault, state: 'waiting', lasts })
    try {
      if (after === undefined) this.begin(id)
      else this.kernel.schedule(this.name, wait, 'timer', { type: 'begin', id } satisfies Message)
    } catch (error) {
      this.noted.delete(String(id))
      throw error
    }
    this.last.value = id
    return id
  }

  /** Makes a fault whole again, or calls one off that waits; of one that is over, nothing. */
  heal(id: number): void {
    this.forgetOver()
    const known = this.noted.get(String(id))
    if (known === undefined) return
    this.noted.delete(String(id))
    if (known.state === 'waiting') return
    const { fault } = known
    const others = this.active(fault.type).map((other) => other.fault)
    this.definition(fault.type).heal?.(this.parts, fault, id, others)
  }

  /** The faults of a type that last, the oldest first. */
  active(type: string): { readonly id: number; readonly fault: FaultData }[] {
    return this.ids().flatMap((id) => {
      const { fault, state } = this.noted.get(String(id))!
      return state === 'active' && fault.type === type && !this.isOver(id, fault) ? [{ id, fault }] : []
    })
  }

  /** The numbers of the faults that wait or last, the oldest first. */
  lasting(): number[] {
    return this.ids().filter((id) => this.state(id) !== 'over')
  }

  state(id: number): 'waiting' | 'active' | 'over' {
    const known = this.noted.get(String(id))
    if (known === undefined || (known.state === 'active' && this.isOver(id, known.fault))) return 'over'
    return known.state
  }

  fault(id: number): FaultData | undefined {
    return this.noted.get(String(id))?.fault
  }

  /** What a fault is, or what its healing is: as a journal keeps them. */
  say(fault: FaultData & { readonly what?: unknown }): string {
    if (fault.type === 'heal') return `it is over: ${String(fault.what)}`
    return this.definition(fault.type).say(fault)
  }

  /** Buries the components that died within the turn that has just ended. */
  settle(): void {
    for (const { component, restartAfterMs } of this.parts.environment.disturbances.takeDeaths()) {
      this.parts.components.get(component)!.handle({ type: 'crash' })
      const message: Message = { type: 'restart', component }
      if (restartAfterMs !== undefined) this.kernel.schedule(this.name, restartAfterMs, 'timer', message)
    }
  }

  private begin(id: number): void {
    const known = this.noted.get(String(id))
    if (known === undefined) return
    const { fault, lasts } = known
    const definition = this.definition(fault.type)
    definition.check(this.parts, fault)
    definition.begin(this.parts, fault, id)
    if (definition.heal === undefined) {
      this.noted.delete(String(id))
      return
    }
    this.noted.set(String(id), { fault, state: 'active', lasts })
    if (lasts !== undefined) this.kernel.schedule(this.name, lasts, 'timer', { type: 'heal', id } satisfies Message)
  }

  private restart(component: string): void {
    const known = this.parts.components.get(component)!
    if (known.state().state === 'crashed') known.handle({ type: 'restart' })
  }

  /** What has passed by itself has passed for good, even if the same should happen again. */
  private forgetOver(): void {
    for (const id of this.ids()) if (this.state(id) === 'over') this.noted.delete(String(id))
  }

  private isOver(id: number, fault: FaultData): boolean {
    return this.definition(fault.type).isOver?.(this.parts, fault, id) === true
  }

  private ids(): number[] {
    return this.noted
      .sortedKeys()
      .map(Number)
      .sort((a, b) => a - b)
  }

  private definition(type: unknown): FaultDefinition {
    const known = typeof type === 'string' ? this.byType.get(type) : undefined
    if (known !== undefined) return known
    const types = [...this.byType.keys()].sort(byCodeUnit)
    const nearest = typeof type === 'string' ? nearestName(type, types) : undefined
    const meant = nearest === undefined ? '' : `did you mean ${JSON.stringify(nearest)}? `
    throw badRequest(`type: no fault of type ${said(type)}: ${meant}there are ${types.join(', ')}`)
  }
}

function checkFields({ type, fields }: FaultDefinition, fault: FaultData): void {
  const known: readonly string[] = ['type', ...fields]
  const unknown = Object.keys(fault).find((field) => !known.includes(field))
  if (unknown === undefined) return
  const isTiming = unknown === 'after' || unknown === 'for'
  const hint = isTiming ? 'say it beside the fault: inject(fault, { after, for })' : `there are ${known.join(', ')}`
  throw badRequest(`${unknown}: ${type} has no such field: ${hint}`)
}
