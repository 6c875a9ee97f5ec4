import type { SaveReader } from './saved/reader.ts'
import type { SaveWriter } from './saved/writer.ts'

/** Copy-on-write containers of plain data: a fork shares everything and each side copies what it changes. */

/** A value that a component replaces as a whole. */
export class CowCell<V> {
  constructor(public value: V) {}

  fork(): CowCell<V> {
    return new CowCell(this.value)
  }

  save(writer: SaveWriter): void {
    writer.value(this.value)
  }

  static load(reader: SaveReader): CowCell<unknown> {
    return new CowCell(reader.value())
  }
}

/** An array small enough to be copied whole on the first write after a fork (tens of thousands of references). */
export class CowArray<V> {
  private shared = false

  constructor(private items: V[] = []) {}

  read(): readonly V[] {
    return this.items
  }

  write(): V[] {
    if (this.shared) {
      this.items = this.items.slice()
      this.shared = false
    }
    return this.items
  }

  fork(): CowArray<V> {
    const copy = new CowArray(this.items)
    copy.shared = true
    this.shared = true
    return copy
  }

  save(writer: SaveWriter): void {
    writer.count(this.items.length)
    writer.values(this.items, 0, this.items.length)
  }

  static load(reader: SaveReader): CowArray<unknown> {
    const items: unknown[] = []
    reader.values(reader.count(), (value) => void items.push(value))
    return new CowArray(items)
  }
}

const removed: unique symbol = Symbol('removed')
type Layer<V> = Map<string, V | typeof removed>

/** More layers than this are folded together, the newest (and smallest) first. */
const maxLayers = 8

/**
 * Values by string key. Forking freezes what was written so far into a shared layer; each side then writes a layer
 * of its own. Values are plain data that is replaced, never changed in place. The map has no iteration order of
 * its own, because layers would make one that depends on past forks: ask for `sortedKeys`.
 */
export class CowMap<V> {
  private below: readonly Layer<V>[] = []
  /** What was written since the last fork; undefined while that is nothing. */
  private top: Layer<V> | undefined
  private count = 0

  get size(): number {
    return this.count
  }

  get(key: string): V | undefined {
    const own = this.top?.get(key)
    if (own !== undefined) return own === removed ? undefined : own
    for (let index = this.below.length - 1; index >= 0; index--) {
      const value = this.below[index]!.get(key)
      if (value !== undefined) return value === removed ? undefined : value
    }
    return undefined
  }

  has(key: string): boolean {
    return this.get(key) !== undefined
  }

  /** `undefined` is not a value: use `delete`. */
  set(key: string, value: V): void {
    const top = (this.top ??= new Map())
    if (this.below.length === 0) {
      top.set(key, value)
      this.count = top.size
      return
    }
    if (!this.has(key)) this.count++
    top.set(key, value)
  }

  delete(key: string): boolean {
    if (!this.has(key)) return false
    const top = (this.top ??= new Map())
    if (this.below.length === 0) top.delete(key)
    else top.set(key, removed)
    this.count--
    return true
  }

  clear(): void {
    this.below = []
    this.top = undefined
    this.count = 0
  }

  /** Every key, by code unit. */
  sortedKeys(): string[] {
    const top = this.top?.keys() ?? []
    if (this.below.length === 0) return [...top].sort()
    const keys = new Set<string>()
    for (const layer of this.below) for (const key of layer.keys()) keys.add(key)
    for (const key of top) keys.add(key)
    return [...keys].filter((key) => this.has(key)).sort()
  }

  fork(): CowMap<V> {
    if (this.top !== undefined && this.top.size > 0) {
      this.below = fold([...this.below, this.top])
      this.top = undefined
    }
    const copy = new CowMap<V>()
    copy.below = this.below
    copy.count = this.count
    return copy
  }

  save(writer: SaveWriter): void {
    const keys = this.sortedKeys()
    writer.count(keys.length)
    writer.values(keys, 0, keys.length)
    const values = keys.map((key) => this.get(key))
    writer.values(values, 0, values.length)
  }

  static load(reader: SaveReader): CowMap<unknown> {
    const map = new CowMap<unknown>()
    const keys: string[] = []
    const count = reader.count()
    reader.values(count, (key) => void keys.push(key as string))
    reader.values(count, (value, index) => map.set(keys[index]!, value))
    return map
  }
}

function fold<V>(layers: readonly Layer<V>[]): readonly Layer<V>[] {
  if (layers.length <= maxLayers) return layers
  const from = layers.findIndex((layer, index) => index > 0 && layer.size < 2 * layers[index - 1]!.size)
  const start = Math.max(1, from)
  const merged: Layer<V> = new Map()
  for (const layer of layers.slice(start)) for (const [key, value] of layer) merged.set(key, value)
  return [...layers.slice(0, start), merged]
}
