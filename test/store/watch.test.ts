import { describe, expect, test } from 'vitest'
import { Compacted, FutureRevision } from '../../src/store/errors.ts'
import type { Store } from '../../src/store/store.ts'
import type { Predicate } from '../../src/store/types.ts'
import { brief, fork, keep, origin, put, remove, touch, value, type Value } from './support.ts'

function taken(store: Store): number[] {
  const found: number[] = []
  store.cursors.takeMarked((cursor) => void found.push(cursor))
  return found
}

describe('a watch by prefix', () => {
  test('shows what changes in every directory under it, from now on', () => {
    const { store } = keep()
    put(store, 'pods/a/', value('before'))
    const cursor = store.watch({ prefix: 'pods/' })
    put(store, 'pods/a/', value('x'))
    put(store, 'nodes/', value('n1'))
    put(store, 'pods/new/', value('y'))
    expect(store.read(cursor).map(brief)).toEqual(['put x@2', 'put y@4'])
    expect(store.read(cursor)).toEqual([])
  })

  test('shows the value before with each change', () => {
    const { store } = keep()
    const cursor = store.watch({ prefix: 'pods/a/' })
    put(store, 'pods/a/', value('x', 'n1'))
    put(store, 'pods/a/', value('x', 'n2'))
    remove(store, 'pods/a/', 'x')
    expect(store.read(cursor)).toMatchObject([
      { type: 'put', previous: undefined, previousRevision: 0 },
      { type: 'put', previous: value('x', 'n1'), previousRevision: 1 },
      { type: 'delete', previous: value('x', 'n2'), previousRevision: 2, value: undefined },
    ])
  })

  test('shows a touch as a put of the same value with another stamp', () => {
    const { store } = keep()
    put(store, 'nodes/', value('x'))
    const cursor = store.watch({ prefix: 'nodes/' })
    touch(store, 'nodes/', 'x', 10)
    touch(store, 'nodes/', 'x', 20)
    expect(store.read(cursor)).toMatchObject([
      { type: 'put', value: value('x'), stamp: 10, previousStamp: NaN, version: 2 },
      { type: 'put', value: value('x'), stamp: 20, previousStamp: 10, version: 3 },
    ])
  })

  test('reads in portions, and a look ahead takes nothing', () => {
    const { store } = keep()
    const cursor = store.watch({ prefix: '' })
    for (const name of ['a', 'b', 'c']) put(store, 'pods/a/', value(name))
    const seen: number[] = []
    const look = (after?: number): number => store.peek(cursor, ({ revision }) => void seen.push(revision), after)
    const last = look()
    expect(seen).toEqual([1, 2, 3])
    put(store, 'pods/a/', value('d'))
    look(look(last))
    expect(seen).toEqual([1, 2, 3, 4])
    expect(store.oldestUnread(cursor)).toBe(1)
    expect(store.read(cursor, 2).map(brief)).toEqual(['put a@1', 'put b@2'])
    expect(store.oldestUnread(cursor)).toBe(3)
    expect(store.read(cursor).map(brief)).toEqual(['put c@3', 'put d@4'])
    expect(store.oldestUnread(cursor)).toBeUndefined()
  })
})

describe('a watch of somebody who looks on', () => {
  test('shows what any other would, and takes no number that another would have had', () => {
    const [alone, watched] = [keep().store, keep().store]
    const looking = [watched.watch({ prefix: '' }, true)]
    const told = [alone, watched].map((store) => {
      const first = store.watch({ prefix: 'pods/' })
      if (store === watched) looking.push(store.watch({ prefix: 'pods/', index: 'n2' }, true))
      const second = store.watch({ prefix: '' })
      store.close(first)
      if (store === watched) store.close(looking[0]!)
      const again = [store.watch({ prefix: 'pods/' }), store.watch({ prefix: '' })]
      put(store, 'pods/a/', value('x', 'n2'))
      return { numbers: [first, second, ...again], marked: taken(store).filter((one) => one < 10) }
    })
    expect(told[1]).toEqual(told[0])
    expect(watched.read(looking[1]!).map(brief)).toEqual(['put x@1'])
    expect(watched.watch({ prefix: '' }, true)).toBe(looking[0])
  })
})

