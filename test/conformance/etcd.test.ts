import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { hasProgram } from '../support/system.ts'
import { base64, decode, Etcd, EtcdError, type Event, type KeyValue, rangeEnd } from './etcd.ts'
import { type Compare, Ours, type Write } from './ours.ts'

const keys = ['pods/a/x', 'pods/a/y', 'pods/b/x', 'nodes/n1', 'nodes/n10', 'nodes/n2'] as const
const prefixes = ['', 'pods/', 'pods/a/', 'nodes/', 'none/'] as const

type Step =
  | { readonly do: 'write'; readonly writes: readonly Write[]; readonly compares: readonly Compare[] }
  | { readonly do: 'get'; readonly key: string; readonly revision: number | undefined }
  | { readonly do: 'range'; readonly prefix: string; readonly limit: number; readonly revision: number | undefined }
  | { readonly do: 'compact'; readonly revision: number }
  | { readonly do: 'grant' }
  | { readonly do: 'revoke'; readonly lease: number }

const key = fc.constantFrom(...keys)
// Revisions as random steps name them: so many before the current one, -1 the next.
const back = fc.integer({ min: -1, max: 12 })
const sometime = fc.option(back, { nil: undefined })
// What -1 stands for is what the key really has.
const number = fc.oneof(fc.constant(-1), fc.integer({ min: 0, max: 3 }))
const value = fc.constantFrom('one', 'two', 'drei ☃')
const put = fc.record({ key, value })
// Lease 1 was granted, 2 may have been.
const leased = fc.record({ key, value, lease: fc.constantFrom(1, 1, 1, 2) })
const remove = fc.record({ key })
const compare = fc.record({
  key,
  target: fc.constantFrom('VERSION' as const, 'CREATE' as const, 'MOD' as const),
  number,
})
const write = fc.oneof(
  { weight: 4, arbitrary: put },
  { weight: 1, arbitrary: leased },
  { weight: 2, arbitrary: remove },
)
const writes = fc.uniqueArray(write, { minLength: 1, maxLength: 3, selector: (each) => each.key })

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 8, arbitrary: write.map((one) => ({ do: 'write' as const, writes: [one], compares: [] })) },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constant('write' as const), writes, compares: fc.array(compare, { maxLength: 2 }) }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('get' as const), key, revision: sometime }) },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('range' as const),
      prefix: fc.constantFrom(...prefixes),
      limit: fc.nat(3),
      revision: sometime,
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('compact' as const), revision: back }) },
  { weight: 1, arbitrary: fc.constant({ do: 'grant' as const }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('revoke' as const), lease: fc.constantFrom(1, 2) }) },
)

/** etcd with a history of its own in it: under a folder of its own, revisions counted from where it began. */
class Theirs {
  private leases = 0

  constructor(
    private readonly etcd: Etcd,
    private readonly folder: string,
    private readonly base: number,
  ) {}

  private ours = (kv: KeyValue): KeyValue => ({
    ...kv,
    key: kv.key.slice(this.folder.length),
    create: Math.max(0, kv.create - this.base),
    mod: kv.mod - this.base,
  })

  private revisionOf({ header }: { header: { revision: string } }): number {
    return Number(header.revision) - this.base
  }

  private key(key: string): { key: string } {
    return { key: base64(this.folder + key) }
  }

  private under(prefix: string): { key: string; range_end: string } {
    return { ...this.key(prefix), range_end: base64(rangeEnd(this.folder + prefix)) }
  }

  private op(each: Write): object {
    if (!('value' in each)) return { request_delete_range: this.key(each.key) }
    const { value, lease } = each
    return {
      request_put: {
        ...this.key(each.key),
        value: base64(value),
        ...(lease === undefined ? {} : { lease: this.lease(lease) }),
      },
    }
  }

  /** Leases of one history are numbered from 1; etcd's are its own. */
  private lease(number: number): number {
    return this.base * 10 + number
  }

  async write(all: readonly Write[], compares: readonly Compare[]): Promise<number | 'failed'> {
    const field = { VERSION: 'version', CREATE: 'create_revision', MOD: 'mod_revision' } as const
    const compare = compares.map(({ key: each, target, number: expected }) => {
      // In the folder's own count 0 says that the key is not there; every other revision is moved to where it began.
      const value = target === 'VERSION' || expected === 0 ? expected : expected + this.base
      return { ...this.key(each), target, result: 'EQUAL', [field[target]]: value }
    })
    const answer = await this.etcd.call('kv/txn', { compare, success: all.map((each) => this.op(each)) })
    return answer['succeeded'] === true ? this.revisionOf(answer) : 'failed'
  }

