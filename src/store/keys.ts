import { Held, Tombstone } from './held.ts'
import { KeyIndex } from './keyIndex.ts'
import { at, blockSize, slotBits, slotColumns, slotInts } from './slotLayout.ts'
import type { Page, Pages, Strings, StoreMemory } from './types.ts'

// Columns of a directory.
const directoryInts = { head: 0, tail: 1, hash: 2, live: 3, waiting: 4, isShared: 5, open: 6 } as const
const directoryBits = 4
const inDirectory = (column: number, id: number): number =>
  (column << directoryBits) | (id & ((1 << directoryBits) - 1))

/** What stands for all directories of few keys: none has this number. */
const common = 0

/** FNV-1a over code units, continued from `seed`. */
function hashString(text: string, seed: number): number {
  let hash = seed
  for (let index = 0; index < text.length; index++) hash = Math.imul(hash ^ text.charCodeAt(index), 16777619)
  return hash
}

/**
 * Keys to slots. A slot is the small integer under which everything about a key is kept; it stays with the key
 * until a compaction has forgotten the key's deletion. The index holds no strings: a slot's name comes from its value.
 */
export class Keys {
  readonly slots: Pages
  readonly held: Held
  private readonly directories: Pages
  private readonly ids: Strings<number>
  private readonly index: KeyIndex
  /** A cache: the directories under each prefix that was asked for, by path. */
  private readonly under = new Map<string, readonly number[]>()
  /** The last key that was looked up and what was found; most keys are looked up several times in a row. */
  private readonly last = { directory: -1, name: '', slot: -1, hash: 0 }
  /** The first of the slots that are free again, linked by `next`; -1 for none. */
  private readonly freeSlot: { value: number }

  constructor(
    memory: StoreMemory,
    private readonly nameOf: (value: unknown) => string,
  ) {
    this.slots = memory.paged('store.slots', { ints: slotColumns, bits: slotBits, intsByRow: true })
    this.held = new Held(memory)
    this.directories = memory.paged('store.directories', { objects: 1, ints: 7, bits: directoryBits })
    this.ids = memory.map<number>('store.directoryIds')
    this.freeSlot = memory.cell('store.freeSlot', -1)
    this.index = new KeyIndex(
      memory,
      (slot, directory, name) => this.is(slot, directory, name),
      (slot) => (this.held.value(slot) === undefined ? 0 : this.slots.read(slot).ints[at(slotInts.hash, slot)]!),
    )
    if (this.directories.length === 0) this.addDirectory()
  }

  /** The number of a directory (from 1), made when it is new. */
  directory(path: string): number {
    const known = this.ids.get(path)
    if (known !== undefined) return known
    const id = this.addDirectory()
    const page = this.directories.write(id)
    page.objects[inDirectory(0, id)] = path
    page.ints[inDirectory(directoryInts.head, id)] = -1
    page.ints[inDirectory(directoryInts.tail, id)] = -1
    page.ints[inDirectory(directoryInts.waiting, id)] = -1
    page.ints[inDirectory(directoryInts.hash, id)] = hashString(path, 0x811c9dc5 | 0)
    this.ids.set(path, id)
    this.rememberUnder(path, id)
    return id
  }

  private addDirectory(): number {
    const id = this.directories.add()
    this.directories.write(id).ints[inDirectory(directoryInts.open, id)] = -1
    return id
  }

  findDirectory(path: string): number | undefined {
    return this.ids.get(path)
  }

  directoryPath(id: number): string {
    return this.directories.read(id).objects[inDirectory(0, id)] as string
  }

  /** Directories whose path starts with `prefix`, by path. */
  directoriesUnder(prefix: string): readonly number[] {
    const known = this.under.get(prefix)
    if (known !== undefined) return known
    const paths = this.ids.sortedKeys().filter((path) => path.startsWith(prefix))
    const found = paths.map((path) => this.ids.get(path)!)
    this.under.set(prefix, found)
    return found
  }

