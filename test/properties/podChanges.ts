import fc from 'fast-check'
import type { Cluster } from '../../src/index.ts'

/** What somebody does with a pod that is there already. */
export type PodChange =
  | { readonly do: 'resize'; readonly pick: number; readonly cpu: number; readonly memory: number }
  | { readonly do: 'debug'; readonly pick: number; readonly name: string; readonly image: string }

export const podChanges: fc.Arbitrary<PodChange> = fc.oneof(
  fc.record({
    do: fc.constant('resize' as const),
    pick: fc.nat(20),
    cpu: fc.constantFrom(50, 300, 1200, 2500),
    memory: fc.constantFrom(64, 512, 1536),
  }),
  fc.record({
    do: fc.constant('debug' as const),
    pick: fc.nat(20),
    name: fc.constantFrom('debug', 'look'),
    image: fc.constantFrom('web:1', 'batch:1', 'broken:1', 'leaky:1'),
  }),
)

/** Does it. Throws what the API refuses. */
export function changePod(cluster: Cluster, change: PodChange): void {
  const all = cluster.pods.list().items
  const pod = all.length === 0 ? undefined : all[change.pick % all.length]
  if (pod === undefined) return
  const { name } = pod.metadata
  if (change.do === 'debug') {
    const patch = { spec: { ephemeralContainers: [{ name: change.name, image: change.image }] } }
    cluster.pods.patch(name, patch, { subresource: 'ephemeralcontainers' })
    return
  }
  cluster.pods.updateResize(name, ({ spec: { containers } }) => {
    const [first] = containers
    const size = { cpu: `${change.cpu}m`, memory: `${change.memory}Mi` }
    const { limits, requests } = first!.resources ?? {}
    first!.resources = {
      ...(requests !== undefined && { requests: { ...requests, ...size } }),
      ...(limits !== undefined && { limits: { ...limits, ...size } }),
    }
  })
}
