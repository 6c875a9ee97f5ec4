import { describe, expect, test } from 'vitest'
import { createCluster, type TableOptions } from '../../src/index.ts'
import { bare, podManifest } from './support.ts'

function withPods(): ReturnType<typeof createCluster> {
  const cluster = createCluster({ nodes: 1 })
  cluster.namespaces.create({ metadata: { name: 'shop' } })
  cluster.pods.create(podManifest('b', { labels: { app: 'web' } }))
  cluster.pods.create({ ...podManifest('z'), metadata: { name: 'z', namespace: 'shop' } })
  cluster.pods.create({ ...podManifest('a'), metadata: { name: 'a', namespace: 'shop' } })
  cluster.advance('10s')
  return cluster
}

test('a table is what kubectl get prints: of the namespace default unless told otherwise, by name', () => {
  const cluster = withPods()
  expect(cluster.table('pods')).toBe(
    ['NAME   READY   STATUS    RESTARTS   AGE', 'b      1/1     Running   0          10s', ''].join('\n'),
  )
  expect(cluster.table('pods', { namespace: 'shop' }).match(/^[az] /gm)).toEqual(['a ', 'z '])
})

test('with all namespaces the namespace is the first column, and what orders the rows', () => {
  expect(withPods().table('pods', { allNamespaces: true })).toBe(
    [
      'NAMESPACE   NAME   READY   STATUS    RESTARTS   AGE',
      'default     b      1/1     Running   0          10s',
      'shop        a      1/1     Running   0          10s',
      'shop        z      1/1     Running   0          10s',
      '',
    ].join('\n'),
  )
})

test('a wide table has the columns of lower priority too', () => {
  const cluster = withPods()
  const { podIP = '', hostIP = '' } = cluster.pods.get('b').status
  expect(cluster.table('pods', { wide: true })).toBe(
    [
      'NAME   READY   STATUS    RESTARTS   AGE   IP           NODE     NOMINATED NODE   READINESS GATES',
      `b      1/1     Running   0          10s   ${podIP}   node-0   <none>           <none>`,
      '',
    ].join('\n'),
  )
  expect(cluster.table('no', { wide: true })).toContain(` ${hostIP} `)
})

test('one object alone, or those that selectors choose', () => {
  const cluster = withPods()
  expect(cluster.table('pods', { name: 'z', namespace: 'shop' }).split('\n')).toHaveLength(3)
  expect(cluster.table('pods', { labelSelector: 'app=web', allNamespaces: true }).split('\n')).toHaveLength(3)
  expect(
    cluster.table('pods', { fieldSelector: 'status.phase=Running', allNamespaces: true }).split('\n'),
  ).toHaveLength(5)
})

test('a node of no storage drivers has none, and may say so later', () => {
  const cluster = createCluster({ nodes: 0 })
  const nodes = cluster.resource('storage.k8s.io/v1/CSINode')
  nodes.create({ metadata: { name: 'a' }, spec: { drivers: [] } })
  nodes.patch('a', { spec: null }, { type: 'merge' })
  expect(cluster.table('csinodes')).toBe('NAME   DRIVERS   AGE\na      0         0s\n')
})

describe('where there is nothing', () => {
  test.each([
    ['pods', {}, 'No resources found in default namespace.\n'],
    ['pods', { namespace: 'nowhere' }, 'No resources found in nowhere namespace.\n'],
    ['pods', { allNamespaces: true }, 'No resources found\n'],
    ['pods,secrets', {}, 'No resources found in default namespace.\n'],
    ['storageclasses', {}, 'No resources found\n'],
  ])('%s %o: %s', (types, options, said) => {
    expect(bare().table(types, options)).toBe(said)
  })
})

test.each([
  ['pods', 'po'],
  ['pods', 'pod'],
  ['pods', 'Pod'],
  ['pods', 'PODS'],
  ['deployments', 'deploy'],
  ['deployments', 'deployments.apps'],
  ['deployments', 'deployment.v1.apps'],
  ['leases', 'leases.coordination'],
  ['minions', 'minion'],
])('%s are also called %s', (plural, name) => {
  const cluster = createCluster({ nodes: 1 })
  cluster.pods.create(podManifest('a'))
  const options = { allNamespaces: true }
  expect(cluster.table(name, options)).toBe(cluster.table(plural, options))
})

