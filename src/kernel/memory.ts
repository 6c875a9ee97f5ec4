import { CowArray, CowCell, CowMap } from './cow.ts'
import { Paged, type PageShape } from './paged.ts'
import { Rows, type RowShape } from './rows.ts'
import type { SaveReader } from './saved/reader.ts'
import type { SaveWriter } from './saved/writer.ts'

/** Something whose copy costs nothing until one side changes, and that knows how it is written and read. */
export interface Table {
  fork(): Table
  save(writer: SaveWriter): void
}

/** The sorts of tables, by which a saved cluster knows them. */
const sorts = [Paged, CowMap, CowArray, CowCell, Rows] as const

/**
 * All mutable state of a cluster, by name. A component asks for its tables when it is built; because a fork hands
 * the new component the same names with the forked contents, no component does anything for fork or save.
 */
export class Memory {
  private tables = new Map<string, Table>()

  /** The table of this name; made empty the first time it is asked for. */
  private use<T extends Table>(name: string, sort: abstract new (...args: never[]) => T, make: () => T): T {
    const known = this.tables.get(name)
    if (known instanceof sort) return known
    if (known !== undefined) throw new OtherTable(name)
    const made = make()
    this.tables.set(name, made)
    return made
  }

  paged(name: string, shape: PageShape): Paged {
    const table = this.use(name, Paged, () => new Paged(shape))
    if (!table.is(shape)) throw new OtherTable(name)
    return table
  }

  rows(name: string, shape: RowShape): Rows {
    const table = this.use(name, Rows, () => new Rows(shape))
    if (!table.is(shape)) throw new OtherTable(name)
    return table
  }

  map<V>(name: string): CowMap<V> {
    return this.use(name, CowMap<V>, () => new CowMap<V>())
  }

  array<V>(name: string): CowArray<V> {
    return this.use(name, CowArray<V>, () => new CowArray<V>())
  }

  /** `initial` is plain data, replaced as a whole. */
  cell<V>(name: string, initial: V): CowCell<V> {
    return this.use(name, CowCell<V>, () => new CowCell<V>(initial))
  }

  /** The names of all tables, in the order in which they were made. */
  get names(): readonly string[] {
    return [...this.tables.keys()]
  }

  /** Costs one small object a table, whatever the tables hold. */
  fork(): Memory {
    const copy = new Memory()
    for (const [name, table] of this.tables) copy.tables.set(name, table.fork())
    return copy
  }

  /** All tables by name, so that equal memories are written equally. */
  save(writer: SaveWriter): void {
    const names = [...this.tables.keys()].sort()
    writer.count(names.length)
    for (const name of names) {
      const table = this.tables.get(name)!
      writer.text(name)
      writer.count(sorts.findIndex((sort) => table instanceof sort))
      table.save(writer)
    }
  }

  static load(reader: SaveReader): Memory {
    const memory = new Memory()
    for (let left = reader.count(); left > 0; left--) {
      const name = reader.text()
      const sort = sorts[reader.count()]
      if (sort === undefined) throw new OtherTable(name)
      memory.tables.set(name, sort.load(reader))
    }
    reader.end()
    return memory
  }
}

/** A table that was saved is not what it is asked for as: another version of the program wrote it. */
class OtherTable extends Error {
  constructor(name: string) {
    super(`table ${JSON.stringify(name)} is kept in another way`)
  }
}
