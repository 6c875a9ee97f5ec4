import { expect, test } from 'vitest'
import { createCluster, isStatusError, type StatusReason } from '../../src/index.ts'
import { bare, names, podManifest, refused } from './support.ts'

const reasonOf = (act: () => unknown): StatusReason => refused(act).reason

test('a minion and a node are two views on one record', () => {
  const cluster = createCluster({ nodes: 2 })
  cluster.advance('1s')
  expect(names(cluster.minions.list())).toEqual(['node-0', 'node-1'])
  expect(cluster.minions.list().kind).toBe('MinionList')
  const [node, minion] = [cluster.nodes.get('node-0'), cluster.minions.get('node-0')]
  expect(minion).toEqual({ ...node, kind: 'Minion' })
  cluster.nodes.update('node-0', (draft) => void (draft.spec.unschedulable = true))
  expect(cluster.minions.get('node-0').spec.unschedulable).toBe(true)
  expect(names(cluster.minions.list({ fieldSelector: 'spec.unschedulable=true' }))).toEqual(['node-0'])
})

test('a machine registered as a minion is there as a node, and one that goes is gone as both', () => {
  const cluster = bare()
  const made = cluster.minions.create({
    apiVersion: 'v1',
    kind: 'Minion',
    metadata: { name: 'm' },
    status: { capacity: { cpu: '2', memory: '4Gi', pods: '10' } },
  })
  expect(made.kind).toBe('Minion')
  expect(cluster.nodes.get('m')).toEqual({ ...made, kind: 'Node' })
  expect(cluster.nodes.get('m').status.allocatable).toEqual({ cpu: '2', memory: '4Gi', pods: '10' })
  expect(reasonOf(() => cluster.nodes.create({ metadata: { name: 'm' } }))).toBe('AlreadyExists')
  cluster.minions.delete('m')
  expect([cluster.nodes.find('m'), cluster.minions.find('m')]).toEqual([undefined, undefined])
  cluster.nodes.create({ metadata: { name: 'n' } })
  expect(cluster.minions.get('n').metadata.uid).toBe(cluster.nodes.get('n').metadata.uid)
})

test('the ranges of a machine stand in both fields that name them, and the single one counts', () => {
  const cluster = bare()
  const [one, other] = ['10.0.0.0/24', '10.0.1.0/24']
  const ranges = (name: string): unknown => {
    const { podCIDR, podCIDRs } = cluster.nodes.get(name).spec
    return [podCIDR, podCIDRs]
  }
  cluster.nodes.create({ metadata: { name: 'single' }, spec: { podCIDR: one } })
  cluster.minions.create({ metadata: { name: 'list' }, spec: { podCIDRs: [one, 'fd00::/64'] } })
  cluster.nodes.create({ metadata: { name: 'both' }, spec: { podCIDR: one, podCIDRs: [other] } })
  expect(['single', 'list', 'both'].map(ranges)).toEqual([
    [one, [one]],
    [one, [one, 'fd00::/64']],
    [one, [one]],
  ])
  const { revision } = cluster
  cluster.nodes.patch('list', { spec: { podCIDR: null } })
  cluster.nodes.update('single', (draft) => void (draft.spec.podCIDRs = [other]))
  expect([cluster.revision, ranges('list'), ranges('single')]).toEqual([
    revision,
    [one, [one, 'fd00::/64']],
    [one, [one]],
  ])
})

test('a machine without a range is given one once', () => {
  const cluster = bare()
  cluster.nodes.create({ metadata: { name: 'n' } })
  cluster.nodes.patch('n', { spec: { podCIDR: '10.0.0.0/24' } })
  expect(cluster.nodes.get('n').spec).toEqual({ podCIDR: '10.0.0.0/24', podCIDRs: ['10.0.0.0/24'] })
  expect(refused(() => cluster.nodes.patch('n', { spec: { podCIDR: '10.0.1.0/24' } })).message).toContain(
    'spec.podCIDRs: Forbidden: node updates may not change podCIDR except from "" to valid',
  )
})

test('minions are watched, whichever way they change', () => {
  const cluster = bare()
  const watch = cluster.minions.watch()
  cluster.minions.create({ metadata: { name: 'm' } })
  cluster.nodes.update('m', (draft) => void (draft.metadata.labels = { zone: 'a' }))
  cluster.nodes.delete('m')
  const events = watch.read()
  expect(events.map(({ type, object }) => `${type} ${object.kind} ${object.metadata.name}`)).toEqual([
    'ADDED Minion m',
    'MODIFIED Minion m',
    'DELETED Minion m',
  ])
})

test('a minion is never updated', () => {
  const cluster = createCluster({ nodes: 1 })
  const { revision } = cluster
  const minion = cluster.minions.get('node-0')
  for (const act of [
    () => cluster.minions.update(minion),
    () => cluster.minions.update('node-0', () => {}),
    () => cluster.minions.updateStatus(minion),
    () => cluster.minions.updateStatus('node-0', () => {}),
    () => cluster.minions.update({ metadata: { name: 'nobody' } }),
  ]) {
    const error = refused(act)
    expect([error.reason, error.code]).toEqual(['MethodNotAllowed', 405])
    expect(error.message).toMatch('update is not supported on resources of kind "minions"')
  }
  expect(cluster.revision).toBe(revision)
})

test('a node is known by its kind: a Minion is none', () => {
  const cluster = createCluster({ nodes: 1 })
  expect(reasonOf(() => cluster.nodes.create({ apiVersion: 'v1', kind: 'Minion', metadata: { name: 'm' } }))).toBe(
    'BadRequest',
  )
})

