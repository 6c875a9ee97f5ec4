import type { Duration } from '../api/duration.ts'
import { badRequest, notFound } from '../api/errors.ts'
import { said } from '../api/said.ts'
import { nearestName } from '../api/schema/nearest.ts'
import type { Mortal } from '../client/controllerComponent.ts'
import type { Environment } from '../client/environment.ts'

/** A fault as data: what it is, and what it is done to. It is journalled as it is, and replayed. */
export interface FaultData {
  readonly type: string
}

/** What faults have to do with. */
export interface FaultParts {
  readonly environment: Environment
  /** The control loops and schedulers, by name. */
  readonly components: ReadonlyMap<string, Mortal>
  /** Whether the machine of a node is without power, or shutting down. */
  readonly isDown: (node: string) => boolean
  /** Whether the machine of a node makes its Node anew when it is switched on. */
  readonly makesNode: (node: string) => boolean
}

/** One kind of fault: the seam it turns, and how it is turned back. */
export interface FaultDefinition<F extends FaultData = FaultData> {
  readonly type: F['type']
  /** What else it may say. */
  readonly fields: readonly (keyof F & string)[]
  /** Refuses what cannot be done, with nothing changed: throws BadRequest or NotFound. Asked before each beginning. */
  readonly check: (parts: FaultParts, fault: F) => void
  /** `id` is its own among all faults. */
  readonly begin: (parts: FaultParts, fault: F, id: number) => void
  /** Makes it whole again; `others` are the faults of its type that last. Absent where a fault is over at once. */
  readonly heal?: (parts: FaultParts, fault: F, id: number, others: readonly F[]) => void
  /** Whether it has passed by itself. */
  readonly isOver?: (parts: FaultParts, fault: F, id: number) => boolean
  /** What it is in a few words, such as `node-1 loses its power`. */
  readonly say: (fault: F) => string
}

/** When a fault happens, and for how long. */
export interface FaultTiming {
  /** Virtual time until it begins; at once unless given. */
  readonly after?: Duration | undefined
  /** Virtual time until it heals by itself; until somebody heals it unless given. */
  readonly for?: Duration | undefined
}

export function checkText(field: string, value: unknown): asserts value is string {
  if (typeof value !== 'string' || value === '') throw badRequest(`${field}: expected a name, got ${said(value)}`)
}

export function checkCount(field: string, value: unknown): asserts value is number {
  if (!Number.isSafeInteger(value) || (value as number) < 1)
    throw badRequest(`${field}: expected a whole number of at least 1, got ${said(value)}`)
}

/** Refuses the name of a component that there is none of. */
export function checkComponent({ components }: FaultParts, name: unknown): asserts name is string {
  if (typeof name === 'string' && components.has(name)) return
  const known = [...components.keys()]
  if (typeof name !== 'string') throw badRequest(`controller: expected a name, got ${typeof name}`)
  const nearest = nearestName(name, known)
  const meant = nearest === undefined ? '' : `did you mean ${JSON.stringify(nearest)}? `
  throw badRequest(`there is no controller ${JSON.stringify(name)}: ${meant}there are ${known.join(', ') || 'none'}`)
}

/** A machine starts again once none of `others` of its kind keeps it down. */
export function powerUp(
  { environment }: FaultParts,
  { node }: { readonly node: string },
  _id: number,
  others: readonly { readonly node: string }[],
): void {
  if (!others.some((other) => other.node === node)) environment.kernel.interrupt('kubelet', { type: 'restart', node })
}

/** Refuses the name of a node that does not exist: throws NotFound. */
export function checkNode({ environment }: FaultParts, name: unknown): asserts name is string {
  checkText('node', name)
  const { records } = environment.watches
  if (records.find(records.resource('nodes'), '', name) === undefined) throw notFound('nodes', name)
}
