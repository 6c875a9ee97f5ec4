import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Distribution, draw, normal } from '../../src/kernel/distribution.ts'
import { hash128 } from '../../src/kernel/hash.ts'
import { Memory } from '../../src/kernel/memory.ts'
import { createStreams, type RandomStream } from '../../src/kernel/random.ts'

const streamsOf = (seed: number, memory: Memory = new Memory()): ((name: string) => RandomStream) =>
  createStreams(memory.map('kernel.random'), () => seed)

const take = (stream: RandomStream, count = 5): number[] =>
  Array.from({ length: count }, () => stream.integer(0, 999_999))

describe('hash128', () => {
  // These may change in a major version only: every stream and every identifier begins here.
  test.each([
    [0, ''],
    [7, ''],
    [7, 'scheduler'],
    [8, 'scheduler'],
    [-1, 'scheduler'],
    [2 ** 40 + 7, 'scheduler'],
    [0, 'ä☃'],
  ])('of seed %d and %j is golden', (seed, text) => expect(hash128(seed, text)).toMatchSnapshot())

  test('tells nearby seeds and names apart in every word', () => {
    const seen = [new Set<number>(), new Set<number>(), new Set<number>(), new Set<number>()]
    for (let seed = 0; seed < 50; seed++)
      for (let name = 0; name < 50; name++)
        for (const [at, word] of hash128(seed, `node-${name}`).entries()) seen[at]!.add(word)
    for (const words of seen) expect(words.size).toBeGreaterThan(2498)
  })

  test('is four unsigned whole numbers of 32 bits', () => {
    fc.assert(
      fc.property(fc.maxSafeInteger(), fc.string(), (seed, text) => {
        for (const word of hash128(seed, text)) expect(word).toBe(word >>> 0)
        expect(hash128(seed, text)).toEqual(hash128(seed, text))
      }),
    )
  })
})

describe('a random stream', () => {
  test('draws golden values', () => {
    expect(take(streamsOf(7)('scheduler'))).toMatchSnapshot()
    const stream = streamsOf(7)('fractions')
    expect([stream.fraction(), stream.fraction(), stream.fraction()]).toMatchSnapshot()
  })

  test('is the same for the same seed and name', () => {
    expect(take(streamsOf(7)('a'))).toEqual(take(streamsOf(7)('a')))
  })

  test('of another name or another seed is another', () => {
    const all = [0, 1, 2, 7, 8].flatMap((seed) =>
      ['a', 'b', 'aa', ''].map((name) => take(streamsOf(seed)(name)).join()),
    )
    expect(new Set(all).size).toBe(all.length)
  })

  test('does not depend on what others drew in between', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('a', 'b', 'c'), { maxLength: 30 }), (turns) => {
        const streams = streamsOf(7)
        const alone = streamsOf(7)('a')
        for (const name of turns) {
          const drawn = streams(name).integer(0, 999)
          if (name === 'a') expect(drawn).toBe(alone.integer(0, 999))
        }
      }),
    )
  })

  test('goes on where it was in a fork, and each side by itself', () => {
    const memory = new Memory()
    const here = streamsOf(7, memory)('a')
    take(here)
    const there = streamsOf(7, memory.fork())('a')
    expect(take(there, 3)).toEqual(take(here, 3))
    take(there)
    expect(take(streamsOf(7, memory)('a'))).toEqual(take(streamsOf(7)('a'), 13).slice(8))
  })

  test('draws whole numbers with both ends and fractions without the upper one', () => {
    const stream = streamsOf(1)('ends')
    const drawn = Array.from({ length: 200 }, () => stream.integer(-1, 2))
    expect(new Set(drawn)).toEqual(new Set([-1, 0, 1, 2]))
    for (let round = 0; round < 200; round++) expect(stream.fraction()).toBeLessThan(1)
    expect(stream.integer(5, 5)).toBe(5)
  })

  test('picks every item about equally often, and nothing from nothing', () => {
    const stream = streamsOf(1)('picks')
    const counts = { a: 0, b: 0, c: 0 }
    for (let round = 0; round < 3000; round++) counts[stream.pick(['a', 'b', 'c'] as const)]++
    for (const count of Object.values(counts)) expect(Math.abs(count - 1000)).toBeLessThan(100)
    expect(() => stream.pick([])).toThrow(RangeError)
  })
})

describe('a distribution', () => {
  const sample = (distribution: Distribution, count = 20_000): number[] => {
    const stream = streamsOf(7)('sample')
    return Array.from({ length: count }, () => draw(distribution, stream))
  }
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length

  test('that is a number is that number and draws nothing', () => {
    const streams = streamsOf(7)
    expect(draw(250, streams('a'))).toBe(250)
    expect(take(streams('a'))).toEqual(take(streamsOf(7)('a')))
  })

  test('that is uniform keeps to its bounds and its mean', () => {
    const values = sample({ uniform: [100, 300] })
    expect(Math.min(...values)).toBeGreaterThanOrEqual(100)
    expect(Math.max(...values)).toBeLessThan(300)
    expect(mean(values)).toBeCloseTo(200, -0.5)
  })

  test('that is exponential has its mean and is never negative', () => {
    const values = sample({ exponential: { mean: 50 } })
    expect(Math.min(...values)).toBeGreaterThanOrEqual(0)
    expect(Math.abs(mean(values) - 50)).toBeLessThan(1)
    // As far as from its mean to 0: the standard deviation equals the mean.
    expect(Math.abs(Math.sqrt(mean(values.map((value) => (value - 50) * (value - 50)))) - 50)).toBeLessThan(2)
  })

  test('that is log-normal has its median and its spread', () => {
    const values = sample({ logNormal: { median: 80, sigma: 0.5 } }).sort((a, b) => a - b)
    expect(Math.abs(values[10_000]! - 80)).toBeLessThan(2)
    // One sigma up: 84.13 % lie below.
    expect(Math.abs(values[16_827]! / 80 - Math.exp(0.5))).toBeLessThan(0.05)
  })

  test('the normal draw has mean 0 and deviation 1', () => {
    const stream = streamsOf(7)('normal')
    const values = Array.from({ length: 20_000 }, () => normal(stream))
    expect(Math.abs(mean(values))).toBeLessThan(0.02)
    expect(Math.abs(mean(values.map((value) => value * value)) - 1)).toBeLessThan(0.03)
  })
})