  async get(each: string, at: number | undefined): Promise<KeyValue | undefined> {
    const { kvs = [] } = await this.etcd.call('kv/range', {
      ...this.key(each),
      ...(at === undefined ? {} : { revision: at + this.base }),
    })
    return (kvs as unknown[]).map(decode).map(this.ours)[0]
  }

  async range(prefix: string, limit: number, at: number | undefined): Promise<object> {
    const answer = await this.etcd.call('kv/range', {
      ...this.under(prefix),
      limit,
      ...(at === undefined ? {} : { revision: at + this.base }),
    })
    const { kvs = [], count = '0', more = false } = answer
    return { kvs: (kvs as unknown[]).map(decode).map(this.ours), count: Number(count), more }
  }

  async compact(at: number): Promise<void> {
    await this.etcd.call('kv/compaction', { revision: at + this.base })
  }

  async grant(): Promise<number> {
    this.leases++
    await this.etcd.call('lease/grant', { TTL: 3600, ID: this.lease(this.leases) })
    return this.leases
  }

  async revoke(lease: number): Promise<number> {
    return this.revisionOf(await this.etcd.call('lease/revoke', { ID: this.lease(lease) }))
  }

  async watch(prefix: string, from: number, to: number): Promise<Event[] | { compacted: number }> {
    const found = await this.etcd.watch(this.folder + prefix, from + this.base, to + this.base)
    if (!Array.isArray(found)) return { compacted: found.compacted - this.base }
    return found.map(({ type, kv, previous }) => ({
      type,
      kv: this.ours(kv),
      previous: previous && this.ours(previous),
    }))
  }
}

/** A step with the revisions and numbers that it means at this moment. */
function resolve(one: Step, { store, place }: { store: Ours['store']; place: Ours['place'] }): Step {
  const at = (before: number): number => Math.max(1, store.revision - before)
  if (one.do === 'compact') return { ...one, revision: at(one.revision) }
  if ((one.do === 'get' || one.do === 'range') && one.revision !== undefined)
    return { ...one, revision: at(one.revision) }
  if (one.do !== 'write') return one
  const compares = one.compares.map(({ key: each, target, number: wanted }) => {
    const { directory, name } = place(each)
    const row = store.get(directory, name)
    const real = { VERSION: row?.version, CREATE: row?.createRevision, MOD: row?.modRevision }[target] ?? 0
    return { key: each, target, number: wanted === -1 ? real : wanted }
  })
  return { ...one, compares }
}

/** What either said, a refusal as the reason for it. */
async function said(act: () => unknown): Promise<unknown> {
  try {
    return await act()
  } catch (error) {
    const words = String(error)
    if (/Compacted|has been compacted/.test(words)) return 'compacted'
    if (/FutureRevision|is a future revision/.test(words)) return 'future'
    if (/PreconditionFailed/.test(words)) return 'failed'
    if (/lease not found/.test(words)) return 'no such lease'
    throw error
  }
}

async function onOurs(ours: Ours, one: Step): Promise<unknown> {
  switch (one.do) {
    case 'write':
      return said(() => ours.write(one.writes, one.compares))
    case 'get':
      return said(() => ours.get(one.key, one.revision))
    case 'range':
      return said(() => {
        const all = ours.range(one.prefix, one.revision)
        const kvs = one.limit === 0 ? all : all.slice(0, one.limit)
        return { kvs, count: all.length, more: kvs.length < all.length }
      })
    case 'compact':
      return said(() => void ours.store.compact(one.revision))
    case 'grant':
      return ours.store.leases.grant(3_600_000, 0).id
    case 'revoke':
      return said(() => ours.revoke(one.lease))
  }
}

function onTheirs(theirs: Theirs, one: Step): Promise<unknown> {
  switch (one.do) {
    case 'write':
      return said(() => theirs.write(one.writes, one.compares))
    case 'get':
      return said(() => theirs.get(one.key, one.revision))
    case 'range':
      return said(() => theirs.range(one.prefix, one.limit, one.revision))
    case 'compact':
      return said(() => theirs.compact(one.revision))
    case 'grant':
      return theirs.grant()
    case 'revoke':
      return said(() => theirs.revoke(one.lease))
  }
}

