import fc from 'fast-check'
import {
  type Cluster,
  type ClusterOptions,
  type ClusterView,
  createCluster,
  type Fault,
  isStatusError,
  leastAllocated,
  localOptimum,
} from '../../src/index.ts'
import { type Jobs, jobs, workOn } from './jobs.ts'
import { type Daemon, daemons, keepDaemons } from './daemons.ts'
import { type Neighbours, neighbours, settleIn } from './neighbours.ts'
import { changePod, type PodChange, podChanges } from './podChanges.ts'
import { type QuotaDeed, quotaDeeds, setQuota } from './quotas.ts'
import { roll, rollout, type Rollout } from './rollouts.ts'
import { restate, type Stateful, stateful } from './stateful.ts'
import { type Storage, storage, store } from './storage.ts'

/** How often a property is tried; WAVETANK_SOAK=20 tries twenty times as often. */
export const tries = (usual: number): { numRuns: number } => ({
  numRuns: usual * Number(process.env['WAVETANK_SOAK'] ?? 1),
})

/** One thing done to a cluster. `pick` chooses among what is there, so that any sequence makes sense. */
export type Action =
  | {
      readonly do: 'pod'
      readonly cpu: number
      readonly memory: number
      readonly port: number
      readonly image: string
      readonly policy: string
      readonly count: number
    }
  | {
      readonly do: 'controller'
      readonly name: string
      readonly replicas: number
      readonly cpu: number
      readonly image: string
    }
  | { readonly do: 'service'; readonly name: string }
  | { readonly do: 'scale'; readonly pick: number; readonly replicas: number }
  | { readonly do: 'deletePod'; readonly pick: number; readonly grace: number }
  | { readonly do: 'deleteController'; readonly pick: number }
  | { readonly do: 'crash' | 'restart' | 'cordon' | 'uncordon'; readonly pick: number }
  | Jobs
  | Daemon
  | Rollout
  | Stateful
  | Storage
  | Neighbours
  | QuotaDeed
  | PodChange
  | { readonly do: 'fault'; readonly fault: Fault; readonly afterMs: number; readonly forMs: number }
  | { readonly do: 'kill' | 'heal'; readonly pick: number }
  | { readonly do: 'advance'; readonly ms: number }
  | { readonly do: 'settle' }

const images = ['web:1', 'flaky:1', 'batch:1', 'broken:1', 'probed:1', 'leaky:1'] as const
const names = ['a', 'b', 'c'] as const

const pick = fc.nat(20)
const action: fc.Arbitrary<Action> = fc.oneof(
  fc.record({
    do: fc.constant('pod' as const),
    cpu: fc.constantFrom(0, 100, 500, 900, 2500),
    memory: fc.constantFrom(0, 256, 1024),
    port: fc.constantFrom(0, 0, 8080, 8081),
    image: fc.constantFrom(...images),
    policy: fc.constantFrom('Always', 'OnFailure', 'Never'),
    count: fc.constantFrom(1, 1, 6),
  }),
  fc.record({
    do: fc.constant('controller' as const),
    name: fc.constantFrom(...names),
    replicas: fc.nat(3),
    cpu: fc.constantFrom(250, 500),
    image: fc.constantFrom('web:1', 'web:1', 'flaky:1'),
  }),
  fc.record({ do: fc.constant('service' as const), name: fc.constantFrom(...names) }),
  fc.record({ do: fc.constant('scale' as const), pick, replicas: fc.nat(3) }),
  fc.record({ do: fc.constant('deletePod' as const), pick, grace: fc.constantFrom(0, 1, 30) }),
  fc.record({ do: fc.constant('deleteController' as const), pick }),
  fc.record({
    do: fc.constantFrom(
      'crash' as const,
      'restart' as const,
      'restart' as const,
      'cordon' as const,
      'uncordon' as const,
    ),
    pick,
  }),
  { weight: 2, arbitrary: jobs },
  { weight: 2, arbitrary: daemons },
  { weight: 2, arbitrary: rollout },
  { weight: 2, arbitrary: stateful },
  { weight: 2, arbitrary: storage },
  neighbours,
  quotaDeeds,
  { weight: 2, arbitrary: podChanges },
  { weight: 2, arbitrary: faults() },
  fc.record({ do: fc.constantFrom('kill' as const, 'heal' as const), pick }),
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('advance' as const),
      ms: fc.oneof(fc.integer({ min: 0, max: 3000 }), fc.integer({ min: 0, max: 90_000 })),
    }),
  },
  fc.constant({ do: 'settle' as const }),
)

