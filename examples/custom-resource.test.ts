/** How to test a kind of your own before any API server has seen it: what its definition takes, refuses and fills in. */
import { type Cluster, createCluster, isStatusError, type KubeObject } from 'wavetank'
import { expect, test } from 'vitest'

const definition = `
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: { name: backups.example.com }
spec:
  group: example.com
  scope: Namespaced
  names: { kind: Backup, plural: backups, shortNames: [bk] }
  versions:
    - name: v1
      served: true
      storage: true
      subresources:
        status: {}
        scale: { specReplicasPath: .spec.workers, statusReplicasPath: .status.workers }
      additionalPrinterColumns:
        - { name: Schedule, type: string, jsonPath: .spec.schedule }
        - { name: Last, type: date, jsonPath: .status.lastTime }
      schema: &schema
        openAPIV3Schema:
          type: object
          required: [spec]
          properties:
            spec:
              type: object
              required: [schedule, target]
              properties:
                schedule: { type: string, pattern: '^@(hourly|daily)$' }
                keep: { type: integer, minimum: 1, default: 7 }
                workers: { type: integer, default: 1 }
                target:
                  type: object
                  properties:
                    bucket: { type: string }
                    volume: { type: string }
                  oneOf: [{ required: [bucket] }, { required: [volume] }]
                  x-kubernetes-validations:
                    - { rule: self == oldSelf, message: a backup stays where it is, reason: FieldValueForbidden }
              x-kubernetes-validations:
                - rule: self.schedule != '@hourly' || self.keep > 1
                  messageExpression: "'%d is too few by the hour'.format([self.keep])"
                  fieldPath: .keep
            status:
              type: object
              properties:
                workers: { type: integer }
                lastTime: { type: string, format: date-time }
    # What the first users wrote; it is still understood.
    - name: v1beta1
      served: true
      storage: false
      deprecated: true
      schema: *schema
`

interface Backup extends KubeObject {
  readonly spec: {
    readonly schedule: string
    readonly keep: number
    readonly workers: number
    readonly target: { readonly bucket?: string; readonly volume?: string }
  }
  readonly status?: { readonly workers?: number; readonly lastTime?: string }
}

// From here on `cluster.resource('example.com/v1/Backup')` is typed.
declare module 'wavetank' {
  interface Kinds {
    readonly 'example.com/v1/Backup': Backup
  }
}

const nightly = `
apiVersion: example.com/v1
kind: Backup
metadata: { name: nightly }
spec: { schedule: '@daily', target: { bucket: orders } }
`

function clusterWithBackups(): Cluster {
  const cluster = createCluster({ nodes: 1 })
  // The definition and what it defines may stand in one file, in any order.
  cluster.apply(`${nightly}---${definition}`)
  return cluster
}

test('what is not said is filled in', () => {
  const { spec } = clusterWithBackups().resource('example.com/v1/Backup').get('nightly')
  expect(spec).toEqual({ schedule: '@daily', keep: 7, workers: 1, target: { bucket: 'orders' } })
})

/** What an API server would say, as `field: message`. */
function refusalOf(act: () => unknown): string[] {
  try {
    act()
  } catch (error) {
    if (!isStatusError(error)) throw error
    return error.status.details?.causes?.map(({ field, message }) => `${field}: ${message}`) ?? [error.status.message]
  }
  return []
}

test.each([
  [
    { schedule: 'daily', target: { bucket: 'a' } },
    [`spec.schedule: Invalid value: "daily": spec.schedule in body should match '^@(hourly|daily)$'`],
  ],
  [
    { schedule: '@daily' },
    [
      'spec.target: Required value',
      // Rules in CEL rely on the structure.
      '<nil>: Invalid value: null: some validation rules were not checked because the object was invalid; correct the existing errors to complete validation',
    ],
  ],
  [
    { schedule: '@daily', target: { bucket: 'a', volume: 'b' } },
    [
      '<nil>: Invalid value: "": "spec.target" must validate one and only one schema (oneOf). Found 2 valid alternatives',
    ],
  ],
  [
    { schedule: '@daily', target: { bucket: 'a' }, kepe: 3 },
    ['spec.kepe: unknown field "spec.kepe": did you mean "keep"?'],
  ],
])('%j is refused', (spec, said) => {
  const cluster = clusterWithBackups()
  const { revision } = cluster
  const refused = refusalOf(() => cluster.resource('example.com/v1/Backup').create({ metadata: { name: 'a' }, spec }))
  expect(refused).toEqual(said)
  expect(cluster.revision).toBe(revision)
})

test('kubectl shows its columns', () => {
  const cluster = clusterWithBackups()
  cluster
    .resource('example.com/v1/Backup')
    .updateStatus('nightly', (draft) => void (draft.status = { lastTime: cluster.time }))
  cluster.advance('3h')
  expect(cluster.table('bk')).toMatch(/^NAME +SCHEDULE +LAST\nnightly +@daily +3h\n$/)
})

test('kubectl scale works', () => {
  const backups = clusterWithBackups().resource('example.com/v1/Backup')
  backups.scale('nightly', 3)
  expect(backups.get('nightly').spec.workers).toBe(3)
})

test('its rules in CEL are asked, of what it is and of what it was', () => {
  const cluster = clusterWithBackups()
  expect(refusalOf(() => cluster.apply(nightly.replace("'@daily'", "'@hourly', keep: 1")))).toEqual([
    'spec.keep: Invalid value: 1 is too few by the hour',
  ])
  expect(refusalOf(() => cluster.apply(nightly.replace('orders', 'elsewhere')))).toEqual([
    'spec.target: Forbidden: a backup stays where it is',
  ])
})

test('both versions show the same object', () => {
  const cluster = clusterWithBackups()
  cluster.apply(nightly.replace('example.com/v1', 'example.com/v1beta1').replace('@daily', '@hourly'))
  expect(cluster.resource('example.com/v1/Backup').get('nightly').spec.schedule).toBe('@hourly')
})

test('whoever deletes the definition deletes what it defines, but for what a finalizer holds', () => {
  const cluster = clusterWithBackups()
  const backups = cluster.resource('example.com/v1/Backup')
  backups.update('nightly', (draft) => void (draft.metadata.finalizers = ['example.com/last-copy']))
  cluster.customResourceDefinitions.delete('backups.example.com')
  cluster.advance('1h')
  expect(backups.get('nightly').metadata.deletionTimestamp).toBeDefined()
  backups.update('nightly', (draft) => void (draft.metadata.finalizers = []))
  cluster.settle()
  expect(cluster.customResourceDefinitions.find('backups.example.com')).toBeUndefined()
})

test('a stricter definition leaves what is there alone, and refuses what is written anew', () => {
  const cluster = clusterWithBackups()
  cluster.apply(definition.replace('(hourly|daily)', 'hourly'))
  // A value that was wrong already may stay while others change, as in Kubernetes since v1.30.
  cluster.apply(nightly.replace('spec: {', 'spec: { keep: 8,'))
  expect(refusalOf(() => cluster.apply(nightly.replace('name: nightly', 'name: weekly')))).toEqual([
    `spec.schedule: Invalid value: "@daily": spec.schedule in body should match '^@hourly$'`,
  ])
})
