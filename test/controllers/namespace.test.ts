import { expect, test } from 'vitest'
import { type Cluster, createCluster, type Namespace, replay } from '../../src/index.ts'
import { bare, controllerManifest, names, podManifest, refused } from '../cluster/support.ts'
import { copiesOf } from '../support/copies.ts'

const inTeam = <T extends { readonly metadata?: object | undefined }>(manifest: T): T =>
  ({ ...manifest, metadata: { ...manifest.metadata, namespace: 'team' } }) as T

/** A namespace with something of everything in it. */
function team(options: Parameters<typeof createCluster>[0] = {}): Cluster {
  const cluster = createCluster({ nodes: 2, ...options })
  cluster.namespaces.create({ metadata: { name: 'team' } })
  cluster.replicationControllers.create(inTeam(controllerManifest('web', 3)))
  cluster.pods.create(inTeam(podManifest('bare')))
  cluster.services.create({
    metadata: { name: 'web', namespace: 'team' },
    spec: { selector: { app: 'web' }, ports: [{ port: 80 }] },
  })
  cluster.secrets.create({ metadata: { name: 'key', namespace: 'team' } })
  cluster.advance('30s')
  return cluster
}

/** Everything that stands in a namespace, of whatever kind. */
function content(cluster: Cluster, namespace: string): string[] {
  const seen = new Map<string, string>()
  for (const { type, object } of cluster.history(0)) {
    if (object.metadata.namespace !== namespace) continue
    const key = `${object.kind}/${object.metadata.name}`
    if (type === 'DELETED') seen.delete(key)
    else seen.set(key, key)
  }
  return [...seen.values()]
}

const conditions = ({ status }: Namespace): Record<string, string> =>
  Object.fromEntries(
    (status.conditions ?? []).map(({ type, status: is, reason, message }) => [type, `${is} ${reason}: ${message}`]),
  )

test('a namespace goes with all that stands in it, and nothing else does', () => {
  const cluster = team({ history: 'all' })
  cluster.pods.create(podManifest('stranger'))
  expect(content(cluster, 'team').map((key) => key.split('/')[0])).toEqual(
    expect.arrayContaining(['Pod', 'ReplicationController', 'Service', 'Endpoints', 'Secret', 'Event']),
  )
  const marked = cluster.namespaces.delete('team')
  expect(marked).toMatchObject({
    metadata: { deletionTimestamp: '2020-01-01T00:00:30Z' },
    spec: { finalizers: ['kubernetes'] },
    status: { phase: 'Terminating' },
  })
  expect(marked.metadata.deletionGracePeriodSeconds).toBeUndefined()
  cluster.settle()
  expect(cluster.namespaces.find('team')).toBeUndefined()
  expect(content(cluster, 'team')).toEqual([])
  expect(names(cluster.pods.list())).toEqual(['stranger'])
  cluster.advance('1h')
  expect(content(cluster, 'team')).toEqual([])
})

test('a namespace may be made again under its name, as another', () => {
  const cluster = team()
  const { uid } = cluster.namespaces.get('team').metadata
  cluster.namespaces.delete('team')
  cluster.settle()
  cluster.namespaces.create({ metadata: { name: 'team' } })
  cluster.pods.create(inTeam(podManifest('bare')))
  cluster.settle()
  expect(cluster.namespaces.get('team').metadata.uid).not.toBe(uid)
  expect(cluster.pods.get('bare', { namespace: 'team' }).status.phase).toBe('Running')
})

test('the pods go first and have their grace; meanwhile the conditions say what remains', () => {
  const cluster = team({ behaviours: [{ image: '*', stop: '20s' }] })
  cluster.namespaces.delete('team')
  cluster.advance('4900ms')
  expect(cluster.pods.list({ namespace: 'team' }).items.map(({ metadata }) => metadata.deletionTimestamp)).toEqual(
    Array.from({ length: 4 }, () => undefined),
  )
  cluster.advance('200ms')
  expect(cluster.pods.list({ namespace: 'team' }).items.map(({ metadata }) => metadata.deletionTimestamp)).toEqual(
    Array.from({ length: 4 }, () => '2020-01-01T00:01:05Z'),
  )
  expect(names(cluster.replicationControllers.list({ namespace: 'team' }))).toEqual(['web'])
  expect(conditions(cluster.namespaces.get('team'))).toEqual({
    NamespaceDeletionDiscoveryFailure: 'False ResourcesDiscovered: All resources successfully discovered',
    NamespaceDeletionGroupVersionParsingFailure: 'False ParsedGroupVersions: All legacy kube types successfully parsed',
    NamespaceDeletionContentFailure:
      'False ContentDeleted: All content successfully deleted, may be waiting on finalization',
    NamespaceContentRemaining: 'True SomeResourcesRemain: Some resources are remaining: pods. has 4 resource instances',
    NamespaceFinalizersRemaining: 'False ContentHasNoFinalizers: All content-preserving finalizers finished',
  })
  // Half of the grace and a second after the first look, and again.
  cluster.settle()
  expect(cluster.time).toBe('2020-01-01T00:01:07Z')
  expect(cluster.namespaces.find('team')).toBeUndefined()
})

