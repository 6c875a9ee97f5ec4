import { amount } from './format.ts'
import type { Findings, Quantity } from './findings.ts'
import type { Summary } from './statistics.ts'

/** One line of cells for each quantity. */
export interface Grid {
  readonly head: readonly string[]
  readonly rows: readonly (readonly string[])[]
}

/** Means of every scheduler. */
export function means(result: Findings): Grid {
  const { schedulers, quantities } = result
  const cell = (scheduler: string, { key, unit }: Quantity): string => shown(result.summary(scheduler, key), unit)
  return {
    head: ['', ...schedulers],
    rows: quantities.map((quantity) => [quantity.key, ...schedulers.map((scheduler) => cell(scheduler, quantity))]),
  }
}

/**
 * What the others have more than the first scheduler on the same seeds, where they differ at all; a star where zero is
 * out of the interval.
 */
export function differences(result: Findings): Grid {
  const [first = '', ...others] = result.schedulers
  const cell = (scheduler: string, { key, unit }: Quantity): string => {
    const summary = result.difference(scheduler, first, key)
    return `${shown(summary, unit)}${isCertain(summary) ? ' *' : ''}`
  }
  const isSame = ({ key }: Quantity): boolean =>
    others.every((scheduler) => {
      const { least = 0, most = 0 } = result.difference(scheduler, first, key) ?? {}
      return least === 0 && most === 0
    })
  const differing = result.quantities.filter((quantity) => !isSame(quantity))
  return {
    head: [`less ${first}`, ...others],
    rows: differing.map((quantity) => [quantity.key, ...others.map((scheduler) => cell(scheduler, quantity))]),
  }
}

/** Whether zero lies outside of the interval. */
export function isCertain(summary: Summary | undefined): boolean {
  return summary?.halfWidth !== undefined && Math.abs(summary.mean) > summary.halfWidth
}

function shown(summary: Summary | undefined, unit: string): string {
  return summary === undefined ? '–' : amount(summary.mean, unit, summary.halfWidth)
}

export function captionOf({ workload, seeds }: Findings): string {
  const what =
    seeds.length === 1
      ? `seed ${seeds[0]}`
      : `means over ${seeds.length} seeds ± 95 % confidence, without ± where it was the same for every seed`
  return `${workload}; ${what}`
}

export const explained: string =
  'Differences on the same seeds ± 95 % confidence; * where zero lies outside. What never differs is left out.'

/** Whether there is a second table: there are several schedulers, several seeds, and something differs. */
export function isCompared(result: Findings): boolean {
  return result.schedulers.length > 1 && result.seeds.length > 1 && differences(result).rows.length > 0
}

export function textOf(result: Findings): string {
  const parts = [`${result.name}: ${captionOf(result)}`, '', aligned(means(result))]
  if (isCompared(result)) parts.push('', explained, '', aligned(differences(result)))
  return parts.join('\n')
}

export function markdownOf(result: Findings): string {
  const parts = [`## ${result.name}`, '', `${captionOf(result)}.`, '', piped(means(result))]
  if (isCompared(result)) parts.push('', explained, '', piped(differences(result)))
  return `${parts.join('\n')}\n`
}

/** The first column to the left, the others to the right. */
export function aligned({ head, rows }: Grid): string {
  const widths = head.map((_, column) => Math.max(...[head, ...rows].map((row) => row[column]!.length)))
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[0]!) : cell.padStart(widths[column]!)))
      .join('  ')
      .trimEnd()
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)].join('\n')
}

function piped({ head, rows }: Grid): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`
  const rule = head.map((_, column) => (column === 0 ? '---' : '---:'))
  return [line(head), line(rule), ...rows.map(line)].join('\n')
}
