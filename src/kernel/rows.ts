import { CowPages } from './cowPages.ts'
import type { SaveReader } from './saved/reader.ts'
import type { SaveWriter } from './saved/writer.ts'

/** How many columns a table of rows has, and how many rows (2 to the power `bits`) share a page. */
export interface RowShape {
  readonly columns: number
  readonly bits: number
}

/**
 * Rows of values, numbers among them, in copy-on-write pages, for what is written here and there: a page is one list, so
 * that a copy is one object, and what a row says lies together. Column c of row r stands at `1 + (r & mask) * columns + c`.
 */
export class Rows extends CowPages<unknown[]> {
  constructor(private readonly shape: RowShape) {
    super(shape.bits)
  }

  /** The page that holds a row, for reading only. The row must be one that was added. */
  read(row: number): readonly unknown[] {
    return this.pages[row >>> this.bits]!
  }

  /** The page that holds a row, for writing: copied first if a fork shares it. */
  write(row: number): unknown[] {
    const number = row >>> this.bits
    const page = this.pages[number]!
    return page[0] === this.owner ? page : this.adopt(number, page.slice())
  }

  /** Adds a row of undefineds and returns its number. */
  add(): number {
    const row = this.length++
    if ((row & this.mask) === 0) this.adopt(row >>> this.bits, this.blank())
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
    for (const page of this.pages) {
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

  private blank(): unknown[] {
    return new Array<unknown>(1 + (this.shape.columns << this.bits)).fill(undefined)
  }

  /** Its owner stands first in a page. */
  private adopt(number: number, page: unknown[]): unknown[] {
    page[0] = this.owner
    this.own()[number] = page
    return page
  }
}
