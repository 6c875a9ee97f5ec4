import type { Predicate, WatchSelector } from './types.ts'

/** What a cursor asks for, apart from where it began. */
export type Selected = Omit<WatchSelector, 'from'>

/** Who is concerned by what: rebuilt from the cursors whenever asked for, and shared until the cursors change. */
export interface Interest {
  /** Cursors without an index, by prefix. */
  readonly plain: Map<string, number[]>
  /** Cursors with one, by prefix and predicate and then the number of the index value. */
  readonly indexed: Map<string, Indexed>
  /** Those with a predicate and no index. There are few. */
  readonly choosy: number[]
  /** For each directory, what of these concerns it. */
  readonly byDirectory: (Concerned | undefined)[]
}

/** Lists of cursors by number of index value. */
export type ByNumber = (number[] | undefined)[]

/** The cursors with an index that ask for the same otherwise. */
interface Indexed {
  readonly prefix: string
  readonly predicate: string | undefined
  readonly byNumber: ByNumber
}

export interface Concerned {
  readonly plain: readonly number[]
  readonly indexed: readonly { readonly predicate: Predicate | undefined; readonly byNumber: ByNumber }[]
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
  return of === undefined || (value === undefined ? of(previous, true) : of(value, false))
}

/** Who of an interest is concerned by what happens in a directory of this path. */
export function concernedIn(
  { plain, indexed, choosy }: Interest,
  path: string,
  {
    selector,
    predicate,
  }: { readonly selector: (cursor: number) => Selected; readonly predicate: (name: string) => Predicate },
): Concerned {
  const byPredicate = new Map<string, Choosy>()
  for (const cursor of choosy) {
    const selected = selector(cursor)
    if (!covers(selected, path)) continue
    const name = selected.predicate!
    const known = byPredicate.get(name)
    if (known === undefined) byPredicate.set(name, { predicate: predicate(name), cursors: [cursor] })
    else known.cursors.push(cursor)
  }
  return {
    plain: [...plain]
      .filter(([prefix]) => path.startsWith(prefix))
      .flatMap(([, cursors]) => cursors)
      .sort((a, b) => a - b),
    indexed: [...indexed.values()]
      .filter(({ prefix }) => path.startsWith(prefix))
      .map(({ predicate: name, byNumber }) => ({
        predicate: name === undefined ? undefined : predicate(name),
        byNumber,
      })),
    choosy: [...byPredicate.values()],
  }
}

/** `number` is that of the index value that is asked for. */
export function enlist(interest: Interest, selected: Selected, number: number, cursor: number): void {
  const { prefix, index, predicate } = selected
  if (index === undefined || !interest.indexed.has(indexedKey(selected))) interest.byDirectory.length = 0
  if (index !== undefined) put(ofNumber(listsOf(interest.indexed, selected), number), cursor)
  else if (predicate !== undefined) put(interest.choosy, cursor)
  else insert(interest.plain, prefix, cursor)
}

export function delist(interest: Interest, selected: Selected, number: number, cursor: number): void {
  const { prefix, index, predicate } = selected
  if (index === undefined) interest.byDirectory.length = 0
  const list =
    index !== undefined
      ? ofNumber(listsOf(interest.indexed, selected), number)
      : predicate !== undefined
        ? interest.choosy
        : interest.plain.get(prefix)!
  list.splice(list.indexOf(cursor), 1)
  if (list === interest.plain.get(prefix) && list.length === 0) interest.plain.delete(prefix)
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

function listsOf(indexed: Map<string, Indexed>, selected: Selected): ByNumber {
  const key = indexedKey(selected)
  const known = indexed.get(key)
  if (known !== undefined) return known.byNumber
  const { prefix, predicate } = selected
  const made = { prefix, predicate, byNumber: [] }
  indexed.set(key, made)
  return made.byNumber
}

function indexedKey({ prefix, predicate = '' }: Selected): string {
  return `${predicate}\n${prefix}`
}

function ofNumber(lists: ByNumber, number: number): number[] {
  while (lists.length <= number) lists.push(undefined)
  return (lists[number] ??= [])
}