describe('a watch with a predicate', () => {
  /** Here of what moves to another node, unless the writer says that nothing but the spec can differ. */
  const predicates = new Map<string, Predicate>([
    [
      'moves',
      {
        holds: (before, after, only) =>
          only === undefined && (before as Value).spec.node !== (after as Value).spec.node,
      },
    ],
    ['elsewhere', { holds: () => false, of: (value) => (value as Value).spec.node !== 'n1' }],
  ])
  const selector = { prefix: '', predicate: 'moves', except: ['events/'] }
  const live = (store: Store): void => {
    put(store, 'pods/a/', value('x'))
    put(store, 'pods/a/', value('x', 'n1', { status: 1 }))
    store.commitPut(store.directory('pods/a/'), 'x', value('x', 'n2'), origin, 'spec')
    put(store, 'pods/a/', value('x', 'n3'))
    touch(store, 'pods/a/', 'x', 10)
    put(store, 'events/a/', value('e'))
    put(store, 'widgets/a/', value('w'))
    remove(store, 'events/a/', 'e')
    remove(store, 'pods/a/', 'x')
    put(store, 'pods/a/', value('x'))
  }
  const seen = ['put x@1', 'put x@4', 'put w@7', 'delete x@9', 'put x@10']

  test('shows creations, deletions and the updates for which it holds, in every directory but those left out', () => {
    const { store } = keep({ predicates })
    const cursor = store.watch(selector)
    live(store)
    expect(store.read(cursor).map(brief)).toEqual(seen)
  })

  test('hears of what is made and deleted only as its predicate says', () => {
    const { store } = keep({ predicates })
    const cursor = store.watch({ prefix: '', predicate: 'elsewhere' })
    live(store)
    const past = store.watch({ prefix: '', predicate: 'elsewhere', from: 1 })
    for (const reader of [cursor, past]) expect(store.read(reader).map(brief)).toEqual(['delete x@9'])
  })

  test('is refused under a name that nobody gave', () => {
    const { store } = keep({ predicates })
    expect(() => store.watch({ prefix: '', predicate: 'jumps' })).toThrow('there is no predicate named "jumps"')
  })

  test('shows the same from the past, in a fork, and whatever other watches there are', () => {
    const kept = keep({ predicates })
    const { store } = kept
    const cursor = store.watch(selector)
    const all = store.watch({ prefix: '' })
    const other = store.watch({ prefix: 'events/', predicate: 'moves' })
    const copies = [fork(kept), fork(kept, true)]
    for (const one of [kept, ...copies]) {
      live(one.store)
      const again = one.store.watch({ ...selector, from: 1 })
      for (const reader of [cursor, again]) expect(one.store.read(reader).map(brief)).toEqual(seen)
      expect(one.store.read(all)).toHaveLength(10)
      expect(one.store.read(other).map(brief)).toEqual(['put e@6', 'delete e@8'])
      one.store.close(cursor)
      put(one.store, 'pods/a/', value('y'))
      expect(one.store.read(again).map(brief)).toEqual(['put y@11'])
    }
  })
})

describe('a watch by index with a predicate', () => {
  const predicates = new Map<string, Predicate>([
    [
      'alive',
      {
        holds: (before, after, only) => only !== 'status' || (after as Value)['alive'] !== (before as Value)['alive'],
        of: (value, isDeleted) => isDeleted || (value as Value)['alive'] !== undefined,
      },
    ],
  ])
  const selector = { prefix: 'pods/', index: 'n1', predicate: 'alive' }
  const live = (store: Store): void => {
    const directory = store.directory('pods/a/')
    const says = (node: string, alive: boolean, more: object = {}): Value => value('x', node, { alive, ...more })
    put(store, 'pods/a/', value('silent'))
    remove(store, 'pods/a/', 'silent')
    put(store, 'pods/a/', says('n2', true))
    store.commitPut(directory, 'x', says('n1', true), origin, 'placing')
    store.commitPut(directory, 'x', says('n1', true, { status: 1 }), origin, 'status')
    touch(store, 'pods/a/', 'x', 10)
    store.commitPut(directory, 'x', says('n1', false), origin, 'status')
    put(store, 'pods/a/', says('n2', false))
    put(store, 'pods/a/', says('n2', true))
    put(store, 'pods/b/', says('n1', true))
    remove(store, 'pods/b/', 'x')
  }
  const seen = ['delete silent@2', 'put x@4', 'put x@7', 'put x@8', 'put x@10', 'delete x@11']

  test('shows what has its value and concerns the predicate: now, from the past, and in forks', () => {
    const kept = keep({ predicates })
    const cursor = kept.store.watch(selector)
    const others = [kept.store.watch({ prefix: 'pods/', index: 'n1' }), kept.store.watch({ ...selector, index: 'n2' })]
    for (const { store } of [kept, fork(kept), fork(kept, true)]) {
      live(store)
      const past = store.watch({ ...selector, from: 1 })
      for (const reader of [cursor, past]) expect(store.read(reader).map(brief)).toEqual(seen)
      expect(store.read(others[0]!)).toHaveLength(9)
      expect(store.read(others[1]!).map(brief)).toEqual(['put x@3', 'put x@4', 'put x@8', 'put x@9'])
      store.close(cursor)
      put(store, 'pods/b/', value('y', 'n1', { alive: true }))
      expect(store.read(past).map(brief)).toEqual(['put y@12'])
    }
  })
})

