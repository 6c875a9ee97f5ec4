import type { Strings, StoreMemory } from './types.ts'

/**
 * Numbers for index values, from 1, each given when its value is first seen. A slot keeps the number of its value, so that
 * a write of which everybody knows that it changes nothing there looks neither at the value nor for its name.
 */
export class IndexValues {
  private readonly numbers: Strings<number>
  private readonly last: { value: number }

  constructor(memory: StoreMemory) {
    this.numbers = memory.map<number>('store.indexNumbers')
    this.last = memory.cell('store.lastIndexNumber', 0)
  }

  /** 0 stands for having no index value. */
  numberOf(value: string | undefined): number {
    if (value === undefined) return 0
    const known = this.numbers.get(value)
    if (known !== undefined) return known
    const made = ++this.last.value
    this.numbers.set(value, made)
    return made
  }
}
