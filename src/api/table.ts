/** Tables as kubectl prints them. Mirrors staging/src/k8s.io/cli-runtime/pkg/printers/tableprinter.go. */

/** Columns three spaces apart, each as wide as its widest cell; the last is not padded. Ends with a newline. */
export function printTable(headers: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = headers.map((header, column) => {
    let width = header.length
    for (const row of rows) width = Math.max(width, cellOf(row, column).length)
    return width
  })
  const lines = [headers, ...rows].map((cells) =>
    widths.map((width, column) =>
      column === widths.length - 1 ? cellOf(cells, column) : cellOf(cells, column).padEnd(width + 3),
    ),
  )
  return lines.map((cells) => `${cells.join('')}\n`).join('')
}

/** The header of a column: `Nominated Node` → `NOMINATED NODE`. */
export function headerOf(columnName: string): string {
  return columnName.toUpperCase()
}

export function orNone(text: string | undefined): string {
  return text === undefined || text === '' ? '<none>' : text
}

/** What is listed, joined by commas, or `<none>`. */
export function listOrNone(items: readonly string[]): string {
  return items.length === 0 ? '<none>' : items.join(',')
}

/** A cell is one line: what follows a line break is cut, as kubectl does. */
function cellOf(row: readonly string[], column: number): string {
  const cell = row[column] ?? ''
  const end = cell.search(/[\f\n\r]/)
  return end < 0 ? cell : `${cell.slice(0, end)}...`
}