describe('a watch by index', () => {
  const open = () => {
    const { store } = keep()
    const at = (index: string): number => store.watch({ prefix: 'pods/', index })
    return { store, one: at('n1'), two: at('n2'), seen: (cursor: number) => store.read(cursor).map(brief) }
  }

  test('shows only what has its value', () => {
    const { store, one, two, seen } = open()
    put(store, 'pods/a/', value('x', 'n1'))
    put(store, 'pods/b/', value('y', 'n2'))
    put(store, 'pods/b/', value('z', 'n3'))
    expect(seen(one)).toEqual(['put x@1'])
    expect(seen(two)).toEqual(['put y@2'])
  })

  test('a value that moves is seen where it leaves and where it arrives', () => {
    const { store, one, two, seen } = open()
    put(store, 'pods/a/', value('x', 'n1'))
    seen(one)
    put(store, 'pods/a/', value('x', 'n2'))
    expect(seen(one)).toEqual(['put x@2'])
    expect(seen(two)).toEqual(['put x@2'])
    put(store, 'pods/a/', value('x', 'n3'))
    expect(seen(one)).toEqual([])
    expect(seen(two)).toEqual(['put x@3'])
  })

  test('a deletion is seen where the value was', () => {
    const { store, one, two, seen } = open()
    put(store, 'pods/a/', value('x', 'n1'))
    remove(store, 'pods/a/', 'x')
    expect(seen(one)).toEqual(['put x@1', 'delete x@2'])
    expect(seen(two)).toEqual([])
  })

  test('a key made again elsewhere is news there only', () => {
    const { store, one, two, seen } = open()
    put(store, 'pods/a/', value('x', 'n1'))
    remove(store, 'pods/a/', 'x')
    seen(one)
    put(store, 'pods/a/', value('x', 'n2'))
    expect(seen(one)).toEqual([])
    expect(seen(two)).toEqual(['put x@3'])
  })

  test('a put that says what alone it changes is seen where the key was and where it is then', () => {
    const { store, one, two, seen } = open()
    const directory = store.directory('pods/a/')
    put(store, 'pods/a/', value('x', 'n1'))
    store.commitPut(directory, 'x', value('x', 'n1', { status: 1 }), origin, 'status')
    store.commitPut(directory, 'x', value('x', 'n2', { status: 1 }), origin, 'placing')
    store.commitPut(directory, 'x', value('x', 'n2', { status: 2 }), origin, 'status')
    touch(store, 'pods/a/', 'x', 10)
    expect(seen(one)).toEqual(['put x@1', 'put x@2', 'put x@3'])
    expect(seen(two)).toEqual(['put x@3', 'put x@4', 'put x@5'])
  })

  test('values that two forks see first are told apart in each', () => {
    const here = keep()
    put(here.store, 'pods/a/', value('x', 'n1'))
    const there = fork(here)
    put(here.store, 'pods/a/', value('y', 'here'))
    put(there.store, 'pods/a/', value('y', 'there'))
    for (const [store, node, other] of [
      [here.store, 'here', 'there'],
      [there.store, 'there', 'here'],
    ] as const) {
      const mine = store.watch({ prefix: 'pods/', index: node })
      const notMine = store.watch({ prefix: 'pods/', index: other })
      remove(store, 'pods/a/', 'y')
      expect(store.read(mine).map(brief)).toEqual(['delete y@3'])
      expect(store.read(notMine)).toEqual([])
    }
  })

  test('from a past revision it finds moves too', () => {
    const { store } = keep()
    put(store, 'pods/a/', value('x', 'n1'))
    put(store, 'pods/a/', value('x', 'n2'))
    put(store, 'pods/a/', value('x', 'n3'))
    const cursor = store.watch({ prefix: 'pods/', index: 'n1', from: 1 })
    expect(store.read(cursor).map(brief)).toEqual(['put x@1', 'put x@2'])
  })

  test('without an index function nothing has an index', () => {
    const memory = keep()
    const { indexOf: _, ...plain } = memory.options
    const { store } = keep({ ...plain, indexOf: () => undefined })
    const cursor = store.watch({ prefix: '', index: 'n1' })
    put(store, 'pods/a/', value('x', 'n1'))
    expect(store.read(cursor)).toEqual([])
  })
})

