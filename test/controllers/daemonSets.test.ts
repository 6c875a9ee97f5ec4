import { expect, test } from 'vitest'
import {
  type Cluster,
  type ClusterOptions,
  createCluster,
  type DaemonSet,
  importCluster,
  type KubeEvent,
  type Manifest,
  type Pod,
} from '../../src/index.ts'
import { names, refused } from '../cluster/support.ts'

type Spec = Manifest<DaemonSet['spec']>
type PodSpec = Manifest<DaemonSet['spec']['template']['spec']>

/** Pods of `never:*` do not become ready, those of `slow:*` take ten seconds. */
const behaviours: ClusterOptions['behaviours'] = [
  { image: 'never:*', ready: false },
  { image: 'slow:*', ready: '10s' },
]

const manifest = (more: Spec = {}, pod: PodSpec = {}, name = 'agent'): Manifest<DaemonSet> => ({
  metadata: { name },
  spec: {
    selector: { matchLabels: { app: name } },
    template: {
      metadata: { labels: { app: name, tier: 'node' } },
      spec: { containers: [{ name: 'main', image: 'agent:1' }], ...pod },
    },
    ...more,
  },
})

/** A cluster whose daemon set `agent` has come up. */
function up(more: Spec = {}, pod: PodSpec = {}, options: ClusterOptions = {}): Cluster {
  const cluster = createCluster({ nodes: 3, seed: 7, behaviours, ...options })
  cluster.daemonSets.create(manifest(more, pod))
  cluster.settle()
  return cluster
}

const agent = (cluster: Cluster): DaemonSet => cluster.daemonSets.get('agent')
const setImage = (cluster: Cluster, image: string): DaemonSet =>
  cluster.daemonSets.update('agent', (draft) => void (draft.spec.template.spec.containers[0]!.image = image))
const pods = (cluster: Cluster): readonly Pod[] => cluster.pods.list({ labelSelector: 'app=agent' }).items
const nodesOf = (cluster: Cluster): (string | undefined)[] =>
  pods(cluster)
    .map(({ spec }) => spec.nodeName)
    .sort()
const images = (cluster: Cluster): (string | undefined)[] =>
  [...pods(cluster)]
    .sort((a, b) => (a.spec.nodeName! < b.spec.nodeName! ? -1 : 1))
    .map(({ spec }) => spec.containers[0]!.image)
const events = (cluster: Cluster, reason: string): readonly string[] =>
  cluster.events.list({ fieldSelector: `reason=${reason}` }).items.map(({ message = '' }) => message)
const taint = (cluster: Cluster, node: string, effect: string | undefined): unknown =>
  cluster.nodes.update(node, (draft) => void (draft.spec.taints = effect === undefined ? [] : [{ key: 'no', effect }]))

test('a daemon set puts one pod on every node, by way of the scheduler, and reports them', () => {
  const cluster = up()
  const { metadata, status } = agent(cluster)
  expect(nodesOf(cluster)).toEqual(['node-0', 'node-1', 'node-2'])
  expect(status).toEqual({
    currentNumberScheduled: 3,
    desiredNumberScheduled: 3,
    numberAvailable: 3,
    numberMisscheduled: 0,
    numberReady: 3,
    observedGeneration: 1,
    updatedNumberScheduled: 3,
  })
  const [revision, ...others] = cluster.controllerRevisions.list().items
  expect(others).toEqual([])
  const hash = revision!.metadata.labels!['controller-revision-hash']!
  expect(revision).toMatchObject({
    metadata: {
      name: `agent-${hash}`,
      labels: { app: 'agent', tier: 'node', 'controller-revision-hash': hash },
      annotations: metadata.annotations,
      ownerReferences: [{ kind: 'DaemonSet', uid: metadata.uid, controller: true }],
    },
    revision: 1,
  })
  for (const pod of pods(cluster)) {
    expect(pod.metadata).toMatchObject({
      generateName: 'agent-',
      labels: { app: 'agent', tier: 'node', 'controller-revision-hash': hash, 'pod-template-generation': '1' },
      ownerReferences: [
        { apiVersion: 'apps/v1', kind: 'DaemonSet', name: 'agent', uid: metadata.uid, controller: true },
      ],
    })
    const required = { nodeSelectorTerms: [{ matchFields: [{ key: 'metadata.name', values: [pod.spec.nodeName] }] }] }
    expect(pod.spec.affinity).toMatchObject({
      nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: required },
    })
    expect(pod.spec.tolerations!.map(({ key, effect }) => `${key}:${effect}`)).toEqual([
      'node.kubernetes.io/not-ready:NoExecute',
      'node.kubernetes.io/unreachable:NoExecute',
      'node.kubernetes.io/disk-pressure:NoSchedule',
      'node.kubernetes.io/memory-pressure:NoSchedule',
      'node.kubernetes.io/pid-pressure:NoSchedule',
      'node.kubernetes.io/unschedulable:NoSchedule',
    ])
  }
  expect(events(cluster, 'SuccessfulCreate')).toHaveLength(3)
})

