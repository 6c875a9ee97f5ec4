import { describe, expect, test } from 'vitest'
import { experiment, type ExperimentResult } from 'wavetank/experiments'
import { amount } from '../../src/experiments/format.ts'
import { listed } from './support.ts'

/** `x` is what `measures` says of scheduler and seed. */
function fake(measures: Readonly<Record<string, readonly number[]>>, unit = 'things'): ExperimentResult {
  const seeds = Object.values(measures)[0]!.map((_, index) => index + 1)
  return experiment({
    name: 'A, "quoted" | piped',
    cluster: { nodes: 1 },
    workload: listed([{}], 'one pod'),
    schedulers: Object.fromEntries(Object.keys(measures).map((label) => [label, {}])),
    seeds,
    metrics: [
      { name: 'x', about: 'A number.', unit, measure: ({ scheduler, seed }) => measures[scheduler]![seed - 1] },
    ],
  })
}

const two = (): ExperimentResult => fake({ 'a, b': [10, 12, 14], c: [11, 13, 15] })

describe('a result', () => {
  test('prints means with their intervals, and differences on the same seeds', () => {
    // t₂ = 4.302653, s = 2: ± 4.968; the differences are all 1.
    expect(String(two())).toBe(
      [
        'A, "quoted" | piped: one pod; means over 3 seeds ± 95 % confidence, without ± where it was the same for every seed',
        '',
        '                a, b                  c',
        '-  -----------------  -----------------',
        'x  12.0 ± 5.0 things  13.0 ± 5.0 things',
        '',
        'Differences on the same seeds ± 95 % confidence; * where zero lies outside. What never differs is left out.',
        '',
        'less a, b           c',
        '---------  ----------',
        'x          1 things *',
      ].join('\n'),
    )
  })

  test('is CSV of one line a run, quoted where it must be', () => {
    expect(fake({ 'a, "b"': [1.5], c: [2] }).toCsv()).toMatch(
      /^scheduler,seed,endMs,x\r\n"a, ""b""",1,\d+(?:\.\d+)?,1.5\r\nc,1,\d+(?:\.\d+)?,2\r\n$/,
    )
  })

  test('is Markdown', () => {
    expect(two().toMarkdown()).toContain(
      '|  | a, b | c |\n| --- | ---: | ---: |\n| x | 12.0 ± 5.0 things | 13.0 ± 5.0 things |',
    )
  })

  test('is JSON with summaries, differences, runs and their timelines', () => {
    const json = JSON.parse(JSON.stringify(two())) as ReturnType<ExperimentResult['toJSON']>
    expect(json).toMatchObject({
      format: 'wavetank-experiment',
      version: 1,
      workload: 'one pod',
      schedulers: ['a, b', 'c'],
      seeds: [1, 2, 3],
      quantities: [{ key: 'x', metric: 'x', about: 'A number.', unit: 'things' }],
    })
    expect(json.summaries[1]!.values[0]).toMatchObject({ key: 'x', count: 3, mean: 13, least: 11, most: 15 })
    expect(json.summaries[1]!.values[0]!.halfWidth95).toBeCloseTo(4.9683, 3)
    expect(json.differences).toEqual([
      { scheduler: 'c', from: 'a, b', values: [{ key: 'x', count: 3, mean: 1, halfWidth95: 0, least: 1, most: 1 }] },
    ])
    expect(json.runs).toHaveLength(6)
    const { at, bound } = json.runs[0]!.timeline
    expect(at).toHaveLength(bound.length)
    expect(json).not.toHaveProperty('wallClock')
  })
})

test.each([
  [0.7123, 'share', undefined, '71.2 %'],
  [0.7123, 'share', 0.00412, '71.23 ± 0.41 %'],
  [1500, 'ms', undefined, '1,500 ms'],
  [90_000, 'ms', 1000, '90.0 ± 1.0 s'],
  [7_200_000, 'ms', undefined, '2 h'],
  [1_234_567, 'pods', undefined, '1,234,567 pods'],
  [-0.5, '', undefined, '−0.500'],
  [-0.0001, 'x', 0.001, '0.000 ± 0.001 x'],
] as const)('%d of unit %s ± %s reads %s', (value, unit, halfWidth, expected) => {
  expect(amount(value, unit, halfWidth)).toBe(expected)
})
