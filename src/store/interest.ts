import type { Predicate, WatchSelector } from './types.ts'

/** What a cursor asks for, apart from where it began. */
export type Selected = Omit<WatchSelector, 'from'>

/** Who is concerned by what: rebuilt from the cursors whenever asked for, and shared until the cursors change. */
export interface Interest {
  /** Cursors without an index, by prefix. */
  readonly plain: Map<string, number[]>
  /** Cursors with one, by prefix and then the number of the index value. */
  readonly indexed: Map<string, ByNumber>
  /** Those with a predicate. There are few. */
  readonly choosy: number[]
  /** For each directory, what of these concerns it. */
  readonly byDirectory: (Concerned | undefined)[]
}

/** Lists of cursors by number of index value. */
export type ByNumber = (number[] | undefined)[]

export interface Concerned {
  readonly plain: readonly number[]
  readonly indexed: readonly ByNumber[]
  readonly choosy: readonly Choosy[]
}

/** The cursors that share a predicate. */
export interface Choosy {
  readonly predicate: Predicate
  readonly cursors: number[]
}

/** Whether a cursor asks for what happens in a directory of this path. */
export function covers({ prefix, except }: Selected, path: string): boolean {
  return path.startsWith(prefix) && except?.some((excluded) => path.startsWith(excluded)) !== true
}

/** Whether a change concerns those of a predicate; a value that was or is not there is undefined. */
export function isAbout(
  { holds, of }: Predicate,
  previous: unknown,
  value: unknown,
  only: string | undefined,
): boolean {
  if (previous !== undefined && value !== undefined) return holds !== undefined && holds(previous, value, only)
  return of === undefined || of(value ?? previous)
}

/** `number` is that of the index value that is asked for. */
export function enlist(
  interest: Interest,
  { prefix, index, predicate }: Selected,
  number: number,
  cursor: number,
): void {
  if (index === undefined || !interest.indexed.has(prefix)) interest.byDirectory.length = 0
  if (predicate !== undefined) put(interest.choosy, cursor)
  else if (index === undefined) insert(interest.plain, prefix, cursor)
  else put(ofNumber(listsOf(interest.indexed, prefix), number), cursor)
}

export function delist(
  interest: Interest,
  { prefix, index, predicate }: Selected,
  number: number,
  cursor: number,
): void {
  if (index === undefined) interest.byDirectory.length = 0
  if (predicate !== undefined) {
    interest.choosy.splice(interest.choosy.indexOf(cursor), 1)
    return
  }
  const list = index === undefined ? interest.plain.get(prefix)! : ofNumber(listsOf(interest.indexed, prefix), number)
  list.splice(list.indexOf(cursor), 1)
  if (index === undefined && list.length === 0) interest.plain.delete(prefix)
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

function listsOf(indexed: Map<string, ByNumber>, prefix: string): ByNumber {
  const known = indexed.get(prefix)
  if (known !== undefined) return known
  const made: ByNumber = []
  indexed.set(prefix, made)
  return made
}

function ofNumber(lists: ByNumber, number: number): number[] {
  while (lists.length <= number) lists.push(undefined)
  return (lists[number] ??= [])
}
