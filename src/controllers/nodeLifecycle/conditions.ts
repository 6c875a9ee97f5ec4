/** What a node says of itself, and what is said of it once it says nothing any more. */
import type { KubeObject } from '../../api/meta.ts'
import { parseTime, rfc3339 } from '../../api/time.ts'
import type { Node, NodeCondition } from '../../api/types/core.ts'
import type { NamedPredicate } from '../../client/controller.ts'
import { differs } from '../../registries/equal.ts'

// pkg/controller/nodelifecycle/config: how long a node may be silent, and one that has never spoken.
export const graceMs = 50_000
export const startupGraceMs = 60_000

/** The conditions that become unknown with a node; that of its network is not its kubelet's. */
const ofKubelets = ['Ready', 'MemoryPressure', 'DiskPressure', 'PIDPressure'] as const

export function conditionOf({ status }: Node, type: string): NodeCondition | undefined {
  const { conditions } = status
  if (conditions === undefined) return undefined
  for (let index = 0; index < conditions.length; index++) if (conditions[index]!.type === type) return conditions[index]
  return undefined
}

/** The conditions of a node that has been silent for too long. Mirrors tryUpdateNodeHealth. */
export function unknownConditions({ status, metadata }: Node, now: number): readonly NodeCondition[] {
  const lastTransitionTime = rfc3339(now)
  const conditions = (status.conditions ?? []).map((condition) =>
    ofKubelets.some((type) => type === condition.type) && condition.status !== 'Unknown'
      ? {
          ...condition,
          status: 'Unknown',
          lastTransitionTime,
          reason: 'NodeStatusUnknown',
          message: 'Kubelet stopped posting node status.',
        }
      : condition,
  )
  const missing = ofKubelets.filter((wanted) => !conditions.some(({ type }) => type === wanted))
  const never = missing.map((type) => ({
    type,
    status: 'Unknown',
    lastHeartbeatTime: metadata.creationTimestamp,
    lastTransitionTime,
    reason: 'NodeStatusNeverUpdated',
    message: 'Kubelet never posted node status.',
  }))
  return [...conditions, ...never]
}

/**
 * Which updates of nodes are looked at. A status that says again what it has said is one of them only if it came soon
 * after the last: of a kubelet that reports every few minutes, its Lease tells that it lives.
 */
export const nodeChanged: NamedPredicate = Object.freeze({
  name: 'node-health',
  holds: (before: KubeObject, after: KubeObject) => isChanged(before as Node, after as Node),
})

function isChanged(before: Node, after: Node): boolean {
  if (differs(before.spec, after.spec) || differs(before.metadata.labels, after.metadata.labels)) return true
  const [old, now] = [before.status.conditions, after.status.conditions]
  if (old === now) return false
  if (old === undefined || now === undefined || old.length !== now.length) return true
  for (let index = 0; index < now.length; index++)
    if (old[index]!.type !== now[index]!.type || old[index]!.status !== now[index]!.status) return true
  return isFrequent(heartbeatOf(before), heartbeatOf(after))
}

/** When a node's Ready condition was last posted, in RFC 3339; '' where that is not said. */
export function heartbeatOf(node: Node): string {
  const time = conditionOf(node, 'Ready')?.lastHeartbeatTime
  return typeof time === 'string' ? time : ''
}

/** Whether two heartbeats differ and lie so close together that they alone can keep a node healthy. */
export function isFrequent(before: string, after: string): boolean {
  if (before === after) return false
  const [then, now] = [parseTime(before), parseTime(after)]
  return then === undefined || now === undefined || now - then <= graceMs
}
