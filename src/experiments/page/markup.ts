/** Text as it stands in HTML and SVG. */
export function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
}

/** A coordinate: a tenth of a pixel is exact enough, and short. */
export function pixel(value: number): string {
  return String(Math.round(value * 10) / 10)
}
