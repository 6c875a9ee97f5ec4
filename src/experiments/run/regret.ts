import type { Cluster } from '../../cluster.ts'
import type { OpenRecord } from './podRecord.ts'

/** What a decision gave up: points of the policy, scored over every feasible node as best fit scores them. */
export interface RegretSample {
  readonly pod: string
  readonly best: number
  readonly chosen: number
}

/** How the node that a pod was bound to compares with the best one then; undefined where nobody can say. */
export function regretOf(cluster: Cluster, { name }: OpenRecord): RegretSample | undefined {
  const slash = name.indexOf('/')
  const { node, placing } = cluster.explain(name.slice(slash + 1), { namespace: name.slice(0, slash) })
  if (placing === undefined) return undefined
  const best = placing.nodes.reduce((most, { score = -Infinity }) => Math.max(most, score), -Infinity)
  const chosen = placing.nodes.find((verdict) => verdict.node === node)?.score
  return chosen === undefined ? undefined : { pod: name, best, chosen }
}
