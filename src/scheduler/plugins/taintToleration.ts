/** Mirrors pkg/scheduler/framework/plugins/tainttoleration/taint_toleration.go; since v1.35 no taint is named. */
import type { Taint, Toleration } from '../../api/types/core.ts'
import { FITS, FLAT, normalizeReversed, type NodePlugin } from '../plugin.ts'
import { keepsAway, tolerates } from '../taints.ts'

export const TaintToleration: NodePlugin = Object.freeze<NodePlugin>({
  rows: true,
  scope: 'node',
  name: 'TaintToleration',
  filter: ({ tolerations }, nodes) => {
    if (!nodes.hasTaints) return FITS
    const { tainted } = nodes.columns
    return (row) => (tainted[row] === 0 || allTolerated(nodes.rows[row]!.taints, tolerations) ? 0 : 1)
  },
  refusal: () => ({ plugin: 'TaintToleration', reasons: ['node(s) had untolerated taint(s)'], resolvable: false }),
  score: (pod, nodes) => {
    if (!nodes.hasSoftTaints) return FLAT
    const preferring = pod.tolerations.filter(({ effect }) => !effect || effect === 'PreferNoSchedule')
    const { tainted } = nodes.columns
    return (row) => (tainted[row] !== 2 ? 0 : disliked(nodes.rows[row]!.taints, preferring))
  },
  normalize: normalizeReversed,
})

function allTolerated(taints: readonly Taint[], tolerations: readonly Toleration[]): boolean {
  for (const taint of taints) if (keepsAway(taint) && !tolerates(tolerations, taint)) return false
  return true
}

/** How many taints would rather not have the pod. */
function disliked(taints: readonly Taint[], tolerations: readonly Toleration[]): number {
  let count = 0
  for (const taint of taints) if (taint.effect === 'PreferNoSchedule' && !tolerates(tolerations, taint)) count++
  return count
}
