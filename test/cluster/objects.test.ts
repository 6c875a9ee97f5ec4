import { expect, test } from 'vitest'
import { createCluster, type Lease } from '../../src/index.ts'
import { bare, controllerManifest, podManifest, refused } from './support.ts'

test('what is created can be read, with all that the server fills in', () => {
  const cluster = bare()
  const made = cluster.pods.create(podManifest('a', { labels: { app: 'web' } }))
  expect(made).toEqual(cluster.pods.get('a'))
  expect(made.metadata).toEqual({
    name: 'a',
    namespace: 'default',
    uid: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/),
    resourceVersion: String(cluster.revision),
    generation: 1,
    creationTimestamp: '2020-01-01T00:00:00Z',
    labels: { app: 'web' },
  })
  expect(made.spec).toMatchObject({
    restartPolicy: 'Always',
    schedulerName: 'default-scheduler',
    terminationGracePeriodSeconds: 30,
  })
  expect(made.status).toEqual({ phase: 'Pending', qosClass: 'BestEffort' })
})

test('a generated name has room for its suffix, however long what it begins with', () => {
  const cluster = bare()
  const generateName = 'a'.repeat(70)
  const made = cluster.configMaps.create({ metadata: { generateName } })
  expect(made.metadata.name).toMatch(/^a{58}[a-z0-9]{5}$/)
  expect(made.metadata.generateName).toBe(generateName)
})

test('find says undefined where get throws NotFound', () => {
  const cluster = bare()
  expect(cluster.pods.find('a')).toBeUndefined()
  const error = refused(() => cluster.pods.get('a'))
  expect([error.reason, error.code, error.message]).toEqual([
    'NotFound',
    404,
    `pods "a" not found (revision ${cluster.revision}, t=+0s, seed 7)`,
  ])
  cluster.pods.create(podManifest('a'))
  expect(cluster.pods.find('a', { namespace: 'kube-system' })).toBeUndefined()
  expect(cluster.pods.find('a')).toEqual(cluster.pods.get('a'))
})

test('an update writes the object handed in', () => {
  const cluster = bare()
  const made = cluster.replicationControllers.create(controllerManifest('web', 2))
  const next = cluster.replicationControllers.update({ ...made, spec: { ...made.spec, replicas: 5 } })
  expect(next.spec.replicas).toBe(5)
  expect(next.metadata.generation).toBe(2)
  expect(next.metadata.uid).toBe(made.metadata.uid)
  expect(Number(next.metadata.resourceVersion)).toBe(Number(made.metadata.resourceVersion) + 1)
  expect(cluster.replicationControllers.get('web')).toEqual(next)
})

test('an update by recipe changes what the recipe changes', () => {
  const cluster = bare()
  cluster.pods.create({
    ...podManifest('a'),
    metadata: { name: 'a', namespace: 'kube-system', labels: { x: '1', y: '2' } },
  })
  const next = cluster.pods.update('a', (draft) => void delete draft.metadata.labels!['x'], {
    namespace: 'kube-system',
  })
  expect(next.metadata.labels).toEqual({ y: '2' })
  expect(next.metadata.generation).toBe(1)
})

test('a stale resourceVersion is a Conflict; none given means whatever it is now', () => {
  const cluster = bare()
  const first = cluster.pods.create(podManifest('a'))
  cluster.pods.update('a', (draft) => void (draft.metadata.labels = { b: 'c' }))
  const { revision } = cluster
  const error = refused(() => cluster.pods.update(first))
  expect([error.reason, error.code]).toEqual(['Conflict', 409])
  expect(error.status.message).toBe(
    'Operation cannot be fulfilled on pods "a": the object has been modified; please apply your changes to the latest version and try again',
  )
  expect(cluster.revision).toBe(revision)
  const { resourceVersion: _, ...metadata } = first.metadata
  expect(cluster.pods.update({ ...first, metadata: { ...metadata, labels: { d: 'e' } } }).metadata.labels).toEqual({
    d: 'e',
  })
})

test('what Kubernetes never updates unconditionally is updated by resourceVersion alone, and "0" is none', () => {
  const cluster = bare()
  const leases = cluster.resource<Lease>('coordination.k8s.io/v1/Lease')
  const made = leases.create({ metadata: { name: 'l' }, spec: { holderIdentity: 'a' } })
  const { revision } = cluster
  for (const metadata of [{ name: 'l' }, { name: 'l', resourceVersion: '0' }]) {
    const error = refused(() => leases.update({ metadata, spec: { holderIdentity: 'b' } }))
    expect([error.reason, error.status.message]).toEqual([
      'Invalid',
      'leases.coordination.k8s.io "l" is invalid: metadata.resourceVersion: Invalid value: 0: must be specified for an update',
    ])
  }
  expect(cluster.revision).toBe(revision)
  expect(leases.update({ ...made, spec: { holderIdentity: 'b' } }).spec?.holderIdentity).toBe('b')
  expect(leases.patch('l', { spec: { holderIdentity: 'c' } }).spec?.holderIdentity).toBe('c')
  cluster.configMaps.create({ metadata: { name: 'c' } })
  const data = { a: 'b' }
  expect(cluster.configMaps.update({ metadata: { name: 'c', resourceVersion: '0' }, data }).data).toEqual(data)
})