test('a binding says once where a pod runs', () => {
  const cluster = createCluster({ nodes: 2, disable: ['scheduler'] })
  cluster.pods.create(podManifest('a'))
  const answer = cluster.bindings.create({
    apiVersion: 'v1',
    kind: 'Binding',
    metadata: { name: 'a' },
    target: { apiVersion: 'v1', kind: 'Node', name: 'node-1' },
  })
  expect(answer).toMatchObject({ kind: 'Status', status: 'Success' })
  const { spec, status, metadata } = cluster.pods.get('a')
  expect(spec.nodeName).toBe('node-1')
  expect(status.conditions).toEqual([expect.objectContaining({ type: 'PodScheduled', status: 'True' })])
  expect(metadata.generation).toBe(1)
  cluster.settle()
  expect(cluster.pods.get('a').status.phase).toBe('Running')
})

test('a binding gives its annotations to the pod, beside its own', () => {
  const cluster = createCluster({ nodes: 1, disable: ['scheduler'] })
  const { metadata, ...rest } = podManifest('a')
  cluster.pods.create({ ...rest, metadata: { ...metadata, annotations: { own: '1', both: 'pod' } } })
  const annotations = { both: 'binding', card: '0' }
  cluster.bindings.create({ metadata: { name: 'a', annotations }, target: { kind: 'Node', name: 'node-0' } })
  expect(cluster.pods.get('a').metadata.annotations).toEqual({ own: '1', both: 'binding', card: '0' })
})

test('a second bind of one pod is a Conflict that names the current node', () => {
  const cluster = createCluster({ nodes: 2 })
  cluster.pods.create(podManifest('a'))
  const bind = (name: string): unknown =>
    cluster.bindings.create({ metadata: { name: 'a' }, target: { kind: 'Node', name } })
  bind('node-1')
  const { revision } = cluster
  for (const node of ['node-0', 'node-1']) {
    const error = refused(() => bind(node))
    expect([error.reason, error.code]).toEqual(['Conflict', 409])
    expect(error.status.message).toBe(
      'Operation cannot be fulfilled on pods/binding "a": pod a is already assigned to node "node-1"',
    )
  }
  expect(cluster.revision).toBe(revision)
  expect(cluster.pods.get('a').spec.nodeName).toBe('node-1')
})

test('the hash of the history tells where a pod was bound, and with what annotations', () => {
  const hashOf = (name: string, annotations?: Record<string, string>): string => {
    const cluster = createCluster({ nodes: 2, seed: 1 })
    cluster.pods.create(podManifest('a'))
    cluster.bindings.create({
      metadata: { name: 'a', ...(annotations && { annotations }) },
      target: { kind: 'Node', name },
    })
    return cluster.historyHash()
  }
  const hashes = [hashOf('node-0'), hashOf('node-1'), hashOf('node-1', { gpu: '1' }), hashOf('node-1', { gpu: '2' })]
  expect(new Set(hashes).size).toBe(4)
  expect(hashOf('node-1', { gpu: '2' })).toBe(hashes[3])
})

test('a bind to a node that nobody knows succeeds, and the pod garbage collector follows', () => {
  const cluster = createCluster({ nodes: 1 })
  cluster.pods.create(podManifest('a'))
  cluster.bindings.create({ metadata: { name: 'a' }, target: { name: 'nowhere' } })
  cluster.advance('10s')
  expect([cluster.pods.get('a').spec.nodeName, cluster.pods.get('a').status.phase]).toEqual(['nowhere', 'Pending'])
  cluster.advance('10m')
  expect(cluster.pods.find('a')).toBeUndefined()
})

test('a bind of another uid, of no pod, or of one that is going is refused', () => {
  const cluster = createCluster({ nodes: 1, disable: ['scheduler'] })
  cluster.pods.create({ ...podManifest('a'), metadata: { name: 'a', finalizers: ['example.com/hold'] } })
  const target = { name: 'node-0' }
  expect(reasonOf(() => cluster.bindings.create({ metadata: { name: 'a', uid: 'other' }, target }))).toBe('Conflict')
  expect(reasonOf(() => cluster.bindings.create({ metadata: { name: 'nobody' }, target }))).toBe('NotFound')
  cluster.pods.delete('a')
  expect(refused(() => cluster.bindings.create({ metadata: { name: 'a' }, target })).message).toMatch(
    'is being deleted, cannot be assigned to a host',
  )
})

test('a binding is write-only: whatever else is asked is MethodNotAllowed', () => {
  const cluster = createCluster({ nodes: 1 })
  cluster.pods.create(podManifest('a'))
  cluster.settle()
  const { revision } = cluster
  const { bindings } = cluster
  for (const [verb, act] of [
    ['get', () => bindings.get('a')],
    ['get', () => bindings.find('a')],
    ['list', () => bindings.list()],
    ['watch', () => bindings.watch()],
    ['update', () => bindings.update({ metadata: { name: 'a' }, target: { name: 'x' } })],
    ['update', () => bindings.update('a', () => {})],
    ['update', () => bindings.updateStatus({ metadata: { name: 'a' } })],
    ['delete', () => bindings.delete('a')],
  ] as const) {
    const error = refused(act)
    expect([error.reason, error.code]).toEqual(['MethodNotAllowed', 405])
    expect(error.status.message).toBe(`${verb} is not supported on resources of kind "bindings"`)
  }
  expect(cluster.revision).toBe(revision)
})

test('errors are known by their tag, whatever their class', () => {
  const error = refused(() => bare().pods.get('a'))
  expect([
    isStatusError(error),
    isStatusError(error, 'NotFound'),
    isStatusError(error, 'Conflict'),
    isStatusError(new Error('x')),
  ]).toEqual([true, true, false, false])
})
