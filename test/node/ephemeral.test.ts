/** Ephemeral containers, as kubectl debug adds them. */
import { expect, test } from 'vitest'
import { type Cluster, createCluster, importCluster, loadCluster, type Pod, replay } from '../../src/index.ts'
import { dumpOf } from '../support/dump.ts'

const behaviours = [
  { image: 'once:*', run: '3s', exitCode: 3, log: ['looked'] },
  { image: 'none:*', pullError: 'not found' },
  { image: 'greedy:*', memory: '300Mi' },
] as const

function withPod(spec: object = {}): Cluster {
  const cluster = createCluster({ nodes: 1, behaviours })
  cluster.pods.create({ metadata: { name: 'web' }, spec: { containers: [{ name: 'app', image: 'web:1' }], ...spec } })
  cluster.advance('10s')
  return cluster
}

const debug = (cluster: Cluster, ...ephemeralContainers: object[]): unknown =>
  cluster.pods.patch('web', { spec: { ephemeralContainers } }, { subresource: 'ephemeralcontainers' })

type ContainerStatus = NonNullable<Pod['status']['ephemeralContainerStatuses']>[number]

const statuses = (cluster: Cluster): readonly ContainerStatus[] =>
  cluster.pods.get('web').status.ephemeralContainerStatuses ?? []

const states = (cluster: Cluster): unknown =>
  statuses(cluster).map(({ name, state = {} }) => {
    const [word] = Object.keys(state)
    return [name, word, state.terminated?.exitCode ?? state.waiting?.reason].filter((part) => part !== undefined)
  })

const told = (cluster: Cluster): readonly string[] =>
  cluster.events
    .list()
    .items.filter(({ involvedObject }) => involvedObject.fieldPath?.startsWith('spec.ephemeralContainers') === true)
    .map(({ reason, involvedObject }) => `${String(reason)} ${String(involvedObject.fieldPath)}`)

test('an ephemeral container is pulled and runs beside the others, which go on as they were', () => {
  const cluster = withPod()
  const before = cluster.pods.get('web').status.containerStatuses
  debug(cluster, { name: 'debug', image: 'busybox:1', targetContainerName: 'app' })
  cluster.advance('10ms')
  expect(states(cluster)).toEqual([['debug', 'waiting', 'ContainerCreating']])
  cluster.advance('5s')
  const [status] = statuses(cluster)
  expect(status).toMatchObject({ name: 'debug', ready: false, restartCount: 0, resources: {}, lastState: {} })
  expect(status).not.toHaveProperty('started')
  expect(states(cluster)).toEqual([['debug', 'running']])
  expect(cluster.pods.get('web').status).toMatchObject({ phase: 'Running', containerStatuses: before })
  expect(told(cluster)).toEqual(
    ['Pulling', 'Pulled', 'Created', 'Started'].map((reason) => `${reason} spec.ephemeralContainers{debug}`),
  )
})

test('one that was being pulled when its machine restarted is pulled again, and holds nobody up', () => {
  const cluster = withPod()
  debug(cluster, { name: 'debug', image: 'busybox:1' })
  cluster.advance('10ms')
  cluster.faults.restartNode('node-0')
  cluster.advance('1m')
  expect(states(cluster)).toEqual([['debug', 'running']])
  expect(cluster.pods.get('web').status).toMatchObject({ phase: 'Running', containerStatuses: [{ ready: true }] })
})

test('one that ends is not started again, whatever the policy of its pod; its log stays', () => {
  const cluster = withPod({ restartPolicy: 'Always' })
  debug(cluster, { name: 'look', image: 'once:1' })
  cluster.advance('5m')
  expect(states(cluster)).toEqual([['look', 'terminated', 3]])
  expect(statuses(cluster)[0]!.restartCount).toBe(0)
  expect(cluster.pods.get('web').status).toMatchObject({ phase: 'Running', conditions: expect.any(Array) as unknown })
  expect(cluster.pods.log('web', { container: 'look' })).toBe('looked\n')
})

test('what cannot be pulled is tried again, and holds nothing else back', () => {
  const cluster = withPod()
  debug(cluster, { name: 'lost', image: 'none:1' })
  cluster.advance('5s')
  expect(states(cluster)).toEqual([['lost', 'waiting', 'ImagePullBackOff']])
  debug(cluster, { name: 'found', image: 'busybox:1' })
  cluster.advance('5s')
  expect(states(cluster)).toEqual([['found', 'running'], ['lost', 'waiting', 'ImagePullBackOff']]) // prettier-ignore
})

