/** A Map holds no more than 2^24 entries. */
const most = 1 << 23

/** Numbers things in the order in which they came, from 0. */
export class Numbering<T> {
  private readonly full: Map<T, number>[] = []
  private newest = new Map<T, number>()
  count = 0

  /** -1 for what has no number. */
  find(thing: T): number {
    const found = this.newest.get(thing)
    if (found !== undefined) return found
    for (let index = this.full.length - 1; index >= 0; index--) {
      const older = this.full[index]!.get(thing)
      if (older !== undefined) return older
    }
    return -1
  }

  /** Gives the next number to something that has none, and returns it. */
  add(thing: T): number {
    if (this.newest.size === most) {
      this.full.push(this.newest)
      this.newest = new Map()
    }
    this.newest.set(thing, this.count)
    return this.count++
  }
}
