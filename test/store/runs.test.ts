import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Store } from '../../src/store/store.ts'
import {
  beats,
  drive,
  everything,
  from,
  keep,
  paths,
  prelude,
  put,
  steps,
  touch,
  transactions,
  value,
} from './support.ts'

const epoch = 1_577_836_800_000

function beat(store: Store, rounds: number, keys: readonly string[], at = epoch, actor = 'kubelet'): void {
  for (let round = 0; round < rounds; round++)
    for (const [index, name] of keys.entries()) touch(store, 'nodes/', name, at + round * 10_000 + index, from(actor))
}

describe('a run of heartbeats', () => {
  test('takes one row of the log however long it is', () => {
    const { store } = keep()
    for (const name of ['a', 'b', 'c']) put(store, 'nodes/', value(name))
    beat(store, 1000, ['a', 'b', 'c'])
    expect(store.log.end).toBe(4)
    expect(store.revision).toBe(3003)
    expect(store.changes(0)).toHaveLength(3003)
  })

  test.each<[string, (store: Store) => void]>([
    ['another actor', (store) => touch(store, 'nodes/', 'a', epoch + 30_000, from('other'))],
    ['another cause', (store) => touch(store, 'nodes/', 'a', epoch + 30_000, from('kubelet', 0, 7))],
    ['another distance', (store) => touch(store, 'nodes/', 'a', epoch + 30_001, from('kubelet'))],
    ['another key', (store) => touch(store, 'nodes/', 'b', epoch + 30_000, from('kubelet'))],
    ['a put', (store) => put(store, 'nodes/', value('a', 'n2'))],
  ])('ends at %s, and says so', (_, act) => {
    const [folded, plain] = [keep().store, keep({ runs: false }).store]
    for (const store of [folded, plain]) {
      for (const name of ['a', 'b']) put(store, 'nodes/', value(name))
      beat(store, 3, ['a', 'b'])
      act(store)
      beat(store, 3, ['a', 'b'], epoch + 40_000)
    }
    expect(folded.log.end).toBeLessThan(plain.log.end)
    expect(everything(folded)).toEqual(everything(plain))
  })

  test('goes on with the round that is written out when something else comes in between, as often as it does', () => {
    const { store } = keep()
    const keys = Array.from({ length: 20 }, (_, index) => `node-${index}`)
    for (const name of keys) put(store, 'nodes/', value(name))
    for (let part = 0; part < 30; part++) {
      beat(store, 1 + (part % 3), keys, epoch + part * 30_000)
      put(store, 'pods/a/', value(`x${part}`))
    }
    const written = new Set<unknown>()
    for (let row = 0; row < store.log.end; row++) written.add(store.log.run(row)?.saved()[1])
    expect(written.size - 1).toBe(1)
  })

  test('the second round may be by somebody else from its first touch on', () => {
    const [folded, plain] = [keep().store, keep({ runs: false }).store]
    for (const store of [folded, plain]) {
      put(store, 'nodes/', value('a'))
      beat(store, 1, ['a'], epoch, 'kubelet')
      beat(store, 3, ['a'], epoch + 10_000, 'other')
    }
    expect(everything(folded)).toEqual(everything(plain))
  })

  test('moments that arithmetic would not bring back exactly are kept as they are', () => {
    const [folded, plain] = [keep().store, keep({ runs: false }).store]
    for (const store of [folded, plain]) {
      put(store, 'nodes/', value('a'))
      for (const stamp of [0.1, 0.7, 1.3, 1.9000000000000001, 2.5, 7.3, 1e17, 3]) touch(store, 'nodes/', 'a', stamp)
    }
    expect(everything(folded)).toEqual(everything(plain))
  })
})

test('with runs on and off all that can be read is equal', () => {
  fc.assert(
    fc.property(fc.oneof(steps, beats), (list) => {
      const [folded, plain] = [keep().store, keep({ runs: false }).store]
      for (const store of [folded, plain]) drive(store, [...prelude, ...list])
      expect(everything(folded)).toEqual(everything(plain))
    }),
    { numRuns: 150 },
  )
})

test('with runs on and off watches read the same, and after a compaction too', () => {
  fc.assert(
    fc.property(fc.oneof(steps, beats), fc.nat(40), fc.nat(5), (list, at, portion) => {
      const sides = [keep().store, keep({ runs: false }).store].map((store) => {
        const seen: unknown[] = []
        const cursors = [store.watch({ prefix: '' }), store.watch({ prefix: 'nodes/', index: 'n1' })]
        for (const [number, { operations, origin: by }] of transactions([...prelude, ...list], store).entries()) {
          store.commit(operations, by)
          for (const cursor of cursors) seen.push(store.read(cursor, portion))
          if (number === at && store.revision > 1) seen.push(store.compact(store.revision - 1))
        }
        for (const cursor of cursors) seen.push(store.read(cursor))
        return { seen, ...everything(store) }
      })
      expect(sides[0]).toEqual(sides[1])
    }),
    { numRuns: 150 },
  )
})

test('a long history of rounds, broken off here and there, hashes as written one by one', () => {
  const [folded, plain] = [keep().store, keep({ runs: false }).store]
  const keys = Array.from({ length: 37 }, (_, index) => `node-${index}`)
  for (const store of [folded, plain]) {
    for (const name of keys) put(store, paths[0], value(name))
    for (let part = 0; part < 12; part++) {
      beat(store, 20, keys, epoch + part * 200_000)
      if (part % 3 === 0) put(store, 'pods/a/', value(`x${part}`))
      if (part % 4 === 1) put(store, 'nodes/', value('node-9', `n${part}`))
    }
  }
  expect(folded.log.end).toBeLessThan(100)
  expect(folded.historyHash()).toBe(plain.historyHash())
  expect(folded.prints()).toEqual(plain.prints())
})
