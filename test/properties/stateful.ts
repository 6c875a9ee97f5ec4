import fc from 'fast-check'
import type { Cluster } from '../../src/index.ts'
import { claimTemplate, statefulSet } from '../support/statefulSets.ts'
import { lateClass, storageClass } from '../support/volumes.ts'

/** One thing done to a StatefulSet; `pick` chooses among those there are. */
export type Stateful =
  | {
      readonly do: 'statefulSet'
      readonly name: string
      readonly replicas: number
      readonly policy: 'OrderedReady' | 'Parallel'
      readonly claims: 'none' | 'kept' | 'deleted'
    }
  | {
      readonly do: 'stateful'
      readonly what:
        'image' | 'scale' | 'partition' | 'start' | 'strategy' | 'rollback' | 'restart' | 'delete' | 'orphan'
      readonly pick: number
      readonly number: number
    }

export const stateful: fc.Arbitrary<Stateful> = fc.oneof(
  fc.record({
    do: fc.constant('statefulSet' as const),
    name: fc.constantFrom('s', 't'),
    replicas: fc.nat(3),
    policy: fc.constantFrom('OrderedReady' as const, 'Parallel' as const),
    claims: fc.constantFrom('none' as const, 'kept' as const, 'deleted' as const),
  }),
  fc.record({
    do: fc.constant('stateful' as const),
    what: fc.constantFrom(
      'image' as const,
      'image' as const,
      'scale' as const,
      'scale' as const,
      'partition' as const,
      'start' as const,
      'strategy' as const,
      'rollback' as const,
      'restart' as const,
      'delete' as const,
      'orphan' as const,
    ),
    pick: fc.nat(20),
    number: fc.nat(3),
  }),
)

const images = ['web:1', 'web:2', 'flaky:1', 'batch:1'] as const

/** Does it. Throws what the API refuses. */
export function restate(cluster: Cluster, one: Stateful): void {
  const { statefulSets } = cluster
  if (one.do === 'statefulSet') {
    if (cluster.storageClasses.find('disk') === undefined)
      cluster.apply(one.policy === 'Parallel' ? lateClass('disk') : storageClass('disk'))
    const keep = one.claims === 'kept' ? 'Retain' : 'Delete'
    const claims = {
      volumeClaimTemplates: [claimTemplate('data')],
      persistentVolumeClaimRetentionPolicy: { whenScaled: keep, whenDeleted: keep },
    }
    const more = one.claims === 'none' ? {} : claims
    statefulSets.create(
      statefulSet(one.name, one.replicas, { podManagementPolicy: one.policy, revisionHistoryLimit: 1, ...more }),
    )
    return
  }
  const { items } = statefulSets.list()
  if (items.length === 0) return
  const { name } = items[one.pick % items.length]!.metadata
  const patch = (spec: object): void => void statefulSets.patch(name, { spec }, { type: 'merge' })
  if (one.what === 'scale') statefulSets.scale(name, one.number)
  else if (one.what === 'partition') patch({ updateStrategy: { rollingUpdate: { partition: one.number } } })
  else if (one.what === 'start') patch({ ordinals: { start: one.number } })
  else if (one.what === 'strategy')
    patch({ updateStrategy: { type: one.number < 2 ? 'OnDelete' : 'RollingUpdate', rollingUpdate: null } })
  else if (one.what === 'image')
    statefulSets.update(name, (draft) => void (draft.spec.template.spec.containers[0]!.image = images[one.number]!))
  else if (one.what === 'orphan') statefulSets.delete(name, { propagationPolicy: 'Orphan' })
  else statefulSets[one.what](name)
}
