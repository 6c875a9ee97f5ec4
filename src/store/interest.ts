import type { Predicate, WatchSelector } from './types.ts'

/** What a cursor asks for, apart from where it began. */
export type Selected = Omit<WatchSelector, 'from'>

/** Who is concerned by what: rebuilt from the cursors whenever asked for, and shared until the cursors change. */
export interface Interest {
  /** Cursors without an index, by prefix. */
  readonly plain: Map<string, number[]>
  /** Cursors with one, by prefix and then index value. */
  readonly indexed: Map<string, Map<string, number[]>>
  /** Those with a predicate. There are few. */
  readonly choosy: number[]
  /** For each directory, what of these concerns it. */
  readonly byDirectory: (Concerned | undefined)[]
}

export interface Concerned {
  readonly plain: readonly number[]
  readonly indexed: readonly Map<string, number[]>[]
  readonly choosy: readonly Choosy[]
}

/** The cursors that share a predicate. */
export interface Choosy {
  readonly holds: Predicate
  readonly cursors: number[]
}

/** Whether a cursor asks for what happens in a directory of this path. */
export function covers({ prefix, except }: Selected, path: string): boolean {
  return path.startsWith(prefix) && except?.some((excluded) => path.startsWith(excluded)) !== true
}

export function enlist(interest: Interest, { prefix, index, predicate }: Selected, cursor: number): void {
  if (index === undefined || !interest.indexed.has(prefix)) interest.byDirectory.length = 0
  if (predicate !== undefined) put(interest.choosy, cursor)
  else if (index === undefined) insert(interest.plain, prefix, cursor)
  else insert(submap(interest.indexed, prefix), index, cursor)
}

export function delist(interest: Interest, { prefix, index, predicate }: Selected, cursor: number): void {
  if (index === undefined) interest.byDirectory.length = 0
  if (predicate !== undefined) {
    interest.choosy.splice(interest.choosy.indexOf(cursor), 1)
    return
  }
  const lists = index === undefined ? interest.plain : submap(interest.indexed, prefix)
  const list = lists.get(index ?? prefix)!
  list.splice(list.indexOf(cursor), 1)
  if (list.length === 0) lists.delete(index ?? prefix)
}

function insert(lists: Map<string, number[]>, key: string, cursor: number): void {
  const list = lists.get(key)
  if (list === undefined) lists.set(key, [cursor])
  else put(list, cursor)
}

/** Keeps each list by cursor number, so that it does not depend on what was opened and closed before. */
function put(list: number[], cursor: number): void {
  let place = list.length
  while (place > 0 && list[place - 1]! > cursor) place--
  list.splice(place, 0, cursor)
}

function submap(maps: Map<string, Map<string, number[]>>, key: string): Map<string, number[]> {
  const known = maps.get(key)
  if (known !== undefined) return known
  const made = new Map<string, number[]>()
  maps.set(key, made)
  return made
}
