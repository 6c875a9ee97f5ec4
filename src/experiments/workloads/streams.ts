import { refuse } from '../../api/fields.ts'
import { CowMap } from '../../kernel/cow.ts'
import { createStreams, type RandomStream } from '../../kernel/random.ts'

/**
 * The named sources of chance of one seed: what is drawn from one shifts nothing in another, so that other sizes come at
 * the same times. Throws BadRequest unless the seed is a whole number.
 */
export function streamsOf(seed: number): (name: string) => RandomStream {
  if (!Number.isSafeInteger(seed)) throw refuse('seed', seed, 'a whole number')
  const states: CowMap<readonly number[]> = new CowMap()
  return createStreams(states, () => seed)
}

/** The items in an order of the stream's: Fisher and Yates' shuffle, of a copy. */
export function shuffledBy<T>(items: readonly T[], stream: RandomStream): T[] {
  const shuffled = items.slice()
  for (let left = shuffled.length - 1; left > 0; left--) {
    const at = stream.integer(0, left)
    const item = shuffled[left]!
    shuffled[left] = shuffled[at]!
    shuffled[at] = item
  }
  return shuffled
}

/** An iterable that begins anew whenever it is asked, as an array does. */
export function again<T>(begin: () => Iterator<T>): Iterable<T> {
  return { [Symbol.iterator]: begin }
}
