import { expect, test } from 'vitest'
import { type Cluster, createCluster, type KubeObject, type OwnerReference, replay } from '../../src/index.ts'
import { bare, controllerManifest, names, refused } from '../cluster/support.ts'
import { copiesOf } from '../support/copies.ts'

interface Made {
  readonly owners?: readonly KubeObject[]
  readonly namespace?: string
  readonly finalizers?: readonly string[]
  readonly blocks?: boolean
}

const reference = ({ apiVersion, kind, metadata }: KubeObject, blocks = false): OwnerReference => ({
  apiVersion,
  kind,
  name: metadata.name,
  uid: metadata.uid,
  ...(blocks ? { blockOwnerDeletion: true } : {}),
})

/** A secret stands for any object. */
function secret(cluster: Cluster, name: string, { owners = [], finalizers, namespace, blocks }: Made = {}): KubeObject {
  const ownerReferences = owners.map((owner) => reference(owner, blocks))
  return cluster.secrets.create({
    metadata: { name, ...(namespace && { namespace }), ...(finalizers && { finalizers }), ownerReferences },
  })
}

const left = (cluster: Cluster): string[] => names(cluster.secrets.list({ allNamespaces: true }))

/** What happened to secrets, one line a change. */
function story(cluster: Cluster): string[] {
  return cluster
    .history()
    .filter(({ object }) => object.kind === 'Secret')
    .map(({ type, actor, object: { metadata } }) => {
      const held = metadata.finalizers === undefined ? '' : ` [${metadata.finalizers.join()}]`
      return `${actor === 'kubernetes-admin' ? 'user' : 'gc'}: ${type} ${metadata.name}${held}`
    })
}

test('what an object owns goes with it, and what that owns', () => {
  const cluster = bare()
  const root = secret(cluster, 'root')
  const child = secret(cluster, 'child', { owners: [root] })
  secret(cluster, 'grandchild', { owners: [child] })
  secret(cluster, 'stranger')
  cluster.secrets.delete('root')
  cluster.settle()
  expect(left(cluster)).toEqual(['stranger'])
  expect(story(cluster).slice(4)).toEqual(['user: DELETED root', 'gc: DELETED child', 'gc: DELETED grandchild'])
})

test('in the foreground the owner goes last, and waits only for what blocks it', () => {
  const cluster = bare()
  const root = secret(cluster, 'root')
  const child = secret(cluster, 'child', { owners: [root], blocks: true })
  secret(cluster, 'grandchild', { owners: [child], blocks: true })
  secret(cluster, 'loose', { owners: [root], finalizers: ['example.com/hold'] })
  const marked = cluster.secrets.delete('root', { propagationPolicy: 'Foreground' })
  expect(marked.metadata).toMatchObject({
    deletionTimestamp: '2020-01-01T00:00:00Z',
    deletionGracePeriodSeconds: 0,
    finalizers: ['foregroundDeletion'],
  })
  cluster.settle()
  expect(story(cluster).slice(4)).toEqual([
    'user: MODIFIED root [foregroundDeletion]',
    'gc: MODIFIED child [foregroundDeletion]',
    'gc: MODIFIED loose [example.com/hold]',
    'gc: DELETED grandchild',
    'gc: DELETED child [foregroundDeletion]',
    'gc: DELETED root [foregroundDeletion]',
  ])
  expect(left(cluster)).toEqual(['loose'])
})

test('an owner in the foreground waits for a dependent that something else holds', () => {
  const cluster = bare()
  const root = secret(cluster, 'root')
  secret(cluster, 'child', { owners: [root], blocks: true, finalizers: ['example.com/hold'] })
  cluster.secrets.delete('root', { propagationPolicy: 'Foreground' })
  cluster.advance('1h')
  expect(left(cluster)).toEqual(['child', 'root'])
  cluster.secrets.update('child', (draft) => void (draft.metadata.finalizers = []))
  cluster.settle()
  expect(left(cluster)).toEqual([])
})

test('a dependent that stops blocking, or stops being one, lets its owner go', () => {
  for (const ownerReferences of [[], undefined]) {
    const cluster = bare()
    const root = secret(cluster, 'root')
    secret(cluster, 'child', { owners: [root], blocks: true, finalizers: ['example.com/hold'] })
    cluster.secrets.delete('root', { propagationPolicy: 'Foreground' })
    cluster.settle()
    cluster.secrets.update('child', (draft) => {
      draft.metadata.ownerReferences = ownerReferences ?? [{ ...reference(root), blockOwnerDeletion: false }]
    })
    cluster.settle()
    expect(left(cluster)).toEqual(['child'])
  }
})