test('a daemon of the host network tolerates a network that is unavailable, and what it tolerates itself comes first', () => {
  const own = { key: 'node.kubernetes.io/unreachable', operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 5 }
  const cluster = up({}, { hostNetwork: true, tolerations: [own, { key: 'a', operator: 'Exists' }] })
  const { tolerations } = pods(cluster)[0]!.spec
  const { tolerationSeconds: _, ...forEver } = own
  expect(tolerations!.slice(0, 2)).toEqual([forEver, { key: 'a', operator: 'Exists' }])
  expect(tolerations!.at(-1)).toMatchObject({ key: 'node.kubernetes.io/network-unavailable', effect: 'NoSchedule' })
})

test('nodes are chosen by selector, affinity, name and taints', () => {
  const nodes = ['a', 'b', 'c'].map((name) => ({ name, labels: { disk: name === 'c' ? 'hdd' : 'ssd' } }))
  const terms = [{ matchExpressions: [{ key: 'disk', operator: 'NotIn', values: ['ssd'] }] }]
  const affinity = { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: terms } } }
  const cluster = createCluster({ nodes: [...nodes, { name: 'd', taints: [{ key: 'no', effect: 'NoSchedule' }] }] })
  const where = (name: string, pod: PodSpec): (string | undefined)[] => {
    cluster.daemonSets.create(manifest({}, pod, name))
    cluster.settle()
    const { items } = cluster.pods.list({ labelSelector: `app=${name}` })
    expect(cluster.daemonSets.get(name).status.desiredNumberScheduled).toBe(items.length)
    return items.map(({ spec }) => spec.nodeName).sort()
  }
  expect(where('selects', { nodeSelector: { disk: 'ssd' } })).toEqual(['a', 'b'])
  expect(where('prefers', { affinity })).toEqual(['c'])
  expect(where('named', { nodeName: 'b' })).toEqual(['b'])
  expect(where('tolerates', { tolerations: [{ operator: 'Exists' }] })).toEqual(['a', 'b', 'c', 'd'])
  expect(where('none', { nodeSelector: { disk: 'tape' } })).toEqual([])
})

test('a node that comes gets its pod, and of one that goes the pod goes with it', () => {
  const cluster = up()
  cluster.nodes.create({ metadata: { name: 'late' }, status: { allocatable: { cpu: '4', memory: '8Gi', pods: '9' } } })
  cluster.settle()
  expect(nodesOf(cluster)).toEqual(['late', 'node-0', 'node-1', 'node-2'])
  cluster.nodes.delete('late')
  cluster.advance('2m')
  expect(nodesOf(cluster)).toEqual(['node-0', 'node-1', 'node-2'])
  expect(agent(cluster).status).toMatchObject({ desiredNumberScheduled: 3, currentNumberScheduled: 3 })
})

