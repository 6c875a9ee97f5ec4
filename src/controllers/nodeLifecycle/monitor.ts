import { periodMs, pollAt } from './health.ts'
import type { Zone } from './zones.ts'

/** What is kept from one poll to the next, beside what is known of each node. Times are milliseconds since the Unix epoch. */
export interface Monitor {
  /** The first poll. */
  readonly start: number
  /** The last poll. */
  readonly last: number
  /** The next poll that something could come out of; undefined for none. */
  readonly due: number | undefined
  /** Whether something was heard since the last poll. */
  readonly isDirty: boolean
  /** The names of all nodes. */
  readonly nodes: readonly string[]
  /** Of those whose Leases are renewed and say all there is to say. */
  readonly regular: readonly string[]
  /** When the first of the others becomes unknown; undefined for none. */
  readonly othersDue: number | undefined
  /** Nothing was heard of any node longer ago than this, as it were: when the whole cluster came back. */
  readonly floor: number
  /** By key. */
  readonly zones: readonly Zone[]
}

export const stateKey = 'monitor'

export function keyOfNode(name: string): string {
  return `node/${name}`
}

/** Before the first poll. */
export function begun(now: number): Monitor {
  const none: readonly never[] = []
  return {
    start: now,
    last: now - periodMs,
    due: now,
    isDirty: true,
    nodes: none,
    regular: none,
    othersDue: undefined,
    floor: 0,
    zones: none,
  }
}

/** The next poll that has to be: the very next once something was heard. */
export function dueAt({ start, last, due, isDirty }: Monitor, now: number): number | undefined {
  if (!isDirty) return due
  return Math.min(Math.max(pollAt(start, now), last + periodMs), due ?? Infinity)
}
