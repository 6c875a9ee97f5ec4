import { expect, test } from 'vitest'
import { type Cluster, createCluster, type Deployment, loadCluster, type Manifest, replay } from '../../src/index.ts'

const web = { containers: [{ name: 'app', image: 'web:1' }] }

function deployment(replicas: number): Manifest<Deployment> {
  return {
    metadata: { name: 'web' },
    spec: {
      replicas,
      selector: { matchLabels: { app: 'web' } },
      template: { metadata: { labels: { app: 'web' } }, spec: web },
    },
  }
}

function running(): Cluster {
  const cluster = createCluster({ nodes: 2 })
  cluster.pods.create({ metadata: { name: 'web' }, spec: { nodeName: 'node-0', ...web } })
  cluster.settle()
  return cluster
}

const condition = (cluster: Cluster, node: string, type: string): string =>
  cluster.nodes.get(node).status.conditions!.find((one) => one.type === type)!.status

test('a container is killed: 137 unless told otherwise, by a signal, at once or later', () => {
  const cluster = running()
  const ended = (): unknown => cluster.pods.get('web').status.containerStatuses![0]!.lastState!.terminated
  const killed = cluster.faults.killContainer('web')
  expect(String(killed)).toBe('a container of pod default/web is killed, exit code 137 (fault 1, over)')
  cluster.advance('1s')
  expect(ended()).toMatchObject({ exitCode: 137, reason: 'Error' })
  const later = cluster.faults.killContainer(cluster.pods.get('web'), { signal: 'SIGSEGV', container: 'app', after: '1m' }) // prettier-ignore
  expect(String(later)).toBe('container app of pod default/web is killed, exit code 139 (fault 2, waiting)')
  cluster.advance('59s')
  expect(ended()).toMatchObject({ exitCode: 137 })
  cluster.advance('12s')
  expect(ended()).toMatchObject({ exitCode: 139, reason: 'Error' })
  expect(cluster.pods.get('web').status.containerStatuses![0]).toMatchObject({ restartCount: 2, ready: true })
})

test('what is changed while an image is pulled is not forgotten when the machine crashes meanwhile', () => {
  const cluster = createCluster({ nodes: 1, behaviours: [{ image: 'slow:*', pull: '1m' }] })
  const spec = (image: string): never =>
    ({ containers: [{ name: 'app', image }], tolerations: [{ operator: 'Exists' }] }) as never
  cluster.pods.create({ metadata: { name: 'web' }, spec: spec('slow:1') })
  cluster.advance('5s')
  cluster.pods.patch('web', { spec: { containers: [{ name: 'app', image: 'slow:2' }], activeDeadlineSeconds: 600 } })
  cluster.advance('100ms')
  cluster.faults.crashNode('node-0')
  cluster.advance('5s')
  cluster.faults.restartNode('node-0')
  cluster.advance('5m')
  expect(cluster.pods.get('web').status.containerStatuses![0]).toMatchObject({
    image: 'docker.io/library/slow:2',
    ready: true,
  })
  cluster.advance('10m')
  expect(cluster.pods.get('web').status.reason).toBe('DeadlineExceeded')
})

const startOf = (cluster: Cluster): unknown =>
  cluster.events
    .list()
    .items.filter(({ involvedObject }) => involvedObject.name === 'node-0')
    .flatMap(({ reason, source, count }) => (source?.component === 'kubelet' ? [`${reason} ×${count}`] : []))

test('a machine that was switched on while it was cut off says so, and beats again, once it gets through', () => {
  const cluster = running()
  cluster.faults.partitionNode('node-0', { for: '3m' })
  cluster.advance('10s')
  cluster.faults.restartNode('node-0')
  const fork = cluster.fork()
  for (const one of [cluster, fork]) {
    one.advance('2m')
    expect([condition(one, 'node-0', 'Ready'), startOf(one)]).toEqual(['Unknown', ['Starting ×1']])
    one.advance('2m')
    expect([condition(one, 'node-0', 'Ready'), startOf(one)]).toEqual(['True', ['Starting ×2', 'Rebooted ×1']])
    one.advance('10m')
    expect(condition(one, 'node-0', 'Ready')).toBe('True')
  }
  expect(fork.historyHash()).toBe(cluster.historyHash())
  expect(replay(cluster.journal).historyHash()).toBe(cluster.historyHash())
})

