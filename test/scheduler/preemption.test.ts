import { describe, expect, test } from 'vitest'
import {
  type Cluster,
  type ClusterOptions,
  createCluster,
  loadCluster,
  type Plugin,
  type Pod,
  replay,
} from '../../src/index.ts'

const classes = { high: 10, low: -10 } as const

interface PodOptions {
  readonly cpu?: string
  readonly priority?: keyof typeof classes
  readonly labels?: Readonly<Record<string, string>>
  readonly spec?: object
  readonly grace?: number
}

function clusterOf(options: ClusterOptions = {}): Cluster {
  const cluster = createCluster({ nodes: 1, behaviours: [{ image: 'slow:1', stop: '1m' }], ...options })
  const priorityClasses = cluster.resource('scheduling.k8s.io/v1/PriorityClass')
  for (const [name, value] of Object.entries(classes)) priorityClasses.create({ metadata: { name }, value })
  return cluster
}

function create(cluster: Cluster, name: string, options: PodOptions = {}): Pod {
  const { cpu = '1', priority, labels = {}, grace = 0, spec } = options
  return cluster.pods.create({
    metadata: { name, labels },
    spec: {
      terminationGracePeriodSeconds: grace,
      containers: [{ name: 'app', image: 'web:1', resources: { requests: { cpu } } }],
      ...(priority === undefined ? {} : { priorityClassName: priority }),
      ...spec,
    },
  })
}

function names(cluster: Cluster): readonly string[] {
  return cluster.pods.list().items.map(({ metadata }) => metadata.name)
}

function nodeOf(cluster: Cluster, name: string): string | undefined {
  return cluster.pods.find(name)?.spec.nodeName
}

function events(cluster: Cluster, reason: string): readonly string[] {
  return cluster.events
    .list()
    .items.filter((event) => event.reason === reason)
    .map(({ involvedObject, message }) => `${involvedObject.name}: ${message}`)
}

const budget = (name: string, app: string, minAvailable: number): object => ({
  apiVersion: 'policy/v1',
  kind: 'PodDisruptionBudget',
  metadata: { name },
  spec: { minAvailable, selector: { matchLabels: { app } } },
})

/** Nodes without kubelets, each full of one pod of low priority that nobody starts; `on` settles, and says where a pod is. */
function unstarted(nodes: number): { readonly cluster: Cluster; readonly on: (pod: Pod) => string | undefined } {
  const cluster = clusterOf({ nodes: 0, disable: ['kubelet', 'node-lifecycle-controller'] })
  for (let i = 0; i < nodes; i++) {
    const capacity = { cpu: '4', memory: '16Gi', pods: '110' }
    cluster.nodes.create({ metadata: { name: `node-${i}` }, status: { capacity } })
    create(cluster, `low-${i}`, { cpu: '4', priority: 'low' })
  }
  return {
    cluster,
    on: ({ metadata }) => {
      cluster.advance('5s')
      return nodeOf(cluster, metadata.name)
    },
  }
}

function start(cluster: Cluster, name: string): void {
  cluster.pods.updateStatus(name, (draft) => {
    draft.status.startTime = cluster.time
  })
}

