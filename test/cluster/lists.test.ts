import { expect, test } from 'vitest'
import { createCluster } from '../../src/index.ts'
import { bare, names, podManifest, refused } from './support.ts'

test('a list is by namespace and name, and all of it at one revision', () => {
  const cluster = bare()
  for (const name of ['b', 'a', 'a-2', '10', '9']) cluster.pods.create(podManifest(name))
  cluster.pods.create({ ...podManifest('a'), metadata: { name: 'a', namespace: 'kube-system' } })
  const list = cluster.pods.list()
  expect([list.apiVersion, list.kind, list.metadata]).toEqual([
    'v1',
    'PodList',
    { resourceVersion: String(cluster.revision) },
  ])
  expect(names(list)).toEqual(['10', '9', 'a', 'a-2', 'b'])
  expect(names(cluster.pods.list({ namespace: 'kube-system' }))).toEqual(['a'])
  expect(names(cluster.pods.list({ allNamespaces: true }))).toEqual(['10', '9', 'a', 'a-2', 'b', 'a'])
  expect(names(cluster.pods.list({ namespace: 'nobody' }))).toEqual([])
})

test('labels select, written in any of three ways', () => {
  const cluster = bare()
  for (const [name, app, tier] of [
    ['a', 'web', 'front'],
    ['b', 'web', 'back'],
    ['c', 'db', 'back'],
  ] as const) {
    cluster.pods.create(podManifest(name, { labels: { app, tier } }))
  }
  cluster.pods.create(podManifest('d'))
  const selected = (
    labelSelector: Parameters<typeof cluster.pods.list>[0] extends infer O
      ? NonNullable<O> extends { labelSelector?: infer S }
        ? S
        : never
      : never,
  ): string[] => names(cluster.pods.list({ labelSelector }))
  expect(selected('app=web')).toEqual(['a', 'b'])
  expect(selected('app=web,tier!=back')).toEqual(['a'])
  expect(selected('app!=web')).toEqual(['c', 'd'])
  expect(selected('app in (web, db),tier notin (front)')).toEqual(['b', 'c'])
  expect(selected('!app')).toEqual(['d'])
  expect(selected('tier')).toEqual(['a', 'b', 'c'])
  expect(selected({ app: 'db' })).toEqual(['c'])
  expect(
    selected({
      matchLabels: { app: 'web' },
      matchExpressions: [{ key: 'tier', operator: 'NotIn', values: ['front'] }],
    }),
  ).toEqual(['b'])
  expect(selected('')).toEqual(['a', 'b', 'c', 'd'])
})

test('fields select: names, namespaces, and those of the kind', () => {
  const cluster = createCluster({ nodes: 2 })
  for (const name of ['a', 'b', 'c']) cluster.pods.create(podManifest(name))
  cluster.settle()
  const at = cluster.pods.get('a').spec.nodeName!
  const there = cluster.pods.list().items.filter(({ spec }) => spec.nodeName === at)
  expect(cluster.pods.list({ fieldSelector: `spec.nodeName=${at}` }).items).toEqual(there)
  expect(names(cluster.pods.list({ fieldSelector: 'metadata.name!=a' }))).toEqual(['b', 'c'])
  expect(names(cluster.pods.list({ fieldSelector: 'status.phase=Running,metadata.name=b' }))).toEqual(['b'])
  expect(cluster.pods.list({ fieldSelector: 'status.phase=Pending' }).items).toEqual([])
  const started = cluster.events.list({ fieldSelector: 'involvedObject.name=a,reason=Started' }).items
  expect(started.map(({ message }) => message)).toEqual(['Container started'])
  expect(refused(() => cluster.pods.list({ fieldSelector: 'spec.dnsPolicy=x' })).message).toMatch(
    'field label not supported: spec.dnsPolicy',
  )
})

test('a page of a selection does not say how many are left', () => {
  const cluster = bare()
  for (let index = 0; index < 3; index++) cluster.pods.create(podManifest(`p${index}`))
  expect(cluster.pods.list({ limit: 1 }).metadata.remainingItemCount).toBe(2)
  const page = cluster.pods.list({ limit: 1, fieldSelector: 'metadata.name!=p1' })
  expect(page.metadata).not.toHaveProperty('remainingItemCount')
  expect(names(cluster.pods.list({ continue: page.metadata.continue, fieldSelector: 'metadata.name!=p1' }))).toEqual([
    'p2',
  ])
})

test('a list in pages is the list as it was when the first page was read', () => {
  const cluster = bare()
  for (let index = 0; index < 7; index++) cluster.pods.create(podManifest(`p${index}`))
  const whole = cluster.pods.list()
  let page = cluster.pods.list({ limit: 3 })
  expect(page.metadata).toMatchObject({ resourceVersion: whole.metadata.resourceVersion, remainingItemCount: 4 })
  const items = [...page.items]
  cluster.pods.delete('p5')
  cluster.pods.create(podManifest('p55'))
  cluster.pods.update('p6', (draft) => void (draft.metadata.labels = { late: 'yes' }))
  while (page.metadata.continue) {
    page = cluster.pods.list({ limit: 3, continue: page.metadata.continue })
    expect(page.metadata.resourceVersion).toBe(whole.metadata.resourceVersion)
    items.push(...page.items)
  }
  expect(items).toEqual(whole.items)
})

test('a page of a past that is no longer kept is Expired', () => {
  const cluster = createCluster({ nodes: 1, history: { revisions: 40 } })
  for (let index = 0; index < 5; index++) cluster.pods.create(podManifest(`p${index}`))
  const { metadata } = cluster.pods.list({ limit: 2 })
  const old = cluster.revision
  for (let index = 0; index < 100; index++) {
    cluster.pods.update('p0', (draft) => void (draft.metadata.labels = { at: String(index) }))
    // What a watcher has not read yet is kept for it.
    cluster.settle()
  }
  for (const act of [
    () => cluster.pods.list({ limit: 2, continue: metadata.continue! }),
    () => cluster.at(old),
    () => cluster.history(old),
    () => cluster.pods.watch({ resourceVersion: String(old) }),
  ]) {
    const error = refused(act)
    expect([error.reason, error.code]).toEqual(['Expired', 410])
  }
  cluster.pods.delete('p3', { gracePeriodSeconds: 0 })
  const { message, metadata: goOn } = refused(() => cluster.pods.list({ continue: metadata.continue! })).status
  expect(message).toContain('use the continue token in this response to retrieve the remainder of the results')
  const rest = cluster.pods.list({ limit: 1, continue: goOn.continue! })
  expect([names(rest), rest.metadata.resourceVersion]).toEqual([['p2'], String(cluster.revision)])
  expect(names(cluster.pods.list({ continue: rest.metadata.continue! }))).toEqual(['p4'])
  expect(names(cluster.at(cluster.revision - 5).pods.list()).length).toBe(5)
})