test('what a finalizer holds keeps its namespace, which says so', () => {
  const cluster = bare()
  cluster.namespaces.create({ metadata: { name: 'team' } })
  cluster.secrets.create({ metadata: { name: 'held', namespace: 'team', finalizers: ['example.com/hold'] } })
  cluster.namespaces.delete('team')
  cluster.settle()
  expect(conditions(cluster.namespaces.get('team'))).toMatchObject({
    NamespaceContentRemaining:
      'True SomeResourcesRemain: Some resources are remaining: secrets. has 1 resource instances',
    NamespaceFinalizersRemaining:
      'True SomeFinalizersRemain: Some content in the namespace has finalizers remaining: example.com/hold in 1 resource instances',
  })
  cluster.advance('1h')
  cluster.secrets.update('held', (draft) => void (draft.metadata.finalizers = []), { namespace: 'team' })
  cluster.advance('8s')
  expect(cluster.namespaces.find('team')).toBeUndefined()
})

test('pods that outlast their grace are an error, tried again at least every minute', () => {
  const cluster = team({ nodes: 1 })
  cluster.faults.crashNode('node-0')
  cluster.namespaces.delete('team')
  cluster.advance('30m')
  expect(conditions(cluster.namespaces.get('team'))).toMatchObject({
    NamespaceDeletionContentFailure:
      'True ContentDeletionFailed: Failed to delete all resource types, 1 remaining: unexpected items still remain in namespace: team for gvr: /v1, Resource=pods',
  })
  cluster.faults.restartNode('node-0')
  cluster.advance('62s')
  expect(cluster.namespaces.find('team')).toBeUndefined()
})

test('a namespace that is being deleted takes nothing new, and no event either', () => {
  const cluster = team()
  cluster.namespaces.delete('team')
  const error = refused(() => cluster.pods.create(inTeam(podManifest('late'))))
  expect(error.status).toMatchObject({
    code: 403,
    reason: 'Forbidden',
    message: 'pods "late" is forbidden: unable to create new content in namespace team because it is being terminated',
    details: {
      name: 'late',
      kind: 'pods',
      causes: [
        {
          reason: 'NamespaceTerminating',
          message: 'namespace team is being terminated',
          field: 'metadata.namespace',
        },
      ],
    },
  })
  expect(
    refused(() => cluster.pods.create(inTeam({ ...podManifest(''), metadata: { generateName: 'late-' } }))).message,
  ).toContain('pods "late-" is forbidden')
  const before = cluster.events.list({ namespace: 'team' }).items.length
  cluster.advance('5100ms')
  expect(cluster.events.list({ namespace: 'team' }).items).toHaveLength(before)
  cluster.secrets.update('key', (draft) => void (draft.metadata.labels = { a: 'b' }), { namespace: 'team' })
})

test('every namespace can be selected by its name', () => {
  const cluster = bare()
  cluster.namespaces.create({ metadata: { name: 'team', labels: { a: 'b' } } })
  expect(names(cluster.namespaces.list({ labelSelector: 'kubernetes.io/metadata.name in (team, default)' }))).toEqual([
    'default',
    'team',
  ])
})

test('finalize lets a namespace go, whatever stands in it', () => {
  const cluster = bare({ disable: ['namespace-controller'] })
  const made = cluster.namespaces.create({ metadata: { name: 'team' }, spec: { finalizers: ['example.com/mine'] } })
  expect(made.spec.finalizers).toEqual(['example.com/mine', 'kubernetes'])
  cluster.namespaces.delete('team')
  cluster.advance('1h')
  const marked = cluster.namespaces.get('team')
  const left = cluster.namespaces.finalize({ ...marked, spec: { finalizers: ['kubernetes'] } })
  expect(left.spec.finalizers).toEqual(['kubernetes'])
  expect(refused(() => cluster.namespaces.finalize({ ...marked, spec: {} })).reason).toBe('Conflict')
  cluster.namespaces.finalize({ ...left, spec: {} })
  expect(cluster.namespaces.find('team')).toBeUndefined()
  expect(refused(() => cluster.pods.finalize({ metadata: { name: 'a' } })).reason).toBe('MethodNotAllowed')
  expect(replay(cluster.journal).historyHash()).toBe(cluster.historyHash())
})

test('another’s finalizer in its spec keeps an empty namespace', () => {
  const cluster = bare()
  cluster.namespaces.create({ metadata: { name: 'team' }, spec: { finalizers: ['example.com/mine'] } })
  cluster.namespaces.delete('team')
  cluster.settle()
  const left = cluster.namespaces.get('team')
  expect(left.spec.finalizers).toEqual(['example.com/mine'])
  cluster.namespaces.finalize({ ...left, spec: {} })
  expect(cluster.namespaces.find('team')).toBeUndefined()
})

test('what becomes of a namespace is the same in a fork, in what is saved and in a replay', () => {
  const cluster = team({ seed: 3, latency: { watchDelivery: { uniform: [1, 9] } } })
  cluster.namespaces.delete('team')
  cluster.advance('6s')
  const copies = copiesOf(cluster)
  for (const one of [cluster, ...copies]) one.advance('2m')
  expect(cluster.namespaces.find('team')).toBeUndefined()
  for (const copy of copies) expect(copy.historyHash()).toBe(cluster.historyHash())
  expect(replay(cluster.journal).historyHash()).toBe(cluster.historyHash())
})