describe('preemption', () => {
  test('a pod of higher priority takes the room of one of lower priority, which is told why', () => {
    const cluster = clusterOf()
    create(cluster, 'weak', { cpu: '3', grace: 30, spec: { containers: [slow('3')] } })
    cluster.settle()
    const { uid } = create(cluster, 'strong', { cpu: '3', priority: 'high' }).metadata
    cluster.advance('100ms')
    expect(cluster.pods.get('strong').status).toMatchObject({ phase: 'Pending', nominatedNodeName: 'node-0' })
    const weak = cluster.pods.get('weak')
    expect(weak.metadata.deletionTimestamp).toBeDefined()
    expect(weak.status.conditions).toContainEqual({
      type: 'DisruptionTarget',
      observedGeneration: 1,
      status: 'True',
      lastProbeTime: null,
      lastTransitionTime: '2020-01-01T00:00:01Z',
      reason: 'PreemptionByScheduler',
      message: 'default-scheduler: preempting to accommodate a higher priority pod',
    })
    expect(events(cluster, 'Preempted')).toEqual([`weak: Preempted by pod ${uid} on node node-0`])
    expect(events(cluster, 'FailedScheduling')).toEqual(['strong: 0/1 nodes are available: 1 Insufficient cpu.'])
    cluster.advance('1m')
    expect(names(cluster)).toEqual(['strong'])
    expect(nodeOf(cluster, 'strong')).toBe('node-0')
    expect(cluster.pods.get('strong').status.nominatedNodeName).toBeUndefined()
  })

  test('explain() says that the pod goes where room was made for it, though another node would suit it better by now', () => {
    const cluster = clusterOf()
    create(cluster, 'weak', { cpu: '3', grace: 30, spec: { containers: [slow('3')] } })
    cluster.settle()
    create(cluster, 'strong', { cpu: '3', priority: 'high' })
    cluster.advance('100ms')
    cluster.controllers.crash('default-scheduler')
    const capacity = { cpu: '64', memory: '256Gi', pods: '110' }
    cluster.nodes.create({ metadata: { name: 'larger' }, status: { capacity } })
    expect(cluster.explain('strong').placing!.best).toEqual(['larger'])
    cluster.advance('1m')
    expect(names(cluster)).toEqual(['strong'])
    expect(cluster.explain('strong').node).toBe('node-0')
    cluster.controllers.restart('default-scheduler')
    cluster.advance('1s')
    expect(nodeOf(cluster, 'strong')).toBe('node-0')
  })

  test('pods of the same priority, and of a higher one, stay', () => {
    const cluster = clusterOf({ nodes: 2 })
    create(cluster, 'equal', { cpu: '3' })
    create(cluster, 'higher', { cpu: '3', priority: 'high' })
    cluster.settle()
    create(cluster, 'late', { cpu: '3' })
    cluster.advance('10s')
    expect(names(cluster)).toEqual(['equal', 'higher', 'late'])
    expect(events(cluster, 'FailedScheduling')).toEqual([
      'late: 0/2 nodes are available: 2 Insufficient cpu. no new claims to deallocate, preemption: ' +
        '0/2 nodes are available: 2 No preemption victims found for incoming pod.',
    ])
  })

  test('the message says of every node why preemption does not help', () => {
    const cluster = clusterOf({
      nodes: [{ name: 'big' }, { name: 'small', cpu: '1' }, { name: 'taken' }, { name: 'shared' }],
    })
    const on = (name: string): object => ({ nodeSelector: { 'kubernetes.io/hostname': name } })
    create(cluster, 'equal', { cpu: '4', priority: 'high', spec: on('big') })
    create(cluster, 'huge', { cpu: '4', priority: 'high', spec: on('taken') })
    create(cluster, 'strong', { cpu: '3', priority: 'high', spec: on('shared') })
    create(cluster, 'weak', { cpu: '1', spec: on('shared') })
    cluster.settle()
    create(cluster, 'late', { cpu: '2', priority: 'high' })
    const message =
      '0/4 nodes are available: 4 Insufficient cpu. no new claims to deallocate, preemption: 0/4 nodes are available: ' +
      '1 Insufficient cpu, 1 Preemption is not helpful for scheduling, 2 No preemption victims found for incoming pod.'
    cluster.advance('1s')
    expect(events(cluster, 'FailedScheduling')).toEqual([`late: ${message}`])
    expect(String(cluster.explain('late'))).toContain(message)
    expect(names(cluster)).toContain('weak')
  })

  test('a pod that says Never waits', () => {
    const cluster = clusterOf()
    create(cluster, 'weak', { cpu: '3' })
    cluster.settle()
    cluster.resource('scheduling.k8s.io/v1/PriorityClass').create({
      metadata: { name: 'patient' },
      value: 100,
      preemptionPolicy: 'Never',
    })
    create(cluster, 'strong', { cpu: '3', spec: { priorityClassName: 'patient' } })
    cluster.advance('10s')
    expect(names(cluster)).toEqual(['strong', 'weak'])
    expect(events(cluster, 'FailedScheduling')[0]).toMatch(
      /no new claims to deallocate, preemption: not eligible due to preemptionPolicy=Never\.$/,
    )
  })

  test('no more pods go than must, and the most important of them stay', () => {
    const cluster = clusterOf()
    create(cluster, 'a-low', { priority: 'low' })
    create(cluster, 'b-usual')
    create(cluster, 'c-low', { priority: 'low' })
    create(cluster, 'd-usual')
    cluster.settle()
    create(cluster, 'strong', { cpu: '2', priority: 'high' })
    cluster.advance('10s')
    expect(names(cluster)).toEqual(['b-usual', 'd-usual', 'strong'])
  })

  test('of equals those that started last go', () => {
    const cluster = clusterOf()
    for (const name of ['d', 'b', 'a', 'c']) {
      create(cluster, name)
      cluster.advance('5s')
    }
    create(cluster, 'strong', { cpu: '2', priority: 'high' })
    cluster.advance('10s')
    expect(names(cluster)).toEqual(['b', 'd', 'strong'])
  })

  test('of equal nodes the one is taken where pods started last: not where they have started since', () => {
    const { cluster, on } = unstarted(3)
    cluster.settle()
    expect(on(create(cluster, 'first', { cpu: '4', priority: 'high' }))).toBe('node-0')
    start(cluster, 'low-1')
    // Nothing started later than what has not yet.
    expect(on(create(cluster, 'second', { cpu: '4', priority: 'high' }))).toBe('node-2')
    expect(on(create(cluster, 'third', { cpu: '4', priority: 'high' }))).toBe('node-1')
  })

  test('of equal nodes the one is taken where pods started last, even if that was before the scheduler heard of them', () => {
    const { cluster, on } = unstarted(4)
    // It binds them after a second, and hears of that a second later.
    cluster.faults.delayWatches('default-scheduler', '1s', { for: '4s' })
    cluster.advance('500ms')
    create(cluster, 'first', { cpu: '4', priority: 'high' })
    cluster.advance('200ms')
    create(cluster, 'second', { cpu: '4', priority: 'high' })
    cluster.advance('900ms')
    start(cluster, 'low-2')
    cluster.advance('300ms')
    expect(names(cluster)).toEqual(['first', 'low-2', 'low-3', 'second'])
    cluster.advance('5s')
    expect(on(create(cluster, 'third', { cpu: '4', priority: 'high' }))).toBe('node-3')
  })

  test('the node is taken where the least important pods go, then where the fewest do', () => {
    const cluster = clusterOf({ nodes: 3 })
    const on = (name: string): object => ({ nodeSelector: { 'kubernetes.io/hostname': name } })
    create(cluster, 'a', { cpu: '4', spec: on('node-0') })
    for (const name of ['b', 'c']) create(cluster, name, { cpu: '2', priority: 'low', spec: on('node-1') })
    create(cluster, 'd', { cpu: '4', priority: 'low', spec: on('node-2') })
    cluster.settle()
    create(cluster, 'first', { cpu: '4', priority: 'high' })
    cluster.advance('10s')
    expect([nodeOf(cluster, 'first'), names(cluster)]).toEqual(['node-2', ['a', 'b', 'c', 'first']])
    create(cluster, 'second', { cpu: '4', priority: 'high' })
    cluster.advance('10s')
    expect([nodeOf(cluster, 'second'), names(cluster)]).toEqual(['node-1', ['a', 'first', 'second']])
  })

  test('a budget is violated only where there is no other way', () => {
    const cluster = clusterOf({ nodes: 2 })
    cluster.apply(budget('guard', 'kept', 1))
    const on = (name: string): object => ({ nodeSelector: { 'kubernetes.io/hostname': name } })
    create(cluster, 'kept', { cpu: '3', priority: 'low', labels: { app: 'kept' }, spec: on('node-0') })
    create(cluster, 'free', { cpu: '3', labels: { app: 'free' }, spec: on('node-1') })
    cluster.settle()
    create(cluster, 'first', { cpu: '3', priority: 'high' })
    cluster.advance('10s')
    expect([nodeOf(cluster, 'first'), names(cluster)]).toEqual(['node-1', ['first', 'kept']])
    create(cluster, 'second', { cpu: '3', priority: 'high' })
    cluster.advance('10s')
    expect([nodeOf(cluster, 'second'), names(cluster)]).toEqual(['node-0', ['first', 'second']])
  })

  test('the room that was made is kept for the pod it was made for, until a more important one comes', () => {
    const cluster = clusterOf()
    create(cluster, 'weak', { cpu: '4', priority: 'low', grace: 30, spec: { containers: [slow('4')] } })
    cluster.settle()
    create(cluster, 'usual', { cpu: '3' })
    cluster.advance('2s')
    expect(cluster.pods.get('usual').status.nominatedNodeName).toBe('node-0')
    create(cluster, 'late', { cpu: '2' })
    cluster.advance('2s')
    expect(cluster.pods.get('late').status.nominatedNodeName).toBeUndefined()
    create(cluster, 'strong', { cpu: '3', priority: 'high' })
    cluster.advance('2s')
    expect(cluster.pods.get('strong').status.nominatedNodeName).toBe('node-0')
    // Whose room it was is asked to look elsewhere only where more pods are to go.
    expect(cluster.pods.get('usual').status.nominatedNodeName).toBe('node-0')
    cluster.advance('6m')
    expect(cluster.pods.get('usual').status.nominatedNodeName).toBeUndefined()
    expect(['strong', 'usual', 'late'].map((name) => nodeOf(cluster, name))).toEqual(['node-0', undefined, undefined])
  })

  test('who was to come to a node looks for another where more pods go for one more important', () => {
    const cluster = clusterOf()
    for (const name of ['a', 'b'])
      create(cluster, name, { cpu: '2', priority: 'low', grace: 30, spec: { containers: [slow('2')] } })
    cluster.settle()
    create(cluster, 'usual', { cpu: '1' })
    cluster.advance('2s')
    expect(cluster.pods.get('usual').status.nominatedNodeName).toBe('node-0')
    create(cluster, 'strong', { cpu: '4', priority: 'high' })
    cluster.advance('2s')
    expect(events(cluster, 'Preempted')).toHaveLength(2)
    expect(['usual', 'strong'].map((name) => cluster.pods.get(name).status.nominatedNodeName)).toEqual([
      undefined,
      'node-0',
    ])
  })

  test('a pod that waits to be bound is taken back, and told that it was on no node yet', () => {
    const hesitant: Plugin = {
      name: 'Hesitant',
      permit: ({ metadata }) => (metadata.name === 'weak' ? { waitMs: 3_600_000 } : undefined),
    }
    const cluster = clusterOf({ schedulers: [{ plugins: [hesitant] }] })
    create(cluster, 'weak', { cpu: '3', priority: 'low' })
    cluster.advance('1s')
    const { uid } = create(cluster, 'strong', { cpu: '3', priority: 'high' }).metadata
    cluster.advance('20s')
    expect(nodeOf(cluster, 'strong')).toBe('node-0')
    expect(events(cluster, 'Preempted')).toEqual([
      `weak: Preempted by pod ${uid} on node node-0 (in kube-scheduler memory).`,
    ])
  })

  test('while victims terminate nobody else goes for the same pod', () => {
    const cluster = clusterOf({ nodes: 2 })
    for (const name of ['a', 'b']) create(cluster, name, { cpu: '4', grace: 30, spec: { containers: [slow('4')] } })
    cluster.settle()
    create(cluster, 'strong', { cpu: '3', priority: 'high' })
    cluster.advance('2s')
    // A change that gives it another decision.
    cluster.pods.update('strong', (draft) => {
      draft.spec.tolerations = [...(draft.spec.tolerations ?? []), { key: 'x', operator: 'Exists' }]
    })
    cluster.advance('5s')
    expect(events(cluster, 'Preempted')).toHaveLength(1)
    expect(events(cluster, 'FailedScheduling')).toContainEqual(
      expect.stringMatching(/preemption: not eligible due to a terminating pod on the nominated node\.$/),
    )
    cluster.advance('1m')
    expect(nodeOf(cluster, 'strong')).toBe('node-0')
    expect(names(cluster)).toEqual(['b', 'strong'])
  })

  test('a pod that goes leaves the room that was made for it to others', () => {
    const cluster = clusterOf()
    create(cluster, 'weak', { cpu: '4', priority: 'low', grace: 5, spec: { containers: [slow('4')] } })
    cluster.settle()
    create(cluster, 'strong', { cpu: '4', priority: 'high' })
    cluster.advance('1s')
    create(cluster, 'usual', { cpu: '4' })
    cluster.advance('1s')
    cluster.pods.delete('strong')
    cluster.advance('20s')
    expect(nodeOf(cluster, 'usual')).toBe('node-0')
  })

  test('what scheduler_perf expects of PreemptionBasic: each of five evicts three', () => {
    const cluster = clusterOf({ nodes: 5 })
    for (let i = 0; i < 20; i++) create(cluster, `low-${i}`, { cpu: '900m' })
    cluster.settle()
    expect(cluster.pods.list({ fieldSelector: 'spec.nodeName!=' }).items).toHaveLength(20)
    for (let i = 0; i < 5; i++) create(cluster, `high-${i}`, { cpu: '3', priority: 'high' })
    cluster.advance('10s')
    const bound = cluster.pods.list({ fieldSelector: 'spec.nodeName!=' }).items.map(({ metadata }) => metadata.name)
    expect(bound.filter((name) => name.startsWith('high'))).toHaveLength(5)
    expect(bound.filter((name) => name.startsWith('low'))).toHaveLength(5)
    expect(events(cluster, 'Preempted')).toHaveLength(15)
  })

  test('a scheduler that is started again knows what was promised', () => {
    const cluster = clusterOf()
    create(cluster, 'weak', { cpu: '4', grace: 30, spec: { containers: [slow('4')] } })
    cluster.settle()
    create(cluster, 'strong', { cpu: '4', priority: 'high' })
    cluster.advance('2s')
    cluster.controllers.crash('default-scheduler')
    cluster.controllers.restart('default-scheduler')
    create(cluster, 'quick', { cpu: '1', priority: 'high' })
    cluster.advance('1s')
    expect(events(cluster, 'Preempted')).toHaveLength(1)
    cluster.advance('1m')
    expect(nodeOf(cluster, 'strong')).toBe('node-0')
    expect(nodeOf(cluster, 'quick')).toBeUndefined()
  })

  test('forks, loaded clusters and replays keep the room that was made', () => {
    const cluster = clusterOf()
    create(cluster, 'weak', { cpu: '4', grace: 30, spec: { containers: [slow('4')] } })
    cluster.settle()
    create(cluster, 'strong', { cpu: '4', priority: 'high' })
    cluster.advance('2s')
    const others = [cluster.fork(), loadCluster(cluster.save())]
    for (const one of [cluster, ...others]) {
      create(one, 'quick', { cpu: '1', priority: 'high' })
      one.advance('2m')
      expect(nodeOf(one, 'strong')).toBe('node-0')
      expect(one.pods.get('quick').status.nominatedNodeName).toBeUndefined()
      expect(one.historyHash()).toBe(cluster.historyHash())
    }
    expect(replay(cluster.journal).historyHash()).toBe(cluster.historyHash())
  })

  test('a pod that keeps others away goes when a more important one wants its place', () => {
    const cluster = clusterOf()
    const selector = { labelSelector: { matchLabels: { app: 'web' } }, topologyKey: 'kubernetes.io/hostname' }
    const affinity = { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [selector] } }
    create(cluster, 'other', { cpu: '1' })
    create(cluster, 'loner', { cpu: '1', labels: { app: 'web' }, spec: { affinity } })
    cluster.settle()
    create(cluster, 'strong', { cpu: '1', priority: 'high', labels: { app: 'web' }, spec: { affinity } })
    cluster.advance('10s')
    expect([nodeOf(cluster, 'strong'), names(cluster)]).toEqual(['node-0', ['other', 'strong']])
  })

  test('it can be left out, and its arguments are checked', () => {
    const cluster = clusterOf({ schedulers: [{ disable: ['DefaultPreemption'] }] })
    create(cluster, 'weak', { cpu: '3' })
    cluster.settle()
    create(cluster, 'strong', { cpu: '3', priority: 'high' })
    cluster.advance('10s')
    expect(names(cluster)).toEqual(['strong', 'weak'])
    const withArgs = (args: object) => () => createCluster({ schedulers: [{ args: { DefaultPreemption: args } }] })
    expect(withArgs({ minCandidateNodesPercentage: 101 })).toThrow(
      /minCandidateNodesPercentage: expected a whole number from 0 to 100, got 101/,
    )
    expect(withArgs({ minCandidateNodesPercentage: 0, minCandidateNodesAbsolute: 0 })).toThrow(/cannot both be 0/)
  })

  test('a plugin of a user’s can name the victims', () => {
    const cluster = clusterOf({
      schedulers: [
        {
          disable: ['DefaultPreemption'],
          plugins: [
            {
              name: 'Oldest',
              postFilter: (_pod, { nodes }) => {
                const [node] = nodes()
                return { node: node!.name, victims: node!.pods.slice(0, 1) }
              },
            },
          ],
        },
      ],
    })
    create(cluster, 'a', { cpu: '3' })
    cluster.settle()
    create(cluster, 'b', { cpu: '3' })
    cluster.advance('10s')
    expect(names(cluster)).toEqual(['b'])
    expect(events(cluster, 'Preempted')).toHaveLength(1)
  })
})

/** A container that takes its grace to end. */
function slow(cpu: string): object {
  return { name: 'app', image: 'slow:1', resources: { requests: { cpu } } }
}
