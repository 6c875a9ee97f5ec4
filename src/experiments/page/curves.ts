/** From what runs recorded to lines: one for each scheduler, the mean over its seeds, and between what they move. */
import type { Findings, RunResult } from '../findings.ts'
import type { Line } from './chart.ts'

/** What a run has at a place across; undefined: nothing there. */
export type Curve = (across: number) => number | undefined

const steps = 240

/** A line for each scheduler over the places from 0 to `most`. */
export function linesOf(
  { schedulers, runs }: Findings,
  from: number,
  most: number,
  curveOf: (run: RunResult) => Curve,
): readonly Line[] {
  const places = Array.from({ length: steps + 1 }, (_, index) => from + ((most - from) * index) / steps)
  return schedulers.map((label, colour) => {
    const curves = runs.filter(({ scheduler }) => scheduler === label).map(curveOf)
    const points: [number, number][] = []
    const band: [number, number, number][] = []
    for (const place of places) {
      const values = curves.flatMap((curve) => curve(place) ?? [])
      if (values.length === 0) continue
      const sum = values.reduce((total, value) => total + value, 0)
      points.push([place, sum / values.length])
      band.push([place, values.reduce((a, b) => Math.min(a, b)), values.reduce((a, b) => Math.max(a, b))])
    }
    return { label, colour, points, band: curves.length > 1 ? band : undefined }
  })
}

/** What was so at the last place not beyond the one asked for: `across` rises. */
export function held(across: readonly number[], values: readonly number[]): Curve {
  return (place) => {
    const index = lastUpTo(across, place)
    return index < 0 ? undefined : values[index]
  }
}

/** The same, but nothing behind the end. */
export function heldUntilEnd(across: readonly number[], values: readonly number[]): Curve {
  const end = across.at(-1) ?? 0
  const curve = held(across, values)
  return (place) => (place > end * (1 + 1e-9) ? undefined : curve(place))
}

/** How much `values` grows for each one that `across` grows, around a place: both rise. */
export function growth(across: readonly number[], values: readonly number[], window: number): Curve {
  const end = across.at(-1) ?? 0
  const at = (place: number): number => {
    const index = lastUpTo(across, place)
    if (index < 0) return 0
    if (index === across.length - 1) return values[index]!
    const part = (place - across[index]!) / (across[index + 1]! - across[index]!)
    return values[index]! + part * (values[index + 1]! - values[index]!)
  }
  return (place) => {
    const from = Math.max(0, Math.min(place, end) - window / 2)
    const to = Math.min(end, from + window)
    return place > end || to <= from ? undefined : (at(to) - at(from)) / (to - from)
  }
}

function lastUpTo(across: readonly number[], place: number): number {
  let low = 0
  let high = across.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (across[middle]! <= place) low = middle + 1
    else high = middle
  }
  return low - 1
}
