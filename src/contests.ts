import type { KubeObject } from './api/meta.ts'
import { parseTime } from './api/time.ts'
import type { Parts } from './assemble.ts'
import type { CommittedChange } from './history/committedChange.ts'
import type { Change } from './store/types.ts'

/** An object that is written so often that somebody may be fighting over it. */
export interface Contested {
  readonly kind: string
  readonly namespace?: string | undefined
  readonly name: string
  /** How often in the last ten virtual seconds; a thousand at most. */
  readonly writes: number
  /** Who wrote it, most often first. */
  readonly actors: readonly string[]
}

type Present = (change: Change) => CommittedChange
type Told = Pick<Parts, 'store' | 'kernel'>

const latelyMs = 10_000
const latelyChanges = 1000
/** Five writes a second are more than anything that converges needs for long, and less than any fight without delays. */
const often = 50
const shown = 3

/**
 * The objects written most often of late, if any were written often: of those that the newest changes are about most, all
 * writes are counted, for where very many objects are fought over each has few of the newest.
 */
export function contested(parts: Told, present: Present): Contested[] {
  const { store } = parts
  const counts = new Map<string, { readonly change: Change; count: number }>()
  for (const change of store.changes(Math.max(store.compacted, store.revision - latelyChanges)).filter(hasPast)) {
    const counted = counts.get(keyOf(change))
    if (counted === undefined) counts.set(keyOf(change), { change, count: 1 })
    else counted.count++
  }
  const most = [...counts.values()].sort((a, b) => b.count - a.count).slice(0, shown)
  const writes = most.map(({ change }) => writesOf(parts, change)).filter(({ length }) => length >= often)
  return writes.map((changes) => contestedOf(changes, present)).sort((a, b) => b.writes - a.writes)
}

/** The newest first. */
function writesOf({ store, kernel }: Told, { directory, name }: Change): Change[] {
  const writes: Change[] = []
  for (const change of store.changesOf(directory, name)) {
    if (change.at < kernel.now - latelyMs || writes.length === latelyChanges) break
    writes.push(change)
  }
  return writes
}

function contestedOf(changes: readonly Change[], present: Present): Contested {
  const { kind, metadata } = present(changes[0]!).object
  const counts = new Map<string, number>()
  for (const { actor } of changes) counts.set(actor, (counts.get(actor) ?? 0) + 1)
  const actors = [...counts].sort(([, a], [, b]) => b - a).map(([actor]) => actor)
  return { kind, namespace: metadata.namespace, name: metadata.name, writes: changes.length, actors }
}

const everyTasks = 1 << 16
const timesInARow = 3
const looked = 16
const roundMs = 1000
const rounds = 200
const mostStates = 16

/**
 * Whether what runs goes round in circles: controllers that undo each other's writes, or repeat their own, take hours of
 * wall time for an hour of virtual time. A bound on tasks or writes alone would stop what is merely large, and one on
 * writes of one object what counts or grows; what never converges without delays comes back to where it was. So, every
 * 65,536 tasks, the newest changes are looked at: one of their objects must have been written 200 times within a virtual
 * second, and be in no more than 16 states all the while, but for what counts writes. Three times in a row, that is a
 * circle. What converges gets to states in which it was not; what blinks on a timer is slower; and a run of fewer tasks is
 * not looked at at all. Depends on the history alone, so that it comes at the same task every time.
 */
export class Circles {
  private tasks = 0
  private inARow = 0

  constructor(
    private readonly parts: Told,
    private readonly present: Present,
  ) {}

  /** To be asked after every task. */
  isGoingRound(): boolean {
    if (++this.tasks % everyTasks !== 0) return false
    this.inARow = this.newest().some((change) => this.isRound(change)) ? this.inARow + 1 : 0
    return this.inARow >= timesInARow
  }

  /** The newest changes of what was there before, one of each object. */
  private newest(): Change[] {
    const { store } = this.parts
    const changes = store.changes(Math.max(store.compacted, store.revision - looked)).filter(hasPast)
    return [...new Map(changes.map((change) => [keyOf(change), change])).values()]
  }

  private isRound({ directory, name, at }: Change): boolean {
    const states = new Set<string>()
    let writes = 0
    for (const change of this.parts.store.changesOf(directory, name)) {
      if (change.at < at - roundMs) return false
      states.add(stateOf(this.present(change)))
      if (states.size > mostStates) return false
      if (++writes === rounds) return true
    }
    return false
  }
}

/** Of what is new there is nothing to look for; and looking for an Event by name has the index learn of all of them. */
function hasPast({ previousRevision }: Change): boolean {
  return previousRevision > 0
}

function keyOf({ directory, name }: Change): string {
  return `${directory}/${name}`
}

/** What every write counts up, whatever it changes. */
const counters: ReadonlySet<string> = new Set([
  'resourceVersion',
  'managedFields',
  'generation',
  'observedGeneration',
  'deployment.kubernetes.io/revision',
  'deployment.kubernetes.io/revision-history',
])

/** A time, as that of a condition that is written anew in every turn, counts up as well. */
function counts(key: string, value: unknown): boolean {
  return counters.has(key) || (typeof value === 'string' && parseTime(value) !== undefined)
}

function stateOf({ type, object }: CommittedChange): string {
  return (
    type +
    JSON.stringify(object satisfies KubeObject, (key, value: unknown) => (counts(key, value) ? undefined : value))
  )
}