test('a cordoned node keeps its daemon, and one that no longer suits loses it', () => {
  const cluster = up({}, { nodeSelector: { 'kubernetes.io/os': 'linux' } })
  const before = names({ items: pods(cluster) })
  cluster.cordon('node-0')
  cluster.settle()
  expect(names({ items: pods(cluster) })).toEqual(before)
  cluster.nodes.update('node-1', (draft) => void (draft.metadata.labels = { 'kubernetes.io/os': 'plan9' }))
  cluster.settle()
  expect(nodesOf(cluster)).toEqual(['node-0', 'node-2'])
  expect(events(cluster, 'SuccessfulDelete')).toHaveLength(1)
  expect(agent(cluster).status).toMatchObject({ desiredNumberScheduled: 2, numberReady: 2 })
})

test('under a NoSchedule taint a daemon stays and counts as misscheduled, under NoExecute it goes', () => {
  const cluster = up()
  taint(cluster, 'node-0', 'NoSchedule')
  cluster.settle()
  expect(nodesOf(cluster)).toHaveLength(3)
  // As upstream, that is noticed with the next change.
  expect(agent(cluster).status.numberMisscheduled).toBe(0)
  taint(cluster, 'node-1', 'NoExecute')
  cluster.settle()
  expect(nodesOf(cluster)).toEqual(['node-0', 'node-2'])
  expect(agent(cluster).status).toMatchObject({ desiredNumberScheduled: 1, numberMisscheduled: 1, numberReady: 1 })
  for (const node of ['node-0', 'node-1']) taint(cluster, node, undefined)
  cluster.settle()
  expect(agent(cluster).status).toMatchObject({ desiredNumberScheduled: 3, numberMisscheduled: 0, numberReady: 3 })
})

test('a daemon that is deleted is made anew where it was', () => {
  const cluster = up()
  const [first] = pods(cluster)
  cluster.pods.delete(first!.metadata.name)
  cluster.settle()
  expect(names({ items: pods(cluster) })).not.toContain(first!.metadata.name)
  expect(nodesOf(cluster)).toEqual(['node-0', 'node-1', 'node-2'])
})

test('a roll-out replaces as many pods at once as may be unavailable, and one that is stuck stops there', () => {
  const cluster = up({ updateStrategy: { rollingUpdate: { maxUnavailable: '40%' } } }, {}, { nodes: 5 })
  setImage(cluster, 'never:1')
  cluster.settle()
  expect(images(cluster).sort()).toEqual(['agent:1', 'agent:1', 'agent:1', 'never:1', 'never:1'])
  expect(agent(cluster).status).toMatchObject({
    updatedNumberScheduled: 2,
    numberReady: 3,
    numberUnavailable: 2,
    observedGeneration: 2,
  })
  setImage(cluster, 'agent:2')
  cluster.settle()
  expect(images(cluster)).toEqual(new Array(5).fill('agent:2'))
  expect(
    cluster.controllerRevisions
      .list()
      .items.map(({ revision }) => revision)
      .sort(),
  ).toEqual([1, 2, 3])
})

test('with maxSurge the new pod is there before the old one goes', () => {
  const cluster = up({ updateStrategy: { rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } } })
  setImage(cluster, 'slow:1')
  cluster.advance('5s')
  expect(images(cluster)).toEqual(expect.arrayContaining(['agent:1', 'slow:1']))
  expect(pods(cluster)).toHaveLength(4)
  expect(agent(cluster).status).toMatchObject({ desiredNumberScheduled: 3, numberAvailable: 3 })
  cluster.settle()
  expect(images(cluster)).toEqual(['slow:1', 'slow:1', 'slow:1'])
})