test('an update is told of all that is wrong with it: what it is, and what it changes', () => {
  const cluster = bare()
  const template = { metadata: { labels: { app: 'a' } }, spec: { containers: [{ name: 'c', image: 'x' }] } }
  cluster.deployments.create({ metadata: { name: 'd' }, spec: { selector: { matchLabels: { app: 'a' } }, template } })
  cluster.pods.create(podManifest('p', { spec: { nodeName: 'n' } }))
  const fieldsOf = (act: () => unknown): unknown => refused(act).status.details?.causes?.map(({ field }) => field)
  expect(fieldsOf(() => cluster.deployments.patch('d', { spec: { selector: { matchLabels: { app: 'b' } } } }))).toEqual(
    ['spec.template.metadata.labels', 'spec.selector'],
  )
  // That a pod with a node waits for nothing is a rule for new pods.
  expect(fieldsOf(() => cluster.pods.patch('p', { spec: { schedulingGates: [{ name: 'a.b/c' }] } }))).toEqual([
    'spec.schedulingGates[0].name',
  ])
})

test('another uid is a Conflict', () => {
  const cluster = bare()
  const old = cluster.pods.create(podManifest('a'))
  cluster.pods.delete('a')
  const { resourceVersion: _, ...metadata } = old.metadata
  cluster.pods.create(podManifest('a'))
  expect(refused(() => cluster.pods.update({ ...old, metadata })).message).toMatch(
    'Precondition failed: UID in precondition',
  )
})

test('what was read is created again only without its resourceVersion', () => {
  const cluster = bare()
  const { metadata, ...rest } = cluster.configMaps.create({ metadata: { name: 'a' }, data: { x: '1' } })
  cluster.configMaps.delete('a')
  const { revision } = cluster
  const again = (more: object): unknown => cluster.configMaps.create({ ...rest, metadata: { ...metadata, ...more } })
  const { message, code } = refused(() => again({})).status
  expect([message, code]).toEqual(['resourceVersion should not be set on objects to be created', 500])
  expect(refused(() => cluster.apply({ ...rest, metadata })).message).toContain('resourceVersion should not be set')
  expect(cluster.revision).toBe(revision)
  again({ resourceVersion: undefined })
  expect(cluster.configMaps.get('a').metadata.uid).not.toBe(metadata.uid)
})

test('an owner that is named twice in the same words is named once', () => {
  const cluster = createCluster({ nodes: 0, disable: ['garbage-collector-controller'] })
  const owner = { apiVersion: 'v1', kind: 'ConfigMap', name: 'owner', uid: 'u' }
  const other = { ...owner, controller: true }
  const ownersOf = (name: string): unknown => cluster.configMaps.get(name).metadata.ownerReferences
  cluster.configMaps.create({ metadata: { name: 'a', ownerReferences: [owner, other, { ...owner }, { ...other }] } })
  expect(ownersOf('a')).toEqual([owner, other])
  const { revision } = cluster
  cluster.configMaps.update('a', (draft) => void draft.metadata.ownerReferences!.push({ ...owner }))
  expect(cluster.revision).toBe(revision)
  cluster.configMaps.patch('a', [{ op: 'add', path: '/metadata/ownerReferences', value: [other, other] }], {
    type: 'json',
  })
  expect(ownersOf('a')).toEqual([other])
})

test('an update that changes nothing keeps the resourceVersion', () => {
  const cluster = createCluster({ nodes: 1 })
  cluster.apply(`
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {selector: {app: web}, ports: [{port: 80}]}
`)
  cluster.pods.create(podManifest('a'))
  cluster.settle()
  const { revision } = cluster
  const hash = cluster.historyHash()
  for (const client of [
    cluster.pods,
    cluster.nodes,
    cluster.services,
    cluster.namespaces,
    cluster.endpoints,
    cluster.events,
  ]) {
    const object = (client as typeof cluster.pods).list().items[0]!
    expect((client as typeof cluster.pods).update(object)).toEqual(object)
    expect((client as typeof cluster.pods).update(object.metadata.name, () => {})).toEqual(object)
    expect((client as typeof cluster.pods).update(JSON.parse(JSON.stringify(object)))).toEqual(object)
  }
  expect(cluster.nodes.updateStatus(cluster.nodes.get('node-0'))).toEqual(cluster.nodes.get('node-0'))
  expect([cluster.revision, cluster.historyHash()]).toEqual([revision, hash])
})

