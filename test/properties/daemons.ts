import fc from 'fast-check'
import type { Cluster } from '../../src/index.ts'

/** One thing done to a DaemonSet, or to the nodes that it looks at; `pick` chooses among those there are. */
export type Daemon =
  | {
      readonly do: 'daemonSet'
      readonly name: string
      readonly zone: boolean
      readonly maxSurge: number | string
      readonly minReadySeconds: number
    }
  | {
      readonly do: 'daemon'
      readonly what: 'image' | 'onDelete' | 'orphan' | 'relabel' | 'taint' | 'addNode' | 'removeNode' | 'delete'
      readonly pick: number
      readonly number: number
    }

export const daemons: fc.Arbitrary<Daemon> = fc.oneof(
  fc.record({
    do: fc.constant('daemonSet' as const),
    name: fc.constantFrom('x', 'y'),
    zone: fc.boolean(),
    maxSurge: fc.constantFrom(0, 0, 1, '50%'),
    minReadySeconds: fc.constantFrom(0, 0, 4),
  }),
  fc.record({
    do: fc.constant('daemon' as const),
    what: fc.constantFrom(
      ...(['image', 'image', 'onDelete', 'orphan', 'relabel', 'taint', 'addNode', 'removeNode', 'delete'] as const),
    ),
    pick: fc.nat(20),
    number: fc.nat(3),
  }),
)

const images = ['web:1', 'web:2', 'flaky:1', 'broken:1'] as const
const effects = ['NoSchedule', 'NoExecute', undefined, undefined] as const

/** Does it. Throws what the API refuses. */
export function keepDaemons(cluster: Cluster, one: Daemon): void {
  if (one.do === 'daemonSet') {
    const { name, zone, maxSurge, minReadySeconds } = one
    cluster.daemonSets.create({
      metadata: { name },
      spec: {
        minReadySeconds,
        revisionHistoryLimit: 1,
        selector: { matchLabels: { app: name } },
        updateStrategy: { rollingUpdate: { maxSurge, maxUnavailable: maxSurge === 0 ? 1 : 0 } },
        template: {
          metadata: { labels: { app: name } },
          spec: {
            ...(zone && { nodeSelector: { 'topology.kubernetes.io/zone': 'b' } }),
            containers: [{ name: 'main', image: 'web:1' }],
          },
        },
      },
    })
    return
  }
  if (one.what === 'taint' || one.what === 'addNode' || one.what === 'removeNode') return changeNode(cluster, one)
  const { items } = cluster.daemonSets.list()
  if (items.length === 0) return
  const { name } = items[one.pick % items.length]!.metadata
  if (one.what === 'delete') cluster.daemonSets.delete(name)
  else if (one.what === 'orphan') cluster.daemonSets.delete(name, { propagationPolicy: 'Orphan' })
  else if (one.what === 'relabel') relabel(cluster, name, one.number)
  else
    cluster.daemonSets.update(name, ({ spec }) => {
      if (one.what === 'onDelete') spec.updateStrategy = { type: 'OnDelete' }
      else spec.template.spec.containers[0]!.image = images[one.number]!
    })
}

function relabel(cluster: Cluster, app: string, number: number): void {
  const { items } = cluster.pods.list({ labelSelector: `app=${app}` })
  const pod = items[number % Math.max(1, items.length)]
  if (pod !== undefined) cluster.pods.update(pod.metadata.name, (draft) => void (draft.metadata.labels = { app: 'no' }))
}

function changeNode(cluster: Cluster, { what, pick, number }: Extract<Daemon, { do: 'daemon' }>): void {
  if (what === 'addNode') {
    cluster.nodes.create({ metadata: { name: 'late', labels: { 'topology.kubernetes.io/zone': 'b' } } })
    return
  }
  if (what === 'removeNode') return void cluster.nodes.delete('late')
  const { items } = cluster.nodes.list()
  const effect = effects[number]
  cluster.nodes.update(items[pick % items.length]!.metadata.name, (draft) => {
    const others = (draft.spec.taints ?? []).filter(({ key }) => key !== 'story')
    draft.spec.taints = effect === undefined ? others : [...others, { key: 'story', effect }]
  })
}