test('under OnDelete a new template waits for somebody to delete the old pods', () => {
  const cluster = up({ updateStrategy: { type: 'OnDelete' } })
  setImage(cluster, 'agent:2')
  cluster.settle()
  expect(images(cluster)).toEqual(['agent:1', 'agent:1', 'agent:1'])
  expect(agent(cluster).status.updatedNumberScheduled).toBeUndefined()
  cluster.pods.delete(pods(cluster).find(({ spec }) => spec.nodeName === 'node-1')!.metadata.name)
  cluster.settle()
  expect(images(cluster)).toEqual(['agent:1', 'agent:2', 'agent:1'])
  expect(agent(cluster).status.updatedNumberScheduled).toBe(1)
})

test('a daemon is available once it has been ready for minReadySeconds', () => {
  const cluster = up({ minReadySeconds: 30 })
  expect(agent(cluster).status).toMatchObject({ numberReady: 3, numberUnavailable: 3 })
  expect(agent(cluster).status.numberAvailable).toBeUndefined()
  cluster.advance('31s')
  expect(agent(cluster).status).toMatchObject({ numberReady: 3, numberAvailable: 3 })
  expect(agent(cluster).status.numberUnavailable).toBeUndefined()
})

/** Ends a pod, as its kubelet would. */
function end(cluster: Cluster, phase: string): string {
  const [{ metadata, spec }] = pods(cluster) as [Pod]
  cluster.pods.updateStatus(metadata.name, (draft) => void (draft.status.phase = phase))
  return `default/${metadata.name} on node ${spec.nodeName}`
}

test('where a node refuses its daemon, one is made at a time, also where there may be a surge', () => {
  const cluster = up({
    updateStrategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: '50%', maxUnavailable: 0 } },
  })
  cluster.faults.diskPressure('node-0')
  cluster.pods.delete(pods(cluster).find(({ spec }) => spec.nodeName === 'node-0')!.metadata.name)
  cluster.advance('2m')
  const there = pods(cluster).filter(({ spec }) => spec.nodeName === 'node-0')
  expect(there.map(({ status }) => status.reason)).toEqual(['Evicted'])
  expect(events(cluster, 'FailedDaemonPod').length).toBeLessThan(10)
  cluster.settle()
})

test('a failed daemon is deleted at once, the next one of its node after a back-off that doubles', () => {
  const cluster = up({}, {}, { nodes: 1, disable: ['kubelet'] })
  cluster.nodes.create({ metadata: { name: 'n' }, status: { allocatable: { cpu: '4', memory: '8Gi', pods: '9' } } })
  cluster.settle()
  const lives: number[] = []
  for (let failures = 0; failures < 4; failures++) {
    const [{ metadata }] = pods(cluster) as [Pod]
    const which = end(cluster, 'Failed')
    const began = cluster.now
    cluster.runUntil((view) => view.pods.find(metadata.name) === undefined, { timeout: '1m' })
    lives.push(Math.round((cluster.now - began) / 1000))
    expect(events(cluster, 'FailedDaemonPod')).toContain(`Found failed daemon pod ${which}, will try to kill it`)
    cluster.advance(10)
  }
  expect(lives).toEqual([0, 1, 2, 4])
})

test('a daemon that has succeeded is deleted, and another one made', () => {
  const cluster = up({}, {}, { nodes: 1 })
  const which = end(cluster, 'Succeeded')
  cluster.advance('1m')
  expect(events(cluster, 'SucceededDaemonPod')).toEqual([`Found succeeded daemon pod ${which}, will try to delete it`])
  expect(pods(cluster).map(({ status }) => status.phase)).toEqual(['Running'])
})

test('pods that it chooses and that are nobody’s are taken over, and of two on a node one goes', () => {
  const cluster = up()
  cluster.daemonSets.delete('agent', { propagationPolicy: 'Orphan' })
  cluster.settle()
  const left = names({ items: pods(cluster) })
  expect(left).toHaveLength(3)
  cluster.daemonSets.create(manifest())
  cluster.settle()
  expect(names({ items: pods(cluster) })).toEqual(left)
  expect(agent(cluster).status).toMatchObject({ numberReady: 3, updatedNumberScheduled: 3 })
  expect(cluster.controllerRevisions.list().items).toHaveLength(1)
  const labels = { app: 'agent' }
  const spec = { nodeName: 'node-0', containers: [{ name: 'main', image: 'agent:1' }] }
  cluster.pods.create({ metadata: { name: 'stranger', labels }, spec })
  cluster.settle()
  expect(names({ items: pods(cluster) })).toEqual(left)
})

