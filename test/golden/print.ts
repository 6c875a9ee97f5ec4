// Prints { scenario: hash } as one line of JSON, wherever it runs; nothing of Node.js is imported. See `npm run golden`.
import {
  type Cluster,
  createCluster,
  leastAllocated,
  loadCluster,
  localOptimum,
  mostAllocated,
} from '../../src/index.ts'
import { utf8 } from '../../src/api/utf8.ts'
import { experiment, generated } from '../../src/experiments/index.ts'
import { createSha256 } from '../../src/kernel/sha256.ts'

const container = (image: string, cpu: string): object => ({
  name: 'main',
  image,
  ports: [{ name: 'http', containerPort: 8080 }],
  resources: { requests: { cpu, memory: '128Mi' } },
})

function controller(name: string, replicas: number, image: string, cpu: string, spec: object = {}): object {
  const template = { metadata: { labels: { app: name } }, spec: { containers: [container(image, cpu)], ...spec } }
  return { apiVersion: 'v1', kind: 'ReplicationController', metadata: { name }, spec: { replicas, template } }
}

function service(name: string): object {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name },
    spec: { selector: { app: name }, ports: [{ port: 80, targetPort: 'http' }] },
  }
}

function scale(cluster: Cluster, name: string, replicas: number): void {
  cluster.replicationControllers.update(name, (draft) => void (draft.spec.replicas = replicas))
}

/** Services before, during and after a roll-out; scaled, relabelled, deleted. */
function rollOut(): Cluster {
  const cluster = createCluster({ seed: 7, nodes: 3 })
  cluster.apply([
    controller('web', 4, 'web:1', '250m'),
    service('web'),
    controller('db', 1, 'db:1', '1'),
    service('db'),
  ])
  cluster.settle()
  scale(cluster, 'web', 9)
  cluster.advance('1m')
  const [first] = cluster.pods.list({ labelSelector: 'app=web' }).items
  cluster.pods.update(first!.metadata.name, (draft) => void (draft.metadata.labels = { app: 'quarantine' }))
  scale(cluster, 'web', 2)
  cluster.runUntil((view) => view.replicationControllers.get('web').status.readyReplicas === 2)
  cluster.services.delete('db')
  cluster.pods.delete(cluster.pods.list({ labelSelector: 'app=db' }).items[0]!.metadata.name, { gracePeriodSeconds: 1 })
  cluster.advance('2h')
  return cluster
}

/** A node that crashes and comes back under containers that fail, all times drawn. */
function breakAndHeal(): Cluster {
  const cluster = createCluster({
    seed: 11,
    nodes: [
      { name: 'big', cpu: 8, zone: 'a' },
      { count: 2, cpu: 2, zone: 'b', taints: [{ key: 'small', effect: 'PreferNoSchedule' }] },
    ],
    behaviours: [
      { image: 'flaky:*', run: { exponential: { mean: '40s' } }, exitCode: 1 },
      { image: 'slow:*', ready: { uniform: ['2s', '9s'] }, stop: { logNormal: { median: '3s', sigma: 0.5 } } },
    ],
    latency: {
      imagePull: { logNormal: { median: 900, sigma: 0.7 } },
      containerStart: { exponential: { mean: 400 } },
      watchDelivery: { uniform: [0.5, 4] },
    },
  })
  cluster.apply([controller('flaky', 3, 'flaky:1', '200m'), controller('slow', 5, 'slow:1', '300m'), service('slow')])
  cluster.advance('5m')
  cluster.faults.crashNode('big')
  cluster.advance('90s')
  scale(cluster, 'slow', 7)
  cluster.advance('3m')
  cluster.faults.restartNode('big')
  cluster.advance('30m')
  return cluster
}

