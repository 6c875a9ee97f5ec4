import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Compacted, FutureRevision } from '../../src/store/errors.ts'
import { brief, byName, keep, origin, put, remove, touch, value } from './support.ts'

describe('reading a past revision', () => {
  test('shows each key as it was', () => {
    const { store } = keep()
    const directory = store.directory('pods/a/')
    put(store, 'pods/a/', value('x', 'n1'))
    put(store, 'pods/a/', value('y'))
    put(store, 'pods/a/', value('x', 'n2'))
    remove(store, 'pods/a/', 'y')
    expect(store.at(0).rows(directory)).toEqual([])
    expect(
      store
        .at(2)
        .rows(directory)
        .map((row) => [row.name, row.modRevision]),
    ).toEqual([
      ['x', 1],
      ['y', 2],
    ])
    expect(store.at(2).get(directory, 'x')!.value).toEqual(value('x', 'n1'))
    expect(store.at(3).get(directory, 'y')).toMatchObject({ createRevision: 2, version: 1 })
    expect(store.at(4).get(directory, 'y')).toBeUndefined()
  })

  test('a key that was deleted and made again is found in each of its lives', () => {
    const { store } = keep()
    const directory = store.directory('pods/a/')
    put(store, 'pods/a/', value('x', 'n1'))
    remove(store, 'pods/a/', 'x')
    put(store, 'pods/a/', value('x', 'n2'))
    expect([0, 1, 2, 3].map((revision) => store.at(revision).get(directory, 'x')?.createRevision)).toEqual([
      undefined,
      1,
      undefined,
      3,
    ])
    expect(store.at(1).rows(directory)).toEqual([store.at(1).get(directory, 'x')])
  })

  test('a view does not change when the present does', () => {
    const { store } = keep()
    const directory = store.directory('nodes/')
    put(store, 'nodes/', value('x', 'n1'))
    const view = store.at(1)
    const before = view.rows(directory)
    put(store, 'nodes/', value('x', 'n2'))
    touch(store, 'nodes/', 'x', 7)
    expect(view.rows(directory)).toEqual(before)
    remove(store, 'nodes/', 'x')
    expect(view.rows(directory)).toEqual(before)
    expect(view.get(directory, 'x')).toEqual(before[0])
  })

  test('a touch can be read at its own revision, in and after a run', () => {
    const { store } = keep()
    const directory = store.directory('nodes/')
    put(store, 'nodes/', value('x'))
    for (let round = 1; round <= 5; round++) touch(store, 'nodes/', 'x', round * 10)
    put(store, 'nodes/', value('x'))
    const stamps = [1, 2, 3, 4, 5, 6, 7].map((revision) => store.at(revision).get(directory, 'x')!.stamp)
    expect(stamps).toEqual([NaN, 10, 20, 30, 40, 50, NaN])
  })

  test('a revision that has not happened is refused with the current one', () => {
    const { store } = keep()
    put(store, 'pods/a/', value('x'))
    expect(() => store.at(2)).toThrow(FutureRevision)
    expect(() => store.at(2)).toThrow('required revision 2 is a future revision; the current one is 1')
  })
})

