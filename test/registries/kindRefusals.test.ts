import { describe, expect, test } from 'vitest'
import { type Cluster, createCluster } from '../../src/index.ts'
import { refused } from '../cluster/support.ts'
import { created, good, namesOf, type Refusal, updated } from './refusedKinds.ts'
import { createdSettings, updatedSettings } from './refusedSettings.ts'
import { refusedStatuses } from './refusedStatuses.ts'
import { createdWorkloads } from './refusedWorkloads.ts'

/** A cluster with one good object of each kind, whose statuses are those that are written here. */
const cluster: Cluster = createCluster({ seed: 7, nodes: 0, disable: ['job-controller', 'statefulset-controller'] })
for (const [kind, object] of Object.entries(good)) {
  cluster.resource(kind).create({ metadata: { name: namesOf[kind] ?? 'old' }, ...structuredClone(object) })
}
cluster.settle()

const state = (): unknown[] => [cluster.revision, cluster.historyHash(), JSON.stringify(cluster.journal)]

/** Everything that is said against it; the cluster is as it was. */
function said(act: () => unknown): readonly string[] {
  const before = state()
  const { reason, details } = refused(act).status
  expect(state()).toEqual(before)
  expect(({} as { polluted?: unknown }).polluted).toBeUndefined()
  expect(reason).toBe('Invalid')
  return details!.causes!.map(({ field, message }) => `${field}: ${message}`)
}

const matching = (expected: string): RegExp => {
  const parts = expected.split('…').map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
  return new RegExp(`^${parts.join('.*')}$`)
}

function expectSaid(actual: readonly string[], expected: Refusal[3]): void {
  expect(actual).toHaveLength(expected.length)
  for (const [index, one] of expected.entries()) expect(actual[index]).toMatch(matching(one))
}

describe('creating is refused with every field at fault:', () => {
  test.each([...created, ...createdWorkloads, ...createdSettings])('%s (%s)', (_, kind, change, expected) => {
    const object = structuredClone({ metadata: { name: namesOf[kind] ?? 'new' }, ...good[kind] })
    change(object)
    expectSaid(
      said(() => cluster.resource(kind).create(object)),
      expected,
    )
  })
})

describe('updating is refused with every field at fault:', () => {
  test.each([...updated, ...updatedSettings])('%s (%s)', (_, kind, change, expected) => {
    const name = namesOf[kind] ?? 'old'
    expectSaid(
      said(() => cluster.resource(kind).update(name, (draft) => void change(draft))),
      expected,
    )
  })
})

describe('a status is refused with every field at fault:', () => {
  test.each(refusedStatuses)('%s (%s)', (_, kind, before, after, expected) => {
    const fork = cluster.fork()
    const client = fork.resource(kind)
    const write = (status: object): unknown => client.updateStatus({ ...client.get('old'), status } as never)
    if (Object.keys(before).length > 0) write(before)
    const { reason, details } = refused(() => write(after)).status
    expect(reason).toBe('Invalid')
    expectSaid(
      details!.causes!.map(({ field, message }) => `${field}: ${message}`),
      expected,
    )
  })
})

describe('a finalizer of no domain', () => {
  const anyone: readonly string[] = [
    'admissionregistration.k8s.io/v1/MutatingWebhookConfiguration',
    'admissionregistration.k8s.io/v1/ValidatingWebhookConfiguration',
    'apiextensions.k8s.io/v1/CustomResourceDefinition',
    'apiregistration.k8s.io/v1/APIService',
    'example.com/v1/Widget',
    'node.k8s.io/v1/RuntimeClass',
    'policy/v1/PodDisruptionBudget',
  ]
  const hold = (draft: { metadata: object }): void => {
    draft.metadata = { ...draft.metadata, finalizers: ['orphan', 'example.com/hold', 'hold'] }
  }

  test.each(Object.keys(good).filter((kind) => !anyone.includes(kind)))('is refused to %s', (kind) => {
    expectSaid(
      said(() => cluster.resource(kind).update(namesOf[kind] ?? 'old', (draft) => void hold(draft))),
      [
        'metadata.finalizers[2]: Invalid value: "hold": name is neither a standard finalizer name nor is it fully qualified',
      ],
    )
  })

  test.each(anyone)('is kept by %s', (kind) => {
    const fork = cluster.fork()
    fork.resource(kind).update(namesOf[kind] ?? 'old', (draft) => void hold(draft))
    expect(fork.resource(kind).get(namesOf[kind] ?? 'old').metadata.finalizers).toContain('hold')
  })
})

const manifest = (apiVersion: string, kind: string): object => ({ apiVersion, kind, metadata: { name: 'new' } })

describe('a version that is gone is refused, with the one there is:', () => {
  test.each([
    ['extensions/v1beta1', 'Ingress', 'networking.k8s.io/v1'],
    ['networking.k8s.io/v1beta1', 'Ingress', 'networking.k8s.io/v1'],
    ['batch/v1beta1', 'CronJob', 'batch/v1'],
    ['policy/v1beta1', 'PodDisruptionBudget', 'policy/v1'],
    ['autoscaling/v2beta2', 'HorizontalPodAutoscaler', 'autoscaling/v2'],
    ['apps/v1beta1', 'StatefulSet', 'apps/v1'],
    ['extensions/v1beta1', 'DaemonSet', 'apps/v1'],
    ['rbac.authorization.k8s.io/v1beta1', 'ClusterRole', 'rbac.authorization.k8s.io/v1'],
    ['apiextensions.k8s.io/v1beta1', 'CustomResourceDefinition', 'apiextensions.k8s.io/v1'],
    ['example.com/v1beta1', 'Widget', 'example.com/v1'],
  ])('%s %s', (apiVersion, kind, current) => {
    for (const options of [{}, { unsupported: 'skip' }] as const) {
      const before = state()
      const { reason, message } = refused(() => cluster.apply(manifest(apiVersion, kind), options)).status
      expect([reason, message]).toEqual([
        'BadRequest',
        `no matches for kind "${kind}" in version "${apiVersion}"; it is served as ${current}`,
      ])
      expect(state()).toEqual(before)
    }
  })
})

describe('__proto__ in a file is a name that nobody may use:', () => {
  const widget = 'apiVersion: example.com/v1\nkind: Widget\nmetadata: {name: new}\n'
  test.each([
    ['in a custom object', `${widget}spec: {size: 3, __proto__: {polluted: yes}}`, 'spec.__proto__'],
    [
      'where anything goes',
      `${widget}spec: {size: 3, any: {a: [{__proto__: {polluted: yes}}]}}`,
      'spec.any.a[0].__proto__',
    ],
    ['as a key of a map', `${widget}spec: {size: 3, limits: {__proto__: 1}}`, 'spec.limits.__proto__'],
    [
      'in an Ingress',
      'apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: new}\nspec: {rules: [{__proto__: {polluted: yes}}]}',
      'spec.rules[0].__proto__',
    ],
    [
      'as a property of a schema',
      `apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: gadgets.example.com}
spec:
  group: example.com
  scope: Cluster
  names: {plural: gadgets, kind: Gadget}
  versions:
    - {name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object, properties: {__proto__: {type: string}}}}}
`,
      'properties[__proto__]',
    ],
  ])('%s', (_, yaml, field) => {
    const before = state()
    expect(refused(() => cluster.apply(yaml)).message).toContain(`${field}`)
    expect(state()).toEqual(before)
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined()
  })
})
