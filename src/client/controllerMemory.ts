import { badRequest } from '../api/errors.ts'
import { copyPlain } from '../api/patches/plainCopy.ts'
import type { CowMap } from '../kernel/cow.ts'
import { deepFreeze } from '../registries/freeze.ts'

/**
 * What a controller keeps from one turn to the next: plain data by key. Forks and replays have it as it was; a crash of
 * the controller empties it. State in a closure or in a module is none of this, so a controller must have none there.
 */
export interface ControllerMemory {
  /** Frozen: to change what is kept, `set` it anew. */
  get<T = unknown>(key: string): T | undefined
  /** Keeps a copy. Throws BadRequest for what JSON cannot say: functions, class instances, NaN, … */
  set(key: string, value: unknown): void
  has(key: string): boolean
  /** Whether there was something to delete. */
  delete(key: string): boolean
  /** Every key, by code unit. */
  keys(): readonly string[]
}

/** `check` throws when the caller's turn is over. */
export function createControllerMemory(table: CowMap<unknown>, check: () => void): ControllerMemory {
  const checked = (key: unknown): string => {
    check()
    if (typeof key !== 'string') throw badRequest(`memory: expected a string as the key, got ${typeof key}`)
    return key
  }
  return {
    get: <T>(key: string) => table.get(checked(key)) as T | undefined,
    set(key, value) {
      const own = checked(key)
      if (value === undefined) throw badRequest(`memory[${JSON.stringify(own)}]: undefined is no value; use delete`)
      // Frozen whatever the options say: it is our own copy, and forks share it.
      table.set(own, deepFreeze(copyPlain(value, `memory[${JSON.stringify(own)}]`)))
    },
    has: (key) => table.has(checked(key)),
    delete: (key) => table.delete(checked(key)),
    keys: () => {
      check()
      return table.sortedKeys()
    },
  }
}
