import { describe, expect, test } from 'vitest'
import {
  type Cluster,
  createCluster,
  defineController,
  type GetRequest,
  type ListRequest,
  loadCluster,
} from '../../src/index.ts'
import { bare, names, refused } from './support.ts'

/** Five secrets, one a revision, and the revision of the third. */
function five(): { cluster: Cluster; third: number; last: number } {
  const cluster = bare()
  for (let index = 1; index <= 5; index++) cluster.secrets.create({ metadata: { name: `c${index}` } })
  const { resourceVersion } = cluster.secrets.get('c3').metadata
  return { cluster, third: Number(resourceVersion), last: cluster.revision }
}

type Ask = (at: { readonly third: string; readonly last: string }) => ListRequest

/** What is asked of five, whether the answer is at the last revision or at the third, and how many it has. */
const answered: readonly [Ask, 'third' | 'last', number][] = [
  [() => ({ resourceVersion: '' }), 'last', 5],
  [() => ({ resourceVersion: '', resourceVersionMatch: '' }), 'last', 5],
  [() => ({ resourceVersion: '0' }), 'last', 5],
  [() => ({ resourceVersion: '0', limit: 2 }), 'last', 5],
  [() => ({ resourceVersion: '0', resourceVersionMatch: 'NotOlderThan', limit: 2 }), 'last', 5],
  [() => ({ resourceVersion: '00', limit: 2 }), 'last', 2],
  [() => ({ resourceVersion: '00', resourceVersionMatch: 'Exact' }), 'last', 5],
  [() => ({ resourceVersion: '1' }), 'last', 5],
  [({ third }) => ({ resourceVersion: third }), 'last', 5],
  [({ third }) => ({ resourceVersion: third, limit: 2 }), 'third', 2],
  [({ third }) => ({ resourceVersion: `0${third}`, limit: 2 }), 'third', 2],
  [({ third }) => ({ resourceVersion: third, resourceVersionMatch: 'NotOlderThan' }), 'last', 5],
  [({ third }) => ({ resourceVersion: third, resourceVersionMatch: 'NotOlderThan', limit: 2 }), 'last', 2],
  [({ third }) => ({ resourceVersion: third, resourceVersionMatch: 'Exact' }), 'third', 3],
  [({ third }) => ({ resourceVersion: third, resourceVersionMatch: 'Exact', limit: 2 }), 'third', 2],
  [({ last }) => ({ resourceVersion: last, resourceVersionMatch: 'Exact' }), 'last', 5],
]

const field = 'resourceVersionMatch'
const alone = `${field}: Forbidden: ${field} is forbidden unless resourceVersion is provided`
const continued = `${field}: Forbidden: ${field} is forbidden when continue is provided`
const unknown = `${field}: Unsupported value: "Foo": supported values: "Exact", "NotOlderThan", ""`
const noNumber = (text: string, why: string): string =>
  `invalid resource version: resourceVersion: Invalid value: "${text}": strconv.ParseUint: parsing "${text}": ${why}`
const options = (what: string): string => `ListOptions.meta.k8s.io "" is invalid: ${what}`