/** Faults of every type; they begin and end within what a story takes. */
function faults(): fc.Arbitrary<Action> {
  const controller = fc.constantFrom(
    'replication-controller',
    'daemonset-controller',
    'deployment-controller',
    'statefulset-controller',
    'job-controller',
    'cronjob-controller',
    'replicaset-controller',
    'endpoint-controller',
    'garbage-collector-controller',
    'resourcequota-controller',
    'default-scheduler',
  )
  const node = fc.constantFrom('n0', 'n1', 'n2')
  const call = fc.integer({ min: 1, max: 4 })
  const ofController = fc.constantFrom(
    'partition' as const,
    'stallWatches' as const,
    'dropWatches' as const,
    'crashController' as const,
  )
  const fault: fc.Arbitrary<Fault> = fc.oneof(
    fc.record({ type: ofController, controller }),
    fc.record({ type: fc.constant('delayWatches' as const), controller, byMs: fc.integer({ min: 1, max: 5000 }) }),
    fc.record({ type: fc.constantFrom('crashNode' as const, 'partitionNode' as const), node }),
    fc.record({
      type: fc.constant('shutdownNode' as const),
      node,
      graceMs: fc.integer({ min: 3000, max: 40_000 }),
      criticalMs: fc.integer({ min: 0, max: 3000 }),
    }),
    fc.record({ type: fc.constantFrom('loseRequest' as const, 'conflict' as const), controller, call }),
    // Not the scheduler's: a pod that it believes unbound leaves room for another, which kubelets then refuse.
    fc.record({
      type: fc.constant('loseReply' as const),
      controller: controller.filter((name) => name !== 'default-scheduler'),
      call,
    }),
    fc.record({
      type: fc.constant('crashController' as const),
      controller,
      atCall: call,
      restartAfterMs: fc.integer({ min: 0, max: 20_000 }),
    }),
    fc.record({ type: fc.constantFrom('stopApiServer' as const, 'loseQuorum' as const) }),
    fc.record({
      type: fc.constantFrom('memoryPressure' as const, 'diskPressure' as const, 'pidPressure' as const),
      node,
    }),
    fc.record({ type: fc.constant('skewClock' as const), node, aheadMs: fc.constantFrom(-3_600_000, -700, 45_000) }),
    fc.record({
      type: fc.constant('failImagePull' as const),
      image: fc.constantFrom('*', 'web:*'),
      error: fc.constant('{image}: gone'),
    }),
    fc.record({ type: fc.constant('failZone' as const), zone: fc.constantFrom('a', 'b') }),
  )
  const forMs = fc.integer({ min: 0, max: 30_000 })
  const afterMs = fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 10_000 }))
  return fc.record({ do: fc.constant('fault' as const), fault, afterMs, forMs })
}

export const actions: fc.Arbitrary<Action[]> = fc.array(action, { minLength: 1, maxLength: 30, size: 'max' })

/** Small machines, so that there is not always room, and chance wherever there can be some. */
export const options: ClusterOptions = Object.freeze({
  seed: 7,
  // Short, so that events go in the time that is lived through.
  eventTtl: '30s',
  nodes: [
    { name: 'n0', cpu: 2, memory: '2Gi', pods: 8, zone: 'a' },
    { name: 'n1', cpu: 2, memory: '2Gi', pods: 8, zone: 'b' },
    { name: 'n2', cpu: 2, memory: '2Gi', pods: 8, zone: 'b' },
  ],
  latency: {
    imagePull: { uniform: [200, 2500] },
    containerStart: { exponential: { mean: 400 } },
    watchDelivery: { uniform: [1, 3] },
  },
  schedulers: [{ strategy: localOptimum({ feasible: 2 }), policy: leastAllocated(), ties: 'random' }],
  behaviours: [
    { image: 'flaky:*', run: { uniform: ['2s', '20s'] }, exitCode: 1 },
    { image: 'broken:*', pullError: 'not found' },
    { image: 'batch:*', run: '3s', stop: '2s' },
    {
      image: 'leaky:*',
      memory: {
        linear: [
          ['0s', '100Mi'],
          ['40s', '900Mi'],
          ['60s', '200Mi'],
        ],
      },
    },
    {
      image: 'probed:*',
      ready: { uniform: ['1s', '12s'] },
      answers: [
        { probe: 'liveness', from: '40s', answer: false, runs: 1 },
        { from: '20s', to: '31s', answer: 503, latency: '200ms' },
      ],
      postStart: { takes: { exponential: { mean: '1s' } } },
      preStop: { takes: { uniform: ['0s', '20s'] } },
      stop: { uniform: ['0s', '15s'] },
    },
  ],
} as const)

/** A cluster that has lived through some actions. */
export function lived(list: readonly Action[], more: Partial<ClusterOptions> = {}): Cluster {
  const cluster = createCluster({ ...options, ...more })
  live(cluster, list)
  return cluster
}

export function live(cluster: Cluster, list: readonly Action[]): void {
  for (const one of list) act(cluster, one)
}

/** Does one thing; what the API refuses is part of life. */
export function act(cluster: Cluster, one: Action): void {
  try {
    perform(cluster, one)
  } catch (error) {
    if (!isStatusError(error)) throw error
  }
}