test('a pod whose labels are changed is let go, and replaced', () => {
  const cluster = up()
  const [{ metadata }] = pods(cluster) as [Pod]
  cluster.pods.update(metadata.name, (draft) => void (draft.metadata.labels = { app: 'other' }))
  cluster.settle()
  expect(cluster.pods.get(metadata.name).metadata.ownerReferences).toBeUndefined()
  expect(nodesOf(cluster)).toEqual(['node-0', 'node-1', 'node-2'])
})

test('former revisions beyond revisionHistoryLimit go, and one that returns gets a new number', () => {
  const cluster = up({ revisionHistoryLimit: 1 })
  for (const image of ['agent:2', 'agent:3']) {
    setImage(cluster, image)
    cluster.settle()
  }
  const revisions = (): number[] => cluster.controllerRevisions.list().items.map(({ revision }) => revision)
  expect(revisions().sort()).toEqual([2, 3])
  setImage(cluster, 'agent:2')
  cluster.settle()
  expect(revisions().sort()).toEqual([3, 4])
  expect(images(cluster)).toEqual(['agent:2', 'agent:2', 'agent:2'])
})

test('daemonSets.rollback and restart are what kubectl rollout undo and restart are', () => {
  const cluster = up()
  expect(refused(() => cluster.daemonSets.rollback('agent')).status.message).toBe('no last revision to roll back to')
  for (const image of ['agent:2', 'agent:3']) {
    setImage(cluster, image)
    cluster.settle()
  }
  cluster.daemonSets.rollback('agent')
  cluster.settle()
  expect(images(cluster)).toEqual(['agent:2', 'agent:2', 'agent:2'])
  cluster.daemonSets.rollback('agent', { toRevision: 1 })
  cluster.settle()
  expect(images(cluster)).toEqual(['agent:1', 'agent:1', 'agent:1'])
  const missing = refused(() => cluster.daemonSets.rollback('agent', { toRevision: 9 })).status.message
  expect(missing).toBe('unable to find specified revision 9 in history')
  const before = names({ items: pods(cluster) })
  cluster.daemonSets.restart('agent')
  expect(refused(() => cluster.daemonSets.restart('agent')).status.message).toContain('within the past second')
  cluster.settle()
  expect(names({ items: pods(cluster) }).filter((name) => before.includes(name))).toEqual([])
  expect(agent(cluster).status).toMatchObject({ numberReady: 3, updatedNumberScheduled: 3 })
})

test('where the name of a revision is taken by another content, the collision is counted', () => {
  const donor = up()
  const [taken] = donor.controllerRevisions.list().items
  const cluster = createCluster({ nodes: 3, seed: 7 })
  const data = { spec: { template: { metadata: { labels: { app: 'else' } } } } }
  cluster.controllerRevisions.create({ metadata: { name: taken!.metadata.name }, data, revision: 1 } as never)
  cluster.daemonSets.create(manifest())
  cluster.settle()
  expect(agent(cluster).status).toMatchObject({ collisionCount: 1, numberReady: 3 })
  expect(names(cluster.controllerRevisions.list())).toHaveLength(2)
})

