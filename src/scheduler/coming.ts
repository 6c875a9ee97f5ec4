import type { Snapshot } from './cycle.ts'
import type { PodInfo } from './podInfo.ts'

/**
 * What is said of a row with the pods that are to come there, where there are such that this one has to leave room for;
 * else 0. A node suits with them and without. Mirrors RunFilterPluginsWithNominatedPods of pkg/scheduler/framework/runtime.
 */
export function withNominees(
  { nodes, nominees, trials }: Snapshot,
  info: PodInfo,
  row: number,
  ask: () => number,
): number {
  if (nominees.isEmpty) return 0
  const { name } = nodes.rows[row]!
  const coming = nominees.before(info.priority, name)
  if (coming.length === 0) return 0
  return trials.run(row, () => {
    for (const { pod } of coming) trials.place(pod, name)
    return ask()
  })
}
