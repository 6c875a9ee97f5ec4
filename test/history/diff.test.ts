import { beforeAll, expect, test } from 'vitest'
import { type Cluster, createCluster, type Difference, type Pod, replay } from '../../src/index.ts'

const deployment = (image: string, replicas: number): object => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web' },
  spec: {
    replicas,
    selector: { matchLabels: { app: 'web' } },
    template: { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'web', image }] } },
  },
})

const config = (data: Record<string, string>): object => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'web' },
  data,
})

let cluster: Cluster
beforeAll(() => {
  cluster = createCluster({ nodes: 2 })
  cluster.apply(deployment('web:1', 2))
  cluster.settle()
})

const named = ({ change, ref }: Difference): string => `${change} ${ref.kind} ${ref.name}`

test('what an apply changed reads like a diff of YAML', () => {
  const live = cluster.fork()
  live.apply(config({ color: 'red', size: 'big\nvery\n' }))
  const before = live.revision
  live.apply([deployment('web:2', 5), config({ color: 'on', size: 'big\nquite\n', '8080': 'yes' })])
  expect(String(live.diff(before, live.revision))).toBe(`\
--- revision ${before}, 2020-01-01T00:00:01Z
+++ revision ${before + 2}, 2020-01-01T00:00:01Z

~ v1 ConfigMap default/web
  data:
+   "8080": "yes"
-   color: red
+   color: "on"
    size: |
      big
-     very
+     quite

~ apps/v1 Deployment default/web
  metadata:
-   generation: 1
+   generation: 2
  spec:
-   replicas: 2
+   replicas: 5
    template:
      spec:
        containers:
        - name: web
-         image: web:1
+         image: web:2
`)
})

test('of long texts and lists that changed their length, what changed is shown with a line around it', () => {
  const live = cluster.fork()
  const text = (middle: string): string => ['one', 'two', 'three', ...middle.split(' '), 'four', 'five', ''].join('\n')
  live.apply(config({ text: text('a b') }))
  live.apply(config({ text: text('a c d') }))
  const finalizers = ['x.io/1', 'x.io/2', 'x.io/3']
  live.configMaps.patch('web', { metadata: { finalizers } })
  live.configMaps.patch('web', { metadata: { finalizers: ['x.io/4'] } })
  const { revision } = live
  const shown = (from: number): string[] =>
    String(live.diff(from, from + 1))
      .split('\n')
      .slice(4, -1)
  expect(shown(revision - 3)).toEqual([
    '  data:',
    '    text: |',
    '      …',
    '      a',
    '-     b',
    '+     c',
    '+     d',
    '      four',
    '      …',
  ])
  expect(shown(revision - 1)).toEqual(['  metadata:', '    finalizers:', '+   - x.io/4', '    - x.io/1', '      …'])
})

test('what was created and deleted is shown whole, and Events are counted', () => {
  const live = cluster.fork()
  live.apply(config({ color: 'red' }))
  const before = live.revision
  live.configMaps.delete('web')
  live.apply({ apiVersion: 'v1', kind: 'Service', metadata: { name: 'web' }, spec: { ports: [{ port: 80 }] } })
  live.advance('1s')
  const { clusterIP } = live.services.get('web').spec
  const { uid } = live.at(before).configMaps.get('web').metadata
  const text = String(live.diff(before, live.revision))
  expect(text).toContain(`
- v1 ConfigMap default/web
- apiVersion: v1
- data:
-   color: red
- kind: ConfigMap
- metadata:
-   creationTimestamp: "2020-01-01T00:00:01Z"
-   name: web
-   namespace: default
-   uid: ${uid}
`)
  expect(text).toContain(`+ v1 Service default/web\n+ apiVersion: v1\n+ kind: Service\n`)
  expect(text).toContain(`\n+   clusterIP: ${clusterIP}\n`)
  live.pods.create({ metadata: { name: 'bare' }, spec: { containers: [{ name: 'main', image: 'web:1' }] } })
  live.settle()
  expect(String(live.diff(before, live.revision))).toMatch(/\nLeft out: 4 Events\.\n$/u)
})

