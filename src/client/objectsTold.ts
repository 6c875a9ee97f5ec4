import type { Memory } from '../kernel/memory.ts'
import type { Page, Paged } from '../kernel/paged.ts'
import { EventRecord } from '../registries/eventRecord.ts'
import type { SimilarEvents } from './similarEvents.ts'

/** What was told of one object for one reason: one event, or several that differ in what they say. */
export type Told = EventRecord | SimilarEvents

// client-go's tools/record/events_cache.go: one source may write 25 events about one object, then one in five minutes.
const burst = 25
const refillMs = 300_000
/** For how many reasons one object is remembered. */
const reasons = 32

/** How many objects share a place. */
const ways = 4
const bits = 5
const objectColumns = { uid: 0, told: 1 << bits } as const
const floatColumns = { tokens: 0, at: 1 << bits } as const
const intColumns = { mark: 0, isUnusual: 1 << bits } as const

const nothing: readonly Told[] = Object.freeze([])

/**
 * The objects that a component told of lately: what, and how many events it may still write about each. They are found
 * by their uid, in places with room for four. The fifth takes the place of one that nothing unusual was told of; where
 * there is none, the table becomes twice as large, up to its bound.
 */
export class ObjectsTold {
  private readonly table: Paged
  /** Where the object stands that was looked for last. */
  private page: Page | undefined
  private place = 0

  constructor(
    memory: Memory,
    name: string,
    /** How many objects there is room for: powers of two. */
    private readonly room: { readonly least: number; readonly most: number },
  ) {
    this.table = memory.paged(name, { objects: 2, floats: 2, ints: 2, bits })
    if (this.table.length === 0) this.table.length = room.least
  }

  /** Looks for an object, which is given a row when it has none; `mark` is a hash of its uid. What follows is about it. */
  look(mark: number, uid: string): void {
    const { table } = this
    const first = (mark * ways) & (table.length - 1)
    const page = table.write(first)
    const place = first & table.mask
    for (let way = 0; way < ways; way++) {
      const known = page.objects[place + way]
      if (known === undefined) return this.take(page, place + way, mark, uid)
      // The mark tells nearly all others apart without a look at their uids.
      if (page.ints[place + way] === mark && known === uid) return this.stand(page, place + way)
    }
    const way = leastMissed(page, place)
    if (way === -1 && table.length < this.room.most) {
      this.grow()
      return this.look(mark, uid)
    }
    this.take(page, place + Math.max(way, 0), mark, uid)
  }

  private stand(page: Page, place: number): void {
    this.page = page
    this.place = place
  }

  private take(page: Page, place: number, mark: number, uid: string): void {
    const { objects, floats, ints } = page
    objects[place] = uid
    objects[objectColumns.told + place] = nothing
    floats[floatColumns.tokens + place] = burst
    floats[floatColumns.at + place] = 0
    ints[place] = mark
    ints[intColumns.isUnusual + place] = 0
    this.stand(page, place)
  }

  /** Whether one more event about the object may be written; it then is. `now` is in milliseconds. */
  admits(now: number): boolean {
    const { place } = this
    const { floats } = this.page!
    const tokens = Math.min(burst, floats[place]! + (now - floats[floatColumns.at + place]!) / refillMs)
    floats[place] = tokens >= 1 ? tokens - 1 : tokens
    floats[floatColumns.at + place] = now
    return tokens >= 1
  }

  /** What was told of it. */
  get told(): readonly Told[] {
    return this.page!.objects[objectColumns.told + this.place] as readonly Told[]
  }

  /** Keeps what was told, at an index of `told` or, if that is -1, beside what was told for other reasons. */
  keep(index: number, told: Told): void {
    const { place } = this
    const { objects, ints } = this.page!
    const all = objects[objectColumns.told + place] as readonly Told[]
    objects[objectColumns.told + place] =
      index !== -1 ? all.with(index, told) : appended(all.length < reasons ? all : all.slice(1), told)
    if (!isUsual(told)) ints[intColumns.isUnusual + place] = 1
  }

  /** Twice as many rows: who shared a place has half of one then. */
  private grow(): void {
    const { table } = this
    const { length } = table
    const pages: Page[] = []
    for (let row = 0; row < length; row += 1 << bits) if (table.has(row)) pages.push(table.read(row))
    table.clear()
    table.length = length * 2
    for (const { objects, floats, ints } of pages) {
      for (let place = 0; place < 1 << bits; place++) {
        const uid = objects[place]
        if (uid === undefined) continue
        this.look(ints[place]!, uid as string)
        const page = this.page!
        const at = this.place
        page.objects[objectColumns.told + at] = objects[objectColumns.told + place]
        page.floats[at] = floats[place]!
        page.floats[floatColumns.at + at] = floats[floatColumns.at + place]!
        page.ints[intColumns.isUnusual + at] = ints[intColumns.isUnusual + place]!
      }
    }
  }
}

/** Which of the four in a place nothing unusual was told of: the one that was told of longest ago; -1 for none. */
function leastMissed({ floats, ints }: Page, first: number): number {
  let found = -1
  for (let way = 0; way < ways; way++) {
    if (ints[intColumns.isUnusual + first + way] === 1) continue
    if (found === -1 || floats[floatColumns.at + first + way]! < floats[floatColumns.at + first + found]!) found = way
  }
  return found
}

/** Not by a spread, which would make room for sixteen more: there is one such list for every object. */
function appended(all: readonly Told[], told: Told): readonly Told[] {
  const { length } = all
  const more = new Array<Told>(length + 1)
  for (let index = 0; index < length; index++) more[index] = all[index]!
  more[length] = told
  return more
}

/** What is normal and happened once is not likely to happen again. */
function isUsual(told: Told): boolean {
  return told instanceof EventRecord && told.count === 1 && told.shape.type === 'Normal'
}
