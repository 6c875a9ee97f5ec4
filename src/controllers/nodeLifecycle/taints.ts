/** The taints that follow from a node's conditions. Mirrors pkg/controller/nodelifecycle and pkg/controller/util/node. */
import { rfc3339 } from '../../api/time.ts'
import type { Node, Taint } from '../../api/types/core.ts'
import type { LoopContext } from '../../client/controller.ts'

export const notReady = 'node.kubernetes.io/not-ready'
export const unreachable = 'node.kubernetes.io/unreachable'
const unschedulable = 'node.kubernetes.io/unschedulable'

/** nodeConditionToTaintKeyStatusMap: the taint of a condition that has a status. */
const ofConditions: readonly (readonly [type: string, status: string, key: string])[] = [
  ['Ready', 'False', notReady],
  ['Ready', 'Unknown', unreachable],
  ['MemoryPressure', 'True', 'node.kubernetes.io/memory-pressure'],
  ['DiskPressure', 'True', 'node.kubernetes.io/disk-pressure'],
  ['NetworkUnavailable', 'True', 'node.kubernetes.io/network-unavailable'],
  ['PIDPressure', 'True', 'node.kubernetes.io/pid-pressure'],
]

/** Taints by key alone, of one effect. */
interface Swap {
  readonly effect: 'NoSchedule' | 'NoExecute'
  readonly add: readonly string[]
  readonly remove: readonly string[]
}

/** The keys of the NoSchedule taints that a node should have of those that are this controller's, and those that it has. */
function noSchedule({ spec, status }: Node): Swap {
  const wanted: string[] = []
  for (const condition of status.conditions ?? []) {
    const found = ofConditions.find(([type, value]) => type === condition.type && value === condition.status)
    if (found !== undefined) wanted.push(found[2])
  }
  if (spec.unschedulable === true) wanted.push(unschedulable)
  const own = (spec.taints ?? []).filter(({ key, effect }) => effect === 'NoSchedule' && isOurs(key))
  return {
    effect: 'NoSchedule',
    add: wanted.filter((key) => !own.some((taint) => taint.key === key)),
    remove: own.map(({ key }) => key).filter((key) => !wanted.includes(key)),
  }
}

function isOurs(key: string): boolean {
  return key === unschedulable || ofConditions.some(([, , ours]) => ours === key)
}

/** Whether a node's NoSchedule taints are not what its conditions ask for. */
export function needsTaints(node: Node): boolean {
  if (node.spec.taints === undefined && node.spec.unschedulable !== true && isWell(node)) return false
  const { add, remove } = noSchedule(node)
  return add.length + remove.length > 0
}

function isWell({ status }: Node): boolean {
  return (status.conditions ?? []).every(({ type, status: value }) => value === (type === 'Ready' ? 'True' : 'False'))
}

/** Mirrors doNoScheduleTaintingPass. */
export function taintByConditions(name: string, context: LoopContext): void {
  const node = context.api.find<Node>('nodes', '', name)
  if (node !== undefined) swapTaints(node, noSchedule(node), context)
}

export function hasNoExecute({ spec }: Node, key: string): boolean {
  return spec.taints?.some((taint) => taint.key === key && taint.effect === 'NoExecute') === true
}

/** Gives a node that is not ready the NoExecute taint that its condition asks for, in place of the other. */
export function taintNoExecute(name: string, key: string, context: LoopContext): void {
  const node = context.api.find<Node>('nodes', '', name)
  const other = key === notReady ? unreachable : notReady
  if (node !== undefined) swapTaints(node, { effect: 'NoExecute', add: [key], remove: [other] }, context)
}

/** Takes the NoExecute taints of this controller from a node that has them. Mirrors markNodeAsReachable. */
export function untaint(node: Node, context: LoopContext): void {
  if (!hasNoExecute(node, notReady) && !hasNoExecute(node, unreachable)) return
  const now = context.api.find<Node>('nodes', '', node.metadata.name)
  if (now === undefined) return
  swapTaints(now, { effect: 'NoExecute', add: [], remove: [unreachable, notReady] }, context)
}

/** Mirrors SwapNodeControllerTaint: what is there already stays as it is. */
function swapTaints(node: Node, { effect, add, remove }: Swap, { api, now }: LoopContext): void {
  const before = node.spec.taints ?? []
  const has = (key: string): boolean => before.some((taint) => taint.effect === effect && taint.key === key)
  const kept = before.filter((taint) => taint.effect !== effect || !remove.includes(taint.key))
  const timeAdded = rfc3339(now)
  const added: Taint[] = add.filter((key) => !has(key)).map((key) => ({ key, effect, timeAdded }))
  if (kept.length === before.length && added.length === 0) return
  const { taints: _taints, ...spec } = node.spec
  const taints = [...kept, ...added]
  api.update<Node>('nodes', { ...node, spec: taints.length === 0 ? spec : { ...spec, taints } })
}
