import { CowPages } from './cowPages.ts'
import type { SaveReader } from './saved/reader.ts'
import type { SaveWriter } from './saved/writer.ts'
import { Slab } from './slab.ts'

/**
 * Rows of numbers and references in copy-on-write pages. Each page keeps its columns side by side, so one write
 * after a fork copies one small page and nothing else; a fork itself copies nothing at all.
 */

/** How many columns of each sort a table has, and how many rows (2 to the power `bits`) share a page. */
export interface PageShape {
  readonly objects?: number
  readonly floats?: number
  readonly ints?: number
  /** 6 (64 rows) unless given. */
  readonly bits?: number
  /** Whether the ints of a row lie together, for rows that are read here and there: column c at `(r & mask) * ints + c`. */
  readonly intsByRow?: boolean
}

/** Column c of row r stands at `(c << bits) | (r & mask)`, unless rows lie together. */
export interface Page {
  /** Which side of a fork may write to this page, and to what only this page refers to. */
  readonly owner: object
  readonly objects: unknown[]
  readonly floats: Float64Array
  readonly ints: Int32Array
}

export class Paged extends CowPages<Page | undefined> {
  /** Where the numbers of new pages come from. */
  private readonly slab: Slab

  constructor(private readonly shape: PageShape) {
    super(shape.bits ?? 6)
    this.slab = new Slab((shape.floats ?? 0) << this.bits, (shape.ints ?? 0) << this.bits)
  }

  /** The page that holds a row, for reading only. The row must be one that was added and not dropped. */
  read(row: number): Page {
    return this.list[row >>> this.bits]!
  }

  has(row: number): boolean {
    return this.list[row >>> this.bits] !== undefined
  }

  /** The page that holds a row, for writing: copied first if a fork shares it, made if it is new. */
  write(row: number): Page {
    const number = row >>> this.bits
    const page = this.list[number]
    if (page !== undefined && page.owner === this.owner) return page
    return this.adopt(number, page)
  }

  /** Adds a row of zeros and undefineds and returns its number. */
  add(): number {
    const row = this.length++
    if (this.list[row >>> this.bits] === undefined) this.write(row)
    return row
  }

  /** Lets go of every page that lies wholly before `row`; reading those rows afterwards is an error. */
  dropBefore(row: number): void {
    const pages = this.own()
    for (let number = (row >>> this.bits) - 1; number >= 0 && pages[number] !== undefined; number--)
      pages[number] = undefined
  }

  fork(): Paged {
    return this.shareWith(new Paged(this.shape))
  }

  /** Whether the rows are of this shape. */
  is({ objects = 0, floats = 0, ints = 0, bits = 6, intsByRow = false }: PageShape): boolean {
    const { shape } = this
    const sameNumbers = (shape.floats ?? 0) === floats && (shape.ints ?? 0) === ints
    const isLaidAlike = this.bits === bits && (shape.intsByRow ?? false) === intsByRow
    return (shape.objects ?? 0) === objects && sameNumbers && isLaidAlike
  }

  save(writer: SaveWriter): void {
    const { list: pages, shape, bits } = this
    const { objects = 0, floats = 0, ints = 0, intsByRow = false } = shape
    for (const number of [objects, floats, ints, bits, Number(intsByRow), this.length, pages.length])
      writer.count(number)
    // Those before the first that is kept are most of a log that was compacted.
    const first = pages.findIndex((page) => page !== undefined)
    writer.count(first + 1)
    if (first === -1) return
    for (let number = first; number < pages.length; number++) {
      const page = pages[number]
      writer.count(page === undefined ? 0 : 1)
      if (page === undefined) continue
      this.eachColumn(objects, (from, to) => writer.values(page.objects, from, to))
      this.eachColumn(floats, (from, to) => writer.column(page.floats, from, to))
      // A column at a time, since what is alike is written shortest.
      const columns = intsByRow ? transposed(page.ints, ints, this.mask + 1) : page.ints
      this.eachColumn(ints, (from, to) => writer.column(columns, from, to))
    }
  }

  static load(reader: SaveReader): Paged {
    const [objects, floats, ints, bits] = [reader.count(), reader.count(), reader.count(), reader.count()]
    const intsByRow = reader.count() === 1
    const table = new Paged({ objects, floats, ints, bits, intsByRow })
    const [length, count, first] = [reader.count(), reader.count(), reader.count() - 1]
    for (let number = 0; number < count; number++) {
      if (first === -1 || number < first || reader.count() === 0) table.list.push(undefined)
      else table.loadPage(reader, table.adopt(number, undefined), { objects, floats, ints })
    }
    table.length = length
    return table
  }

  private loadPage(
    reader: SaveReader,
    page: Page,
    { objects, floats, ints }: Required<Pick<PageShape, 'objects' | 'floats' | 'ints'>>,
  ): void {
    this.eachColumn(objects, (from, to) =>
      reader.values(to - from, (value, index) => void (page.objects[from + index] = value)),
    )
    this.eachColumn(floats, (from, to) => reader.column(page.floats, from, to))
    this.eachColumn(ints, (from, to) => reader.column(page.ints, from, to))
    if (this.shape.intsByRow === true) page.ints.set(transposed(page.ints, this.mask + 1, ints))
  }

  private eachColumn(columns: number, visit: (from: number, to: number) => void): void {
    for (let column = 0; column < columns; column++) visit(column << this.bits, (column + 1) << this.bits)
  }

  private adopt(number: number, page: Page | undefined): Page {
    const pages = this.own()
    const { objects = 0, floats = 0, ints = 0 } = this.shape
    if (floats + ints > 0) this.slab.next()
    const made: Page = {
      owner: this.owner,
      objects:
        objects === 0
          ? none.objects
          : page === undefined
            ? new Array<unknown>(objects << this.bits).fill(undefined)
            : page.objects.slice(),
      floats: floats === 0 ? none.floats : this.slab.floats(),
      ints: ints === 0 ? none.ints : this.slab.ints(),
    }
    if (page !== undefined) {
      made.floats.set(page.floats)
      made.ints.set(page.ints)
    }
    while (pages.length < number) pages.push(undefined)
    pages[number] = made
    return made
  }
}

/** What pages without references, or without numbers, have. */
const none = {
  objects: Object.freeze([]) as unknown as unknown[],
  floats: new Float64Array(0),
  ints: new Int32Array(0),
}

/** Lists of `length` numbers each, of which `list` has the first ones first, then the second ones, and so on. */
function transposed(list: Int32Array, lists: number, length: number): Int32Array {
  const found = new Int32Array(list.length)
  for (let place = 0; place < list.length; place++)
    found[(place % lists) * length + Math.floor(place / lists)] = list[place]!
  return found
}
