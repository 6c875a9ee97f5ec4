/** Tables as kubectl prints them. Mirrors staging/src/k8s.io/cli-runtime/pkg/printers/tableprinter.go. */

/** Columns three spaces apart and at least six wide, each as wide as its widest cell; the last is not padded. Ends with a newline. */
export function printTable(headers: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [headers, ...rows].map((cells) => headers.map((_, column) => cellOf(cells, column)))
  const widths = headers.map((_, column) => {
    let widest = 0
    for (const cells of lines) widest = Math.max(widest, widthOf(cells[column]!))
    return Math.max(LEAST_WIDTH, widest + PADDING)
  })
  const last = headers.length - 1
  return lines
    .map(
      (cells) => `${cells.map((cell, column) => (column === last ? cell : padded(cell, widths[column]!))).join('')}\n`,
    )
    .join('')
}

const PADDING = 3
const LEAST_WIDTH = 6

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
  return escapeTerminal(end < 0 ? cell : `${cell.slice(0, end)}...`)
}

/** Without what could speak to a terminal. Mirrors terminal.go beside it. */
export function escapeTerminal(text: string): string {
  return text.includes('\x1b') || text.includes('\r') ? text.replaceAll('\x1b', '^[').replaceAll('\r', '\\r') : text
}

/** How many characters a terminal shows, as Go counts runes. */
export function widthOf(text: string): number {
  let width = text.length
  for (let i = 0; i < text.length; i++) if ((text.charCodeAt(i) & 0xfc00) === 0xdc00) width--
  return width
}

export function padded(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - widthOf(text)))
}
