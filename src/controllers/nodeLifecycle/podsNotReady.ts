import { isStatusError } from '../../api/errors.ts'
import { rfc3339 } from '../../api/time.ts'
import type { Pod, PodCondition, PodStatus } from '../../api/types/core.ts'
import type { LoopContext } from '../../client/controller.ts'
import { thawed } from '../../registries/leanStatus.ts'
import { isReady } from '../podRank.ts'
import { source } from './source.ts'

/** Says of the ready pods of nodes that nobody hears from any more that they are not. Mirrors MarkPodsNotReady of pkg/controller/util/node. */
export function markPodsNotReady(nodes: ReadonlySet<string>, { api, now }: LoopContext): void {
  if (nodes.size === 0) return
  const found: Pod[] = []
  api.visit<Pod>('pods', (pod) => {
    if (nodes.has(pod.spec.nodeName ?? '') && isReady(pod)) found.push(pod)
  })
  for (const pod of found) {
    const { namespace = '', name, uid } = pod.metadata
    try {
      api.patchStatus('pods', namespace, name, uid, notReady(thawed(pod).status, now))
      api.record(pod, 'Warning', 'NodeNotReady', 'Node is not ready', source)
    } catch (error) {
      if (!isStatusError(error, 'NotFound')) throw error
    }
  }
}

function notReady(status: PodStatus, now: number): PodStatus {
  const conditions = (status.conditions ?? []).map((condition): PodCondition =>
    condition.type === 'Ready' ? { ...condition, status: 'False', lastTransitionTime: rfc3339(now) } : condition,
  )
  return { ...status, conditions }
}