test('however long a machine is cut off, one look at each of its pods is to come', () => {
  const cluster = running()
  cluster.faults.partitionNode('node-0', { for: '1h' })
  cluster.faults.restartNode('node-0')
  const looks = (): number => cluster.settle().next.filter(({ what }) => what.startsWith('retry')).length
  for (const wait of ['1m', '1m', '1m']) {
    cluster.advance(wait)
    expect(looks()).toBe(1)
  }
  cluster.advance('1h')
  expect(looks()).toBe(0)
  expect(condition(cluster, 'node-0', 'Ready')).toBe('True')
})

test('a machine whose Node was deleted makes it anew when it is switched on, and not before', () => {
  const cluster = createCluster({ nodes: [{ count: 2, labels: { disk: 'ssd' } }] })
  cluster.pods.create({ metadata: { name: 'web' }, spec: { nodeName: 'node-0', ...web } })
  cluster.settle()
  const before = cluster.nodes.get('node-0')
  cluster.nodes.delete('node-0')
  cluster.advance('10m')
  expect([cluster.nodes.find('node-0'), cluster.pods.find('web')]).toEqual([undefined, undefined])
  const loaded = loadCluster(cluster.save())
  for (const one of [cluster, loaded]) {
    one.faults.restartNode('node-0')
    one.settle()
    const { metadata, status, spec } = one.nodes.get('node-0')
    expect([metadata.labels, spec.podCIDR, status.capacity]).toEqual([
      before.metadata.labels,
      before.spec.podCIDR,
      before.status.capacity,
    ])
    expect(metadata.uid).not.toBe(before.metadata.uid)
    const owners = one.leases.get('node-0', { namespace: 'kube-node-lease' }).metadata.ownerReferences
    expect(owners === undefined || owners[0]!.uid === metadata.uid).toBe(true)
    one.pods.create({ metadata: { name: 'web' }, spec: { nodeName: 'node-0', ...web } })
    one.advance('10m')
    expect(one.pods.get('web').status.phase).toBe('Running')
    expect(condition(one, 'node-0', 'Ready')).toBe('True')
  }
  expect(loaded.historyHash()).toBe(cluster.historyHash())
  expect(() => cluster.faults.restartNode('node-7')).toThrow('nodes "node-7" not found')
})

test('images cannot be pulled until that is healed', () => {
  const cluster = createCluster({ nodes: 1 })
  const fault = cluster.faults.failImagePull('web:*', { error: 'not found' })
  cluster.deployments.create(deployment(1))
  cluster.advance('1500ms')
  const [pod] = cluster.pods.list().items
  expect(pod!.status.containerStatuses![0]!.state!.waiting).toEqual({
    reason: 'ErrImagePull',
    message: 'rpc error: code = NotFound desc = failed to pull and unpack image "docker.io/library/web:1": not found',
  })
  expect(String(fault)).toBe('image web:* cannot be pulled (fault 1, active)')
  fault.heal()
  cluster.advance('30s')
  expect(cluster.deployments.get('web').status.availableReplicas).toBe(1)
})

test.each([
  ['memoryPressure', 'MemoryPressure', 'memory', 'runs short of memory'],
  ['diskPressure', 'DiskPressure', 'ephemeral-storage', 'runs short of disk space'],
  ['pidPressure', 'PIDPressure', 'pids', 'runs short of process numbers'],
] as const)('%s: evictions and a condition, that end when it is healed', (type, pressure, resource, said) => {
  const cluster = running()
  const fault = cluster.faults[type]('node-0', { for: '1m' })
  expect(String(fault)).toBe(`node-0 ${said} (fault 1, active)`)
  cluster.advance('20s')
  expect(condition(cluster, 'node-0', pressure)).toBe('True')
  expect(condition(cluster, 'node-1', pressure)).toBe('False')
  const { status } = cluster.pods.get('web')
  expect(status).toMatchObject({ phase: 'Failed', reason: 'Evicted' })
  expect(status.message).toMatch(new RegExp(`^The node was low on resource: ${resource}\\. Threshold quantity: `))
  cluster.advance('5m')
  expect(fault.state).toBe('over')
  expect(condition(cluster, 'node-0', pressure)).toBe('True')
  cluster.advance('1m')
  expect(condition(cluster, 'node-0', pressure)).toBe('False')
})