describe.skipIf(!hasProgram('etcd'))('the store and the real etcd', () => {
  let etcd: Etcd
  let histories = 0

  beforeAll(async () => {
    etcd = await Etcd.start()
  })
  afterAll(() => etcd.stop())

  const both = async (): Promise<{ ours: Ours; theirs: Theirs }> => ({
    ours: new Ours(),
    theirs: new Theirs(etcd, `${++histories}/`, await etcd.revision()),
  })

  test('give the same answers to the same operations, and watches of the past show the same', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { minLength: 10, maxLength: 30, size: 'max' }),
        fc.constantFrom(...prefixes),
        async (list, prefix) => {
          const { ours, theirs } = await both()
          for (const raw of [{ do: 'grant' } as const, ...list]) {
            const one = resolve(raw, ours)
            expect({ one, said: await onOurs(ours, one) }).toEqual({ one, said: await onTheirs(theirs, one) })
          }
          // A last change everywhere, so that etcd's stream shows where it ends.
          const last = prefixes.map((each) => ({ key: `${each}last`, value: 'last' }))
          const end = ours.write(last)
          expect(await theirs.write(last, [])).toBe(end)
          const from = Math.max(1, ours.store.compacted + 1)
          const starts = Array.from({ length: end + 1 - from }, (_, index) => from + index)
          const watched = await Promise.all(starts.map((start) => theirs.watch(prefix, start, end)))
          expect(starts.map((start) => ours.watch(prefix, start))).toEqual(watched)
        },
      ),
      { numRuns: 30, seed: 20_200_101 },
    )
  }, 30_000)

  test('a watch from before the compaction is cancelled by etcd and refused by us', async () => {
    const { ours, theirs } = await both()
    for (const value of ['1', '2', '3', '4']) {
      const writes = [{ key: 'pods/a/x', value }]
      expect(await theirs.write(writes, [])).toBe(ours.write(writes))
    }
    ours.store.compact(3)
    await theirs.compact(3)
    expect(await theirs.watch('pods/', 2, 4)).toEqual({ compacted: 3 })
    expect(() => ours.watch('pods/', 2)).toThrow('required revision 2 has been compacted')
    expect(ours.watch('pods/', 4)).toEqual(await theirs.watch('pods/', 4, 4))
  })

  describe('differ on purpose:', () => {
    test('a watch from the compacted revision itself is refused, where etcd may leave a deletion out', async () => {
      const { ours, theirs } = await both()
      for (const writes of [[{ key: 'a/x', value: '1' }], [{ key: 'a/x' }], [{ key: 'a/y', value: '2' }]]) {
        expect(await theirs.write(writes, [])).toBe(ours.write(writes))
      }
      ours.store.compact(2)
      await theirs.compact(2)
      // etcd's compaction runs on after it has answered.
      await expect.poll(async () => ((await theirs.watch('a/', 2, 3)) as Event[]).length, { timeout: 5000 }).toBe(1)
      expect(() => ours.watch('a/', 2)).toThrow('required revision 2 has been compacted')
    })

    test('one transaction may write a key twice, which etcd refuses', async () => {
      const { ours, theirs } = await both()
      const writes = [
        { key: 'a/x', value: '1' },
        { key: 'a/x', value: '2' },
      ]
      await expect(theirs.write(writes, [])).rejects.toThrow(EtcdError)
      expect(ours.write(writes)).toBe(1)
      expect(ours.get('a/x')).toMatchObject({ value: '2', create: 1, mod: 1, version: 2 })
    })

    test('a watch of a revision to come is refused, where etcd waits for it', async () => {
      const { ours, theirs } = await both()
      const watched = theirs.watch('a/', 3, 3)
      for (const value of ['1', '2', '3']) await theirs.write([{ key: 'a/x', value }], [])
      expect(await watched).toMatchObject([{ kv: { value: '3', mod: 3 } }])
      expect(() => ours.watch('a/', 3)).toThrow('required revision 3 is a future revision')
    })

    test('revisions count from 0, the empty store, where etcd counts from 1', async () => {
      const fresh = new Ours()
      expect(fresh.store.revision).toBe(0)
      expect(fresh.range('', 0)).toEqual([])
      expect(fresh.write([{ key: 'a/x', value: '1' }])).toBe(1)
    })
  })
})
