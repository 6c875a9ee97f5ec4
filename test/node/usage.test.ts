import fc from 'fast-check'
import { expect, test } from 'vitest'
import { firstAbove, resolveUsage, totalAt, type Usage, type Use } from '../../src/node/usage.ts'

const points = fc
  .uniqueArray(fc.integer({ min: 0, max: 60 }), { minLength: 1, maxLength: 5 })
  .chain((times) =>
    fc.tuple(
      fc.constant([...times].sort((a, b) => a - b)),
      fc.array(fc.nat(100), { minLength: times.length, maxLength: times.length }),
    ),
  )
  .map(([times, amounts]) => times.map((time, index): [number, number] => [time, amounts[index]!]))

const use: fc.Arbitrary<Use> = fc
  .tuple(points, fc.boolean(), fc.integer({ min: -70, max: 20 }), fc.constantFrom(Infinity, 40))
  .map(([list, isLinear, since, limit]) => {
    const usage: Usage = isLinear ? { linear: list } : { steps: list }
    return { curve: resolveUsage(usage, 'memory'), since, limit }
  })

test('the moment from which curves together are above a level is what looking every millisecond finds', () => {
  fc.assert(
    fc.property(fc.array(use, { maxLength: 4 }), fc.nat(200), (uses, level) => {
      const end = 100
      let found = Infinity
      for (let moment = 0; moment <= end && found === Infinity; moment++)
        if (totalAt(uses, moment) > level + 1e-9) found = moment
      const said = firstAbove(uses, level, 0)
      // Between two looks a curve may have come and gone.
      if (said < found) expect(totalAt(uses, said)).toBeGreaterThan(level - 1e-9)
      else expect(said).toBe(found)
    }),
    { numRuns: 300 },
  )
})

test.each<[unknown, RegExp]>([
  ['lots', /^memory: Invalid value: "lots": expected a quantity that is not negative/],
  [-1, /^memory: Invalid value: -1: expected a quantity that is not negative/],
  [{ steps: [] }, /^memory: Invalid value: \{"steps":\[\]\}: expected a quantity such as/],
  [{ steps: [['1s', '1Mi']], linear: [['1s', '1Mi']] }, /^memory: Invalid value: .*: expected a quantity such as/],
  [{ curve: [] }, /^memory: Invalid value: "curve": expected one of the fields steps, linear/],
  [{ linear: ['1Mi'] }, /^memory\.linear\[0\]: Invalid value: "1Mi": expected a pair/],
  [{ linear: [['2s', 1], ['2s', 2]] }, /^memory\.linear\[1\]\[0\]: Invalid value: "2s": expected a moment after/], // prettier-ignore
  [{ steps: [['soon', 1]] }, /^memory\.steps\[0\]\[0\]: invalid duration "soon"/],
])('a usage that makes no sense is refused: %j', (usage, message) => {
  expect(() => resolveUsage(usage as Usage, 'memory')).toThrow(message)
})