test('pods that one machine evicts are replaced on another', () => {
  const cluster = createCluster({ nodes: 2 })
  cluster.deployments.create(deployment(4))
  cluster.settle()
  cluster.faults.memoryPressure('node-0', { available: '10Mi' })
  cluster.advance('2m')
  const { items } = cluster.pods.list({ labelSelector: 'app=web' })
  const alive = items.filter(({ status }) => status.phase === 'Running')
  expect(alive.map(({ spec }) => spec.nodeName)).toEqual(['node-1', 'node-1', 'node-1', 'node-1'])
  const [evicted] = items.filter(({ status }) => status.reason === 'Evicted')
  expect(evicted!.status.message).toBe(
    'The node was low on resource: memory. Threshold quantity: 100Mi, available: 10Mi. ',
  )
  // Without the taint that follows from the condition, the replacements would be sent to where they are refused.
  expect(items).toHaveLength(6)
  const replaced = alive.filter(({ metadata }) => metadata.creationTimestamp !== '2020-01-01T00:00:00Z')
  const why = cluster.why(`pod/${replaced[0]!.metadata.name}`).map(({ what }) => what.replace(/-[a-z\d]{5}\b/gu, ''))
  expect(why).toEqual([
    'node-0 runs short of memory',
    expect.stringMatching(/^reported pod\/web-\w+ as Evicted$/),
    expect.stringMatching(/^created pod\/web-\w+$/),
    expect.stringMatching(/^bound pod\/web-\w+ to node-1$/),
    expect.stringMatching(/^reported pod\/web-\w+ as Running, 1\/1 ready$/),
  ])
})

const renewed = (cluster: Cluster, node: string): number =>
  Date.parse(cluster.leases.get(node, { namespace: 'kube-node-lease' }).spec.renewTime as string)

test('the wrong clock of one node shifts what it writes, and costs nobody anything', () => {
  const cluster = running()
  const ahead = (): number => renewed(cluster, 'node-0') - renewed(cluster, 'node-1')
  const fault = cluster.faults.skewClock('node-0', '1h')
  expect(String(fault)).toBe('the clock of node-0 is 60m ahead (fault 1, active)')
  cluster.faults.skewClock('node-0', '2h', { after: '5m', for: '5m' })
  cluster.advance('4m')
  expect(ahead()).toBe(3_600_000)
  cluster.advance('2m')
  expect(ahead()).toBe(7_200_000)
  const { items } = cluster.events.list({ fieldSelector: 'reason=NodeNotReady' })
  expect([items, condition(cluster, 'node-0', 'Ready')]).toEqual([[], 'True'])
  cluster.advance('5m')
  expect(ahead()).toBe(3_600_000)
  fault.heal()
  cluster.advance('10s')
  expect(ahead()).toBe(0)
})

test('a node whose clock is put back seems dead from time to time, until it has caught up', () => {
  const cluster = running()
  cluster.advance('5m')
  cluster.faults.skewClock('node-0', '-150s')
  const ready: string[] = []
  for (let seconds = 0; seconds < 300; seconds += 5) {
    cluster.advance('5s')
    const now = condition(cluster, 'node-0', 'Ready')
    if (ready.at(-1) !== now) ready.push(now)
  }
  expect(ready).toEqual(['True', 'Unknown', 'True', 'Unknown', 'True'])
  expect(cluster.nodes.get('node-0').spec.taints ?? []).toEqual([])
  expect(cluster.pods.get('web').status.containerStatuses![0]!.restartCount).toBe(0)
})

test('a zone fails as a whole; healed, those start again that it has failed for', () => {
  const cluster = createCluster({
    nodes: [
      { name: 'a', zone: 'here', count: 2 },
      { name: 'b', zone: 'there', count: 2 },
    ],
  })
  cluster.settle()
  const before = cluster.faults.crashNode('a-0')
  const fault = cluster.faults.failZone('here')
  expect(String(fault)).toBe('the power of zone here fails (fault 2, active)')
  cluster.advance('2m')
  const beats = (node: string): string =>
    String(cluster.leases.get(node, { namespace: 'kube-node-lease' }).spec.renewTime)
  expect(beats('a-1')).toBe('2020-01-01T00:00:00.000000Z')
  expect(beats('b-1')).toBe('2020-01-01T00:02:00.000000Z')
  fault.heal()
  cluster.advance('1m')
  expect([fault.state, before.state]).toEqual(['over', 'active'])
  expect(beats('a-0')).toBe('2020-01-01T00:00:00.000000Z')
  expect(beats('a-1') > '2020-01-01T00:02').toBe(true)
  expect(condition(cluster, 'a-1', 'Ready')).toBe('True')
})