test('what is made for an owner that waits for its dependents is deleted too', () => {
  const cluster = bare()
  const root = secret(cluster, 'root')
  secret(cluster, 'child', { owners: [root], blocks: true, finalizers: ['example.com/hold'] })
  cluster.secrets.delete('root', { propagationPolicy: 'Foreground' })
  cluster.settle()
  secret(cluster, 'late', { owners: [root], blocks: true })
  cluster.settle()
  expect(left(cluster)).toEqual(['child', 'root'])
})

test('deleted again in the background, an object waits no longer', () => {
  const cluster = bare()
  const root = secret(cluster, 'root')
  secret(cluster, 'child', { owners: [root], blocks: true, finalizers: ['example.com/hold'] })
  cluster.secrets.delete('root', { propagationPolicy: 'Foreground' })
  cluster.settle()
  cluster.secrets.delete('root')
  expect(left(cluster)).toEqual(['child', 'root'])
  cluster.secrets.delete('root', { propagationPolicy: 'Background' })
  expect(left(cluster)).toEqual(['child'])
})

test('orphans stay, and forget their owner', () => {
  for (const options of [{ propagationPolicy: 'Orphan' }, { orphanDependents: true }]) {
    const cluster = bare()
    const [root, other] = [secret(cluster, 'root'), secret(cluster, 'other')]
    secret(cluster, 'child', { owners: [root] })
    secret(cluster, 'shared', { owners: [root, other] })
    expect(cluster.secrets.delete('root', options).metadata.finalizers).toEqual(['orphan'])
    cluster.settle()
    expect(left(cluster)).toEqual(['child', 'other', 'shared'])
    expect(cluster.secrets.get('child').metadata.ownerReferences).toBeUndefined()
    expect(cluster.secrets.get('shared').metadata.ownerReferences).toEqual([reference(other)])
  }
})

test('an object goes with the last of its owners, and forgets those that went before', () => {
  const cluster = bare()
  const owners = [secret(cluster, 'a'), secret(cluster, 'b')]
  secret(cluster, 'child', { owners })
  cluster.secrets.delete('a')
  cluster.settle()
  expect(cluster.secrets.get('child').metadata.ownerReferences).toEqual([reference(owners[1]!)])
  cluster.secrets.delete('b')
  cluster.settle()
  expect(left(cluster)).toEqual([])
})

test('an owner whose dependents come and go by the hundred knows those it has', () => {
  const cluster = bare()
  const root = secret(cluster, 'root')
  for (let round = 0; round < 300; round++) {
    secret(cluster, `passing-${round % 3}`, { owners: [root], blocks: true })
    if (round % 50 === 0) secret(cluster, `staying-${round}`, { owners: [root], blocks: true })
    cluster.settle()
    cluster.secrets.delete(`passing-${round % 3}`)
    cluster.settle()
  }
  cluster.secrets.update('staying-50', (draft) => void (draft.metadata.ownerReferences = []))
  cluster.secrets.delete('root', { propagationPolicy: 'Foreground' })
  cluster.settle()
  expect(left(cluster)).toEqual(['staying-50'])
  const deleted = story(cluster).filter((line) => line.startsWith('gc: DELETED'))
  expect(deleted.slice(0, 5).map((line) => line.slice(0, 19))).toEqual(
    deleted.slice(0, 5).map(() => 'gc: DELETED staying'),
  )
  expect(deleted[5]).toBe('gc: DELETED root [foregroundDeletion]')
})

test('two that own each other in the foreground both go', () => {
  const cluster = bare()
  const a = secret(cluster, 'a')
  const b = secret(cluster, 'b', { owners: [a], blocks: true })
  cluster.secrets.update('a', (draft) => void (draft.metadata.ownerReferences = [reference(b, true)]))
  cluster.settle()
  cluster.secrets.delete('a', { propagationPolicy: 'Foreground' })
  cluster.settle()
  expect(left(cluster)).toEqual([])
})

