/** What the kubelet of a machine that is down will look at when it is up. */
import type { Pod } from '../api/types/core.ts'
import type { ObjectChange } from '../client/watches.ts'
import type { Machines, PodKey } from './machines.ts'
import { withStage } from './podRuntimes.ts'
import { FINISHED } from './runtimeState.ts'

/** While a machine is down nobody acts; what its kubelet would find on listing its pods later is noted. */
export function noteChange(machines: Machines, node: number, { type, object }: ObjectChange<Pod>, now: number): void {
  const { namespace = '', name, uid, deletionTimestamp, deletionGracePeriodSeconds = 0 } = object.metadata
  const pod = machines.pod(node, uid)
  if (type === 'DELETED') machines.setMissed(node, missedBut(machines, node, namespace, name))
  else if (pod === undefined) miss(machines, node, { namespace, name, uid })
  if (type === 'DELETED' || pod === undefined || deletionTimestamp === undefined || pod.stage === FINISHED) return
  machines.setPod(node, withStage(pod, now + deletionGracePeriodSeconds * 1000))
}

export function miss(machines: Machines, node: number, { namespace, name, uid }: PodKey): void {
  machines.setMissed(node, [...missedBut(machines, node, namespace, name), { namespace, name, uid }])
}

function missedBut(machines: Machines, node: number, namespace: string, name: string): readonly PodKey[] {
  return machines.missed(node).filter((key) => key.name !== name || key.namespace !== namespace)
}