/** Fifty nodes under three schedulers, ties drawn, and forks that go their own ways. */
function manySchedulers(): Cluster {
  const cluster = createCluster({
    seed: 1234567,
    nodes: 50,
    schedulers: [
      { strategy: localOptimum({ feasible: 10 }), ties: 'random' },
      { name: 'packer', policy: mostAllocated(), ties: 'random' },
      { name: 'sampler', strategy: localOptimum({ percentage: 20 }), policy: leastAllocated(), failFast: false },
    ],
    history: { revisions: 2000 },
  })
  cluster.apply([
    controller('web', 60, 'web:1', '150m'),
    controller('packed', 60, 'web:1', '250m', { schedulerName: 'packer' }),
    controller('sampled', 60, 'db:1', '350m', { schedulerName: 'sampler' }),
  ])
  cluster.advance('1m')
  const fork = cluster.fork({ seed: 89 })
  for (const [index, one] of [cluster, fork].entries()) {
    scale(one, 'packed', 20 + 60 * index)
    one.faults.crashNode('node-13')
    one.advance('10m')
  }
  const again = fork.fork()
  again.advance('10m')
  again.apply({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'last' },
    spec: { containers: [container(`${cluster.historyHash().slice(0, 8)}:1`, '100m')] },
  })
  again.settle()
  return again
}

/**
 * A Deployment that rolls, is scaled amid that, gets stuck, is undone and restarted; another that recreates. `passed`
 * hands on the cluster from scene to scene.
 */
function deployments(passed: (cluster: Cluster) => Cluster = (same) => same): Cluster {
  let cluster = createCluster({
    seed: 3,
    nodes: 4,
    behaviours: [
      { image: 'broken:*', ready: false },
      { image: '*', ready: { uniform: ['1s', '8s'] }, stop: { uniform: ['1s', '5s'] } },
    ],
    latency: { watchDelivery: { uniform: [0.5, 40] } },
  })
  const deployment = (name: string, spec: object): object => {
    const template = { metadata: { labels: { app: name } }, spec: { containers: [container('web:1', '50m')] } }
    const whole = { replicas: 6, selector: { matchLabels: { app: name } }, template, ...spec }
    return { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name }, spec: whole }
  }
  const setImage = (name: string, image: string): void =>
    void cluster.deployments.update(name, (draft) => void (draft.spec.template.spec.containers[0]!.image = image))
  cluster.apply([
    deployment('web', { minReadySeconds: 3, progressDeadlineSeconds: 90, revisionHistoryLimit: 1 }),
    service('web'),
    deployment('db', { replicas: 2, strategy: { type: 'Recreate' } }),
  ])
  cluster.advance('1m')
  cluster = passed(cluster)
  setImage('web', 'web:2')
  setImage('db', 'web:2')
  cluster.advance('5s')
  cluster = passed(cluster)
  cluster.deployments.scale('web', 9)
  cluster.advance('2m')
  cluster = passed(cluster)
  setImage('web', 'broken:1')
  cluster.advance('3m')
  cluster = passed(cluster)
  cluster.deployments.rollback('web')
  cluster.advance('2m')
  cluster = passed(cluster)
  cluster.deployments.restart('web')
  cluster.advance('20m')
  cluster = passed(cluster)
  return cluster
}

/** The same, carried through text between its scenes: has the same hash. */
const savedAndLoaded = (): Cluster => deployments((cluster) => loadCluster(cluster.save()))

/** What an experiment finds: times, chance, statistics and roots. */
function anExperiment(): { historyHash(): string } {
  const result = experiment({
    cluster: { nodes: [{ count: 20, cpu: 8, memory: '32Gi' }] },
    workload: generated({
      count: 200,
      arrivals: { poisson: { perSecond: 3 } },
      lifetimes: { logNormal: { median: '40s', sigma: 1 } },
      sizes: [
        { weight: 3, cpu: '700m', memory: '1Gi' },
        { cpu: 3, memory: '9Gi' },
      ],
    }),
    schedulers: { 'best fit': {}, 'local optimum': { strategy: localOptimum({ feasible: 5 }), ties: 'random' } },
    seeds: 3,
    metrics: ['placed', 'allocated', 'imbalance', 'fragmentation', 'pending', 'makespan', 'hottestNode'],
  })
  return { historyHash: () => sha256(JSON.stringify(result)) }
}

function sha256(text: string): string {
  return [...createSha256()(Uint8Array.from(utf8(text)))].map((byte) => byte.toString(16).padStart(2, '0')).join('')
}

const scenarios: Readonly<Record<string, () => { historyHash(): string }>> = {
  anExperiment,
  rollOut,
  breakAndHeal,
  manySchedulers,
  deployments,
  savedAndLoaded,
}

console.log(
  JSON.stringify(Object.fromEntries(Object.entries(scenarios).map(([name, run]) => [name, run().historyHash()]))),
)
