import { describe, expect, test } from 'vitest'
import { PreconditionFailed } from '../../src/store/errors.ts'
import { brief, from, keep, origin, put, remove, touch, value } from './support.ts'

describe('revisions and versions', () => {
  test('a new store stands at revision 0 and every commit takes the next one', () => {
    const { store } = keep()
    expect(store.revision).toBe(0)
    expect(put(store, 'pods/a/', value('x'))).toBe(1)
    expect(put(store, 'nodes/', value('n1'))).toBe(2)
    expect(store.revision).toBe(2)
  })

  test('all operations of a commit share one revision', () => {
    const { store } = keep()
    const directory = store.directory('pods/a/')
    const name = (each: string) => ({ type: 'put', directory, name: each, value: value(each) }) as const
    expect(store.commit([name('x'), name('y'), name('z')], origin)).toBe(1)
    expect(store.rows(directory).map((row) => [row.name, row.createRevision, row.modRevision])).toEqual([
      ['x', 1, 1],
      ['y', 1, 1],
      ['z', 1, 1],
    ])
    expect(store.changes(0).map(brief)).toEqual(['put x@1', 'put y@1', 'put z@1'])
  })

  test('puts and touches raise the version and the mod revision and leave the create revision', () => {
    const { store } = keep()
    put(store, 'nodes/', value('x'))
    put(store, 'nodes/', value('x', 'n2'))
    touch(store, 'nodes/', 'x', 5)
    const row = { name: 'x', value: value('x', 'n2'), createRevision: 1, modRevision: 3, version: 3, stamp: 5 }
    expect(store.get(store.directory('nodes/'), 'x')).toEqual(row)
  })

  test('a put takes away the stamp of the last touch', () => {
    const { store } = keep()
    put(store, 'nodes/', value('x'))
    touch(store, 'nodes/', 'x', 5)
    put(store, 'nodes/', value('x'))
    expect(store.get(store.directory('nodes/'), 'x')!.stamp).toBeNaN()
  })

  test('one name in two directories is two keys', () => {
    const { store } = keep()
    put(store, 'pods/a/', value('x', 'n1'))
    put(store, 'pods/b/', value('x', 'n2'))
    remove(store, 'pods/a/', 'x')
    expect(store.get(store.directory('pods/a/'), 'x')).toBeUndefined()
    expect(store.get(store.directory('pods/b/'), 'x')!.value).toEqual(value('x', 'n2'))
  })

  test('the keys of a large directory lie side by side, whatever is made in between; those of small ones share a block', () => {
    const { store } = keep()
    const small = (number: number): string => `pods/namespace-${number}/`
    for (let number = 0; number < 1000; number++) {
      put(store, 'nodes/', value(`node-${number}`))
      put(store, 'leases/', value(`node-${number}`))
      if (number < 60) put(store, small(number), value('x'))
    }
    const slotsIn = (path: string): number[] => {
      const directory = store.directory(path)
      return store.rows(directory).map(({ name }) => store.keys.find(directory, name))
    }
    const blocksOf = (slots: readonly number[]): Set<number> => new Set(slots.map((slot) => slot >> 6))
    // Besides its own it has a few slots among those of small directories, of when it was small itself.
    expect(blocksOf(slotsIn('leases/')).size).toBeLessThanOrEqual(Math.ceil(1000 / 64) + 4)
    expect(blocksOf(Array.from({ length: 60 }, (_, number) => slotsIn(small(number))[0]!)).size).toBeLessThanOrEqual(4)
  })

  test('thousands of keys are found again, also while they come and go', () => {
    const { store } = keep()
    const directory = store.directory('pods/a/')
    for (let number = 0; number < 3000; number++) put(store, 'pods/a/', value(`pod-${number}`))
    for (let number = 0; number < 3000; number += 2) remove(store, 'pods/a/', `pod-${number}`)
    store.compact(store.revision)
    for (let number = 3000; number < 6000; number++) put(store, 'pods/a/', value(`pod-${number}`))
    expect(store.keys.live(directory)).toBe(4500)
    for (let number = 0; number < 6000; number++) {
      const isThere = number >= 3000 || number % 2 === 1
      expect(store.get(directory, `pod-${number}`)?.name).toBe(isThere ? `pod-${number}` : undefined)
    }
  })
})