test('the data is whole, plain and frozen', () => {
  const live = cluster.fork()
  const [pod] = live.pods.list().items as [Pod]
  const before = live.revision
  live.pods.delete(pod.metadata.name)
  live.settle()
  const { from, to, differences } = live.diff(before, live.revision)
  expect(from).toEqual({ revision: before, time: '2020-01-01T00:00:01Z' })
  expect(to).toEqual({ revision: live.revision, time: live.time })
  expect(differences.filter(({ ref }) => ref.kind !== 'Event').map(named)).toEqual(
    [
      'changed Deployment web',
      'created Pod web-6b44c9c94f-' +
        live.pods
          .list()
          .items.map(({ metadata }) => metadata.name.slice(-5))
          .find((end) => !cluster.pods.list().items.some(({ metadata }) => metadata.name.endsWith(end))),
      `deleted Pod ${pod.metadata.name}`,
      'changed ReplicaSet web-6b44c9c94f',
    ].sort((a, b) => (a.split(' ').slice(1).join(' ') < b.split(' ').slice(1).join(' ') ? -1 : 1)),
  )
  const gone = differences.find(({ change }) => change === 'deleted')!
  expect(gone).toEqual({
    change: 'deleted',
    ref: { apiVersion: 'v1', kind: 'Pod', namespace: 'default', name: pod.metadata.name },
    before: pod,
    after: undefined,
    fields: [],
  })
  expect(Object.keys((gone.before as Pod).status)).toEqual(Object.keys(pod.status))
  const set = differences.find(({ ref }) => ref.kind === 'ReplicaSet')!
  expect(set.fields.map(({ path }) => path)).toContain('metadata.resourceVersion')
  for (const object of [differences, gone, gone.before, gone.ref, set.fields, set.fields[0]])
    expect(Object.isFrozen(object)).toBe(true)
})

test('backwards, creations are deletions and every field is turned round', () => {
  const live = cluster.fork()
  const before = live.revision
  live.deployments.scale('web', 3)
  live.settle()
  const turned = live
    .diff(before, live.revision)
    .differences.map(({ change, fields, before: was, after: is, ...rest }) => ({
      ...rest,
      change: change === 'created' ? 'deleted' : change,
      before: is,
      after: was,
      fields: fields.map(({ path, before: old, after: now }) => ({ path, before: now, after: old })),
    }))
  expect(live.diff(live.revision, before).differences).toEqual(turned)
  expect(String(live.diff(before, before))).toMatch(/\n\nNothing differs\.\n$/u)
})

test('one that was deleted and made again is another one', () => {
  const live = cluster.fork()
  live.apply(config({ color: 'red' }))
  const before = live.revision
  live.configMaps.delete('web')
  live.apply(config({ color: 'red' }))
  const diff = live.diff(before, live.revision)
  expect(diff.differences.map(named)).toEqual(['replaced ConfigMap web'])
  expect(String(diff)).toContain('\n~ v1 ConfigMap default/web (deleted and created again)\n  metadata:\n-   uid: ')
})

test('a cluster is compared with a fork of it, or with any other', () => {
  const [live, other] = [cluster.fork(), cluster.fork()]
  live.apply(config({ color: 'red' }))
  other.apply(config({ color: 'blue' }))
  other.deployments.delete('web', { propagationPolicy: 'Orphan' })
  const diff = live.diff(live.revision, other.at(other.revision))
  expect(diff.differences.map(named)).toEqual(['changed ConfigMap web', 'changed Deployment web'])
  expect(cluster.diff(live, other)).toEqual(diff)
  expect(String(diff)).toContain('\n-   color: red\n+   color: blue\n')
  const again = replay(live.journal)
  expect(live.diff(live.revision, again.at(again.revision)).differences).toEqual([])
})

test('a node that only lives on differs in nothing but its heartbeats, unless everything is asked for', () => {
  const live = createCluster({ nodes: 2 })
  live.settle()
  const before = live.revision
  live.advance('6m')
  const diff = live.diff(before, live.revision)
  expect(diff.differences.map(({ ref }) => ref.kind)).toEqual(['Lease', 'Lease', 'Node', 'Node'])
  expect(String(diff)).toMatch(/\n\nNothing differs\.\n\nLeft out: what always changes of 4 objects\.\n$/u)
  expect(diff.text({ everything: true })).toMatch(/\n {2}spec:\n- {3}renewTime: .*\n\+ {3}renewTime: .*\n/u)
})

test('what is not a revision, a moment or a view is refused; so is what is no longer kept', () => {
  const bounded = createCluster({ nodes: 1, history: { revisions: 20 } })
  for (let number = 0; number < 60; number++) {
    bounded.configMaps.create({ metadata: { name: `config-${number}` } })
    bounded.advance('1s')
  }
  expect(() => bounded.diff(1, bounded.revision)).toThrow(/^required revision 1 has been compacted/u)
  expect(() => bounded.diff(-1, 3)).toThrow(/^revision: expected a whole number/u)
  expect(() => bounded.diff({ time: 'noon' }, 3)).toThrow(/^time: expected RFC 3339 .*got "noon"/u)
  expect(() => bounded.diff({ tiem: 1 } as never, 3)).toThrow(/"tiem": unknown option of at/u)
})