function perform(cluster: Cluster, one: Action): void {
  const nth = <T>(items: readonly T[], index: number): T | undefined =>
    items.length === 0 ? undefined : items[index % items.length]
  switch (one.do) {
    case 'advance':
      return cluster.advance(one.ms)
    case 'settle':
      return void cluster.settle()
    case 'pod':
      for (let made = 0; made < one.count; made++) cluster.pods.create(podOf(one))
      return
    case 'controller':
      return void cluster.replicationControllers.create(controllerOf(one.name, one.replicas, one.cpu, one.image))
    case 'service':
      return void cluster.services.create({
        metadata: { name: one.name },
        spec: { selector: { app: one.name }, ports: [{ port: 80, targetPort: 'http' }] },
      })
    case 'scale': {
      const found = nth(cluster.replicationControllers.list().items, one.pick)
      if (found === undefined) return
      return void cluster.replicationControllers.update(
        found.metadata.name,
        (draft) => void (draft.spec.replicas = one.replicas),
      )
    }
    case 'deletePod': {
      const found = nth(cluster.pods.list().items, one.pick)
      return found && void cluster.pods.delete(found.metadata.name, { gracePeriodSeconds: one.grace })
    }
    case 'fault':
      return void cluster.faults.inject(one.fault, {
        ...(one.afterMs === 0 ? {} : { after: one.afterMs }),
        ...(one.forMs === 0 ? {} : { for: one.forMs }),
      })
    case 'kill': {
      const found = nth(cluster.pods.list().items, one.pick)
      return found && void cluster.faults.killContainer(found)
    }
    case 'heal':
      return nth(cluster.faults.list(), one.pick)?.heal()
    case 'job':
    case 'cronJob':
    case 'changeJob':
      return workOn(cluster, one)
    case 'daemonSet':
    case 'daemon':
      return keepDaemons(cluster, one)
    case 'deployment':
    case 'rollout':
      return roll(cluster, one)
    case 'statefulSet':
    case 'stateful':
      return restate(cluster, one)
    case 'claim':
    case 'disk':
    case 'consumer':
    case 'driver':
    case 'deleteClaim':
    case 'deleteDisk':
      return store(cluster, one)
    case 'neighbours':
      return settleIn(cluster, one)
    case 'quota':
    case 'deleteQuota':
      return setQuota(cluster, one)
    case 'resize':
    case 'debug':
      return changePod(cluster, one)
    case 'deleteController': {
      const found = nth(cluster.replicationControllers.list().items, one.pick)
      return found && void cluster.replicationControllers.delete(found.metadata.name)
    }
    default: {
      const node = nth(cluster.nodes.list().items, one.pick)!.metadata.name
      if (one.do === 'crash') cluster.faults.crashNode(node)
      else if (one.do === 'restart') cluster.faults.restartNode(node)
      else cluster.nodes.update(node, (draft) => void (draft.spec.unschedulable = one.do === 'cordon'))
    }
  }
}

const probe = { httpGet: { port: 80 }, periodSeconds: 3, timeoutSeconds: 1 }
const hook = { exec: { command: ['/hook'] } }
/** All that a kubelet may ask of a container, or do with it. */
const probes = {
  startupProbe: { ...probe, failureThreshold: 3 },
  readinessProbe: { ...probe, successThreshold: 2 },
  livenessProbe: { ...probe, terminationGracePeriodSeconds: 4 },
  lifecycle: { postStart: hook, preStop: hook },
}

function podOf({
  cpu,
  memory,
  port,
  image,
  policy,
}: Extract<Action, { do: 'pod' }>): Parameters<Cluster['pods']['create']>[0] {
  const requests = { ...(cpu === 0 ? {} : { cpu: `${cpu}m` }), ...(memory === 0 ? {} : { memory: `${memory}Mi` }) }
  const ports = port === 0 ? [] : [{ containerPort: port, hostPort: port }]
  const probed = image === 'probed:1'
  return {
    metadata: { generateName: 'bare-', labels: { bare: 'yes' } },
    spec: {
      restartPolicy: policy,
      ...(probed && { initContainers: [{ name: 'sidecar', image, restartPolicy: 'Always', ...probes }] }),
      containers: [{ name: 'main', image, resources: { requests }, ports, ...(probed && probes) }],
    },
  }
}

export function controllerOf(
  name: string,
  replicas: number,
  cpu: number,
  image: string,
): Parameters<Cluster['replicationControllers']['create']>[0] {
  const container = {
    name: 'main',
    image,
    ports: [{ name: 'http', containerPort: 80 }],
    resources: { requests: { cpu: `${cpu}m` } },
  }
  return {
    metadata: { name },
    spec: {
      replicas,
      selector: { app: name },
      template: { metadata: { labels: { app: name } }, spec: { containers: [container] } },
    },
  }
}

const kinds = [
  'namespaces',
  'nodes',
  'minions',
  'pods',
  'replicationControllers',
  'replicaSets',
  'daemonSets',
  'controllerRevisions',
  'deployments',
  'statefulSets',
  'controllerRevisions',
  'jobs',
  'cronJobs',
  'services',
  'endpoints',
  'events',
  'leases',
  'persistentVolumes',
  'persistentVolumeClaims',
  'csiNodes',
  'resourceQuotas',
] as const

/** All that can be read of a cluster, whoever gets through to it, or of a view of it, as text. */
export function everything(of: Cluster | ClusterView): string {
  const view = 'faults' in of ? of.at(of.revision) : of
  return JSON.stringify(kinds.map((kind) => view[kind].list({ allNamespaces: true }).items))
}
