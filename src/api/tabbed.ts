/**
 * Text in columns by elastic tab stops: what Go's text/tabwriter makes of it with two spaces between columns, which is
 * how kubectl describe prints.
 */
import { escapeTerminal, padded, widthOf } from './table.ts'

const PADDING = 2

/**
 * Lines whose cells end in a tab, as aligned text that ends with a newline. A cell is as wide as the widest of those
 * above and below it without a gap; what follows a line's last tab is no cell and may be as long as it likes.
 */
export function tabbed(lines: readonly string[]): string {
  const rows = lines.flatMap((line) => escapeTerminal(line).split(/[\n\f]/u)).map((line) => line.split(/[\t\v]/u))
  const out = rows.map(() => '')
  align(rows, 0, rows.length, 0, out)
  return rows.map((cells, i) => `${out[i]!}${cells.at(-1)!}\n`).join('')
}

/** Writes the cells of one column, block by block, and then those of the columns to its right. */
function align(rows: readonly (readonly string[])[], from: number, to: number, column: number, out: string[]): void {
  for (let start = from; start < to; start++) {
    if (!hasCell(rows[start]!, column)) continue
    let end = start
    let width = 0
    for (; end < to && hasCell(rows[end]!, column); end++) width = Math.max(width, widthOf(rows[end]![column]!))
    for (let row = start; row < end; row++) out[row]! += padded(rows[row]![column]!, width + PADDING)
    align(rows, start, end, column + 1, out)
    start = end
  }
}

/** The last piece of a line is no cell: no tab ends it. */
function hasCell(cells: readonly string[], column: number): boolean {
  return column < cells.length - 1
}