  /** Whoever goes through the directories under a prefix goes on with those that were there. */
  private rememberUnder(path: string, id: number): void {
    for (const [prefix, ids] of this.under) {
      if (!path.startsWith(prefix)) continue
      let [low, high] = [0, ids.length]
      while (low < high) {
        const middle = (low + high) >> 1
        if (this.directoryPath(ids[middle]!) < path) low = middle + 1
        else high = middle
      }
      this.under.set(prefix, ids.toSpliced(low, 0, id))
    }
  }

  get directoryCount(): number {
    return this.directories.length
  }

  /** How many keys of the directory exist now. */
  live(directory: number): number {
    return this.directories.read(directory).ints[inDirectory(directoryInts.live, directory)]!
  }

  countLive(directory: number, difference: 1 | -1): void {
    const page = this.directories.write(directory)
    page.ints[inDirectory(directoryInts.live, directory)]! += difference
  }

  /** Never 0, which says of a slot that the index does not know of it yet. */
  hash(directory: number, name: string): number {
    return hashString(name, this.directories.read(directory).ints[inDirectory(directoryInts.hash, directory)]!) || 1
  }

  /** The hash of the key in a slot, whether the index knows of it or not. */
  hashOf(slot: number): number {
    const { ints } = this.slots.read(slot)
    return ints[at(slotInts.hash, slot)]! || this.hash(ints[at(slotInts.directory, slot)]!, this.name(slot))
  }

  /** The slot of a key, deleted ones included, or -1. */
  find(directory: number, name: string): number {
    const last = this.last
    if (last.name === name && last.directory === directory) return last.slot
    last.directory = directory
    last.name = name
    return (last.slot = this.search(directory, name))
  }

  private remember(directory: number, name: string, slot: number): void {
    this.last.directory = directory
    this.last.name = name
    this.last.slot = slot
  }

  private search(directory: number, name: string): number {
    if (this.directories.read(directory).ints[inDirectory(directoryInts.waiting, directory)] !== -1)
      this.enterWaiting(directory)
    const hash = this.hash(directory, name)
    this.last.hash = hash
    return this.index.find(hash, directory, name)
  }

  private is(slot: number, directory: number, name: string): boolean {
    if (this.slots.read(slot).ints[at(slotInts.directory, slot)] !== directory) return false
    return this.name(slot) === name
  }

  name(slot: number): string {
    const value = this.held.value(slot)
    return value instanceof Tombstone ? value.name : this.nameOf(value)
  }

  /** The number of the index value of what stands in a slot; 0 where there is none. */
  indexNumber(slot: number): number {
    return this.slots.read(slot).ints[at(slotInts.index, slot)]!
  }

  setIndexNumber(slot: number, number: number): void {
    this.slots.write(slot).ints[at(slotInts.index, slot)] = number
  }

  /** Takes a slot for a key that has none and links it into its directory. The caller puts into it. */
  add(directory: number, name: string): number {
    this.directories.write(directory).ints[inDirectory(directoryInts.isShared, directory)] = 1
    this.index.makeRoom(this.slots.length)
    const isLast = this.last.name === name && this.last.directory === directory
    const hash = isLast ? this.last.hash : this.hash(directory, name)
    const slot = this.fill(directory, hash)
    this.index.enter(hash, slot)
    this.remember(directory, name, slot)
    return slot
  }

  /** Makes a slot that of a new key; its hash is 0 while the index does not know of it. */
  private fill(directory: number, hash: number): number {
    const slot = this.take(directory)
    const page = this.slots.write(slot)
    page.ints[at(slotInts.hash, slot)] = hash
    page.ints[at(slotInts.lease, slot)] = 0
    page.ints[at(slotInts.index, slot)] = 0
    this.link(slot, directory, page)
    this.members++
    return slot
  }

  /** Whether every key of a directory was made by `addNew`. */
  isPrivate(directory: number): boolean {
    return this.directories.read(directory).ints[inDirectory(directoryInts.isShared, directory)] === 0
  }

  /**
   * As `add`, for a key whose name its maker knows to be new among the keys it makes, in a directory where nobody else
   * makes any. The index learns of it when somebody looks for a key there: until then it takes no room in it.
   */
  addNew(directory: number): number {
    const slot = this.fill(directory, 0)
    const { ints } = this.directories.write(directory)
    const waiting = inDirectory(directoryInts.waiting, directory)
    if (ints[waiting] === -1) ints[waiting] = slot
    if (this.last.directory === directory) this.remember(-1, '', -1)
    return slot
  }