describe('deletion', () => {
  test('a deleted key cannot be read and its deletion is a change of its own', () => {
    const { store } = keep()
    put(store, 'pods/a/', value('x'))
    expect(remove(store, 'pods/a/', 'x')).toBe(2)
    expect(store.get(store.directory('pods/a/'), 'x')).toBeUndefined()
    expect(store.rows(store.directory('pods/a/'))).toEqual([])
    expect(store.changes(1)).toMatchObject([
      {
        type: 'delete',
        name: 'x',
        value: undefined,
        previous: value('x'),
        previousRevision: 1,
        createRevision: 1,
        version: 1,
      },
    ])
  })

  test('deleting or touching what is not there changes nothing and takes no revision', () => {
    const { store } = keep()
    expect(remove(store, 'pods/a/', 'x')).toBe(0)
    expect(touch(store, 'pods/a/', 'x', 5)).toBe(0)
    expect(store.changes(0)).toEqual([])
  })

  test('a key that is made again begins at version 1 with a new create revision and no previous value', () => {
    const { store } = keep()
    put(store, 'pods/a/', value('x', 'n1'))
    remove(store, 'pods/a/', 'x')
    put(store, 'pods/a/', value('x', 'n2'))
    expect(store.get(store.directory('pods/a/'), 'x')).toMatchObject({ createRevision: 3, modRevision: 3, version: 1 })
    expect(store.changes(2)).toMatchObject([{ type: 'put', previous: undefined, previousRevision: 0, version: 1 }])
  })
})

describe('preconditions', () => {
  const attempt = (expected: object): (() => number) => {
    const { store } = keep()
    put(store, 'pods/a/', value('x'))
    put(store, 'pods/a/', value('x'))
    const directory = store.directory('pods/a/')
    const operation = { type: 'put', directory, name: 'x', value: value('x', 'n2') } as const
    return () => store.commit([operation], origin, [{ directory, name: 'x', ...expected }])
  }

  test.each([
    { modRevision: 2 },
    { createRevision: 1 },
    { version: 2 },
    { modRevision: 2, createRevision: 1, version: 2 },
    {},
  ])('%j holds', (expected) => expect(attempt(expected)()).toBe(3))
  test.each([
    { modRevision: 1 },
    { modRevision: 0 },
    { createRevision: 2 },
    { version: 1 },
    { modRevision: 2, version: 3 },
  ])('%j does not hold', (expected) => expect(attempt(expected)).toThrow(PreconditionFailed))

  test('of a key that is not there, or no longer, all numbers are 0', () => {
    const { store } = keep()
    const directory = store.directory('pods/a/')
    const create = (): number =>
      store.commit([{ type: 'put', directory, name: 'x', value: value('x') }], origin, [
        { directory, name: 'x', modRevision: 0 },
      ])
    expect(create()).toBe(1)
    expect(create).toThrow('precondition 0 does not hold')
    remove(store, 'pods/a/', 'x')
    expect(create()).toBe(3)
  })

  test('the one that failed is named', () => {
    const { store } = keep()
    const directory = store.directory('pods/a/')
    const expected = [
      { directory, name: 'x', version: 0 },
      { directory, name: 'y', version: 1 },
    ]
    expect(() => store.commit([], origin, expected)).toThrow(
      expect.objectContaining({ name: 'PreconditionFailed', index: 1 }),
    )
  })
})

test('who changed something, what made them and when is kept with the change', () => {
  const { store } = keep()
  put(store, 'pods/a/', value('x'), undefined, from('kubelet', 17.25, 4))
  remove(store, 'pods/a/', 'x', from('scheduler', 18, -3))
  expect(store.changes(0)).toMatchObject([
    { actor: 'kubelet', at: 17.25, cause: 4 },
    { actor: 'scheduler', at: 18, cause: -3 },
  ])
})