test('updateStatus writes the status alone, update everything else', () => {
  const cluster = bare()
  const made = cluster.pods.create(podManifest('a'))
  const withStatus = cluster.pods.updateStatus('a', (draft) => {
    draft.status.phase = 'Running'
    draft.spec.activeDeadlineSeconds = 5
  })
  expect([withStatus.status.phase, withStatus.spec.activeDeadlineSeconds]).toEqual(['Running', undefined])
  expect(withStatus.metadata.generation).toBe(made.metadata.generation)
  const updated = cluster.pods.update('a', (draft) => {
    draft.status.phase = 'Failed'
    draft.metadata.labels = { kept: 'yes' }
  })
  expect([updated.status.phase, updated.metadata.labels]).toEqual(['Running', { kept: 'yes' }])
})

test('a generated name is unique, lawful and drawn by what it is for', () => {
  const make = (elsewhere: number): string[] => {
    const cluster = bare()
    for (let index = 0; index < elsewhere; index++)
      cluster.pods.create({ metadata: { generateName: 'other-' }, spec: { containers: [{ name: 'a', image: 'b' }] } })
    return Array.from(
      { length: 50 },
      () =>
        cluster.pods.create({ metadata: { generateName: 'web-' }, spec: { containers: [{ name: 'a', image: 'b' }] } })
          .metadata.name,
    )
  }
  const made = make(0)
  expect(new Set(made).size).toBe(50)
  for (const name of made) expect(name).toMatch(/^web-[bcdfghjklmnpqrstvwxz2456789]{5}$/)
  expect(make(3)).toEqual(made)
})

test('a refused create draws nothing', () => {
  const [one, other] = [bare(), bare()]
  const manifest = { metadata: { generateName: 'web-' }, spec: { containers: [{ name: 'a', image: 'b' }] } }
  refused(() => other.pods.create({ ...manifest, spec: { containers: [] } }))
  refused(() => other.pods.create({ ...manifest, metadata: { generateName: 'web-', namespace: 'nobody' } }))
  refused(() => other.pods.create({ ...manifest, metadata: { generateName: 'web-', labels: { 'no way': '' } } }))
  expect(other.pods.create(manifest)).toEqual(one.pods.create(manifest))
  expect(other.historyHash()).toBe(one.historyHash())
})

test.each([
  ['given', { name: 'web-x' }],
  ['given beside a generateName', { name: 'web-x', generateName: 'web-' }],
])('an object created again is another object: its uid differs (name %s)', (_, metadata) => {
  const cluster = bare()
  const manifest = { metadata, spec: { containers: [{ name: 'a', image: 'b' }] } }
  const uids = Array.from({ length: 3 }, () => {
    const { uid } = cluster.pods.create(manifest).metadata
    cluster.pods.delete('web-x', { gracePeriodSeconds: 0 })
    return uid
  })
  expect(new Set(uids).size).toBe(3)
})

test('an event created again is another event', () => {
  const cluster = bare()
  const uids = Array.from({ length: 3 }, () => {
    const { uid } = cluster.events.create({
      metadata: { name: 'e' },
      involvedObject: { kind: 'Pod', name: 'a', namespace: 'default' },
      reason: 'X',
      message: 'x',
      type: 'Normal',
    }).metadata
    cluster.events.delete('e')
    return uid
  })
  expect(new Set(uids).size).toBe(3)
})

test('a delete with preconditions happens only where they hold', () => {
  const cluster = bare()
  const made = cluster.pods.create(podManifest('a'))
  expect(refused(() => cluster.pods.delete('a', { preconditions: { uid: 'other' } })).reason).toBe('Conflict')
  expect(refused(() => cluster.pods.delete('a', { preconditions: { resourceVersion: '1' } })).reason).toBe('Conflict')
  cluster.pods.delete('a', {
    preconditions: { uid: made.metadata.uid, resourceVersion: made.metadata.resourceVersion },
  })
  expect(cluster.pods.find('a')).toBeUndefined()
})

test('a finalizer holds an object until it is taken away', () => {
  const cluster = bare()
  cluster.services.create({
    metadata: { name: 's', finalizers: ['example.com/hold'] },
    spec: { ports: [{ port: 80 }] },
  })
  const marked = cluster.services.delete('s')
  expect(marked.metadata.deletionTimestamp).toBe('2020-01-01T00:00:00Z')
  cluster.services.update('s', (draft) => void (draft.metadata.finalizers = []))
  expect(cluster.services.find('s')).toBeUndefined()
})
