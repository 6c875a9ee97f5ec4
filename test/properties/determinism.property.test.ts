import fc from 'fast-check'
import { expect, test } from 'vitest'
import { isStatusError, replay } from '../../src/index.ts'
import { act, type Action, actions, everything, live, lived, tries } from './world.ts'

const few = tries(15)
const parts = fc.tuple(actions, actions)

test('the same calls give the same history', () => {
  fc.assert(
    fc.property(actions, (list) => {
      expect(lived(list).historyHash()).toBe(lived(list).historyHash())
    }),
    few,
  )
})

test('whether what is read is frozen changes nothing', () => {
  fc.assert(
    fc.property(actions, (list) => {
      const [frozen, loose] = [lived(list), lived(list, { freeze: false })]
      expect(loose.historyHash()).toBe(frozen.historyHash())
      expect(everything(loose)).toBe(everything(frozen))
    }),
    few,
  )
})

test('how much of the past is kept changes nothing but how far one can look back', () => {
  fc.assert(
    fc.property(actions, fc.integer({ min: 1, max: 60 }), (list, revisions) => {
      const [whole, short] = [lived(list, { history: 'all' }), lived(list, { history: { revisions } })]
      expect(short.historyHash()).toBe(whole.historyHash())
      expect(everything(short)).toBe(everything(whole))
      for (let revision = short.revision; revision >= 0; revision -= 7) {
        try {
          expect(everything(short.at(revision))).toBe(everything(whole.at(revision)))
        } catch (error) {
          if (!isStatusError(error, 'Expired')) throw error
          break
        }
      }
      expect(replay(short.journal).historyHash()).toBe(whole.historyHash())
    }),
    few,
  )
})

test('an advance may be cut anywhere', () => {
  const cuts = fc.array(fc.integer({ min: 0, max: 1000 }), { minLength: 1, maxLength: 4 })
  fc.assert(
    fc.property(actions, cuts, (list, thousandths) => {
      const cut: Action[] = list.flatMap((one) => (one.do === 'advance' ? pieces(one.ms, thousandths) : [one]))
      expect(lived(cut).historyHash()).toBe(lived(list).historyHash())
    }),
    few,
  )
})

/** A span of time in pieces that add up to it, whole milliseconds each. */
function pieces(ms: number, thousandths: readonly number[]): Action[] {
  const ends = [...thousandths.map((share) => Math.floor((ms * share) / 1000)), ms].sort((a, b) => a - b)
  return ends.map((end, index) => ({ do: 'advance', ms: end - (ends[index - 1] ?? 0) }))
}

test('a fork and its original, driven alike, stay equal', () => {
  fc.assert(
    fc.property(parts, fc.boolean(), ([before, after], forkFirst) => {
      const original = lived(before)
      const fork = original.fork()
      for (const cluster of forkFirst ? [fork, original] : [original, fork]) live(cluster, after)
      expect(fork.historyHash()).toBe(original.historyHash())
      expect(everything(fork)).toBe(everything(original))
      expect(original.historyHash()).toBe(lived([...before, ...after]).historyHash())
    }),
    few,
  )
})

test('a fork and its original, driven alike in turns, stay equal', () => {
  fc.assert(
    fc.property(parts, ([before, after]) => {
      const original = lived(before)
      const fork = original.fork()
      for (const one of after) {
        act(original, one)
        act(fork, one)
      }
      expect(fork.historyHash()).toBe(original.historyHash())
    }),
    few,
  )
})

test('what happens in a fork leaves its original untouched, and the other way round', () => {
  fc.assert(
    fc.property(fc.tuple(actions, actions, actions), fc.integer({ min: 8, max: 99 }), ([before, here, there], seed) => {
      const original = lived(before)
      const forks = [original.fork(), original.fork({ seed })] as const
      for (let index = 0; index < Math.max(here.length, there.length); index++) {
        if (here[index]) act(original, here[index]!)
        for (const fork of forks) if (there[index]) act(fork, there[index]!)
      }
      expect(original.historyHash()).toBe(lived([...before, ...here]).historyHash())
      expect(forks[0].historyHash()).toBe(lived([...before, ...there]).historyHash())
    }),
    few,
  )
})

test('a fork of a fork of a fork is a cluster like any other', () => {
  fc.assert(
    fc.property(fc.array(actions, { minLength: 3, maxLength: 6 }), (lists) => {
      let cluster = lived([])
      for (const list of lists) {
        live(cluster, list.slice(0, 8))
        cluster = cluster.fork()
      }
      expect(cluster.historyHash()).toBe(lived(lists.flatMap((list) => list.slice(0, 8))).historyHash())
    }),
    few,
  )
})

test('a journal replays to the same history, through JSON too', () => {
  fc.assert(
    fc.property(actions, (list) => {
      const { journal } = lived(list)
      const again = replay(journal)
      expect(again.historyHash()).toBe(journal.end.hash)
      expect(replay(JSON.parse(JSON.stringify(journal))).historyHash()).toBe(journal.end.hash)
      expect(again.journal).toEqual(journal)
    }),
    few,
  )
})

test("a fork's journal replays to the fork's history, with another seed too", () => {
  fc.assert(
    fc.property(parts, fc.option(fc.integer({ min: 0, max: 99 }), { nil: undefined }), ([before, after], seed) => {
      const fork = lived(before).fork(seed === undefined ? {} : { seed })
      live(fork, after)
      const { journal } = fork
      expect(replay(JSON.parse(JSON.stringify(journal))).historyHash()).toBe(journal.end.hash)
    }),
    few,
  )
})

test('a replay until a revision stands where the original stood, and can go on', () => {
  fc.assert(
    fc.property(actions, fc.nat(1000), (list, share) => {
      const original = lived(list)
      const until = Math.floor((original.revision * share) / 1000)
      const past = replay(original.journal, { until })
      expect(past.revision).toBeGreaterThanOrEqual(until)
      expect(everything(past.at(until))).toBe(everything(original.at(until)))
      const { revision } = past
      expect(everything(past)).toBe(everything(original.at(revision)))
      past.advance('1m')
      expect(replay(past.journal).historyHash()).toBe(past.historyHash())
    }),
    few,
  )
})

test('the past is read exactly as it was', () => {
  fc.assert(
    fc.property(actions, (list) => {
      const cluster = lived([])
      const kept = new Map<number, string>()
      const keep = (): void => void kept.set(cluster.revision, everything(cluster))
      const stop = cluster.on('change', keep)
      for (const one of list) act(cluster, one)
      stop()
      const fork = cluster.fork({ seed: 99 })
      fork.advance('1m')
      for (const [revision, was] of kept) {
        expect(everything(cluster.at(revision))).toBe(was)
        expect(everything(fork.at(revision))).toBe(was)
      }
    }),
    few,
  )
})
