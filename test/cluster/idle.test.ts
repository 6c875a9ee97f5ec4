import { expect, test } from 'vitest'
import { createWith } from '../../src/create.ts'
import type { Cluster } from '../../src/index.ts'
import { controllerManifest } from './support.ts'

/** Fifty nodes over two hours, with something happening now and then. */
function idle(runs: boolean): Cluster {
  const cluster = createWith({ seed: 7, nodes: 50, history: 'all' }, { runs })
  cluster.replicationControllers.create(controllerManifest('web', 60))
  cluster.advance('20m')
  cluster.faults.crashNode('node-7')
  cluster.advance('13m')
  const fork = cluster.fork()
  fork.advance('1m')
  cluster.faults.restartNode('node-7')
  cluster.advance('7m30s')
  cluster.leases.update('node-3', (draft) => void (draft.spec.leaseDurationSeconds = 50), {
    namespace: 'kube-node-lease',
  })
  cluster.nodes.delete('node-9')
  cluster.advance('1h')
  cluster.replicationControllers.update('web', (draft) => void (draft.spec.replicas = 10))
  cluster.advance('20m')
  return cluster
}

test('heartbeats kept as runs read, hash and replay as if each had been written', () => {
  const [runs, each] = [idle(true), idle(false)]
  expect(runs.revision).toBe(each.revision)
  expect(runs.historyHash()).toBe(each.historyHash())
  expect(runs.journal).toEqual(each.journal)
  const view = (cluster: Cluster, revision: number): unknown => {
    const past = cluster.at(revision)
    return [
      past.leases.list({ allNamespaces: true }),
      past.nodes.list(),
      past.pods.list(),
      past.leases.find('node-3', { namespace: 'kube-node-lease' }),
    ]
  }
  const { revision } = runs
  for (let share = 0; share <= 12; share++) {
    const then = Math.floor((revision * share) / 12)
    expect(view(runs, then)).toEqual(view(each, then))
    expect(runs.history(then, then + 80)).toEqual(each.history(then, then + 80))
  }
  const watched = (cluster: Cluster): unknown =>
    cluster.leases.watch({ namespace: 'kube-node-lease', resourceVersion: String(revision - 500) }).read()
  expect(watched(runs)).toEqual(watched(each))
})
