import fc from 'fast-check'
import type { Cluster } from '../../src/index.ts'

/** A quota that comes, changes or goes. */
export type QuotaDeed =
  | {
      readonly do: 'quota'
      readonly name: string
      readonly hard: Readonly<Record<string, string>>
      readonly scope: string
    }
  | { readonly do: 'deleteQuota'; readonly name: string }

const names = ['q0', 'q1'] as const

/** Some are so narrow that things are refused. Of cpu none: it would have to be said by everything. */
export const quotaDeeds: fc.Arbitrary<QuotaDeed> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('quota' as const),
      name: fc.constantFrom(...names),
      hard: fc.constantFrom<Readonly<Record<string, string>>[]>(
        { pods: '4' },
        { pods: '9', 'count/pods': '12', 'requests.ephemeral-storage': '1Gi' },
        { services: '2', 'services.nodeports': '4', 'count/configmaps': '9', 'count/replicasets.apps': '3' },
        { persistentvolumeclaims: '3', 'requests.storage': '4Gi' },
      ),
      scope: fc.constantFrom('', '', '', 'BestEffort', 'NotBestEffort'),
    }),
  },
  fc.record({ do: fc.constant('deleteQuota' as const), name: fc.constantFrom(...names) }),
)

/** Nothing is limited any more. */
export function endQuotas(cluster: Cluster): void {
  for (const { metadata } of cluster.resourceQuotas.list().items) cluster.resourceQuotas.delete(metadata.name)
}

/** Does it. Throws what the API refuses. */
export function setQuota(cluster: Cluster, deed: QuotaDeed): void {
  const { name } = deed
  const quotas = cluster.resourceQuotas
  if (deed.do === 'deleteQuota') return void quotas.delete(name)
  const { hard, scope } = deed
  if (quotas.find(name) !== undefined) return void quotas.update(name, (draft) => void (draft.spec.hard = hard))
  quotas.create({ metadata: { name }, spec: { hard, ...(scope !== '' && { scopes: [scope] }) } })
}
