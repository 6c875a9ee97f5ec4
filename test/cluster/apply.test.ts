import { expect, test } from 'vitest'
import { createCluster, type Journal, replay } from '../../src/index.ts'
import { bare, podManifest, refused } from './support.ts'

const annotation = 'kubectl.kubernetes.io/last-applied-configuration'

/** A deployment with what is given beside its pods. */
const deployment = (container: string, more = ''): string => `
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  selector: {matchLabels: {app: web}}
${more}  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
      - {name: main, image: "web:1", ${container}}
`

test('apply creates, configures and leaves alone, and says so in the order of the file', () => {
  const cluster = createCluster({ nodes: 1 })
  const yaml = (replicas: number): string => `
apiVersion: v1
kind: List
items:
- {apiVersion: v1, kind: Pod, metadata: {name: a, namespace: team}, spec: {containers: [{name: c, image: web}]}}
- {apiVersion: v1, kind: Service, metadata: {name: web, namespace: team}, spec: {selector: {app: web}, ports: [{port: 80}]}}
---
apiVersion: v1
kind: ReplicationController
metadata: {name: web}
spec:
  replicas: ${replicas}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: c, image: web}]}
---
# What needs this namespace finds it, wherever it stands.
apiVersion: v1
kind: Namespace
metadata: {name: team}
`
  const results = (text: string): string[] => cluster.apply(text).applied.map(({ result }) => result)
  expect(results(yaml(1))).toEqual(['created', 'created', 'created', 'created'])
  cluster.settle()
  const before = [cluster.revision, cluster.journal.entries.length]
  expect(results(yaml(1))).toEqual(['unchanged', 'unchanged', 'unchanged', 'unchanged'])
  expect([cluster.revision, cluster.journal.entries.length]).toEqual(before)
  expect(results(yaml(2))).toEqual(['unchanged', 'unchanged', 'configured', 'unchanged'])
  expect(cluster.pods.get('a', { namespace: 'team' }).status.phase).toBe('Running')
  expect(replay(JSON.parse(JSON.stringify(cluster.journal)) as Journal).historyHash()).toBe(cluster.historyHash())
})

test('what was applied is remembered in kubectl’s annotation, to the letter', () => {
  const cluster = bare()
  cluster.apply(`
kind: ConfigMap
apiVersion: v1
data: {b: "1 < 2 && \\u2028", "10": ten, "9": nine, a: "x\\ny", c: 22:22}
metadata: {name: settings, creationTimestamp: null, labels: {since: 2020-01-01}}
`)
  const { annotations } = cluster.configMaps.get('settings').metadata
  expect(annotations).toEqual({
    [annotation]:
      '{"apiVersion":"v1","data":{"10":"ten","9":"nine","a":"x\\ny","b":"1 \\u003c 2 \\u0026\\u0026 \\u2028","c":"22:22"},"kind":"ConfigMap",' +
      '"metadata":{"annotations":{},"creationTimestamp":null,"labels":{"since":"2020-01-01"},"name":"settings","namespace":"default"}}\n',
  })
})

test('apply sets what the manifest says, takes back what it no longer says, and leaves alone what others said', () => {
  const cluster = bare()
  const first = deployment('env: [{name: A, value: "1"}, {name: B, value: "2"}], args: [--fast]', '  replicas: 2\n')
  cluster.apply(first)
  // Somebody scales, labels, and adds a sidecar and a variable.
  cluster.deployments.patch('web', {
    metadata: { labels: { team: 'shop' } },
    spec: {
      replicas: 5,
      template: {
        spec: {
          containers: [
            { name: 'main', env: [{ name: 'C', value: '3' }], image: 'web:hotfix' },
            { name: 'sidecar', image: 'log:1' },
          ],
        },
      },
    },
  })
  const { applied } = cluster.apply(deployment('env: [{name: A, value: "9"}]'))
  expect(applied.map(({ result }) => result)).toEqual(['configured'])
  const { metadata, spec } = cluster.deployments.get('web')
  const [main, sidecar] = spec.template.spec.containers
  // The number of replicas is no longer in the manifest, and so is the default again.
  expect([spec.replicas, metadata.labels, main!.image, main!.args]).toEqual([1, { team: 'shop' }, 'web:1', undefined])
  // Those that somebody put before what was applied stay there.
  expect(main!.env).toEqual([
    { name: 'C', value: '3' },
    { name: 'A', value: '9' },
  ])
  expect(sidecar!.name).toBe('sidecar')
})

test('a strategy that is replaced takes its settings along', () => {
  const cluster = bare()
  cluster.apply(deployment('args: []', '  strategy: {type: RollingUpdate, rollingUpdate: {maxSurge: 2}}\n'))
  cluster.apply(deployment('args: []', '  strategy: {type: Recreate}\n'))
  expect(cluster.deployments.get('web').spec.strategy).toEqual({ type: 'Recreate' })
})

