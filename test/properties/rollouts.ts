import fc from 'fast-check'
import type { Cluster } from '../../src/index.ts'

/** One thing done to a Deployment; `pick` chooses among those there are. */
export type Rollout =
  | {
      readonly do: 'deployment'
      readonly name: string
      readonly replicas: number
      readonly strategy: 'RollingUpdate' | 'Recreate'
      readonly maxSurge: number | string
    }
  | {
      readonly do: 'rollout'
      readonly what: 'image' | 'scale' | 'rollback' | 'pause' | 'resume' | 'restart' | 'delete'
      readonly pick: number
      readonly number: number
    }

export const rollout: fc.Arbitrary<Rollout> = fc.oneof(
  fc.record({
    do: fc.constant('deployment' as const),
    name: fc.constantFrom('d', 'e'),
    replicas: fc.nat(3),
    strategy: fc.constantFrom('RollingUpdate', 'RollingUpdate', 'Recreate'),
    maxSurge: fc.constantFrom(1, '25%', '100%'),
  }),
  fc.record({
    do: fc.constant('rollout' as const),
    what: fc.constantFrom('image', 'image', 'scale', 'rollback', 'pause', 'resume', 'restart', 'delete'),
    pick: fc.nat(20),
    number: fc.nat(3),
  }),
)

const images = ['web:1', 'web:2', 'flaky:1', 'broken:1'] as const

/** Does it. Throws what the API refuses. */
export function roll({ deployments }: Cluster, one: Rollout): void {
  if (one.do === 'deployment') {
    const { name, replicas, strategy, maxSurge } = one
    deployments.create({
      metadata: { name },
      spec: {
        replicas,
        selector: { matchLabels: { app: name } },
        strategy: strategy === 'Recreate' ? { type: strategy } : { rollingUpdate: { maxSurge } },
        progressDeadlineSeconds: 30,
        template: { metadata: { labels: { app: name } }, spec: { containers: [{ name: 'main', image: 'web:1' }] } },
      },
    })
    return
  }
  const { items } = deployments.list()
  if (items.length === 0) return
  const { name } = items[one.pick % items.length]!.metadata
  if (one.what === 'scale') deployments.scale(name, one.number)
  else if (one.what === 'image')
    deployments.update(name, (draft) => void (draft.spec.template.spec.containers[0]!.image = images[one.number]!))
  else deployments[one.what](name)
}
