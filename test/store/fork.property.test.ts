import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Store } from '../../src/store/store.ts'
import {
  beats,
  drive,
  everything,
  fork,
  keep,
  type Kept,
  prelude,
  put,
  remove,
  type Step,
  steps,
  touch,
  transactions,
  value,
} from './support.ts'

/** Reads whatever a cursor has, and says what the store holds. */
const told = ({ store }: Kept, cursor: number): object => ({ seen: store.read(cursor), ...everything(store) })

/** Either kind of history. */
const any = fc.oneof(steps, beats)

/** The same history without any fork. */
function straight(...parts: readonly Step[][]): object {
  const kept = keep()
  const cursor = kept.store.watch({ prefix: '' })
  const [first = [], ...others] = parts
  for (const part of [[...prelude, ...first], ...others]) drive(kept.store, part)
  return told(kept, cursor)
}

for (const cold of [false, true]) {
  const kind = cold ? 'a fork without its parent at hand' : 'a fork'

  test(`${kind} and its original, driven apart, never see each other`, () => {
    fc.assert(
      fc.property(any, any, any, (before, here, there) => {
        const original = keep()
        const cursor = original.store.watch({ prefix: '' })
        drive(original.store, [...prelude, ...before])
        const copy = fork(original, cold)
        // Turn by turn, so that each side writes while the other is half through.
        const turns = [transactions(here, original.store), transactions(there, copy.store)] as const
        for (let turn = 0; turn < Math.max(turns[0].length, turns[1].length); turn++) {
          for (const [side, { store }] of [original, copy].entries()) {
            const transaction = turns[side]![turn]
            if (transaction !== undefined) store.commit(transaction.operations, transaction.origin)
          }
        }
        expect(told(original, cursor)).toEqual(straight(before, here))
        expect(told(copy, cursor)).toEqual(straight(before, there))
      }),
      { numRuns: 80 },
    )
  })

  test(`${kind} and its original, driven alike, stay equal`, () => {
    fc.assert(
      fc.property(any, any, (before, after) => {
        const original = keep()
        const cursor = original.store.watch({ prefix: 'pods/', index: 'n1' })
        drive(original.store, [...prelude, ...before])
        const copy = fork(original, cold)
        const turns = [transactions(after, original.store), transactions(after, copy.store)] as const
        for (const [turn, { operations, origin }] of turns[0].entries()) {
          original.store.commit(operations, origin)
          copy.store.commit(turns[1][turn]!.operations, turns[1][turn]!.origin)
        }
        expect(original.store.historyHash()).toBe(copy.store.historyHash())
        expect(told(original, cursor)).toEqual(told(copy, cursor))
        expect(original.store.log.end).toBe(copy.store.log.end)
      }),
      { numRuns: 80 },
    )
  })

  test(`${kind} of a fork is what it would be without the one between`, () => {
    fc.assert(
      fc.property(any, any, any, any, (before, one, two, three) => {
        const original = keep()
        const cursor = original.store.watch({ prefix: '' })
        drive(original.store, [...prelude, ...before])
        const child = fork(original, cold)
        drive(child.store, one)
        const grandchild = fork(child, cold)
        const sibling = fork(child, cold)
        drive(original.store, three)
        drive(grandchild.store, two)
        drive(child.store, three)
        drive(sibling.store, one)
        expect(told(grandchild, cursor)).toEqual(straight(before, one, two))
        expect(told(child, cursor)).toEqual(straight(before, one, three))
        expect(told(sibling, cursor)).toEqual(straight(before, one, one))
        expect(told(original, cursor)).toEqual(straight(before, three))
      }),
      { numRuns: 40 },
    )
  })
}

test('leases, compaction and places of forgotten keys are forked as well', () => {
  const original = keep()
  const { id } = original.store.leases.grant(10, 0)
  put(original.store, 'pods/a/', value('x'), id)
  put(original.store, 'pods/a/', value('y'), id)
  remove(original.store, 'pods/a/', 'y')
  const copy = fork(original)
  original.store.revoke(id, { actor: 'lessor', cause: 0, at: 10 })
  original.store.compact(original.store.revision)
  put(copy.store, 'pods/a/', value('z'), id)
  copy.store.revoke(id, { actor: 'lessor', cause: 0, at: 10 })
  expect(copy.store.changes(4)).toMatchObject([
    { type: 'delete', name: 'x', revision: 5 },
    { type: 'delete', name: 'z', revision: 5 },
  ])
  expect(copy.store.compacted).toBe(0)
  expect(original.store.compacted).toBe(4)
  expect(original.store.leases.get(id)).toBeUndefined()
})

test.each([false, true])(
  'a run of heartbeats that is half written goes on as one row on both sides (cold fork: %s)',
  (cold) => {
    const original = keep()
    for (const name of ['a', 'b', 'c']) put(original.store, 'nodes/', value(name))
    for (const [at, name] of ['a', 'b'].entries()) touch(original.store, 'nodes/', name, at)
    const copy = fork(original, cold)
    const other = fork(original, cold)
    for (const { store } of [original, copy]) {
      for (let round = 0; round < 5; round++) {
        for (const [at, name] of ['c', 'a', 'b'].entries()) touch(store, 'nodes/', name, round * 10 + [2, 10, 11][at]!)
      }
    }
    expect(original.store.log.end).toBe(4)
    expect(copy.store.log.end).toBe(4)
    // The third side begins its second round already.
    for (let round = 1; round < 5; round++)
      for (const [at, name] of ['a', 'b'].entries()) touch(other.store, 'nodes/', name, round * 10 + at)
    expect(other.store.log.end).toBe(4)
    expect(other.store.changes(5).map((change) => change.stamp)).toEqual([10, 11, 20, 21, 30, 31, 40, 41])
    expect(copy.store.historyHash()).toBe(original.store.historyHash())
  },
)

test('a fork folds full chunks of history into the same digest', () => {
  const original = keep()
  for (let round = 0; round < 5000; round++) put(original.store, 'pods/a/', value(`x${round % 50}`, `n${round}`))
  const copy = fork(original, true)
  for (const { store } of [original, copy])
    for (let round = 0; round < 5000; round++) put(store, 'pods/a/', value(`x${round % 50}`, `m${round}`))
  expect(copy.store.historyHash()).toBe(original.store.historyHash())
  put(copy.store, 'pods/a/', value('x'))
  expect(copy.store.historyHash()).not.toBe(original.store.historyHash())
})

test('hashes of a fork and of its original, read in turns, are those of histories never forked', () => {
  const story = (store: Store, who: string, rounds: number): void => {
    for (let round = 0; round < rounds; round++) put(store, 'pods/a/', value(`x${round % 50}`, `${who}${round}`))
  }
  const alone = (...parts: readonly [who: string, rounds: number][]): string => {
    const { store } = keep()
    for (const [who, rounds] of parts) story(store, who, rounds)
    return store.historyHash()
  }
  const original = keep()
  story(original.store, 'a', 100)
  original.store.historyHash()
  const copy = fork(original)
  // Each is in the middle of a chunk while the other goes on with its own, or folds one.
  for (const rounds of [200, 5000, 300]) {
    story(copy.store, 'b', rounds)
    copy.store.historyHash()
    story(original.store, 'c', rounds)
    original.store.historyHash()
    copy.store.prints()
  }
  const parts = (who: string): [string, number][] => [200, 5000, 300].map((rounds) => [who, rounds])
  expect(copy.store.historyHash()).toBe(alone(['a', 100], ...parts('b')))
  expect(original.store.historyHash()).toBe(alone(['a', 100], ...parts('c')))
})
