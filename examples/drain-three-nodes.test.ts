import { expect, test } from 'vitest'
import { createCluster } from '../src/index.ts'
import { dumpOf } from '../test/support/dump.ts'
import { drainNodes } from './drain-three-nodes.ts'

const app = (name: string, replicas: number, cpu: string): string => `
apiVersion: apps/v1
kind: Deployment
metadata: { name: ${name} }
spec:
  replicas: ${replicas}
  selector: { matchLabels: { app: ${name} } }
  template:
    metadata: { labels: { app: ${name} } }
    spec:
      containers: [{ name: main, image: '${name}:1', resources: { requests: { cpu: ${cpu} } } }]
`

const budget = `
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: { name: db }
spec: { maxUnavailable: 0, selector: { matchLabels: { app: db } } }
`

test('what a drain of three nodes of an imported cluster evicts, what a budget blocks, and where everything goes', () => {
  const real = createCluster({ nodes: 5 })
  real.apply([app('db', 5, '500m'), budget])
  real.settle()
  real.apply([app('web', 5, '1'), app('big', 2, '2500m')])
  real.advance('10m')
  const told: string[] = []
  const cluster = drainNodes(dumpOf(real), ['node-0', 'node-1', 'node-2'], (text) => told.push(text))
  const bare = told.map((text) => text.replace(/-[a-z0-9]+-[a-z0-9]{5}\b/gu, ''))
  expect(`\n${bare.join('\n')}\n`).toBe(`
node-0: 2 evicted default/big, default/web
  default/db stays, by db: ${refusal}
node-1: 2 evicted default/big, default/web
  default/db stays, by db: ${refusal}
node-2: 3 evicted default/web, default/web, default/web
  default/db stays, by db: ${refusal}
big is on node-3
big is on node-4
web waits: 0/5 nodes are available: 2 Insufficient cpu, 3 node(s) were unschedulable.
web waits: 0/5 nodes are available: 2 Insufficient cpu, 3 node(s) were unschedulable.
web waits: 0/5 nodes are available: 2 Insufficient cpu, 3 node(s) were unschedulable.
`)
  expect(
    cluster.nodes
      .list()
      .items.filter(({ spec }) => spec.unschedulable)
      .map(({ metadata }) => metadata.name),
  ).toEqual(['node-0', 'node-1', 'node-2'])
})

const refusal =
  "Cannot evict pod as it would violate the pod's disruption budget. The disruption budget db needs 5 healthy pods and has 5 currently"
