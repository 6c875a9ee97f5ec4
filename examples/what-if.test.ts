import { createCluster, replay } from 'wavetank'
import { expect, test } from 'vitest'
import { compareStrategies } from './compare-strategies.ts'

const web = {
  apiVersion: 'v1',
  kind: 'ReplicationController',
  metadata: { name: 'web' },
  spec: {
    replicas: 6,
    template: {
      metadata: { labels: { app: 'web' } },
      spec: { containers: [{ name: 'web', image: 'web:1', resources: { requests: { cpu: '1500m' } } }] },
    },
  },
}

test('a fork answers what would happen, and the original never hears of it', () => {
  const cluster = createCluster({ nodes: 3 })
  cluster.apply(web)
  cluster.settle()
  const hash = cluster.historyHash()

  const whatIf = cluster.fork()
  whatIf.replicationControllers.update('web', (draft) => {
    draft.spec.replicas = 7
  })
  whatIf.settle()
  const pending = whatIf.pods.list({ fieldSelector: 'status.phase=Pending' }).items
  expect(pending).toHaveLength(1)
  expect(pending[0]!.status.conditions![0]!.message).toContain('0/3 nodes are available: 3 Insufficient cpu.')

  expect(cluster.pods.list().items).toHaveLength(6)
  expect(cluster.historyHash()).toBe(hash)
})

test('a journal, sent as JSON, is the same life somewhere else', () => {
  const cluster = createCluster({ seed: 42, nodes: 3 })
  cluster.apply(web)
  cluster.advance('1m')
  const sent = JSON.stringify(cluster.journal)
  expect(replay(JSON.parse(sent) as typeof cluster.journal).historyHash()).toBe(cluster.historyHash())
})

test('the past can be read at any revision that is kept', () => {
  const cluster = createCluster({ nodes: 3 })
  const { revision } = cluster
  cluster.apply(web)
  cluster.settle()
  expect(cluster.at(revision).pods.list().items).toEqual([])
  const changes = cluster.history(revision).filter(({ object }) => object.kind === 'Pod')
  expect(changes.filter(({ type }) => type === 'ADDED')).toHaveLength(6)
})

test('local optimum examines fewer nodes a pod than best fit', () => {
  const [, , bestFit, hundred, ten] = compareStrategies({ nodes: 200, pods: 400 }).split('\n')
  const examined = (line: string | undefined): number => Number(line!.trim().split(/ {2,}/)[3])
  expect([bestFit, hundred, ten].map(examined)).toEqual([200, 100, 10])
})
