// `npx tsx examples/rolling-update.ts`: a Deployment rolls to a new image, gets stuck on a broken one, and goes back.
import { type Cluster, createCluster, type KubeEvent } from '../src/index.ts'

const deployment = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web' },
  spec: {
    replicas: 4,
    progressDeadlineSeconds: 60,
    selector: { matchLabels: { app: 'web' } },
    strategy: { rollingUpdate: { maxSurge: 1, maxUnavailable: 1 } },
    template: {
      metadata: { labels: { app: 'web' } },
      spec: { containers: [{ name: 'web', image: 'web:1' }] },
    },
  },
}

/** Plays it, and tells it line by line. */
export function rollingUpdate(print: (line: string) => void): void {
  const cluster = createCluster({
    seed: 7,
    nodes: 3,
    behaviours: [
      { image: 'web:broken', ready: false },
      { image: 'web:*', ready: { uniform: ['3s', '6s'] } },
    ],
  })
  const tell = (what: string): void => print(`${cluster.time.slice(11, 19)}  ${what}`)
  const setImage = (image: string): void => {
    tell(`the image becomes ${image}`)
    cluster.deployments.update('web', (draft) => void (draft.spec.template.spec.containers[0]!.image = image))
  }

  cluster.apply(deployment)
  cluster.settle()
  const started = cluster.revision
  cluster.on('change', ({ object }) => {
    const { reason, message = '' } = object as KubeEvent
    if (object.kind === 'Event' && reason === 'ScalingReplicaSet') tell(message)
  })

  setImage('web:2')
  cluster.settle()
  print(cluster.table('deployments'))
  const { fewest, most } = extremes(cluster, started)
  print(`At no revision were fewer than ${fewest} pods available, or more than ${most} there.\n`)

  // By then the Events of the first roll-out are so old that those of the next are not combined with them.
  cluster.advance('15m')
  setImage('web:broken')
  const stuck = (): boolean => progress(cluster)?.status === 'False'
  cluster.runUntil(stuck)
  tell(progress(cluster)!.message!)
  print(cluster.table('deployments'))

  tell('kubectl rollout undo')
  cluster.deployments.rollback('web')
  cluster.settle()
  print(cluster.table('replicasets', { wide: true }))
}

function progress(cluster: Cluster): { readonly status: string; readonly message?: string } | undefined {
  return cluster.deployments.get('web').status.conditions?.find(({ type }) => type === 'Progressing')
}

/** The fewest available pods and the most pods of any revision since one; those on their way out do not count. */
function extremes(cluster: Cluster, since: number): { fewest: number; most: number } {
  let fewest = Infinity
  let most = 0
  for (let revision = since; revision <= cluster.revision; revision++) {
    const pods = cluster
      .at(revision)
      .pods.list()
      .items.filter(({ metadata }) => !metadata.deletionTimestamp)
    const ready = pods.filter(({ status }) =>
      status.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True'),
    )
    fewest = Math.min(fewest, ready.length)
    most = Math.max(most, pods.length)
  }
  return { fewest, most }
}

if (process.argv[1]?.endsWith('rolling-update.ts')) rollingUpdate(console.log)
