/**
 * What kube-scheduler v1.36.0 made of some hundred pods, ours makes too: which nodes suit, what every plugin gives each of
 * them, and every word of why none does.
 */
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { type Cluster, createCluster, schedulerConfiguration } from '../../../src/index.ts'
import { type Decision, manifestOf, scoreText } from './decisions.ts'
import { namespaces, type World, worldCount, worldOf } from './worlds.ts'

const read = (name: string): string => readFileSync(fileURLToPath(new URL(name, import.meta.url)), 'utf8')
const recorded = JSON.parse(read('recorded.json')) as readonly (readonly Decision[])[]
const scheduler = schedulerConfiguration(read('configuration.yaml'))

function clusterOf({ nodes, others }: World): Cluster {
  const disable = ['kubelet', 'node-lifecycle-controller', 'replicaset-controller', 'replication-controller']
  const cluster = createCluster({ nodes: 0, disable, schedulers: [scheduler] })
  // Pods are put where they were put: it only says what it would do.
  cluster.controllers.crash('default-scheduler')
  cluster.namespaces.create({ metadata: { name: namespaces[1] } })
  cluster.advance('5s')
  for (const node of nodes) cluster.nodes.create(node as never)
  for (const other of others) cluster.apply(other)
  return cluster
}

function decision(cluster: Cluster, name: string, namespace: string): Decision & { readonly best?: readonly string[] } {
  const { nodes, best, message } = cluster.explain(name, { namespace }).placing!
  if (message !== undefined) return { message }
  const suiting = nodes.filter(({ refusals }) => refusals.length === 0)
  if (suiting.length === 1) return { on: suiting[0]!.node, scores: {}, best }
  const scores = suiting.map(({ node, shares }) => [
    node,
    scoreText(shares.map(({ plugin, weight, score }) => [plugin, weight * score])),
  ])
  return { on: '', scores: Object.fromEntries(scores) as Record<string, string>, best }
}

test.each(Array.from({ length: worldCount }, (_, number) => number))(
  'pods of world %i go where they went',
  (number) => {
    const world = worldOf(number)
    const cluster = clusterOf(world)
    const uids = new Map(
      world.others.map(({ apiVersion, kind, metadata: { name } }) => [
        kind,
        cluster.resource(`${apiVersion}/${kind}`).get(name).metadata.uid,
      ]),
    )
    expect(recorded[number]).toHaveLength(world.pods.length)
    for (const [i, theirs] of recorded[number]!.entries()) {
      const { name, namespace } = world.pods[i]!.pod.metadata as { name: string; namespace: string }
      const manifest = manifestOf(world.pods[i]!, uids) as { spec: object }
      cluster.pods.create(manifest as never)
      const { best, ...ours } = decision(cluster, name, namespace)
      if ('message' in theirs) expect(ours, name).toEqual(theirs)
      else {
        expect({ ...ours, on: theirs.on }, name).toEqual(theirs)
        expect(best, name).toContain(theirs.on)
      }
      cluster.pods.delete(name, { namespace, gracePeriodSeconds: 0 })
      if ('on' in theirs) cluster.pods.create({ ...manifest, spec: { ...manifest.spec, nodeName: theirs.on } } as never)
    }
  },
)