test('those that are there keep their places, in whatever order they are written', () => {
  const cluster = withPod()
  debug(cluster, { name: 'z', image: 'busybox:1' })
  cluster.advance('5s')
  const [{ containerID }] = statuses(cluster) as [ContainerStatus]
  cluster.pods.updateEphemeralContainers('web', (pod) => {
    pod.spec.ephemeralContainers!.unshift({ name: 'a', image: 'once:1' } as never)
  })
  cluster.advance('10s')
  expect(states(cluster)).toEqual([['a', 'terminated', 3], ['z', 'running']]) // prettier-ignore
  expect(statuses(cluster)[1]!.containerID).toBe(containerID)
})

test('a pod that is deleted stops them; one that is over does not wait for them', () => {
  const cluster = withPod()
  debug(cluster, { name: 'debug', image: 'busybox:1' })
  cluster.advance('5s')
  cluster.pods.delete('web')
  cluster.advance('10ms')
  expect(told(cluster).at(-1)).toBe('Killing spec.ephemeralContainers{debug}')
  cluster.advance('40s')
  expect(cluster.pods.find('web')).toBeUndefined()

  const job = createCluster({ nodes: 1, behaviours: [{ image: 'job:*', run: '20s' }] })
  const spec = { restartPolicy: 'Never', containers: [{ name: 'app', image: 'job:1' }] }
  job.pods.create({ metadata: { name: 'web' }, spec })
  job.advance('5s')
  debug(job, { name: 'debug', image: 'busybox:1' })
  job.advance('60s')
  expect(job.pods.get('web').status.phase).toBe('Succeeded')
  expect(states(job)).toEqual([['debug', 'terminated', 0]])
})

test('memory that they use is limited by what their pod may use as a whole', () => {
  const cluster = withPod({ resources: { limits: { memory: '256Mi' } } })
  debug(cluster, { name: 'debug', image: 'greedy:1' })
  cluster.advance('10s')
  expect(statuses(cluster)[0]!.state!.terminated).toMatchObject({ reason: 'OOMKilled', exitCode: 137 })
})

test('a fault kills their process as that of any other', () => {
  const cluster = withPod()
  debug(cluster, { name: 'debug', image: 'busybox:1' })
  cluster.advance('5s')
  cluster.faults.killContainer('web', { container: 'debug', exitCode: 9 })
  cluster.advance('1s')
  expect(states(cluster)).toEqual([['debug', 'terminated', 9]])
})

test('they may start before their pod is initialised', () => {
  const cluster = createCluster({ nodes: 1, behaviours: [{ image: 'slow:*', run: '10m' }] })
  const initContainers = [{ name: 'init', image: 'slow:1' }]
  cluster.pods.create({
    metadata: { name: 'web' },
    spec: { initContainers, containers: [{ name: 'app', image: 'web:1' }] },
  })
  cluster.advance('10s')
  debug(cluster, { name: 'debug', image: 'busybox:1' })
  cluster.advance('10ms')
  expect(states(cluster)).toEqual([['debug', 'waiting', 'PodInitializing']])
  cluster.advance('5s')
  expect([cluster.pods.get('web').status.phase, states(cluster)]).toEqual(['Pending', [['debug', 'running']]])
})

test('a machine that was restarted has lost them for good', () => {
  const cluster = withPod()
  debug(cluster, { name: 'debug', image: 'busybox:1' })
  cluster.advance('5s')
  cluster.faults.restartNode('node-0')
  cluster.advance('30s')
  expect(states(cluster)).toEqual([['debug', 'terminated', 255]])
  expect(cluster.pods.get('web').status.containerStatuses![0]).toMatchObject({ ready: true, restartCount: 1 })
})

test('a cluster that was saved, forked, replayed or imported goes on with them', () => {
  const cluster = withPod()
  debug(cluster, { name: 'debug', image: 'busybox:1' }, { name: 'look', image: 'once:1' })
  cluster.advance('3500ms')
  const { cluster: imported } = importCluster(dumpOf(cluster), { behaviours })
  const others = [cluster.fork(), loadCluster(cluster.save())]
  for (const one of [cluster, imported, ...others]) one.advance('20s')
  const after = [['debug', 'running'], ['look', 'terminated', 3]] // prettier-ignore
  expect([states(cluster), states(imported)]).toEqual([after, after])
  expect(statuses(imported)[0]!.containerID).toBe(statuses(cluster)[0]!.containerID)
  for (const one of others) expect(one.historyHash()).toBe(cluster.historyHash())
  expect(replay(cluster.journal).historyHash()).toBe(cluster.historyHash())
})
