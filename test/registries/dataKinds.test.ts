import { describe, expect, test } from 'vitest'
import { bare, refused } from '../cluster/support.ts'
import { causes, causesOf } from '../support/causes.ts'

const cluster = bare()
const base64 = (text: string): string => Buffer.from(text).toString('base64')
const mebibyte = 1024 * 1024

describe('a ConfigMap', () => {
  test('keeps text and bytes by key, and counts both in its table', () => {
    const data = { 'nginx.conf': 'worker_processes 1;', EMPTY: '' }
    const made = cluster.configMaps.create({ metadata: { name: 'web' }, data, binaryData: { logo: base64('\0\x01') } })
    expect(made).toMatchObject({ apiVersion: 'v1', kind: 'ConfigMap', data, binaryData: { logo: 'AAE=' } })
    expect(cluster.table('cm', { namespace: 'default' })).toMatch(
      /^NAME +DATA +AGE\nkube-root-ca.crt +1 +0s\nweb +3 +0s\n$/m,
    )
  })

  test.each([
    [
      'a/b',
      "data[a/b]: Invalid value: \"a/b\": a valid config key must consist of alphanumeric characters, '-', '_' or '.'",
    ],
    ['..', 'data[..]: Invalid value: "..": must not be \'..\''],
    ['..x', 'data[..x]: Invalid value: "..x": must not start with \'..\''],
    ['k'.repeat(254), 'must be no more than 253 characters'],
  ])('has no key %s', (key, said) => {
    const error = refused(() => cluster.configMaps.create({ metadata: { name: 'bad' }, data: { [key]: '' } }))
    expect([error.reason, error.message]).toEqual(['Invalid', expect.stringContaining(said)])
  })

  test('has a key in one of its two maps only, even one that every object answers to', () => {
    const twice = { data: { toString: 'a' }, binaryData: { toString: base64('a') } }
    expect(refused(() => cluster.configMaps.create({ metadata: { name: 'bad' }, ...twice })).message).toContain(
      'data[toString]: Invalid value: "toString": duplicate of key present in binaryData',
    )
    const once = cluster.configMaps.create({
      metadata: { name: 'odd' },
      data: { toString: 'a' },
      binaryData: { b: '' },
    })
    expect(once.data).toEqual({ toString: 'a' })
  })

  test('holds a mebibyte of values as UTF-8 and not a byte more', () => {
    const half = { binaryData: { half: base64('x'.repeat(mebibyte / 2)) } }
    const fits = { ...half, data: { rest: 'é'.repeat(mebibyte / 4) } }
    cluster.configMaps.create({ metadata: { name: 'full' }, ...fits })
    const over = { ...half, data: { rest: `${'é'.repeat(mebibyte / 4)}x` } }
    expect(refused(() => cluster.configMaps.create({ metadata: { name: 'over' }, ...over })).message).toContain(
      '[]: Too long: may not be more than 1048576 bytes',
    )
  })

  test('that is immutable keeps its content and its flag; its metadata may change', () => {
    cluster.configMaps.create({ metadata: { name: 'fixed' }, data: { a: '1' }, immutable: true })
    cluster.configMaps.update('fixed', (draft) => void (draft.metadata.labels = { team: 'a' }))
    expect(cluster.configMaps.get('fixed').metadata.labels).toEqual({ team: 'a' })
    const error = refused(() =>
      cluster.configMaps.update('fixed', (draft) => {
        draft.data = { a: '2' }
        draft.binaryData = { b: base64('b') }
        draft.immutable = false
      }),
    )
    expect(causesOf(error.status)).toEqual(
      ['immutable', 'data', 'binaryData'].map((at) => `${at}: Forbidden: field is immutable when \`immutable\` is set`),
    )
  })

  test('becomes immutable by an update', () => {
    cluster.configMaps.create({ metadata: { name: 'soft' }, data: { a: '1' } })
    cluster.configMaps.update('soft', (draft) => {
      draft.data = { a: '2' }
      draft.immutable = true
    })
    expect(() => cluster.configMaps.update('soft', (draft) => void (draft.data = {}))).toThrow('field is immutable')
  })
})

