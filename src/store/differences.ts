import { Compact, type PartSink } from './compact.ts'
import type { Encoder } from './encoder.ts'
import type { Path } from './types.ts'

/** How differences are written. */
export interface Differing {
  /** A field two keys deep that is passed over. */
  readonly skip: readonly [string, string]
  /** Fields that are written whole. */
  readonly blocks: readonly string[]
  readonly share: (value: object) => void
  /** Where the parts of a compact value are written. */
  readonly sink: PartSink
}

/** Writes what differs between values: one leaf after the other, each with where it stands. */
export class Differences {
  /** Where we are: the first `depth` of these. Never made shorter, since it would have to grow again. */
  private readonly path: (string | number)[] = []
  private depth = 0
  /** How much of where we are the last change that was written shares with it. */
  private written = 0

  constructor(
    private readonly encoder: Encoder,
    private readonly differing: Differing,
  ) {}

  /**
   * What differs between two values, leaf by leaf, each with the part of its path that the leaf before it does not
   * share. `only` are the fields that can differ, if that is known.
   */
  write(previous: unknown, next: unknown, only?: readonly Path[]): void {
    this.depth = 0
    this.written = 0
    if (only === undefined) this.compare(previous, next)
    else for (let at = 0; at < only.length; at++) this.compareAt(only[at]!, previous, next)
    this.encoder.byte(255)
  }

  /** Compares nothing but one field. */
  private compareAt(path: Path, previous: unknown, next: unknown): void {
    let before = previous
    let after = next
    for (let depth = 0; depth < path.length; depth++) {
      before = (before as Record<string, unknown>)[path[depth]!]
      after = (after as Record<string, unknown>)[path[depth]!]
      if (before === after) break
      this.enter(path[depth]!)
      // Where the one or the other has nothing, there is nothing further to go into.
      if (depth < path.length - 1 && isObject(before) && isObject(after)) continue
      this.compare(before, after)
      break
    }
    while (this.depth > 0) this.leave()
  }

  /** Writes a change of one field two keys deep, as `write` would. */
  change(first: string, second: string): void {
    this.encoder.byte(0)
    this.encoder.byte(2)
    this.encoder.value(first)
    this.encoder.value(second)
  }

  private compare(previous: unknown, next: unknown): void {
    if (previous === next) return
    if (typeof previous === 'object' && typeof next === 'object' && previous !== null && next !== null) {
      if (this.depth === 1 && next instanceof Compact) return this.leafParts(next)
      // What a compact value was has no fields to compare with.
      if (this.depth === 1 && previous instanceof Compact) return this.leaf(next)
      const isList = Array.isArray(next)
      if (isList === Array.isArray(previous)) {
        if (!isList) return this.compareObjects(previous as Record<string, unknown>, next as Record<string, unknown>)
        if ((previous as unknown[]).length === next.length) return this.compareArrays(previous as unknown[], next)
      }
    }
    this.leaf(next)
  }

  private compareObjects(previous: Record<string, unknown>, next: Record<string, unknown>): void {
    const { path, differing } = this
    let common = 0
    for (const key in next) {
      const field = next[key]
      const before = previous[key]
      if (field === undefined) continue
      if (isThere(before, key)) common++
      if (before === field) continue
      if (this.depth === 1 && key === differing.skip[1] && path[0] === differing.skip[0]) continue
      this.enter(key)
      if (typeof field === 'object' && field !== null && differing.blocks.includes(key)) {
        if (!isSame(before, field)) this.leafBlock(field)
      } else this.compare(before, field)
      this.leave()
    }
    for (const key in previous) if (previous[key] !== undefined) common--
    if (common < 0) this.leaveOut(previous, next)
  }

  /** Says what is there no more. */
  private leaveOut(previous: Record<string, unknown>, next: Record<string, unknown>): void {
    for (const key in previous) {
      if (previous[key] === undefined || isThere(next[key], key)) continue
      this.enter(key)
      this.leaf(undefined)
      this.leave()
    }
  }

  private compareArrays(previous: readonly unknown[], next: readonly unknown[]): void {
    for (let index = 0; index < next.length; index++) {
      if (previous[index] === next[index]) continue
      this.enter(index)
      this.compare(previous[index], next[index])
      this.leave()
    }
  }

  private enter(key: string | number): void {
    this.path[this.depth++] = key
  }

  private leave(): void {
    this.depth--
    if (this.written > this.depth) this.written = this.depth
  }

  private leafParts(value: Compact): void {
    this.where()
    value.parts(this.differing.sink)
  }

  private leafBlock(value: object): void {
    this.where()
    this.differing.share(value)
  }

  private leaf(value: unknown): void {
    this.where()
    this.encoder.value(value)
  }

  /** Writes the part of the path that the last leaf does not share. */
  private where(): void {
    const { path, depth } = this
    this.encoder.byte(this.written)
    this.encoder.byte(depth - this.written)
    for (let index = this.written; index < depth; index++) this.encoder.value(path[index])
    this.written = depth
  }
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null
}

/** Whether what was read from under a key is a value, and not something that every object inherits. */
function isThere(value: unknown, key: string): boolean {
  return value !== undefined && typeof value !== 'function' && key !== '__proto__'
}

/** Whether two pieces of plain data have the same content. */
function isSame(a: unknown, b: unknown): boolean {
  if (a === b) return true
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false
  if (Array.isArray(a) !== Array.isArray(b)) return false
  const one = a as Record<string, unknown>
  const other = b as Record<string, unknown>
  for (const key in one) if (!isSame(one[key], other[key])) return false
  for (const key in other) if (other[key] !== undefined && one[key] === undefined) return false
  return true
}
