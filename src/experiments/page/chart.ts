/** Lines as SVG: a pure function from numbers to text. Colours are the page's. */
import type { Axis } from './axis.ts'
import { escaped, pixel } from './markup.ts'

export interface Line {
  readonly label: string
  /** Which of the page's colours; undefined: the quiet one of what all are held against. */
  readonly colour: number | undefined
  readonly points: readonly (readonly [x: number, y: number])[]
  /** Between which it moves from seed to seed. */
  readonly band?: readonly (readonly [x: number, least: number, most: number])[] | undefined
}

export interface Chart {
  /** Unique on the page: a word of letters and digits. */
  readonly id: string
  readonly title: string
  /** What is to be seen, for whoever sees it and whoever does not. */
  readonly about: string
  readonly x: Axis
  readonly y: Axis
  readonly lines: readonly Line[]
}

const width = 640
const height = 340
const frame = { left: 64, right: 18, top: 14, bottom: 52 } as const
const inner = { width: width - frame.left - frame.right, height: height - frame.top - frame.bottom } as const

/** The chart as one `svg` element, with its title and what it shows as text. */
export function svgOf({ id, title, about, x, y, lines }: Chart): string {
  const at = (across: number, up: number): string =>
    `${pixel(frame.left + x.place(across) * inner.width)},${pixel(frame.top + (1 - y.place(up)) * inner.height)}`
  return [
    `<svg viewBox="0 0 ${width} ${height}" role="img" aria-labelledby="${id}-title ${id}-about">`,
    `<title id="${id}-title">${escaped(title)}</title><desc id="${id}-about">${escaped(about)}</desc>`,
    gridOf(x, y),
    ...lines.map((line) => bandOf(line, at)),
    ...lines.map((line) => lineOf(line, at)),
    '</svg>',
  ].join('\n')
}

function gridOf(x: Axis, y: Axis): string {
  const bottom = frame.top + inner.height
  const right = frame.left + inner.width
  const across = x.ticks.map(({ at, text }, index) => {
    const place = pixel(frame.left + at * inner.width)
    const anchor = index === x.ticks.length - 1 ? 'end' : 'middle'
    return `<path class="tick" d="M${place},${bottom}v5"/><text x="${place}" y="${bottom + 20}" text-anchor="${anchor}">${escaped(text)}</text>`
  })
  const up = y.ticks.map(({ at, text }) => {
    const place = pixel(frame.top + (1 - at) * inner.height)
    const rule = at === 0 ? 'axis' : 'rule'
    return `<path class="${rule}" d="M${frame.left},${place}H${right}"/><text x="${frame.left - 8}" y="${place}" dy="0.34em" text-anchor="end">${escaped(text)}</text>`
  })
  const middle = pixel(frame.left + inner.width / 2)
  const half = pixel(frame.top + inner.height / 2)
  return [
    ...up,
    ...across,
    `<text class="label" x="${middle}" y="${height - 8}" text-anchor="middle">${escaped(x.label)}</text>`,
    `<text class="label" transform="translate(15 ${half}) rotate(-90)" text-anchor="middle">${escaped(y.label)}</text>`,
  ].join('\n')
}

type Place = (across: number, up: number) => string

function lineOf({ label, colour, points }: Line, at: Place): string {
  const kind = colour === undefined ? 'line reference' : `line s${colour}`
  const path = points.map(([across, up], index) => `${index === 0 ? 'M' : 'L'}${at(across, up)}`).join('')
  return points.length === 0 ? '' : `<path class="${kind}" d="${path}"><title>${escaped(label)}</title></path>`
}

function bandOf({ colour, band = [] }: Line, at: Place): string {
  if (band.length === 0 || colour === undefined) return ''
  const above = band.map(([across, , most]) => at(across, most))
  const below = band.map(([across, least]) => at(across, least)).reverse()
  return `<path class="band s${colour}" d="M${[...above, ...below].join('L')}Z"/>`
}
