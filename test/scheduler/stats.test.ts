import { createCluster, localOptimum } from 'wavetank'
import { expect, test } from 'vitest'

const pod = (name: string, cpu = '100m'): object => ({
  metadata: { name },
  spec: { containers: [{ name: 'main', image: 'main', resources: { requests: { cpu } } }] },
})

test('a scheduler counts its decisions, and what each cost', () => {
  const cluster = createCluster({ nodes: 10 })
  const methods = { scan: 0, tree: 0, bound: 0 }
  expect(cluster.schedulerStats()).toEqual([
    { name: 'default-scheduler', decisions: 0, examined: 0, filterCalls: 0, scoreCalls: 0, methods },
  ])
  for (const name of ['a', 'b', 'c']) cluster.pods.create(pod(name))
  cluster.settle()
  const [stats] = cluster.schedulerStats()
  expect(stats).toMatchObject({ decisions: 3, examined: 30, methods: { ...methods, scan: 3 } })
  expect(stats!.filterCalls).toBeGreaterThanOrEqual(30)
  expect(stats!.scoreCalls).toBeGreaterThanOrEqual(30)
})

test('a decision that finds no node counts as well', () => {
  const cluster = createCluster({ nodes: 4 })
  cluster.pods.create(pod('big', '99'))
  cluster.settle()
  expect(cluster.schedulerStats()[0]).toMatchObject({ decisions: 1, examined: 4, scoreCalls: 0 })
})

test('a strategy that stops early examines fewer nodes', () => {
  const cluster = createCluster({ nodes: 10, schedulers: [{ strategy: localOptimum({ feasible: 4 }) }] })
  for (const name of ['a', 'b']) cluster.pods.create(pod(name))
  cluster.settle()
  expect(cluster.schedulerStats()[0]).toMatchObject({ decisions: 2, examined: 8 })
})

test('a fork goes on counting by itself, and counting changes no history', () => {
  const cluster = createCluster({ nodes: 2 })
  cluster.pods.create(pod('a'))
  cluster.settle()
  const hash = cluster.historyHash()
  const fork = cluster.fork()
  fork.pods.create(pod('b'))
  fork.settle()
  expect(fork.schedulerStats()[0]!.decisions).toBe(2)
  expect(cluster.schedulerStats()[0]!.decisions).toBe(1)
  expect(cluster.historyHash()).toBe(hash)
})
