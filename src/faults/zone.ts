import { badRequest } from '../api/errors.ts'
import { byCodeUnit, sortedSet } from '../api/order.ts'
import type { Node } from '../api/types/core.ts'
import { checkText, type FaultDefinition, type FaultParts } from './fault.ts'

/** The power of every machine of a zone fails. Healed, those start again that it has failed for. */
export interface FailZone {
  readonly type: 'failZone'
  /** The label topology.kubernetes.io/zone of its nodes. */
  readonly zone: string
}

const label = 'topology.kubernetes.io/zone'

export const failZone: FaultDefinition<FailZone> = {
  type: 'failZone',
  fields: ['zone'],
  check(parts, { zone }) {
    checkText('zone', zone)
    const zones = sortedSet(nodes(parts).flatMap((node) => zoneOf(node) ?? []))
    if (zones.includes(zone)) return
    const known = zones.length === 0 ? 'no node has one' : `there are ${zones.join(', ')}`
    throw badRequest(`zone: no node has the label ${label}=${zone}: ${known}`)
  },
  begin(parts, { zone }) {
    const names = nodes(parts).flatMap((node) => (zoneOf(node) === zone ? [node.metadata.name] : []))
    parts.environment.kernel.interrupt('kubelet', { type: 'blackout', zone, nodes: names })
  },
  heal({ environment }, { zone }, _id, others) {
    if (!others.some((other) => other.zone === zone)) environment.kernel.interrupt('kubelet', { type: 'light', zone })
  },
  isOver: (parts, { zone }) => !nodes(parts).some((node) => zoneOf(node) === zone && parts.isDown(node.metadata.name)),
  say: ({ zone }) => `the power of zone ${zone} fails`,
}

/** By name. */
function nodes({ environment }: FaultParts): readonly Node[] {
  const { records } = environment.watches
  const found: Node[] = []
  records.visit(records.resource('nodes'), (node) => void found.push(node as unknown as Node))
  return found.sort((a, b) => byCodeUnit(a.metadata.name, b.metadata.name))
}

function zoneOf({ metadata }: Node): string | undefined {
  return metadata.labels?.[label]
}