test('several resources are tables one after the other, whose names say their kinds', () => {
  const cluster = withPods()
  cluster.deployments.create({
    metadata: { name: 'web' },
    spec: {
      replicas: 0,
      selector: { matchLabels: { app: 'web' } },
      template: { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'main', image: 'web:1' }] } },
    },
  })
  expect(cluster.table('po,secrets,deploy')).toBe(
    [
      'NAME    READY   STATUS    RESTARTS   AGE',
      'pod/b   1/1     Running   0          10s',
      '',
      'NAME                  READY   UP-TO-DATE   AVAILABLE   AGE',
      'deployment.apps/web   0/0     0            0           0s',
      '',
    ].join('\n'),
  )
})

test('a category is what belongs to it, by group and name, then the kinds of users, each once', () => {
  const cluster = bare()
  const schema = { openAPIV3Schema: { type: 'object' } }
  const names = { plural: 'gadgets', kind: 'Gadget', categories: ['all', 'toys'] }
  cluster.customResourceDefinitions.create({
    metadata: { name: 'gadgets.a.example.com' },
    spec: {
      group: 'a.example.com',
      scope: 'Namespaced',
      names,
      versions: ['v1', 'v1beta1'].map((name) => ({ name, served: true, storage: name === 'v1', schema })),
    },
  })
  expect(cluster.table('toys')).toBe('No resources found in default namespace.\n')
  cluster.resource('a.example.com/v1/Gadget').create({ metadata: { name: 'a' } })
  expect(cluster.table('toys')).toBe('NAME   AGE\na      0s\n')
  const template = { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'main', image: 'web:1' }] } }
  const selector = { matchLabels: { app: 'web' } }
  cluster.replicaSets.create({ metadata: { name: 'b' }, spec: { replicas: 0, selector, template } })
  cluster.deployments.create({ metadata: { name: 'b' }, spec: { replicas: 0, selector, template } })
  cluster.daemonSets.create({ metadata: { name: 'b' }, spec: { selector, template } })
  cluster.pods.create(podManifest('b'))
  cluster.replicationControllers.create({
    metadata: { name: 'b' },
    spec: { replicas: 0, selector: { app: 'b' }, template: { ...template, metadata: { labels: { app: 'b' } } } },
  })
  const shown = [...cluster.table('all').matchAll(/^(\S+)\/\S+/gmu)].map(([, kind]) => kind)
  expect(shown).toEqual([
    'pod',
    'replicationcontroller',
    'service',
    'daemonset.apps',
    'deployment.apps',
    'replicaset.apps',
    'gadget.a.example.com',
  ])
})

test.each([
  ['gizmos', {}, 'the server doesn\'t have a resource type "gizmos"'],
  ['pods.apps', {}, 'the server doesn\'t have a resource type "pods.apps"'],
  ['', {}, 'expected the name of a resource, such as "pods", got ""'],
  ['pods', { name: 'x' }, 'pods "x" not found'],
  ['pods', { name: 'x', allNamespaces: true }, 'a resource cannot be retrieved by name across all namespaces'],
  ['pods', { name: 'x', labelSelector: 'a=b' }, 'name cannot be provided when a selector is specified'],
  ['pods', { labelSelector: 'a=b=c' }, "found '='"],
  [
    'pods',
    { allnamespaces: true } as TableOptions,
    '"allnamespaces": unknown option of table; did you mean "allNamespaces"? expected one of namespace,',
  ],
  ['pods', { namespace: '' }, 'namespace: expected a string that is not empty, got ""'],
])('table(%j, %o) is refused: %s', (types, options, message) => {
  expect(() => bare().table(types, options)).toThrow(message)
})

test('the table of the past tells ages from its own moment', () => {
  const cluster = withPods()
  const { revision } = cluster
  const then = cluster.table('pods')
  cluster.pods.create(podManifest('c'))
  cluster.advance('1h')
  const past = cluster.at(revision)
  expect(past.table('pods').split('\n')).toHaveLength(3)
  // Its last change was made some seconds before the clock stood where it was looked at.
  expect(Number(/(\d+)s\n$/u.exec(past.table('pods'))![1])).toBeLessThanOrEqual(Number(/(\d+)s\n$/u.exec(then)![1]))
})