test('an owner that was never there, or is another by now, keeps nothing', () => {
  const cluster = bare()
  const gone = secret(cluster, 'root')
  cluster.secrets.delete('root')
  cluster.settle()
  secret(cluster, 'root')
  secret(cluster, 'child', { owners: [gone] })
  secret(cluster, 'misnamed', { owners: [{ ...gone, metadata: { ...gone.metadata, name: 'nobody' } }] })
  cluster.settle()
  expect(left(cluster)).toEqual(['root'])
})

test('what has no namespace stays whatever owner with one it names, and an event says why', () => {
  const cluster = bare()
  const { uid } = secret(cluster, 'root').metadata
  const owner = { apiVersion: 'v1', kind: 'Secret', name: 'root', uid }
  cluster.resource('v1/PersistentVolume').create({
    metadata: { name: 'a', ownerReferences: [owner] },
    spec: { capacity: { storage: '1Gi' }, accessModes: ['ReadWriteOnce'], hostPath: { path: '/a' } },
  } as never)
  cluster.settle()
  expect(cluster.resource('v1/PersistentVolume').get('a').metadata.ownerReferences).toEqual([owner])
  const said = cluster.events.list({ namespace: 'default', fieldSelector: 'reason=OwnerRefInvalidNamespace' }).items
  expect(said.map(({ message }) => message)).toEqual([
    `ownerRef [v1/Secret, namespace: , name: root, uid: ${uid}] does not exist in namespace ""`,
  ])
})

test('an owner in another namespace keeps nothing, and an event says why', () => {
  const cluster = bare()
  cluster.namespaces.create({ metadata: { name: 'elsewhere' } })
  const root = secret(cluster, 'root')
  const child = secret(cluster, 'child', { owners: [root], namespace: 'elsewhere' })
  cluster.settle()
  expect(left(cluster)).toEqual(['root'])
  const [event] = cluster.events.list({
    namespace: 'elsewhere',
    fieldSelector: 'reason=OwnerRefInvalidNamespace',
  }).items
  expect(event).toMatchObject({
    type: 'Warning',
    message: `ownerRef [v1/Secret, namespace: elsewhere, name: root, uid: ${root.metadata.uid}] does not exist in namespace "elsewhere"`,
    involvedObject: { kind: 'Secret', name: 'child', uid: child.metadata.uid },
    source: { component: 'garbage-collector-controller' },
  })
})

test('an owner without a namespace owns in all of them; one with a namespace owns nothing that has none', () => {
  const cluster = bare()
  const node = cluster.nodes.create({ metadata: { name: 'n' } })
  const root = secret(cluster, 'root')
  secret(cluster, 'child', { owners: [node] })
  cluster.nodes.create({ metadata: { name: 'kept', ownerReferences: [reference(root)] } })
  cluster.nodes.delete('n')
  cluster.secrets.delete('root')
  cluster.settle()
  expect([left(cluster), names(cluster.nodes.list())]).toEqual([[], ['kept']])
})

test('an owner of a kind that is not served keeps its dependents', () => {
  const cluster = bare()
  const stranger = { apiVersion: 'example.com/v1', kind: 'Widget', name: 'w', uid: 'u' }
  cluster.secrets.create({
    metadata: { name: 'child', ownerReferences: [stranger] },
  })
  const failures: unknown[] = []
  cluster.on('failure', (failure) => failures.push(failure))
  cluster.settle()
  cluster.advance('1h')
  expect([left(cluster), failures]).toEqual([['child'], []])
})

test('events are not collected', () => {
  const cluster = bare()
  const gone = secret(cluster, 'root')
  cluster.secrets.delete('root')
  cluster.events.create({
    metadata: { name: 'e', namespace: 'default', ownerReferences: [reference(gone)] },
    involvedObject: { namespace: 'default' },
  })
  cluster.settle()
  expect(names(cluster.events.list())).toEqual(['e'])
  const deleted = cluster.events.delete('e', { propagationPolicy: 'Foreground' })
  expect(deleted.metadata.finalizers).toBeUndefined()
  expect(names(cluster.events.list())).toEqual([])
})

test('the pods of a replication controller stay unless their deletion is asked for', () => {
  const outcomes = [undefined, 'Orphan', 'Background', 'Foreground'].map((propagationPolicy) => {
    const cluster = createCluster({ nodes: 1 })
    cluster.replicationControllers.create(controllerManifest('web', 3))
    cluster.settle()
    cluster.replicationControllers.delete('web', { propagationPolicy })
    cluster.settle()
    return [cluster.replicationControllers.list().items.length, cluster.pods.list().items.length]
  })
  expect(outcomes).toEqual([
    [0, 3],
    [0, 3],
    [0, 0],
    [0, 0],
  ])
})

