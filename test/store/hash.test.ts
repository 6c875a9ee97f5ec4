import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Store } from '../../src/store/store.ts'
import {
  drive,
  everything,
  from,
  keep,
  origin,
  put,
  remove,
  type Step,
  steps,
  touch,
  transactions,
  type Value,
  value,
} from './support.ts'

const clone = <T>(held: T): T => structuredClone(held)

/** The hash of a history that an act made. */
function hashOf(act: (store: Store) => void): string {
  const { store } = keep()
  act(store)
  return store.historyHash()
}

const puts = (...values: object[]): string =>
  hashOf((store) => {
    for (const held of values) put(store, 'pods/a/', held as Value)
  })

describe('the hash of the history', () => {
  test('is the same for the same history, and reading it changes nothing', () => {
    fc.assert(
      fc.property(steps, (list) => {
        const [one, other] = [keep().store, keep().store]
        drive(one, list)
        for (const { operations, origin } of transactions(list, other)) {
          other.commit(operations, origin)
          expect(other.historyHash()).toMatch(/^[0-9a-f]{64}$/)
          if (other.revision % 3 === 0) other.prints()
        }
        expect(other.historyHash()).toBe(one.historyHash())
      }),
    )
  })

  test('is the same wherever it was read before, over thousands of changes', () => {
    const story = (read: (round: number) => boolean): string =>
      hashOf((store) => {
        put(store, 'leases/a/', value('held'))
        for (let round = 0; round < 9000; round++) {
          if (round % 5 > 2) touch(store, 'leases/a/', 'held', round)
          else put(store, 'pods/a/', value(`p${round % 700}`, `n${round % 40}`))
          if (read(round)) store.historyHash()
        }
      })
    const unread = story(() => false)
    expect(story((round) => round % 977 === 0)).toBe(unread)
    expect(story((round) => round > 4090 && round < 4100)).toBe(unread)
  })

  test('is the same whichever objects are shared and whichever are copies', () => {
    const shared = { containers: [{ name: 'c', image: 'nginx', args: ['-v', '1'] }], node: 'n1' }
    const status = { phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] }
    const history = (copy: <T>(held: T) => T) => (store: Store) => {
      for (let round = 0; round < 5000; round++) {
        const held = { metadata: { name: `x${round % 10}` }, spec: copy(shared), status: copy({ ...status, round }) }
        put(store, 'pods/a/', held as Value)
      }
    }
    expect(hashOf(history(clone))).toBe(hashOf(history((held) => held)))
  })

  test('is the same whichever parts of different objects are shared, and another where a part is', () => {
    const tags = [{ name: 'a', of: ['metadata', 'b'] }, { name: 'b' }]
    const history = (copy: <T>(held: T) => T, last: object) => (store: Store) => {
      for (let round = 0; round < 50; round++) {
        const own = { node: 'n1', round, tags: copy(round === 49 ? last : tags) }
        put(store, 'pods/a/', { metadata: { name: `x${round}` }, spec: copy(own) } as Value)
      }
    }
    const hash = hashOf(history((held) => held, tags))
    expect(hashOf(history(clone, tags))).toBe(hash)
    expect(hashOf(history(clone, [tags[0]!]))).not.toBe(hash)
    expect(hashOf(history(clone, { 0: tags[0], 1: tags[1] }))).not.toBe(hash)
  })

  test('does not tell a field that is undefined from one that is missing', () => {
    const full = { metadata: { name: 'x' }, spec: { node: 'n1', a: 1, b: 2 }, status: { c: 3 } }
    const less = { metadata: { name: 'x' }, spec: { node: 'n1', b: 4 }, status: {} }
    const undef = { metadata: { name: 'x' }, spec: { node: 'n1', a: undefined, b: 4 }, status: { c: undefined } }
    expect(puts(full, undef)).toBe(puts(full, less))
    expect(puts(undef, full)).toBe(puts(less, full))
  })

  test('passes over the field that repeats the revision', () => {
    const at = (resourceVersion: string) => ({
      metadata: { name: 'x', resourceVersion },
      spec: { node: 'n1' },
      status: resourceVersion,
    })
    const without = ({ metadata: { name }, ...rest }: ReturnType<typeof at>) => ({ metadata: { name }, ...rest })
    expect(puts(at('1'), at('2'))).toBe(puts(without(at('1')), at('2')))
  })

  test('is the same whether or not the writer says what kind of update it is', () => {
    const { store } = keep()
    const directory = store.directory('pods/a/')
    const before = value('a', '', { spec: { node: '', size: 1, zone: 'z' }, status: { phase: 'Pending', held: true } })
    const after = value('a', '', {
      spec: { node: 'n1', size: 1, zone: 'z' },
      status: { phase: 'Running', ip: '10.0.0.1' },
    })
    put(store, 'pods/a/', before as Value)
    const { status: _, ...bare } = before
    const { spec: __, ...nowhere } = bare
    const story = [after, before, bare, after, nowhere, after]
    for (const next of story) store.commitPut(directory, 'a', next, origin, 'placing')
    expect(store.historyHash()).toBe(puts(before, ...story))
  })

  test('a touch is what putting the value with its new time would be', () => {
    const epoch = 1_577_836_800_000
    const timed = (renewTime: string): Value => value('x', 'n1', { spec: { node: 'n1', renewTime } })
    const begin = timed('2019-12-31T00:00:00.000000Z')
    const touched = hashOf((store) => {
      put(store, 'nodes/', begin)
      for (const ms of [0, 10_000, 20_000, 20_000.25, 29_999.9999]) touch(store, 'nodes/', 'x', epoch + ms)
      put(store, 'nodes/', timed('2020-01-01T00:00:31.000000Z'))
    })
    const written = hashOf((store) => {
      put(store, 'nodes/', begin)
      for (const time of ['00.000000', '10.000000', '20.000000', '20.000250', '30.000000', '31.000000'])
        put(store, 'nodes/', timed(`2020-01-01T00:00:${time}Z`))
    })
    expect(touched).toBe(written)
  })
})