/** What is refused, with the words of kube-apiserver. */
const refusals: readonly [ListRequest, code: number, message: string, retryAfterSeconds?: number][] = [
  [{ resourceVersionMatch: 'Exact' }, 422, options(alone)],
  [{ resourceVersionMatch: 'NotOlderThan', limit: 2 }, 422, options(alone)],
  [{ resourceVersionMatch: 'Foo' }, 422, options(`[${alone}, ${unknown}]`)],
  [{ resourceVersion: '0', resourceVersionMatch: 'Foo' }, 422, options(unknown)],
  [{ resourceVersion: 'x', resourceVersionMatch: 'Foo' }, 422, options(unknown)],
  [
    { resourceVersion: '0', resourceVersionMatch: 'Exact' },
    422,
    options(`${field}: Forbidden: ${field} "exact" is forbidden for resourceVersion "0"`),
  ],
  [{ continue: 'PAGE', resourceVersionMatch: 'Exact' }, 422, options(`[${alone}, ${continued}]`)],
  [{ continue: 'PAGE', resourceVersion: '0', resourceVersionMatch: 'NotOlderThan' }, 422, options(continued)],
  [{ continue: 'PAGE', resourceVersion: '5' }, 400, 'specifying resource version is not allowed when using continue'],
  [{ continue: 'PAGE', resourceVersion: 'x' }, 400, 'specifying resource version is not allowed when using continue'],
  [{ resourceVersion: 'x' }, 400, noNumber('x', 'invalid syntax')],
  [{ resourceVersion: '-1', limit: 2 }, 400, noNumber('-1', 'invalid syntax')],
  [{ resourceVersion: '1.5', resourceVersionMatch: 'Exact' }, 400, noNumber('1.5', 'invalid syntax')],
  [{ resourceVersion: '+5' }, 400, noNumber('+5', 'invalid syntax')],
  [{ resourceVersion: '18446744073709551616' }, 400, noNumber('18446744073709551616', 'value out of range')],
  [{ resourceVersion: 5 as never }, 400, 'resourceVersion: expected a string, got 5'],
  [{ resourceVersion: '999999' }, 504, 'Timeout: Too large resource version: 999999, current: LAST', 1],
  [
    { resourceVersion: '999999', resourceVersionMatch: 'NotOlderThan', limit: 2 },
    504,
    'Timeout: Too large resource version: 999999, current: LAST',
    1,
  ],
  [{ resourceVersion: '999999', limit: 2 }, 504, 'Timeout: Too large resource version: 999999, current: LAST'],
  [
    { resourceVersion: '18446744073709551615', resourceVersionMatch: 'Exact' },
    504,
    'Timeout: Too large resource version: 18446744073709551615, current: LAST',
  ],
]

describe('a list at a resourceVersion', () => {
  test.each(answered)('%s is of the %s revision, of %i', (ask, at, count) => {
    const { cluster, third, last } = five()
    const request = ask({ third: String(third), last: String(last) })
    for (const one of [cluster, cluster.fork(), loadCluster(cluster.save())]) {
      const list = one.secrets.list(request)
      expect([list.metadata.resourceVersion, list.items.length]).toEqual([String({ third, last }[at]), count])
    }
  })

  test.each(refusals)('%j is refused with %i: %s', (request, code, message, retryAfterSeconds) => {
    const { cluster, last } = five()
    const token = cluster.secrets.list({ limit: 2 }).metadata.continue
    const { status } = refused(() =>
      cluster.secrets.list('continue' in request ? { ...request, continue: token } : request),
    )
    expect([status.code, status.message]).toEqual([
      code,
      expect.stringContaining(message.replace('LAST', String(last))),
    ])
    expect(status.details?.retryAfterSeconds).toBe(retryAfterSeconds)
    if (code === 504)
      expect(status.details?.causes).toEqual([
        { reason: 'ResourceVersionTooLarge', message: 'Too large resource version' },
      ])
  })

  test('goes on from page to page at the revision that was asked for', () => {
    const { cluster, third } = five()
    const first = cluster.secrets.list({ resourceVersion: String(third), limit: 2 })
    expect(first.metadata.remainingItemCount).toBe(1)
    cluster.secrets.delete('c3')
    const rest = cluster.secrets.list({ resourceVersion: '0', limit: 2, continue: first.metadata.continue })
    expect([names(rest), rest.metadata.resourceVersion]).toEqual([['c3'], String(third)])
  })

  test('that is no longer kept is Expired', () => {
    const cluster = createCluster({ nodes: 0, history: { revisions: 20 } })
    for (let index = 0; index < 40; index++) {
      cluster.secrets.create({ metadata: { name: `c${index}` } })
      cluster.settle()
    }
    for (const request of [{ resourceVersionMatch: 'Exact' }, { limit: 1 }]) {
      const error = refused(() => cluster.secrets.list({ resourceVersion: '5', ...request }))
      expect([error.reason, error.code]).toEqual(['Expired', 410])
      expect(error.message).toContain('The resourceVersion for the provided list is too old.')
    }
    expect(cluster.secrets.list({ resourceVersion: '5' }).items.length).toBeGreaterThan(39)
  })

  test('goes on only with a page of what has been', () => {
    const { cluster } = five()
    const later = cluster.fork()
    later.secrets.create({ metadata: { name: 'c6' } })
    const token = later.secrets.list({ limit: 2 }).metadata.continue
    const error = refused(() => cluster.secrets.list({ continue: token }))
    expect([error.reason, error.code]).toEqual(['Timeout', 504])
    expect(error.message).toContain(`Too large resource version: ${later.revision}, current: ${cluster.revision}`)
  })

  test('of Events comes without a watch cache', () => {
    const { cluster } = five()
    const involvedObject = { namespace: 'default' }
    for (const name of ['a', 'b']) cluster.events.create({ metadata: { name }, involvedObject })
    expect(names(cluster.events.list({ resourceVersion: '0', limit: 1 }))).toEqual(['a'])
    const { status } = refused(() => cluster.events.list({ resourceVersion: '999999' }))
    expect([status.code, status.details?.retryAfterSeconds]).toEqual([504, undefined])
  })

  test('of the past knows nothing that came later', () => {
    const { cluster, third, last } = five()
    const then = cluster.at(third)
    const versions = { resourceVersion: String(third - 1), resourceVersionMatch: 'Exact' }
    expect(names(then.secrets.list(versions))).toEqual(['c1', 'c2'])
    for (const ask of [
      () => then.secrets.list({ resourceVersion: String(last) }),
      () => then.secrets.get('c1', { resourceVersion: String(last) }),
    ])
      expect(refused(ask).message).toContain(`Too large resource version: ${last}, current: ${third}`)
  })
})

