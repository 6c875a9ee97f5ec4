/** Tables of plain columns: commas between values, no quotes. Whatever is not exactly that is refused with its place. */
import { badRequest } from '../../api/errors.ts'
import type { NamedText } from './source.ts'

export interface CsvColumns {
  readonly required: readonly string[]
  readonly optional: readonly string[]
  /** Columns that may be there and are passed over. */
  readonly ignored: readonly string[]
}

/** One line. */
export class CsvRow {
  constructor(
    /** Such as `pods.csv:17`. */
    readonly place: string,
    private readonly cells: readonly string[],
    private readonly columns: ReadonlyMap<string, number>,
  ) {}

  has(column: string): boolean {
    return this.columns.has(column)
  }

  /** '' where there is no such column. */
  text(column: string): string {
    const index = this.columns.get(column)
    return index === undefined ? '' : this.cells[index]!
  }

  /** From `least` to `most`, both inclusive. */
  whole(column: string, least: number, most: number = Number.MAX_SAFE_INTEGER): number {
    const text = this.text(column)
    const value = /^-?\d+$/u.test(text) ? Number(text) : NaN
    if (Number.isSafeInteger(value) && value >= least && value <= most) return value
    const range = most === Number.MAX_SAFE_INTEGER ? `of at least ${least}` : `from ${least} to ${most}`
    throw this.refuse(column, `expected a whole number ${range}`)
  }

  /** As `whole`; undefined where nothing stands, or there is no such column. */
  wholeIfAny(column: string, least: number): number | undefined {
    return this.text(column) === '' ? undefined : this.whole(column, least)
  }

  refuse(column: string, expected: string): Error {
    return badRequest(`${this.place}, column ${column}: ${expected}, got ${JSON.stringify(this.text(column))}`)
  }
}

/** The lines under the header, which names the columns in any order. Throws BadRequest that names file, line and column. */
export function readCsv({ name, text }: NamedText, known: CsvColumns): readonly CsvRow[] {
  const lines = text.split('\n').map((line) => (line.endsWith('\r') ? line.slice(0, -1) : line))
  if (lines.at(-1) === '') lines.pop()
  const header = lines[0]
  if (header === undefined) throw badRequest(`${name}:1: expected a header that names the columns, got an empty file`)
  const columns = columnsOf(split(header, `${name}:1`), `${name}:1`, known)
  const rows: CsvRow[] = []
  for (let index = 1; index < lines.length; index++) {
    const place = `${name}:${index + 1}`
    const cells = split(lines[index]!, place)
    if (cells.length !== columns.size) {
      const got = lines[index] === '' ? 'an empty line' : String(cells.length)
      throw badRequest(`${place}: expected ${columns.size} values (${[...columns.keys()].join(', ')}), got ${got}`)
    }
    rows.push(new CsvRow(place, cells, columns))
  }
  return rows
}

function split(line: string, place: string): string[] {
  const cells = line.split(',')
  if (!line.includes('"')) return cells
  const column = cells.findIndex((cell) => cell.includes('"')) + 1
  throw badRequest(
    `${place}, column ${column}: expected values without quotes, got ${JSON.stringify(cells[column - 1])}`,
  )
}

function columnsOf(header: readonly string[], place: string, known: CsvColumns): ReadonlyMap<string, number> {
  const { required, optional, ignored } = known
  const columns = new Map<string, number>()
  for (const [index, column] of header.entries()) {
    if (columns.has(column)) throw badRequest(`${place}, column ${column}: is there twice`)
    if (![...required, ...optional, ...ignored].includes(column)) {
      const expected = [...required, ...optional].join(', ')
      throw badRequest(`${place}, column ${JSON.stringify(column)}: unknown; expected some of ${expected}`)
    }
    columns.set(column, index)
  }
  const missing = required.filter((column) => !columns.has(column))
  if (missing.length > 0) throw badRequest(`${place}: the column ${missing.join(', ')} is missing`)
  return columns
}