describe('a Secret', () => {
  test('is Opaque unless it says otherwise, and keeps what was written as text as bytes', () => {
    const made = cluster.secrets.create({
      metadata: { name: 'db' },
      data: { user: base64('app'), password: base64('old') },
      stringData: { password: 'grün', url: '' },
    })
    expect(made.type).toBe('Opaque')
    expect(made.data).toEqual({ user: base64('app'), password: base64('grün'), url: '' })
    expect(made.stringData).toBeUndefined()
    const next = cluster.secrets.update('db', (draft) => void (draft.stringData = { user: 'root' }))
    expect(next.data).toEqual({ user: base64('root'), password: base64('grün'), url: '' })
    expect(cluster.table('secrets', { namespace: 'default' })).toMatch(/^NAME +TYPE +DATA +AGE\ndb +Opaque +3 +0s\n$/m)
  })

  test('takes the line breaks that base64 writes, and nothing that is not base64', () => {
    const made = cluster.secrets.create({ metadata: { name: 'wrapped' }, data: { key: 'c2Vj\ncmV0\n' } })
    expect(made.data).toEqual({ key: 'c2VjcmV0' })
    const error = refused(() => cluster.secrets.create({ metadata: { name: 'bad' }, data: { key: 'not base64' } }))
    expect([error.reason, error.message]).toEqual([
      'Invalid',
      expect.stringContaining('data[key]: Invalid value: "not base64": illegal base64 data at input byte 3'),
    ])
  })

  test.each([
    ['kubernetes.io/tls', {}, ['data[tls.crt]: Required value', 'data[tls.key]: Required value']],
    ['kubernetes.io/tls', { 'tls.crt': '', 'tls.key': '' }, []],
    ['kubernetes.io/basic-auth', {}, ['data[username]: Required value', 'data[password]: Required value']],
    ['kubernetes.io/basic-auth', { password: '' }, []],
    ['kubernetes.io/ssh-auth', { 'ssh-privatekey': '' }, ['data[ssh-privatekey]: Required value']],
    ['kubernetes.io/dockercfg', {}, ['data[.dockercfg]: Required value']],
    [
      'kubernetes.io/dockerconfigjson',
      { '.dockerconfigjson': '{"auths"' },
      ['data[.dockerconfigjson]: Invalid value: "<secret contents redacted>": must be a JSON object'],
    ],
    ['kubernetes.io/dockerconfigjson', { '.dockerconfigjson': '{"auths":{}}' }, []],
    [
      'kubernetes.io/service-account-token',
      {},
      ['metadata.annotations[kubernetes.io/service-account.name]: Required value'],
    ],
    ['example.com/anything', {}, []],
  ])('of type %s with %j: %j', (type, stringData, said) => {
    const { secrets } = cluster.fork()
    const make = (): unknown => secrets.create({ metadata: { name: 'typed' }, type, stringData })
    expect(causes(make)).toEqual(said)
  })

  test('never changes its type, nor its content once it is immutable', () => {
    cluster.secrets.create({ metadata: { name: 'typed' }, type: 'a/b', stringData: { key: 'a' }, immutable: true })
    expect(() => cluster.secrets.update('typed', (draft) => void (draft.type = 'Opaque'))).toThrow(
      'type: Invalid value: "Opaque": field is immutable',
    )
    expect(() => cluster.secrets.update('typed', (draft) => void (draft.stringData = { key: 'b' }))).toThrow(
      'data: Forbidden: field is immutable when `immutable` is set',
    )
  })

  test('can be listed by type', () => {
    const { items } = cluster.secrets.list({ fieldSelector: 'type=a/b' })
    expect(items.map(({ metadata }) => metadata.name)).toEqual(['typed'])
  })
})
