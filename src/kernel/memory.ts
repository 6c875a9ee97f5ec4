import { CowArray, CowCell, CowMap } from './cow.ts'
import { Paged, type PageShape } from './paged.ts'

/** Anything whose copy costs nothing until one side changes. */
export interface Forkable {
  fork(): Forkable
}

/**
 * All mutable state of a cluster, by name. A component asks for its tables when it is built; because a fork hands
 * the new component the same names with the forked contents, no component does anything for fork or save.
 */
export class Memory {
  private tables = new Map<string, Forkable>()

  /** The table of this name; made empty the first time it is asked for. */
  private use<T extends Forkable>(name: string, make: () => T): T {
    const known = this.tables.get(name)
    if (known !== undefined) return known as T
    const made = make()
    this.tables.set(name, made)
    return made
  }

  paged(name: string, shape: PageShape): Paged {
    return this.use(name, () => new Paged(shape))
  }

  map<V>(name: string): CowMap<V> {
    return this.use(name, () => new CowMap<V>())
  }

  array<V>(name: string): CowArray<V> {
    return this.use(name, () => new CowArray<V>())
  }

  /** `initial` is plain data, replaced as a whole. */
  cell<V>(name: string, initial: V): CowCell<V> {
    return this.use(name, () => new CowCell<V>(initial))
  }

  /** Costs one small object a table, whatever the tables hold. */
  fork(): Memory {
    const copy = new Memory()
    for (const [name, table] of this.tables) copy.tables.set(name, table.fork())
    return copy
  }
}