describe('compaction', () => {
  test('keeps the revision itself readable and refuses what was before', () => {
    const { store } = keep()
    const directory = store.directory('pods/a/')
    for (const node of ['n1', 'n2', 'n3']) put(store, 'pods/a/', value('x', node))
    expect(store.compact(2)).toBe(2)
    expect(store.at(2).get(directory, 'x')!.value).toEqual(value('x', 'n2'))
    expect(() => store.at(1)).toThrow(Compacted)
    expect(() => store.at(1)).toThrow('required revision 1 has been compacted; the oldest that can be read is 2')
    expect(() => store.changes(1)).toThrow(Compacted)
    expect(store.changes(2).map(brief)).toEqual(['put x@3'])
  })

  test('an open view of what is compacted refuses too', () => {
    const { store } = keep()
    const directory = store.directory('pods/a/')
    for (const node of ['n1', 'n2', 'n3']) put(store, 'pods/a/', value('x', node))
    const view = store.at(1)
    store.compact(2)
    expect(() => view.get(directory, 'x')).toThrow(Compacted)
    expect(() => view.rows(directory)).toThrow(Compacted)
  })

  test('of the same revision twice, or of one to come, is refused', () => {
    const { store } = keep()
    put(store, 'pods/a/', value('x'))
    store.compact(1)
    expect(() => store.compact(1)).toThrow(Compacted)
    expect(() => store.compact(2)).toThrow(FutureRevision)
  })

  test('in the middle of a run leaves the rest of the run readable', () => {
    const { store } = keep()
    const directory = store.directory('nodes/')
    put(store, 'nodes/', value('x'))
    for (let round = 1; round <= 9; round++) touch(store, 'nodes/', 'x', round * 10)
    store.compact(6)
    expect(store.at(6).get(directory, 'x')!.stamp).toBe(50)
    expect(store.changes(6).map((change) => change.stamp)).toEqual([60, 70, 80, 90])
    expect(store.prints()).toHaveLength(4)
  })

  test('does not change the hash of the history', () => {
    const [plain, compacted] = [keep().store, keep().store]
    for (const store of [plain, compacted])
      for (let round = 0; round < 50; round++) put(store, 'pods/a/', value('x', `n${round}`))
    compacted.compact(30)
    for (const store of [plain, compacted]) remove(store, 'pods/a/', 'x')
    expect(compacted.historyHash()).toBe(plain.historyHash())
  })

  test('never passes a change that some cursor has yet to read', () => {
    const { store } = keep()
    const cursor = store.watch({ prefix: 'pods/' })
    for (const node of ['n1', 'n2', 'n3']) put(store, 'pods/a/', value('x', node))
    store.read(cursor, 1)
    expect(store.compact(3)).toBe(1)
    expect(store.read(cursor).map(brief)).toEqual(['put x@2', 'put x@3'])
    expect(store.compact(3)).toBe(3)
  })

  test('forgets deleted keys: their place is taken by others', () => {
    const { store } = keep()
    put(store, 'pods/a/', value('x'))
    // What is not hashed yet stays: a whole chunk has to pass.
    for (let round = 0; round < 5000; round++) put(store, 'nodes/', value('n', `n${round}`))
    remove(store, 'pods/a/', 'x')
    for (let round = 0; round < 5000; round++) put(store, 'nodes/', value('n', `n${round}`))
    const { length } = store.keys.slots
    store.compact(store.revision)
    put(store, 'pods/b/', value('y'))
    expect(store.keys.slots.length).toBe(length)
    expect(store.get(store.directory('pods/a/'), 'x')).toBeUndefined()
    expect(store.get(store.directory('pods/b/'), 'y')).toMatchObject({ name: 'y', version: 1 })
  })
})

