/** What pods ask for and nodes offer, by resource: cpu in thousandths of a core, everything else in whole units. */
import type { Node, Pod } from '../../api/types/core.ts'
import { byCodeUnit } from '../../api/order.ts'
import { amountsOf, podRequests } from '../../api/podRequests.ts'

export interface Need {
  readonly resource: string
  readonly amount: number
}

/** The slot that every pod takes. */
export const slots = 'pods'

/** What a pod takes of a node: its requests as the scheduler counts them, and a slot. */
export function needsOf({ spec }: Pod): readonly Need[] {
  const { cpuMilli, memoryBytes, storageBytes, extended } = podRequests(spec)
  const needs: Need[] = [{ resource: slots, amount: 1 }]
  if (cpuMilli > 0) needs.push({ resource: 'cpu', amount: cpuMilli })
  if (memoryBytes > 0) needs.push({ resource: 'memory', amount: memoryBytes })
  if (storageBytes > 0) needs.push({ resource: 'ephemeral-storage', amount: storageBytes })
  for (const { name, amount } of extended) needs.push({ resource: name, amount })
  return needs
}

/** What a node offers: its allocatable amounts, or where it says none, its capacity. */
export function offerOf({ status }: Node): ReadonlyMap<string, number> {
  return amountsOf(status?.allocatable ?? status?.capacity)
}

const usual: readonly string[] = Object.freeze(['cpu', 'memory', 'ephemeral-storage'])

/** cpu, memory, ephemeral-storage, then the others by name. */
export function byResource(a: string, b: string): number {
  const place = (name: string): number => (usual.includes(name) ? usual.indexOf(name) : usual.length)
  return place(a) - place(b) || byCodeUnit(a, b)
}
