import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { type Cluster, createCluster, type Deployment, type ReplicaSet } from '../../src/index.ts'
import { corpus, hasCorpus } from '../support/system.ts'

const lastApplied = 'kubectl.kubernetes.io/last-applied-configuration'
const captures = join(corpus, 'api-captures')

/** What a recorded list held when it was first asked for. */
function recorded<T>(folder: string, resource: string): readonly T[] {
  const file = readdirSync(join(captures, folder)).find((name) => name.endsWith(`__${resource}.jsonl`))
  if (file === undefined) return []
  const [first] = readFileSync(join(captures, folder, file), 'utf8').split('\n')
  return (JSON.parse(first!) as { response_body: { items: T[] } }).response_body.items
}

/** The object without what the server draws, what the clock says, and the hash that names go by. */
function settled(object: Deployment | ReplicaSet): unknown {
  const hash = /-(?<hash>[2-9b-z]{8,10})(?="|$)/u
  const hidden = [
    'uid',
    'resourceVersion',
    'creationTimestamp',
    'managedFields',
    'lastUpdateTime',
    'lastTransitionTime',
  ]
  const text = JSON.stringify(object, (key, value: unknown) => {
    if (hidden.includes(key) || key === lastApplied || key === 'apiVersion' || key === 'kind') return undefined
    if (key === 'pod-template-hash') return 'HASH'
    return typeof value === 'string' ? value.replace(hash, '-HASH') : value
  })
  return JSON.parse(text)
}

function lived(deployment: Deployment): Cluster {
  const { namespace, annotations } = deployment.metadata
  const cluster = createCluster({ behaviours: [{ image: 'busybox:*', run: '3s', exitCode: 1 }] })
  cluster.namespaces.create({ metadata: { name: namespace! } })
  cluster.apply(annotations![lastApplied])
  cluster.advance('9m')
  return cluster
}

describe.skipIf(!hasCorpus())('a deployment of a real cluster', () => {
  test.each(['basic-workloads', 'auto-discovery', 'crash-loop'])('of %s reads back as it was recorded', (folder) => {
    const deployments = recorded<Deployment>(folder, 'deployments')
    expect(deployments).toHaveLength(1)
    const { namespace, name } = deployments[0]!.metadata
    const cluster = lived(deployments[0]!)
    expect(settled(cluster.deployments.get(name, { namespace }))).toEqual(settled(deployments[0]!))
    const sets = recorded<ReplicaSet>(folder, 'replicasets')
    if (sets.length > 0) expect(cluster.replicaSets.list({ namespace }).items.map(settled)).toEqual(sets.map(settled))
  })
})