test('what was not made by apply is merged with, and loses nothing', () => {
  const cluster = bare()
  cluster.services.create({
    metadata: { name: 'web', labels: { a: '1' } },
    spec: { selector: { app: 'web' }, ports: [{ name: 'http', port: 80 }] },
  })
  const manifest = { apiVersion: 'v1', kind: 'Service', metadata: { name: 'web', labels: { b: '2' } } }
  const { object, result } = cluster.apply({ ...manifest, spec: { ports: [{ name: 'tls', port: 443 }] } }).applied[0]!
  const { metadata, spec } = cluster.services.get('web')
  expect([result, object]).toEqual(['configured', cluster.services.get('web')])
  expect([metadata.labels, spec.ports!.map(({ port }) => port)]).toEqual([{ a: '1', b: '2' }, [443, 80]])
})

test('a manifest in words that the API server writes otherwise changes nothing when it is applied again', () => {
  const cluster = bare()
  const limits = { cpu: 0.5, memory: '1024Mi' }
  const pod = podManifest('a', { spec: { containers: [{ name: 'main', image: 'web', resources: { limits } }] } })
  const before = [cluster.apply({ ...pod, status: {} }).applied[0]!.object, cluster.revision, cluster.journal.entries]
  expect(cluster.pods.get('a').spec.containers[0]!.resources!.limits).toEqual({ cpu: '500m', memory: '1Gi' })
  const { object, result } = cluster.apply({ ...pod, status: {} }).applied[0]!
  expect(result).toBe('unchanged')
  expect([object, cluster.revision, cluster.journal.entries]).toEqual(before)
})

test('an object without a name of its own is made anew each time', () => {
  const cluster = bare()
  const manifest = { ...podManifest(''), metadata: { generateName: 'job-' } }
  const [one, other] = [cluster.apply(manifest), cluster.apply(manifest)]
  expect([one, other].map(({ applied }) => applied[0]!.result)).toEqual(['created', 'created'])
  expect(cluster.pods.list().items).toHaveLength(2)
})

test('what may not change is refused as the API server does, with nothing changed', () => {
  const cluster = bare()
  cluster.apply([podManifest('a'), podManifest('b')])
  const before = [cluster.revision, cluster.historyHash()]
  const error = refused(() =>
    cluster.apply([
      podManifest('c'),
      podManifest('b', { labels: { x: 'y' } }),
      podManifest('a', { spec: { hostNetwork: true } }),
    ]),
  )
  expect([error.reason, error.message]).toEqual([
    'Invalid',
    expect.stringContaining('pod updates may not change fields'),
  ])
  expect([cluster.revision, cluster.historyHash()]).toEqual(before)
})

test('an annotation that is not what apply wrote is refused by name', () => {
  const cluster = bare()
  cluster.services.create({
    metadata: { name: 'web', annotations: { [annotation]: '{' } },
    spec: { ports: [{ port: 80 }] },
  })
  const manifest = { apiVersion: 'v1', kind: 'Service', metadata: { name: 'web' } }
  expect(refused(() => cluster.apply(manifest)).message).toContain(
    `metadata.annotations[${annotation}]: invalid JSON document`,
  )
})

test('what has no namespace loses the one a manifest gives it', () => {
  const cluster = bare()
  const manifest = { apiVersion: 'v1', kind: 'Node', metadata: { name: 'extra', namespace: 'default' } }
  expect(cluster.apply(manifest).applied[0]!.object.metadata.namespace).toBeUndefined()
  expect(cluster.apply(manifest).applied[0]!.result).toBe('unchanged')
})

const widgets = `
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: widgets.example.com}
spec:
  group: example.com
  scope: Namespaced
  names: {kind: Widget, plural: widgets}
  versions:
  - name: v1
    served: true
    storage: true
    schema:
      openAPIV3Schema:
        type: object
        properties:
          spec:
            type: object
            properties:
              size: {type: integer, default: 1}
              colours: {type: array, items: {type: string}}
              parts:
                type: array
                x-kubernetes-list-type: map
                x-kubernetes-list-map-keys: [name]
                items: {type: object, required: [name], properties: {name: {type: string}, weight: {type: integer}}}
              notes: {type: object, additionalProperties: {type: string}}
`
const widget = (spec: string): string => `
apiVersion: example.com/v1
kind: Widget
metadata: {name: w}
spec: ${spec}
`

