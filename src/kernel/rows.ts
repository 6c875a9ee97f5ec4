import { CowPages } from './cowPages.ts'
import type { SaveReader } from './saved/reader.ts'
import type { SaveWriter } from './saved/writer.ts'

/** How many columns a table of rows has, and how many rows (2 to the power `bits`) share a page. */
export interface RowShape {
  readonly columns: number
  readonly bits: number
}

/** Pages of a bundle, as a power of 2. */
const bundleBits = 8
const bundleMask = (1 << bundleBits) - 1

/** A list whose first item says which side of a fork may write to it: pages, or what rows say. */
type Owned<T> = [owner: object, ...T[]]

/**
 * Rows of values, numbers among them, in copy-on-write pages, for what is written here and there: a page is one list, so
 * that a copy is one object, and what a row says lies together. Column c of row r stands at `1 + (r & mask) * columns + c`.
 * The pages are so many that they come in bundles, which are what the list holds: a list of all pages would be the largest
 * thing that a fork copies.
 */
export class Rows extends CowPages<Owned<Owned<unknown>>> {
  /** 2 to the power of this many rows share a bundle. */
  private readonly bundled: number

  constructor(private readonly shape: RowShape) {
    super(shape.bits)
    this.bundled = shape.bits + bundleBits
  }

  /** The page that holds a row, for reading only. The row must be one that was added. */
  read(row: number): readonly unknown[] {
    return this.list[row >>> this.bundled]![this.placeOf(row)] as Owned<unknown>
  }

  /** The page that holds a row, for writing: copied first if a fork shares it. */
  write(row: number): unknown[] {
    const place = this.placeOf(row)
    const page = this.list[row >>> this.bundled]![place] as Owned<unknown>
    if (page[0] === this.owner) return page
    return this.adopt(row, page.slice() as Owned<unknown>)
  }

  /** Adds a row of undefineds and returns its number. */
  add(): number {
    const row = this.length++
    if ((row & this.mask) === 0) this.adopt(row, this.blank())
    return row
  }

  fork(): Rows {
    return this.shareWith(new Rows(this.shape))
  }

  /** Whether the rows are of this shape. */
  is({ columns, bits }: RowShape): boolean {
    return this.shape.columns === columns && this.bits === bits
  }

  save(writer: SaveWriter): void {
    const { columns } = this.shape
    for (const number of [columns, this.bits, this.length]) writer.count(number)
    // A column at a time, since what is alike is written shortest.
    const values: unknown[] = []
    for (let first = 0; first < this.length; first += this.mask + 1) {
      const page = this.read(first)
      for (let column = 0; column < columns; column++) {
        for (let row = 0; row <= this.mask; row++) values[row] = page[1 + row * columns + column]
        writer.values(values, 0, values.length)
      }
    }
  }

  static load(reader: SaveReader): Rows {
    const table = new Rows({ columns: reader.count(), bits: reader.count() })
    const { columns } = table.shape
    const length = reader.count()
    while (table.length < length) {
      const page = table.write(table.add())
      for (let column = 0; column < columns; column++)
        reader.values(1 << table.bits, (value, index) => void (page[1 + index * columns + column] = value))
      table.length += table.mask
    }
    table.length = length
    return table
  }

  /** Where its page stands in the bundle. */
  private placeOf(row: number): number {
    return 1 + ((row >>> this.bits) & bundleMask)
  }

  private blank(): Owned<unknown> {
    const size = 1 + (this.shape.columns << this.bits)
    return new Array<unknown>(size).fill(undefined) as Owned<unknown>
  }

  private adopt(row: number, page: Owned<unknown>): unknown[] {
    page[0] = this.owner
    this.bundle(row >>> this.bundled)[this.placeOf(row)] = page
    return page
  }

  /** A bundle, for writing. */
  private bundle(number: number): Owned<Owned<unknown>> {
    const known = this.list[number]
    if (known?.[0] === this.owner) return known
    const made = (known?.slice() ?? []) as unknown as Owned<Owned<unknown>>
    made[0] = this.owner
    this.own()[number] = made
    return made
  }
}
