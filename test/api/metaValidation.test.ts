import { describe, expect, it } from 'vitest'
import { fieldErrorMessage } from '../../src/api/fieldErrors.ts'
import type { ObjectMeta } from '../../src/api/meta.ts'
import { validateObjectMeta, validateObjectMetaUpdate } from '../../src/api/metaValidation.ts'
import { headerOf, listOrNone, orNone, printTable } from '../../src/api/table.ts'

const rules = { namespaced: true, nameRule: 'subdomain' } as const
const owner = { apiVersion: 'v1', kind: 'ReplicationController', name: 'web', uid: 'u', controller: true }
const good: ObjectMeta = {
  name: 'web',
  namespace: 'default',
  uid: 'u1',
  resourceVersion: '1',
  creationTimestamp: '2020-01-01T00:00:00Z',
  generation: 2,
}

describe('metadata', () => {
  it.each([
    [{ name: 'web', namespace: 'default' }, undefined],
    [{ namespace: 'default' }, 'metadata.name: Required value: name or generateName is required'],
    [{ name: 'web' }, 'metadata.namespace: Required value'],
    [{ name: 'Web', namespace: 'default' }, /^metadata.name: Invalid value: "Web": a lowercase RFC 1123 subdomain/],
    [{ name: 'web', generateName: 'web-', namespace: 'default' }, undefined],
    [{ name: 'web', generateName: 'Web-', namespace: 'default' }, /^metadata.generateName: Invalid value: "Web-": /],
    [{ name: 'web', namespace: 'No' }, /^metadata.namespace: Invalid value: "No": a lowercase RFC 1123 label/],
    [
      { name: 'web', namespace: 'default', labels: { 'a b': 'c' } },
      /^metadata.labels: Invalid value: "a b": name part must consist/,
    ],
    [
      { name: 'web', namespace: 'default', labels: { a: 'b c' } },
      /^metadata.labels: Invalid value: "b c": a valid label must be/,
    ],
    [{ name: 'web', namespace: 'default', annotations: { 'UPPER/x': 'anything at all' } }, undefined],
    [
      { name: 'web', namespace: 'default', annotations: { a: 'é'.repeat(131_072) } },
      'metadata.annotations: Too long: may not be more than 262144 bytes',
    ],
    [{ name: 'web', namespace: 'default', annotations: { a: 'é'.repeat(131_071) } }, undefined],
    [
      { name: 'web', namespace: 'default', generation: -1 },
      'metadata.generation: Invalid value: -1: must be greater than or equal to 0',
    ],
    [
      { name: 'web', namespace: 'default', ownerReferences: [{ ...owner, uid: '' }] },
      'metadata.ownerReferences.uid: Invalid value: "": must not be empty',
    ],
    ...['a/b/c', 'apps/', '/'].map((apiVersion): [object, string] => [
      { name: 'web', namespace: 'default', ownerReferences: [{ ...owner, apiVersion }] },
      `metadata.ownerReferences.apiVersion: Invalid value: "${apiVersion}": version must not be empty`,
    ]),
    [{ name: 'web', namespace: 'default', ownerReferences: [{ ...owner, apiVersion: 'apps/v1' }] }, undefined],
    [
      { name: 'web', namespace: 'default', ownerReferences: [owner, { ...owner, name: 'b' }] },
      /Only one reference can have Controller set to true. Found "true" in references for ReplicationController\/web and ReplicationController\/b$/,
    ],
    [
      { name: 'web', namespace: 'default', finalizers: ['a.b/a b'] },
      /^metadata.finalizers: Invalid value: "a.b\/a b": name part/,
    ],
    [{ name: 'web', namespace: 'default', finalizers: ['kubernetes', 'a.b/c', 'foregroundDeletion'] }, undefined],
    [
      { name: 'web', namespace: 'default', finalizers: ['orphan', 'mine'] },
      'metadata.finalizers[1]: Invalid value: "mine": name is neither a standard finalizer name nor is it fully qualified',
    ],
    [
      { name: 'web', namespace: 'default', finalizers: ['orphan', 'foregroundDeletion'] },
      'metadata.finalizers: Invalid value: ["orphan","foregroundDeletion"]: finalizer orphan and foregroundDeletion cannot be both set',
    ],
  ])('%#: %j', (meta, message) => {
    const said = validateObjectMeta(meta as Partial<ObjectMeta>, rules).map(fieldErrorMessage)
    if (message === undefined) expect(said).toEqual([])
    else if (typeof message === 'string') expect(said).toEqual([message])
    else expect(said.join('\n')).toMatch(message)
  })

  it('of a kind without namespaces has none', () => {
    const said = validateObjectMeta({ name: 'n', namespace: 'x' }, { namespaced: false, nameRule: 'subdomain' })
    expect(said.map(fieldErrorMessage)).toEqual(['metadata.namespace: Forbidden: not allowed on this type'])
  })

  it('keeps name, namespace, uid and creation time on update', () => {
    expect(validateObjectMetaUpdate({ ...good, labels: { a: 'b' } }, good)).toEqual([])
    const moved = {
      ...good,
      name: 'b',
      namespace: 'c',
      uid: 'u2',
      creationTimestamp: '2021-01-01T00:00:00Z',
      generation: 1,
    }
    expect(validateObjectMetaUpdate(moved, good).map(fieldErrorMessage)).toEqual([
      'metadata.generation: Invalid value: 1: must not be decremented',
      'metadata.name: Invalid value: "b": field is immutable',
      'metadata.namespace: Invalid value: "c": field is immutable',
      'metadata.uid: Invalid value: "u2": field is immutable',
      'metadata.creationTimestamp: Invalid value: "2021-01-01T00:00:00Z": field is immutable',
    ])
  })

  it('of an object being deleted takes no new finalizers', () => {
    const dying = { ...good, deletionTimestamp: '2020-01-01T00:00:09Z', finalizers: ['a/b'] }
    expect(validateObjectMetaUpdate({ ...dying, finalizers: [] }, dying)).toEqual([])
    expect(validateObjectMetaUpdate({ ...dying, finalizers: ['a/b', 'c/d'] }, dying).map(fieldErrorMessage)).toEqual([
      'metadata.finalizers: Forbidden: no new finalizers can be added if the object is being deleted, found new finalizers []string{"c/d"}',
    ])
  })
})

describe('tables', () => {
  it('have columns three spaces apart, the last one not padded', () => {
    expect(
      printTable(['NAME', 'AGE'].map(headerOf), [
        ['web', '5s'],
        ['a-long-name', '2m3s'],
      ]),
    ).toBe('NAME          AGE\nweb           5s\na-long-name   2m3s\n')
  })

  it('cut a cell at a line break and show what is missing', () => {
    expect(printTable(['MESSAGE'], [['first\nsecond']])).toBe('MESSAGE\nfirst...\n')
    expect([orNone(''), orNone(undefined), orNone('x'), listOrNone([]), listOrNone(['a', 'b'])]).toEqual([
      '<none>',
      '<none>',
      'x',
      '<none>',
      'a,b',
    ])
  })
})