test('at most 250 pods are made in one turn, and what refuses them all is asked seldom', () => {
  const cluster = createCluster({ nodes: 300, disable: ['kubelet', 'scheduler'] })
  for (let index = 0; index < 300; index++) cluster.nodes.create({ metadata: { name: `n-${index}` } })
  cluster.daemonSets.create(manifest())
  cluster.advance(1)
  expect(pods(cluster)).toHaveLength(250)
  cluster.settle()
  expect(pods(cluster)).toHaveLength(300)
  cluster.daemonSets.create(manifest({}, { priorityClassName: 'high' }, 'refused'))
  cluster.advance(2)
  const [{ count, message }] = cluster.events.list({ fieldSelector: 'reason=FailedCreate' }).items as [KubeEvent]
  expect(message).toContain('no PriorityClass with name high was found')
  // Each turn tries one, not three hundred.
  expect(count).toBeLessThan(5)
})

/** How many tasks more a deed takes, and the hour after it, because there is the controller. */
function turns(cluster: Cluster, deed: (cluster: Cluster) => unknown): number {
  const idle = cluster.fork()
  idle.controllers.crash('daemonset-controller')
  const [some, none] = [cluster.fork(), idle].map((one) => {
    const taken = (): number => Number(/(\d+) tasks/u.exec(String(one))![1])
    const before = taken()
    deed(one)
    one.advance('1h')
    return taken() - before
  })
  return some! - none!
}

test('neither heartbeats nor the pods of others wake the controller', () => {
  const cluster = up()
  const web = { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'main', image: 'web:1' }] } }
  const spec = { replicas: 3, selector: { matchLabels: { app: 'web' } }, template: web }
  expect(turns(cluster, () => {})).toBe(0)
  expect(turns(cluster, ({ deployments }) => deployments.create({ metadata: { name: 'web' }, spec }))).toBe(0)
  const annotate = (node: { metadata: { annotations?: object } }): void => void (node.metadata.annotations = { a: 'b' })
  expect(turns(cluster, ({ nodes }) => nodes.update('node-0', annotate as never))).toBe(0)
  expect(turns(cluster, (one) => taint(one, 'node-0', 'NoExecute'))).toBeGreaterThan(0)
})

test('without any daemon set, its controller hears of nothing', () => {
  const cluster = up()
  cluster.daemonSets.delete('agent')
  cluster.settle()
  expect(turns(cluster, ({ nodes }) => nodes.create({ metadata: { name: 'late' } }))).toBe(0)
  const spec = { containers: [{ name: 'main', image: 'web:1' }] }
  expect(turns(cluster, (one) => one.pods.create({ metadata: { name: 'bare', labels: { app: 'agent' } }, spec }))).toBe(
    0,
  )
})

test('a controller that was crashed takes up where things stand', () => {
  const cluster = up()
  setImage(cluster, 'agent:2')
  cluster.controllers.crash('daemonset-controller')
  cluster.pods.delete(pods(cluster)[0]!.metadata.name)
  cluster.advance('1m')
  expect(pods(cluster)).toHaveLength(2)
  cluster.controllers.restart('daemonset-controller')
  cluster.settle()
  expect(images(cluster)).toEqual(['agent:2', 'agent:2', 'agent:2'])
})

test('the daemons of an imported cluster run on, whether their revisions came along or not', () => {
  const original = up()
  const kinds = [original.nodes, original.pods, original.daemonSets] as const
  const items = kinds.flatMap((kind): readonly object[] => kind.list({ allNamespaces: true }).items)
  for (const dump of [items, [...items, ...original.controllerRevisions.list().items]]) {
    const { cluster } = importCluster({ apiVersion: 'v1', kind: 'List', items: dump } as never)
    cluster.advance('2m')
    expect(names({ items: pods(cluster) })).toEqual(names({ items: pods(original) }))
    expect(agent(cluster).status).toMatchObject({ numberReady: 3, updatedNumberScheduled: 3 })
    expect(cluster.controllerRevisions.list().items).toHaveLength(1)
  }
})

test('a daemon set that is deleted takes its pods and revisions along', () => {
  const cluster = up()
  cluster.daemonSets.delete('agent')
  cluster.settle()
  expect(pods(cluster)).toEqual([])
  expect(cluster.controllerRevisions.list().items).toEqual([])
})
