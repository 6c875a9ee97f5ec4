import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { CowArray } from '../../src/kernel/cow.ts'
import { Line, type LineParts } from '../../src/kernel/line.ts'

const isBefore = (a: number, b: number): boolean => a < b
const partsOf = (): LineParts<number> => ({ coming: new CowArray(), going: new CowArray(), others: new CowArray() })
const forked = ({ coming, going, others }: LineParts<number>): LineParts<number> => ({
  coming: coming.fork(),
  going: going.fork(),
  others: others.fork(),
})

/** Mostly in order, as they come to a queue; no two are equal. */
const anySteps = fc.array(
  fc.oneof(
    { arbitrary: fc.constant({ do: 'next' as const, by: 0 }), weight: 4 },
    fc.record({ do: fc.constant('early' as const), by: fc.nat(40) }),
    { arbitrary: fc.constant({ do: 'pop' as const, by: 0 }), weight: 4 },
    fc.constant({ do: 'fork' as const, by: 0 }),
    { arbitrary: fc.constant({ do: 'clear' as const, by: 0 }), weight: 1 },
  ),
  { maxLength: 120 },
)

describe('a line', () => {
  test('hands out the first of those that are in it, in whatever order they came; forks go their own way', () => {
    fc.assert(
      fc.property(anySteps, (steps) => {
        let parts = partsOf()
        let line = new Line(parts, isBefore)
        const others: { readonly line: Line<number>; readonly entries: readonly number[] }[] = []
        let entries: number[] = []
        let count = 0
        for (const { do: what, by } of steps) {
          count++
          if (what === 'clear') {
            line.clear()
            entries = []
          } else if (what === 'fork') {
            others.push({ line, entries: entries.slice() })
            parts = forked(parts)
            line = new Line(parts, isBefore)
          } else if (what === 'pop') expect(line.pop()).toBe(entries.sort((a, b) => a - b).shift())
          else {
            const entry = count - by + 0.001 * count
            line.push(entry)
            entries.push(entry)
          }
          expect(line.size).toBe(entries.length)
        }
        others.push({ line, entries })
        for (const other of others) {
          for (const entry of [...other.entries].sort((a, b) => a - b)) expect(other.line.pop()).toBe(entry)
          expect(other.line.pop()).toBeUndefined()
        }
      }),
    )
  })
})