  /** Tells the index of the keys at the end of a directory that it does not know yet. */
  private enterWaiting(directory: number): void {
    const place = inDirectory(directoryInts.waiting, directory)
    const { ints } = this.directories.write(directory)
    for (let slot = ints[place]!; slot !== -1; slot = this.next(slot)) {
      this.index.makeRoom(this.slots.length)
      const hash = this.hash(directory, this.name(slot))
      this.slots.write(slot).ints[at(slotInts.hash, slot)] = hash
      this.index.enter(hash, slot)
    }
    ints[place] = -1
  }

  /** Forgets a deleted key. */
  remove(slot: number): void {
    this.remember(-1, '', -1)
    this.members++
    const page = this.slots.write(slot)
    this.unlink(slot, page)
    const hash = page.ints[at(slotInts.hash, slot)]!
    if (hash === 0) this.passOver(slot, page)
    else this.index.leave(hash, slot)
    this.held.clear(slot)
    page.ints[at(slotInts.next, slot)] = this.freeSlot.value
    this.freeSlot.value = slot
  }

  /** The index never learned of a slot, and now need not. */
  private passOver(slot: number, page: Page): void {
    const directory = page.ints[at(slotInts.directory, slot)]!
    const place = inDirectory(directoryInts.waiting, directory)
    if (this.directories.read(directory).ints[place] !== slot) return
    this.directories.write(directory).ints[place] = page.ints[at(slotInts.next, slot)]!
  }

  /** Raised whenever a key gets a slot or loses it: while it stays the same, slots looked up before are right. */
  members = 0

  /** First slot of a directory in the order in which keys were made, or -1; `next` goes on from there. */
  first(directory: number): number {
    return this.directories.read(directory).ints[inDirectory(directoryInts.head, directory)]!
  }

  next(slot: number): number {
    return this.slots.read(slot).ints[at(slotInts.next, slot)]!
  }

  /** Slots come in blocks. A directory of many keys has blocks of its own: what is written together lies together. */
  private take(directory: number): number {
    const owner = this.live(directory) < blockSize ? common : directory
    const place = inDirectory(directoryInts.open, owner)
    let slot = this.directories.read(owner).ints[place]!
    if (slot === -1) {
      const free = this.freeSlot.value
      if (free !== -1) {
        this.freeSlot.value = this.slots.read(free).ints[at(slotInts.next, free)]!
        return free
      }
      slot = this.addBlock()
    }
    this.directories.write(owner).ints[place] = (slot + 1) % blockSize === 0 ? -1 : slot + 1
    return slot
  }

  private addBlock(): number {
    const first = this.slots.length
    for (let count = 0; count < blockSize; count++) {
      this.held.add()
      this.slots.add()
    }
    return first
  }

  private link(slot: number, directory: number, page: Page): void {
    const owner = this.directories.write(directory)
    const tail = owner.ints[inDirectory(directoryInts.tail, directory)]!
    page.ints[at(slotInts.directory, slot)] = directory
    page.ints[at(slotInts.previous, slot)] = tail
    page.ints[at(slotInts.next, slot)] = -1
    if (tail === -1) owner.ints[inDirectory(directoryInts.head, directory)] = slot
    else this.slots.write(tail).ints[at(slotInts.next, tail)] = slot
    owner.ints[inDirectory(directoryInts.tail, directory)] = slot
  }

  private unlink(slot: number, page: Page): void {
    const directory = page.ints[at(slotInts.directory, slot)]!
    const next = page.ints[at(slotInts.next, slot)]!
    const previous = page.ints[at(slotInts.previous, slot)]!
    const owner = this.directories.write(directory)
    if (previous === -1) owner.ints[inDirectory(directoryInts.head, directory)] = next
    else this.slots.write(previous).ints[at(slotInts.next, previous)] = next
    if (next === -1) owner.ints[inDirectory(directoryInts.tail, directory)] = previous
    else this.slots.write(next).ints[at(slotInts.previous, next)] = previous
  }
}