describe('another history has another hash', () => {
  const base = {
    metadata: { name: 'x', labels: { app: 'web' } },
    spec: { node: 'n1', list: [1, { a: 'b' }] },
    status: { on: true, none: null, conditions: [{ type: 'Ready', status: 'True' }] },
  }
  const changed: [string, (held: typeof base) => object][] = [
    ['a string', (held) => ({ ...held, metadata: { ...held.metadata, labels: { app: 'wed' } } })],
    ['a key of a map', (held) => ({ ...held, metadata: { ...held.metadata, labels: { apq: 'web' } } })],
    ['a key more', (held) => ({ ...held, metadata: { ...held.metadata, labels: { app: 'web', b: '' } } })],
    ['a number', (held) => ({ ...held, spec: { ...held.spec, list: [1.5, { a: 'b' }] } })],
    ['the sign of a number', (held) => ({ ...held, spec: { ...held.spec, list: [-1, { a: 'b' }] } })],
    ['a number as a string', (held) => ({ ...held, spec: { ...held.spec, list: ['1', { a: 'b' }] } })],
    ['the length of a list', (held) => ({ ...held, spec: { ...held.spec, list: [1] } })],
    ['the order of a list', (held) => ({ ...held, spec: { ...held.spec, list: [{ a: 'b' }, 1] } })],
    ['something deep in a list', (held) => ({ ...held, spec: { ...held.spec, list: [1, { a: 'c' }] } })],
    ['a truth', (held) => ({ ...held, status: { ...held.status, on: false } })],
    ['null as missing', (held) => ({ ...held, status: { on: held.status.on, conditions: held.status.conditions } })],
    [
      'what is written as a block',
      (held) => ({ ...held, status: { ...held.status, conditions: [{ type: 'Ready', status: 'False' }] } }),
    ],
    ['a field less in a block', (held) => ({ ...held, status: { ...held.status, conditions: [{ type: 'Ready' }] } })],
    [
      'a block more in a list',
      (held) => ({ ...held, status: { ...held.status, conditions: [...held.status.conditions, {}] } }),
    ],
    [
      'a block as a map',
      (held) => ({ ...held, status: { ...held.status, conditions: { 0: held.status.conditions[0] } } }),
    ],
    ['an empty block', (held) => ({ ...held, status: { ...held.status, conditions: [] } })],
    ['null as false', (held) => ({ ...held, status: { ...held.status, none: false } })],
    ['an empty map', (held) => ({ ...held, status: {} })],
    ['a whole part', ({ metadata, spec }) => ({ metadata, spec })],
    ['a list as a map', (held) => ({ ...held, spec: { ...held.spec, list: { 0: 1, 1: { a: 'b' } } } })],
  ]

  test.each(changed)('%s, when it is made and when it is changed', (_, change) => {
    const other = change(base)
    expect(puts(other)).not.toBe(puts(base))
    expect(puts(base, other)).not.toBe(puts(base, base))
    expect(puts(other, base)).not.toBe(puts(other, other))
  })

  test('all of these differ from each other', () => {
    const hashes = changed.flatMap(([, change]) => [
      puts(change(base)),
      puts(base, change(base)),
      puts(change(base), base),
    ])
    expect(new Set(hashes).size).toBe(hashes.length)
  })

  test.each(['constructor', 'toString', '__proto__', 'hasOwnProperty', '0'])(
    'a label named %s that comes or goes',
    (key) => {
      const labelled = { ...base, metadata: { name: 'x', labels: JSON.parse(`{"app":"web","${key}":"v"}`) as object } }
      expect(puts(base, labelled)).not.toBe(puts(base, base))
      expect(puts(labelled, base)).not.toBe(puts(labelled, labelled))
    },
  )

  test.each([
    ['2020-01-01T24:00:00.000000Z', '2020-01-02T00:00:00.000000Z'],
    ['2023-02-29T00:00:00.000000Z', '2023-03-01T00:00:00.000000Z'],
    ['2020-01-01T00:00:00.0x0001Z', '2020-01-01T00:00:00.000001Z'],
    ['2020-01-01T00:00:00.   001Z', '2020-01-01T00:00:00.000001Z'],
    ['2020-01-01T00:00:00.000001Z', '2020-01-01T00:00:00.000002Z'],
    ['9999-01-01T00:00:00.000001Z', '9999-01-01T00:00:00.000002Z'],
  ])('the text %s where another has %s', (one, other) => {
    expect(puts({ ...base, text: one })).not.toBe(puts({ ...base, text: other }))
    expect(puts(base, { ...base, text: one })).not.toBe(puts(base, { ...base, text: other }))
  })

  test('another actor, directory, name, kind of change, order, or grouping', () => {
    const histories: ((store: Store) => void)[] = [
      () => {},
      (store) => put(store, 'pods/a/', value('x')),
      (store) => put(store, 'pods/a/', value('x'), undefined, from('other')),
      (store) => put(store, 'pods/b/', value('x')),
      (store) => put(store, 'pods/a/', value('y')),
      (store) => [put(store, 'pods/a/', value('x')), remove(store, 'pods/a/', 'x')],
      (store) => [put(store, 'pods/a/', value('x')), remove(store, 'pods/a/', 'x', from('other'))],
      (store) => [put(store, 'pods/a/', value('x')), put(store, 'pods/a/', value('x'))],
      (store) => [put(store, 'pods/a/', value('x')), touch(store, 'pods/a/', 'x', 1)],
      (store) => [put(store, 'pods/a/', value('x')), touch(store, 'pods/a/', 'x', 2)],
      (store) => [put(store, 'pods/a/', value('x')), touch(store, 'pods/a/', 'x', 1, from('other'))],
      (store) => [put(store, 'pods/a/', value('x')), put(store, 'pods/a/', value('y'))],
      (store) => [put(store, 'pods/a/', value('y')), put(store, 'pods/a/', value('x'))],
      (store) => {
        const directory = store.directory('pods/a/')
        const each = ['x', 'y'].map((name) => ({ type: 'put', directory, name, value: value(name) }) as const)
        store.commit(each, from('test'))
      },
      (store) => [put(store, 'pods/a/', value('x')), put(store, 'pods/a/', value('y')), remove(store, 'pods/a/', 'x')],
      (store) => [put(store, 'pods/a/', value('x')), put(store, 'pods/a/', value('y')), remove(store, 'pods/a/', 'y')],
    ]
    expect(new Set(histories.map(hashOf)).size).toBe(histories.length)
  })

  test('any one step of a random history that is told otherwise', () => {
    const another: ((step: Step) => Step)[] = [
      (step) => ({ ...step, actor: `${step.actor}!` }),
      (step) => ({ ...step, name: step.name === 'x' ? 'y' : 'x' }),
      (step) => ({ ...step, path: step.path === 'nodes/' ? 'pods/a/' : 'nodes/' }),
      (step) => ({ ...step, content: step.content + 1 }),
    ]
    const told = (store: Store): unknown[] =>
      store
        .changes(0)
        .map(({ directory, name, type, revision, value: held, stamp, actor }) => [
          directory,
          name,
          type,
          revision,
          held,
          stamp,
          actor,
        ])
    fc.assert(
      fc.property(steps, fc.nat(60), fc.constantFrom(...another), (list, at, change) => {
        fc.pre(at < list.length)
        const [one, other] = [keep().store, keep().store]
        for (const store of [one, other]) for (const path of ['nodes/', 'pods/a/', 'pods/b/']) store.directory(path)
        drive(one, list)
        drive(other, list.with(at, change(list[at]!)))
        // The change may concern a step that did nothing, or that stands behind another's actor: then nothing differs.
        const isEqual = JSON.stringify(told(one)) === JSON.stringify(told(other))
        expect(one.historyHash() === other.historyHash()).toBe(isEqual)
      }),
      { numRuns: 150 },
    )
  })
})

test('prints tell two histories apart at the first change that differs', () => {
  const [one, other] = [keep().store, keep().store]
  for (const store of [one, other])
    for (let round = 0; round < 9; round++)
      put(store, 'pods/a/', value('x', store === other && round === 4 ? 'n0' : `n${round}`))
  const [a, b] = [one.prints(), other.prints()]
  expect(a.findIndex((print, index) => print !== b[index])).toBe(4)
  expect(a.slice(0, 4)).toEqual(b.slice(0, 4))
  expect(a.slice(6)).toEqual(b.slice(6))
  expect(everything(one)).not.toEqual(everything(other))
})
