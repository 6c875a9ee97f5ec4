import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64'
import { uniformInt } from 'pure-rand/distribution/uniformInt'
import { xoroshiro128plusFromState } from 'pure-rand/generator/xoroshiro128plus'
import type { CowMap } from './cow.ts'
import { hash128 } from './hash.ts'

/** A named source of chance. Two streams of different names, or of different seeds, have nothing in common. */
export interface RandomStream {
  /** A whole number from `low` to `high`, both inclusive. Throws RangeError when there is none. */
  integer(low: number, high: number): number
  /** A number from 0 inclusive to 1 exclusive. */
  fraction(): number
  /** One of the items, all equally likely. Throws RangeError on an empty list. */
  pick<T>(items: readonly T[]): T
}

/** Streams over a table of generator states; a stream begins at a hash of the seed and its name. */
export function createStreams(states: CowMap<readonly number[]>, seed: () => number): (name: string) => RandomStream {
  const draw = <T>(name: string, use: (generator: ReturnType<typeof xoroshiro128plusFromState>) => T): T => {
    const generator = xoroshiro128plusFromState(states.get(name) ?? begin(seed(), name))
    const drawn = use(generator)
    states.set(name, generator.getState())
    return drawn
  }
  return (name) => ({
    integer: (low, high) => {
      if (!(Number.isSafeInteger(low) && Number.isSafeInteger(high) && low <= high))
        throw new RangeError(`there is no whole number from ${low} to ${high}`)
      return draw(name, (generator) => uniformInt(generator, low, high))
    },
    fraction: () => draw(name, (generator) => uniformFloat64(generator)),
    pick: (items) => {
      if (items.length === 0) throw new RangeError('cannot pick from an empty list')
      return items[draw(name, (generator) => uniformInt(generator, 0, items.length - 1))]!
    },
  })
}

function begin(seed: number, name: string): readonly number[] {
  return hash128(seed, name).map((bits) => bits | 0)
}