test('in the foreground a replication controller outlives its pods, which have their grace', () => {
  const cluster = createCluster({ nodes: 1, behaviours: [{ image: '*', stop: '5s' }] })
  cluster.replicationControllers.create(controllerManifest('web', 2))
  cluster.settle()
  cluster.replicationControllers.delete('web', { propagationPolicy: 'Foreground' })
  cluster.advance('4s')
  expect(cluster.pods.list().items.map(({ metadata }) => metadata.deletionGracePeriodSeconds)).toEqual([30, 30])
  expect(names(cluster.replicationControllers.list())).toEqual(['web'])
  cluster.settle()
  expect([cluster.pods.list().items, cluster.replicationControllers.list().items]).toEqual([[], []])
})

test('without the garbage collector nothing is collected, and what waits for it waits', () => {
  const cluster = bare({ disable: ['garbage-collector-controller'] })
  const root = secret(cluster, 'root')
  secret(cluster, 'child', { owners: [root] })
  cluster.secrets.delete('root', { propagationPolicy: 'Orphan' })
  cluster.advance('1h')
  expect(left(cluster)).toEqual(['child', 'root'])
})

test('started again, it finds what it missed', () => {
  const cluster = bare()
  const name = 'garbage-collector-controller'
  const [root, front, back, other] = ['root', 'front', 'back', 'other'].map((of) => secret(cluster, of))
  for (const owner of [root!, front!, back!, other!]) {
    secret(cluster, `${owner.metadata.name}-child`, { owners: [owner], blocks: true })
  }
  cluster.settle()
  cluster.controllers.crash(name)
  cluster.secrets.delete('root')
  cluster.secrets.delete('front', { propagationPolicy: 'Foreground' })
  cluster.secrets.delete('back', { propagationPolicy: 'Orphan' })
  cluster.advance('1h')
  expect(left(cluster)).toHaveLength(7)
  cluster.controllers.restart(name)
  cluster.settle()
  expect(left(cluster)).toEqual(['back-child', 'other', 'other-child'])
  cluster.secrets.delete('other')
  cluster.settle()
  expect(left(cluster)).toEqual(['back-child'])
  expect(cluster.controllers.list().find((one) => one.name === name)).toEqual({
    name,
    state: 'running',
    queued: [],
    failing: [],
  })
})

test('binding a pod and writing its status give the garbage collector no turn', () => {
  const turns = (disable: readonly string[]): number[] => {
    const cluster = createCluster({ nodes: 1, disable })
    cluster.pods.create({ metadata: { name: 'a' }, spec: { containers: [{ name: 'main', image: 'web:1' }] } })
    const taken = (): number => Number(/(\d+) tasks taken/u.exec(String(cluster))![1])
    cluster.advance('2ms')
    const atFirst = taken()
    cluster.settle()
    expect(cluster.pods.get('a').status.phase).toBe('Running')
    return [atFirst, taken()]
  }
  const [first, last] = turns(['garbage-collector-controller'])
  expect(turns([])).toEqual([first! + 1, last! + 1])
})

test('a finalizer for the garbage collector may not be added to what is being deleted', () => {
  const cluster = bare()
  secret(cluster, 's', { finalizers: ['example.com/hold'] })
  cluster.secrets.delete('s')
  const error = refused(() =>
    cluster.secrets.update('s', (draft) => void draft.metadata.finalizers!.push('foregroundDeletion')),
  )
  expect(error.message).toContain(
    'metadata.finalizers: Forbidden: no new finalizers can be added if the object is being deleted, found new finalizers []string{"foregroundDeletion"}',
  )
})

test('a journal of collecting replays to the same history', () => {
  const cluster = createCluster({ nodes: 1 })
  cluster.replicationControllers.create(controllerManifest('web', 3))
  cluster.advance('3s')
  const copies = copiesOf(cluster)
  for (const one of [cluster, ...copies]) {
    one.replicationControllers.delete('web', { propagationPolicy: 'Foreground' })
    one.settle()
  }
  for (const copy of copies) expect(copy.historyHash()).toBe(cluster.historyHash())
  expect(replay(cluster.journal).historyHash()).toBe(cluster.historyHash())
})