test('custom resources find their definition in the same file, and are merged as JSON', () => {
  const cluster = bare()
  const results = (text: string): string[] => cluster.apply(text).applied.map(({ result }) => result)
  const first = `${widget('{colours: [red], notes: {a: one, b: two}}')}---${widgets}`
  expect(results(first)).toEqual(['created', 'created'])
  expect(results(first)).toEqual(['unchanged', 'unchanged'])
  const client = cluster.resource('example.com/v1/Widget')
  client.patch('w', { spec: { size: 5, notes: { c: 'z' } } })
  expect(results(widget('{colours: [blue, green], notes: {b: two}}'))).toEqual(['configured'])
  expect(client.get('w')).toMatchObject({ spec: { size: 5, colours: ['blue', 'green'], notes: { b: 'two', c: 'z' } } })
  const error = refused(() => client.patch('w', {}, { type: 'strategic' }))
  expect([error.reason, error.message]).toEqual([
    'UnsupportedMediaType',
    expect.stringContaining('a strategic merge patch is not supported for custom resources'),
  ])
})

test('custom resources are applied on the server as their schema has their lists', () => {
  const cluster = bare()
  cluster.apply(widgets, { serverSide: true })
  const apply = (fieldManager: string, spec: string): unknown =>
    cluster.apply(widget(spec), { serverSide: true, fieldManager }).applied[0]!.object
  apply('one', '{size: 2, colours: [red], parts: [{name: a, weight: 1}]}')
  expect(apply('two', '{parts: [{name: b, weight: 2}], notes: {a: b}}')).toMatchObject({
    spec: {
      size: 2,
      parts: [
        { name: 'a', weight: 1 },
        { name: 'b', weight: 2 },
      ],
    },
  })
  expect(refused(() => apply('two', '{colours: [blue]}')).status.message).toBe(
    'Apply failed with 1 conflict: conflict with "one": .spec.colours',
  )
  expect(refused(() => apply('two', '{parts: [{name: a, weight: 9}]}')).status.message).toBe(
    'Apply failed with 1 conflict: conflict with "one": .spec.parts[name="a"].weight',
  )
  expect(apply('one', '{size: 2, colours: [red]}')).toMatchObject({ spec: { parts: [{ name: 'b', weight: 2 }] } })
})

test('delete takes back what the same file applied, all or nothing', () => {
  const cluster = createCluster({ seed: 7, nodes: 1 })
  const yaml = `${deployment('args: []')}---
apiVersion: v1
kind: ConfigMap
metadata: {name: settings}
`
  cluster.apply(yaml)
  cluster.apply(podManifest('a'))
  cluster.settle()
  const before = [cluster.revision, cluster.historyHash()]
  const error = refused(() => cluster.delete([yaml, podManifest('nobody')]))
  expect([error.reason, error.message]).toEqual(['NotFound', expect.stringContaining('pods "nobody" not found')])
  expect([cluster.revision, cluster.historyHash()]).toEqual(before)
  const options = { ignoreNotFound: true, gracePeriodSeconds: 0 }
  const deleted = cluster.delete([yaml, podManifest('nobody'), podManifest('a')], options)
  expect(deleted.map(({ kind }) => kind)).toEqual(['Deployment', 'ConfigMap', 'Pod'])
  expect(cluster.configMaps.find('settings')).toBeUndefined()
  expect(cluster.deployments.find('web')).toBeUndefined()
  expect(cluster.pods.find('a')).toBeUndefined()
  expect(replay(JSON.parse(JSON.stringify(cluster.journal)) as Journal).historyHash()).toBe(cluster.historyHash())
})

test('apply names what it does not know, and refuses it unless told to skip it', () => {
  const cluster = bare()
  const objects = [podManifest('a'), { apiVersion: 'example.com/v1', kind: 'Widget', metadata: { name: 'web' } }]
  expect(refused(() => cluster.apply(objects)).message).toMatch(
    'no matches for kind "Widget" in version "example.com/v1"',
  )
  const { applied, skipped } = cluster.apply(objects, { unsupported: 'skip' })
  expect(applied).toHaveLength(1)
  expect(skipped).toEqual([
    { apiVersion: 'example.com/v1', kind: 'Widget', name: 'web', reason: 'Widget is not simulated' },
  ])
})

test.each([
  ['apps/v1beta1', 'Deployment', 'apps/v1'],
  ['extensions/v1beta1', 'Ingress', 'networking.k8s.io/v1'],
  ['policy/v1beta1', 'PodDisruptionBudget', 'policy/v1'],
  ['autoscaling/v2beta2', 'HorizontalPodAutoscaler', 'autoscaling/v2'],
  ['batch/v1beta1', 'CronJob', 'batch/v1'],
])('apply of %s %s, which is gone, names %s', (apiVersion, kind, current) => {
  const cluster = bare()
  const error = refused(() => cluster.apply({ apiVersion, kind, metadata: { name: 'x' } }))
  expect(error.status.message).toBe(
    `no matches for kind "${kind}" in version "${apiVersion}"; it is served as ${current}`,
  )
})

test('somebody else’s kind of the same name is not taken for ours', () => {
  const error = refused(() => bare().apply({ apiVersion: 'serving.example.com/v1', kind: 'Service', metadata: {} }))
  expect(error.status.message).toBe('no matches for kind "Service" in version "serving.example.com/v1"')
})
