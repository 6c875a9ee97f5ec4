import { type Cluster, type ClusterOptions, localOptimum } from '../src/index.ts'
import { createWith } from '../src/create.ts'

/** A cluster of equal machines, large enough for 30 small pods each and searched for a local optimum of 100. */
export function machines(count: number, more: ClusterOptions = {}): Cluster {
  const options: ClusterOptions = {
    seed: 1,
    nodes: [{ count, cpu: '32', memory: '256Gi', pods: 250 }],
    schedulers: [{ strategy: localOptimum({ feasible: 100 }) }],
    ...more,
  }
  return createWith(options, {})
}

/** A small pod; every one of another size when `distinct`. */
export function pod(name: string, distinct: boolean, number: number): Parameters<Cluster['pods']['create']>[0] {
  const requests = distinct
    ? { cpu: `${10 + (number % 190)}m`, memory: `${100 + (Math.floor(number / 190) % 800)}Mi` }
    : { cpu: '100m', memory: '128Mi' }
  const containers = [{ name: 'app', image: 'web:1', resources: { requests } }]
  return { apiVersion: 'v1', kind: 'Pod', metadata: { name, labels: { app: 'web' } }, spec: { containers } }
}

/** Replication controllers of 5,000 pods each. */
export function fill(cluster: Cluster, pods: number): void {
  for (let first = 0; first < pods; first += 5000) {
    const app = `web-${first / 5000}`
    const template = { metadata: { labels: { app } }, spec: pod('', false, 0)!.spec! }
    const spec = { replicas: Math.min(5000, pods - first), template }
    cluster.replicationControllers.create({
      apiVersion: 'v1',
      kind: 'ReplicationController',
      metadata: { name: app },
      spec,
    })
  }
  cluster.settle()
}
