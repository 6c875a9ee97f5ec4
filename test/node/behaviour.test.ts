import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createBehaviours, globMatcher, type Behaviour } from '../../src/node/behaviour.ts'

test('the first behaviour whose pattern matches counts, and what it leaves out has defaults', () => {
  const of = createBehaviours([
    { image: 'web:1', run: '3s' },
    { image: 'web:*', exitCode: 7, ready: false },
  ])
  expect(of('web:1')).toMatchObject({ run: 3000, exitCode: 0, ready: 0, stop: 100 })
  expect(of('web:2')).toMatchObject({ run: undefined, exitCode: 7, ready: Infinity })
  expect(of('other')).toMatchObject({ run: undefined, pull: undefined, start: undefined, exitCode: 0 })
})

test('a star stands for any characters, slashes and dots too, and nothing else is special', () => {
  expect(globMatcher('*/shop/*:v*')('registry.example.com/shop/cart:v2')).toBe(true)
  expect(globMatcher('a.b')('axb')).toBe(false)
  fc.assert(
    fc.property(fc.string(), fc.string(), fc.string(), (before, middle, after) => {
      expect(globMatcher(`${before}*${after}`)(`${before}${middle}${after}`)).toBe(true)
    }),
  )
})

test('times are durations or distributions', () => {
  const of = createBehaviours([
    {
      image: '*',
      pull: { uniform: ['1s', '3s'] },
      start: { exponential: { mean: 200 } },
      run: 'forever',
      stop: { logNormal: { median: '1s', sigma: 0.5 } },
    },
  ])
  expect(of('x')).toMatchObject({
    pull: { uniform: [1000, 3000] },
    start: { exponential: { mean: 200 } },
    run: Infinity,
    stop: { logNormal: { median: 1000, sigma: 0.5 } },
  })
})

test.each<[unknown, RegExp]>([
  [{ image: '' }, /^behaviours\[0\]\.image: Invalid value: "": expected an image pattern/],
  [{ image: 'a', run: '-1s' }, /^behaviours\[0\]\.run: invalid duration "-1s"/],
  [{ image: 'a', stop: NaN }, /^behaviours\[0\]\.stop: invalid duration NaN/],
  [
    { image: 'a', exitCode: 256 },
    /^behaviours\[0\]\.exitCode: Invalid value: 256: expected an exit code from 0 to 255/,
  ],
  [
    { image: 'a', pull: { uniform: ['3s', '1s'] } },
    /^behaviours\[0\]\.pull\.uniform: .* expected the lower bound first/,
  ],
  [
    { image: 'a', pull: { normal: 1 } },
    /^behaviours\[0\]\.pull: Invalid value: \{"normal":1\}: expected a duration, or one of/,
  ],
  [
    { image: 'a', ready: { logNormal: { median: 1, sigma: -1 } } },
    /^behaviours\[0\]\.ready\.logNormal\.sigma: Invalid value: -1/,
  ],
  [{ image: 'a', answers: { from: 0 } }, /^behaviours\[0\]\.answers: .* expected a list of answers/],
  [
    { image: 'a', answers: [{}, { from: '2s', to: '1s' }] },
    /^behaviours\[0\]\.answers\[1\]\.to: Invalid value: "1s": expected a moment after from/,
  ],
  [
    { image: 'a', answers: [{ probe: 'health' }] },
    /^behaviours\[0\]\.answers\[0\]\.probe: .* expected one of startup, readiness, liveness/,
  ],
  [{ image: 'a', answers: [{ answer: 42 }] }, /^behaviours\[0\]\.answers\[0\]\.answer: Invalid value: 42/],
  [{ image: 'a', answers: [{ untill: '1s' }] }, /^behaviours\[0\]\.answers\[0\]: Invalid value: "untill"/],
  [{ image: 'a', answers: [{ runs: 0 }] }, /^behaviours\[0\]\.answers\[0\]\.runs: .* a whole number above 0/],
  [{ image: 'a', preStop: '5s' }, /^behaviours\[0\]\.preStop: Invalid value: "5s": expected a hook such as/],
  [{ image: 'a', postStart: { takes: -1 } }, /^behaviours\[0\]\.postStart\.takes: invalid duration -1/],
  [{ image: 'a', log: 'line' }, /^behaviours\[0\]\.log: Invalid value: "line": expected a list of lines/],
  [{ image: 'a', runn: '1s' }, /^behaviours\[0\]: Invalid value: "runn": expected one of the fields image, pull,/],
])('%j is refused with the place and what was expected', (behaviour, message) => {
  expect(() => createBehaviours([behaviour as Behaviour])).toThrow(message)
})