describe('the bound of the history', () => {
  const filled = (revisions: number, watched: boolean) => {
    const { store } = keep({ revisions })
    const cursor = watched ? store.watch({ prefix: 'pods/', from: 1 }) : -1
    for (let round = 0; round < 20_000; round++) put(store, 'pods/a/', value(`x${round % 7}`, `n${round}`))
    return { store, cursor }
  }

  test('really drops what is older, a little late', () => {
    const { store } = filled(1000, false)
    expect(store.compacted).toBeGreaterThan(18_500)
    expect(store.compacted).toBeLessThanOrEqual(19_000)
    expect(() => store.at(store.compacted - 1)).toThrow(Compacted)
    // No more than the bound, what is waiting to be hashed, and one lot.
    expect(store.log.end - store.log.first).toBeLessThan(1000 + 4096 + 1024)
    expect(store.changes(store.compacted)).toHaveLength(20_000 - store.compacted)
    const directory = store.directory('pods/a/')
    expect(store.at(store.compacted).rows(directory).sort(byName)[0]!.name).toBe('x0')
  })

  test('waits for a cursor that has yet to read', () => {
    const { store, cursor } = filled(1000, true)
    expect(store.compacted).toBe(0)
    expect(store.read(cursor)).toHaveLength(20_000)
    for (let round = 0; round < 1000; round++) put(store, 'nodes/', value('n', `n${round}`))
    expect(store.compacted).toBeGreaterThan(19_000)
  })

  test('waits for a cursor that was opened on the past, whatever others have yet to read', () => {
    const { store } = filled(1000, false)
    // The newest change stays unread all along.
    const latest = store.watch({ prefix: 'pods/' })
    const next = (round: number): void => {
      put(store, 'pods/a/', value('x', `n${round}`))
      if (round > 0) store.read(latest, 1)
    }
    for (let round = 0; round < 2300; round++) next(round)
    const from = store.compacted + 1
    const cursor = store.watch({ prefix: 'pods/', from })
    for (let round = 2300; round < 5000; round++) next(round)
    expect(store.compacted).toBe(from - 1)
    expect(store.read(cursor)[0]!.revision).toBe(from)
  })

  test('a closed cursor holds nothing back', () => {
    const { store, cursor } = filled(1000, true)
    store.close(cursor)
    for (let round = 0; round < 1000; round++) put(store, 'nodes/', value('n', `n${round}`))
    expect(store.compacted).toBeGreaterThan(19_000)
  })

  test('counts a run of unchanged heartbeats once', () => {
    const { store } = keep({ revisions: 100 })
    for (const name of ['x', 'y']) put(store, 'nodes/', value(name))
    for (let round = 0; round < 5000; round++) for (const name of ['x', 'y']) touch(store, 'nodes/', name, round * 10)
    expect(store.compacted).toBe(0)
    expect(store.at(5001).get(store.directory('nodes/'), 'y')!.stamp).toBe(24_980)
  })

  test('never splits a commit', () => {
    const { store } = keep({ revisions: 8 })
    const directory = store.directory('pods/a/')
    for (let round = 0; round < 40; round++) {
      const each = ['x', 'y', 'z'].map(
        (name) => ({ type: 'put', directory, name, value: value(name, `n${round}`) }) as const,
      )
      store.commit(each, origin)
      expect(
        new Set(
          store
            .at(store.compacted)
            .rows(directory)
            .map((row) => row.modRevision),
        ).size,
      ).toBeLessThanOrEqual(1)
      for (const row of store.at(store.compacted).rows(directory)) expect(row.modRevision).toBe(store.compacted)
    }
    expect(store.compacted).toBeGreaterThan(30)
  })
})

describe('the life of a key', () => {
  const step = fc.record({
    name: fc.constantFrom('x', 'y'),
    what: fc.constantFrom('put', 'touch', 'remove', 'compact'),
  })

  test('is every change of it that is kept since it was made last, newest first', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), fc.boolean(), (steps, runs) => {
        const { store } = keep({ runs })
        const directory = store.directory('leases/a/')
        for (const [i, { name, what }] of steps.entries()) {
          const isThere = store.get(directory, name) !== undefined
          if (what === 'put') put(store, 'leases/a/', value(name, `n${i}`))
          else if (what === 'compact') {
            if (store.revision > store.compacted) store.compact(store.revision)
          } else if (!isThere) continue
          else if (what === 'touch') touch(store, 'leases/a/', name, i)
          else remove(store, 'leases/a/', name)
        }
        for (const name of ['x', 'y']) {
          const kept = store.changes(store.compacted).filter((change) => change.name === name)
          const born = kept.findLastIndex(({ createRevision, revision }) => createRevision === revision)
          const expected = store.get(directory, name) === undefined ? [] : kept.slice(Math.max(0, born)).reverse()
          expect(store.lifeOf(directory, name)).toEqual(expected)
        }
      }),
    )
  })
})
