// `npx tsx examples/debug.ts`: a test fails; what the cluster remembers tells why, and a fork tries the remedy.
import { type Cluster, createCluster, type Manifest, type Pod } from '../src/index.ts'

const web = (image: string): object => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web' },
  spec: {
    replicas: 2,
    selector: { matchLabels: { app: 'web' } },
    template: {
      metadata: { labels: { app: 'web' } },
      spec: { containers: [{ name: 'web', image, resources: { requests: { cpu: '1' } } }] },
    },
  },
})

const batch: Manifest<Pod> = {
  metadata: { generateName: 'batch-' },
  spec: { containers: [{ name: 'main', image: 'batch:1', resources: { requests: { cpu: '3' } } }] },
}

/** The story: a roll-out that a batch of other pods gets in the way of. */
export function story(): Cluster {
  const cluster = createCluster({ nodes: [{ cpu: '4' }, { cpu: '4' }] })
  cluster.apply(web('web:1'))
  cluster.advance('1m')
  for (let count = 0; count < 2; count++) cluster.pods.create(batch)
  cluster.advance('1m')
  cluster.apply(web('web:2'))
  cluster.advance('30s')
  return cluster
}

/** What a test of the story asks. */
export function isUpdated(cluster: Cluster): boolean {
  const { status } = cluster.deployments.get('web')
  return status.updatedReplicas === 2 && status.availableReplicas === 2 && status.replicas === 2
}

/** Asks what went wrong, and prints the answers. */
export function debug(print: (text: string) => void): void {
  const cluster = story()
  print(`# Is everything updated? ${isUpdated(cluster) ? 'yes' : 'no'}`)
  print(cluster.table('pods', { wide: true }))

  print('# What has changed since a minute ago?')
  const before = cluster.at({ time: cluster.now - 60_000 })
  print(cluster.diff(before, cluster.revision).text({ brief: true }))

  print('# How did things stand then?')
  print(before.table('pods', { wide: true }))

  const stuck = cluster.pods.list({ fieldSelector: 'status.phase=Pending' }).items[0]!
  print('# Why does the new pod wait?')
  print(String(cluster.why(stuck)))

  const batches = cluster.pods.list().items.filter(({ metadata }) => metadata.name.startsWith('batch-'))
  print('# What took the room? One link of each chain is enough: who bound it.')
  for (const pod of batches) print(String(cluster.why(pod).find(({ what }) => what.startsWith('bound'))))

  const remedy = cluster.fork()
  remedy.pods.delete(batches[0]!.metadata.name)
  remedy.advance('2m')
  print('\n# And if one of them went? A fork knows; the cluster itself does not hear of it.')
  print(
    `updated in the fork: ${isUpdated(remedy) ? 'yes' : 'no'}; in the cluster: ${isUpdated(cluster) ? 'yes' : 'no'}`,
  )
}

if (process.argv[1]?.endsWith('debug.ts')) debug(console.log)