describe('where a watch may begin', () => {
  const filled = () => {
    const { store } = keep()
    for (const node of ['n1', 'n2', 'n3', 'n4']) put(store, 'pods/a/', value('x', node))
    return store
  }

  test('at any revision that is kept, and at the next', () => {
    const store = filled()
    expect(store.read(store.watch({ prefix: '', from: 1 })).map(brief)).toEqual([
      'put x@1',
      'put x@2',
      'put x@3',
      'put x@4',
    ])
    expect(store.read(store.watch({ prefix: '', from: 4 })).map(brief)).toEqual(['put x@4'])
    expect(store.read(store.watch({ prefix: '', from: 5 }))).toEqual([])
  })

  test('not before the last compaction, nor at it: what a deletion there said is gone', () => {
    const store = filled()
    store.compact(2)
    expect(() => store.watch({ prefix: '', from: 1 })).toThrow(Compacted)
    expect(() => store.watch({ prefix: '', from: 2 })).toThrow(
      'required revision 2 has been compacted; the oldest that can be read is 3',
    )
    expect(store.read(store.watch({ prefix: '', from: 3 })).map(brief)).toEqual(['put x@3', 'put x@4'])
  })

  test('not later than the next revision', () => {
    const store = filled()
    expect(() => store.watch({ prefix: '', from: 6 })).toThrow(FutureRevision)
  })
})

describe('opening and closing', () => {
  test('a closed cursor gets nothing more, and its number may serve another', () => {
    const { store } = keep()
    const first = store.watch({ prefix: 'pods/' })
    const second = store.watch({ prefix: 'pods/' })
    put(store, 'pods/a/', value('x'))
    store.close(first)
    store.close(first)
    expect(store.cursors.isOpen(first)).toBe(false)
    const third = store.watch({ prefix: 'nodes/' })
    put(store, 'pods/a/', value('y'))
    put(store, 'nodes/', value('n'))
    expect(store.read(second).map(brief)).toEqual(['put x@1', 'put y@2'])
    expect(store.read(third).map(brief)).toEqual(['put n@3'])
  })

  test('cursors that got something to read are told once, in the order in which that happened', () => {
    const { store } = keep()
    const pods = store.watch({ prefix: 'pods/' })
    const nodes = store.watch({ prefix: 'nodes/' })
    const all = store.watch({ prefix: '' })
    expect(taken(store)).toEqual([])
    put(store, 'nodes/', value('n'))
    put(store, 'pods/a/', value('x'))
    put(store, 'nodes/', value('n'))
    expect(taken(store)).toEqual([nodes, all, pods])
    expect(taken(store)).toEqual([])
    store.read(all)
    put(store, 'nodes/', value('n'))
    expect(taken(store)).toEqual([all])
  })

  test('watches opened or closed on one side of a fork are not there on the other', () => {
    const here = keep()
    const shared = here.store.watch({ prefix: 'pods/', index: 'n1' })
    put(here.store, 'pods/a/', value('x'))
    const there = fork(here)
    const own = there.store.watch({ prefix: 'pods/', index: 'n1' })
    here.store.close(shared)
    put(here.store, 'pods/a/', value('y'))
    put(there.store, 'pods/a/', value('z'))
    expect(there.store.read(shared).map(brief)).toEqual(['put x@1', 'put z@2'])
    expect(there.store.read(own).map(brief)).toEqual(['put z@2'])
    expect(here.store.cursors.isOpen(own)).toBe(false)
    const reopened = here.store.watch({ prefix: 'pods/' })
    put(here.store, 'pods/a/', value('w'))
    expect(here.store.read(reopened).map(brief)).toEqual(['put w@3'])
  })
})
