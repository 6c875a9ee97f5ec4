/** What the kubelet of a machine that is down will look at when it is up. */
import type { Machines, PodKey } from './machines.ts'

export function miss(machines: Machines, node: number, { namespace, name, uid }: PodKey): void {
  machines.setMissed(node, [...missedBut(machines, node, namespace, name), { namespace, name, uid }])
}

export function missedBut(machines: Machines, node: number, namespace: string, name: string): readonly PodKey[] {
  return machines.missed(node).filter((key) => key.name !== name || key.namespace !== namespace)
}
