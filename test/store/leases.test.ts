import { expect, test } from 'vitest'
import { brief, from, keep, origin, put, remove, touch, value } from './support.ts'

test('a lease runs for its time to live and a renewal begins it anew', () => {
  const { store } = keep()
  expect(store.leases.grant(10, 100)).toMatchObject({ id: 1, ttlMs: 10, expiresAt: 110 })
  expect(store.leases.grant(5, 100)).toMatchObject({ id: 2, expiresAt: 105 })
  expect(store.leases.keepAlive(1, 107)).toMatchObject({ id: 1, expiresAt: 117 })
  expect(store.leases.get(1)).toMatchObject({ expiresAt: 117 })
})

test.each([0, -1, NaN])('a time to live of %d is refused', (ttl) => {
  expect(() => keep().store.leases.grant(ttl, 0)).toThrow(RangeError)
})

test('revoking deletes every attached key under one revision', () => {
  const { store } = keep()
  const { id } = store.leases.grant(10, 0)
  put(store, 'pods/b/', value('y'), id)
  put(store, 'pods/a/', value('x'), id)
  put(store, 'pods/a/', value('z'))
  expect(store.revoke(id, from('lessor', 5))).toBe(4)
  expect(store.changes(3).map(brief)).toEqual(['delete x@4', 'delete y@4'])
  expect(store.changes(3)[0]).toMatchObject({ actor: 'lessor', at: 5 })
  expect(store.get(store.directory('pods/a/'), 'z')).toBeDefined()
  expect(() => store.revoke(id, origin)).toThrow('requested lease not found: 1')
})

test('revoking a lease without keys takes no revision', () => {
  const { store } = keep()
  const { id } = store.leases.grant(10, 0)
  expect(store.revoke(id, origin)).toBe(0)
})

test('a later put without a lease, or with another, leaves the first one', () => {
  const { store } = keep()
  const one = store.leases.grant(10, 0).id
  const two = store.leases.grant(10, 0).id
  put(store, 'pods/a/', value('x'), one)
  put(store, 'pods/a/', value('y'), one)
  put(store, 'pods/a/', value('z'), one)
  put(store, 'pods/a/', value('x'))
  put(store, 'pods/a/', value('y'), two)
  touch(store, 'pods/a/', 'z', 5)
  store.revoke(one, origin)
  expect(store.rows(store.directory('pods/a/')).map((row) => row.name)).toEqual(['x', 'y'])
  store.revoke(two, origin)
  expect(store.rows(store.directory('pods/a/')).map((row) => row.name)).toEqual(['x'])
})

test('a key that was deleted and made again without the lease outlives it', () => {
  const { store } = keep()
  const { id } = store.leases.grant(10, 0)
  put(store, 'pods/a/', value('x'), id)
  remove(store, 'pods/a/', 'x')
  put(store, 'pods/a/', value('x'))
  expect(store.revoke(id, origin)).toBe(3)
  expect(store.get(store.directory('pods/a/'), 'x')).toBeDefined()
})

test('a key attached to one lease several times is deleted once', () => {
  const { store } = keep()
  const { id } = store.leases.grant(10, 0)
  for (const lease of [id, 0, id, 0, id]) put(store, 'pods/a/', value('x'), lease)
  store.revoke(id, origin)
  expect(store.changes(5).map(brief)).toEqual(['delete x@6'])
})

test('expiry ends the leases whose time is over, oldest first, each under its own revision', () => {
  const { store } = keep()
  const [late, early, never] = [20, 10, 100].map((ttl) => store.leases.grant(ttl, 0).id)
  put(store, 'pods/a/', value('late'), late)
  put(store, 'pods/a/', value('early'), early)
  put(store, 'pods/a/', value('never'), never)
  expect(store.expire(from('lessor', 9.5))).toBe(3)
  expect(store.expire(from('lessor', 20))).toBe(5)
  expect(store.changes(3).map(brief)).toEqual(['delete early@4', 'delete late@5'])
  expect(store.leases.get(early!)).toBeUndefined()
  expect(store.leases.get(never!)).toBeDefined()
})

test('keys that go with their lease before anybody looked for them are forgotten, and others found all the same', () => {
  const { store } = keep()
  const directory = store.directory('pods/a/')
  const [short, long] = [10, 20].map((ttl) => store.leases.grant(ttl, 0).id)
  for (const name of ['a', 'b']) store.commitNew(directory, value(name), origin, short)
  for (const name of ['c', 'd', 'e']) store.commitNew(directory, value(name), origin, name === 'd' ? short : long)
  store.expire(from('lessor', 10))
  expect(store.changes(5).map(brief)).toEqual(['delete a@6', 'delete b@6', 'delete d@6'])
  // Nothing is forgotten before it is hashed, 4,096 changes at a time.
  for (let count = 0; count < 4096; count++) put(store, 'nodes/', value('x'))
  store.compact(store.revision)
  for (const name of ['y', 'z']) put(store, 'nodes/', value(name))
  store.commitNew(directory, value('f'), origin, long)
  const found = ['a', 'b', 'c', 'd', 'e', 'f'].filter((name) => store.get(directory, name) !== undefined)
  expect(found).toEqual(['c', 'e', 'f'])
  store.expire(from('lessor', 20))
  expect(store.rows(directory)).toEqual([])
  expect(store.rows(store.directory('nodes/')).map(({ name }) => name)).toEqual(['x', 'y', 'z'])
})

test('a put with a lease that does not exist is refused, and nothing of its commit happens', () => {
  const { store } = keep()
  const directory = store.directory('pods/a/')
  const each = ['x', 'y'].map(
    (name, index) => ({ type: 'put', directory, name, value: value(name), lease: index * 7 }) as const,
  )
  expect(() => store.commit(each, origin)).toThrow('requested lease not found: 7')
  expect(store.revision).toBe(0)
  expect(store.rows(directory)).toEqual([])
  expect(store.log.end).toBe(0)
})