describe('a get at a resourceVersion', () => {
  test('answers with what is there now, once that version is reached', () => {
    const { cluster, third, last } = five()
    const { secrets } = cluster
    for (const resourceVersion of ['', '0', '1', String(third), String(last)]) {
      expect(secrets.get('c3', { resourceVersion })).toBe(secrets.get('c3'))
      expect(secrets.find('c9', { resourceVersion })).toBeUndefined()
    }
  })

  test.each([
    [{ resourceVersion: '999999' }, 504, 'Timeout: Too large resource version: 999999, current: '],
    [
      { resourceVersion: 'x' },
      500,
      'resourceVersion: Invalid value: "x": strconv.ParseUint: parsing "x": invalid syntax',
    ],
    [{ resourceVersion: null }, 400, 'resourceVersion: expected a string, got null'],
    [{ resourceVersionMatch: 'Exact' }, 400, '"resourceVersionMatch": unknown option of get'],
  ] as readonly [object, number, string][])('%j is refused with %i: %s', (request, code, message) => {
    const { secrets } = five().cluster
    for (const name of ['c1', 'c9']) {
      const { status } = refused(() => secrets.get(name, request as GetRequest))
      expect(status.code).toBe(code)
      expect(status.message.startsWith(message)).toBe(true)
    }
  })
})

test('a controller reads at versions as everybody does', () => {
  const seen: unknown[] = []
  const reading = defineController({
    name: 'reading',
    watches: [{ kind: 'v1/Secret' }],
    reconcile(key, { api, cache }) {
      const { resourceVersion } = cache.get('v1/Secret', key)!.metadata
      const exact = { resourceVersion: String(Number(resourceVersion) - 1), resourceVersionMatch: 'Exact' }
      seen.push(names(api.list('v1/Secret')), names(api.list('v1/Secret', exact)))
      seen.push(api.get('v1/Secret', key, { resourceVersion }).metadata.name)
      seen.push(refused(() => api.find('v1/Secret', key, { resourceVersion: '999999' })).code)
    },
  })
  const cluster = createCluster({ nodes: 0, controllers: [reading] })
  cluster.secrets.create({ metadata: { name: 'one' } })
  cluster.settle()
  expect(seen).toEqual([['one'], [], 'one', 504])
})