test('a fork in the midst of them, and a replay, go on alike', () => {
  const cluster = createCluster({ nodes: [{ name: 'n', zone: 'z', count: 3 }] })
  cluster.deployments.create(deployment(6))
  cluster.settle()
  const { faults } = cluster
  faults.memoryPressure('n-0')
  faults.skewClock('n-1', '90s', { for: '7m' })
  faults.failImagePull('web:*', { node: 'n-2', after: '2s', for: '3m' })
  faults.failZone('z', { after: '4m', for: '2m' })
  cluster.advance('1m')
  const fork = cluster.fork()
  for (const one of [cluster, fork]) one.advance('20m')
  expect(fork.historyHash()).toBe(cluster.historyHash())
  expect(cluster.faults.list().map(String)).toEqual(['n-0 runs short of memory (fault 1, active)'])
  expect(fork.faults.list().map(String)).toEqual(cluster.faults.list().map(String))
})

test.each<[string, (cluster: Cluster) => unknown, RegExp]>([
  ['an unknown pod', (c) => c.faults.killContainer('nobody'), /^pods "nobody" not found/],
  ['no pod', (c) => c.faults.killContainer(7 as never), /^pod: expected a name, got 7/],
  ['a pod on no node', (c) => c.faults.killContainer('waits'), /^pod "waits" is on no node yet/],
  ['an unknown container', (c) => c.faults.killContainer('web', { container: 'ap' }), /^container: pod "web" has none named "ap": did you mean "app"\?/], // prettier-ignore
  ['an exit code that is none', (c) => c.faults.killContainer('web', { exitCode: 256 }), /^exitCode: expected a whole number from 0 to 255, got 256/], // prettier-ignore
  ['a signal that is none', (c) => c.faults.killContainer('web', { signal: 'SIGCOSY' as never }), /^signal: expected one of SIGHUP, /], // prettier-ignore
  ['two reasons', (c) => c.faults.killContainer('web', { signal: 'SIGKILL', exitCode: 1 }), /^signal: a container that exits/], // prettier-ignore
  ['a kill that lasts', (c) => c.faults.killContainer('web', { for: '1s' } as never), /^for: killContainer is over at once/], // prettier-ignore
  ['an empty pattern', (c) => c.faults.failImagePull(''), /^image: expected a name, got ""/],
  ['an unknown node', (c) => c.faults.diskPressure('node-9'), /^nodes "node-9" not found/],
  ['plenty', (c) => c.faults.memoryPressure('node-0', { available: '1Gi' }), /^available: expected less than the 104857600 /], // prettier-ignore
  ['no quantity', (c) => c.faults.memoryPressure('node-0', { available: 'some' }), /^available: expected a quantity such as "50Mi", got "some"/], // prettier-ignore
  ['no offset', (c) => c.faults.skewClock('node-0', 0), /^offset: expected a duration that is not 0/],
  ['an offset that is none', (c) => c.faults.skewClock('node-0', '-soon'), /^offset: invalid duration "soon"/],
  [
    'an offset that is an object',
    (c) => c.faults.skewClock('node-0', {} as never),
    /^offset: invalid duration an object/,
  ],
  ['a kill with null', (c) => c.faults.killContainer('web', null as never), /^killContainer: expected options as an object, got null/], // prettier-ignore
  ['a container without a name', (c) => c.faults.killContainer('web', { container: 5 as never }), /^container: expected a name, got 5/], // prettier-ignore
  ['no pulls with null', (c) => c.faults.failImagePull('web', null as never), /^failImagePull: expected options as an object/], // prettier-ignore
  ['a shortage with null', (c) => c.faults.pidPressure('node-0', null as never), /^pidPressure: expected options as an object/], // prettier-ignore
  ['a shutdown with null', (c) => c.faults.shutdownNode('node-0', null as never), /^shutdownNode: expected options as an object/], // prettier-ignore
  [
    'a grace that is none',
    (c) => c.faults.shutdownNode('node-0', { grace: 'none' }),
    /^grace: invalid duration "none"/,
  ],
  ['an unknown zone', (c) => c.faults.failZone('mars'), /^zone: no node has the label topology\.kubernetes\.io\/zone=mars: no node has one/], // prettier-ignore
  ['a node without a machine', (c) => c.faults.skewClock('paper', 5), /^node "paper" has no machine that could fail/],
])('refused, with nothing changed: %s', (_what, act, message) => {
  const cluster = running()
  cluster.nodes.create({ metadata: { name: 'paper' } })
  cluster.pods.create({ metadata: { name: 'waits' }, spec: web })
  const { revision, journal } = cluster
  expect(() => act(cluster)).toThrow(message)
  expect(cluster.revision).toBe(revision)
  expect(cluster.journal.entries).toEqual(journal.entries)
  expect(cluster.faults.list()).toEqual([])
})
