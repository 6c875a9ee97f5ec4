/** When a node was last heard of, as a poll every five seconds would know it. Mirrors tryUpdateNodeHealth. */
import { parseTime } from '../../api/time.ts'
import type { Lease } from '../../api/types/coordination.ts'
import type { Node } from '../../api/types/core.ts'
import type { LoopContext } from '../../client/controller.ts'
import { conditionOf, graceMs, heartbeatOf, isFrequent, startupGraceMs } from './conditions.ts'

// kube-controller-manager's --node-monitor-period.
export const periodMs = 5000
export const leaseNamespace = 'kube-node-lease'

/**
 * What is known of a node. Of one whose Lease its kubelet renews, what the renewals say is not kept here: the Lease
 * says it.
 */
export interface Known {
  readonly uid: string
  /** The poll at which something was last heard of it, in milliseconds since the Unix epoch. */
  readonly probe: number
  /** The latest renewTime of its Lease that was seen; 0 for none. */
  readonly renewed: number
  /** The heartbeat of its Ready condition, as it was seen. */
  readonly heartbeat: string
  readonly hasReady: boolean
}

export interface Health {
  readonly known: Known
  /** When the node becomes unknown unless it is heard of. */
  readonly deadline: number
  /** Whether its Lease is renewed, and so says all there is to say. */
  readonly isRegular: boolean
}

/** The poll at which something is seen: they are `periodMs` apart from `start` on. */
export function pollAt(start: number, moment: number): number {
  return moment <= start ? start : start + Math.ceil((moment - start) / periodMs) * periodMs
}

/** What a poll at `now` finds out about a node. `floor`: nothing counts as longer ago. */
export function healthOf(
  node: Node,
  before: Known | undefined,
  { start, floor }: { readonly start: number; readonly floor: number },
  { api, now }: LoopContext,
): Health {
  const { name } = node.metadata
  const at = api.renewedAt(leaseNamespace, name)
  const posted = withStatus(node, before, at, start, now)
  const grace = posted.hasReady ? graceMs : startupGraceMs
  // A renewal by a kubelet was seen at the first poll after it; whatever else was written, only now.
  if (at > posted.renewed) {
    const renewal = Math.max(pollAt(start, at), floor)
    const probe = Math.max(posted.probe, renewal)
    const isRegular = posted.hasReady && renewal + grace > now
    // What its Lease says, and a report that came alone, are found out again when they matter.
    const isAsBefore = isRegular && before?.hasReady === true && !isFrequent(before.heartbeat, posted.heartbeat)
    const known = isAsBefore ? before : { ...posted, probe, renewed: at }
    return { known, deadline: probe + grace, isRegular }
  }
  const known =
    at === at ? posted : withLease(posted, api.find<Lease>('leases.coordination.k8s.io', leaseNamespace, name), now)
  return { known, deadline: Math.max(known.probe, floor) + grace, isRegular: false }
}

function withStatus(node: Node, before: Known | undefined, renewedAt: number, start: number, now: number): Known {
  const { uid, creationTimestamp } = node.metadata
  const heartbeat = heartbeatOf(node)
  const hasReady = conditionOf(node, 'Ready') !== undefined
  if (before === undefined) {
    const probe = hasReady ? now : Math.min(now, parseTime(creationTimestamp) ?? now)
    return { uid, probe, renewed: 0, heartbeat, hasReady }
  }
  if (before.hasReady !== hasReady) return { ...before, probe: now, heartbeat, hasReady }
  if (!hasReady || before.heartbeat === heartbeat) return before
  // Statuses that come often are heard of; of one that came alone the node says when that was.
  const seen = isFrequent(before.heartbeat, heartbeat)
    ? now
    : Math.min(now, pollAt(start, postedAt(heartbeat, renewedAt === renewedAt ? renewedAt : before.renewed, now)))
  return { ...before, probe: Math.max(before.probe, seen), heartbeat }
}

/** When a heartbeat was posted, which says it to the second: with the Lease, where that was renewed in the same, be it gone by now. */
function postedAt(heartbeat: string, renewedAt: number, now: number): number {
  const second = parseTime(heartbeat)
  if (second === undefined) return now
  return Math.floor(renewedAt / 1000) * 1000 === second ? renewedAt : second + 999
}

function withLease(before: Known, lease: Lease | undefined, now: number): Known {
  const renewTime = lease?.spec.renewTime
  const renewed = typeof renewTime === 'string' ? (parseTime(renewTime) ?? 0) : 0
  return renewed > before.renewed ? { ...before, renewed, probe: now } : before
}

/** The same, of a node whose Lease somebody has replaced that was renewed at `renewed` before. */
export function withRenewal(known: Known, renewed: number, start: number): Known {
  if (renewed <= known.renewed) return known
  return { ...known, renewed, probe: Math.max(known.probe, pollAt(start, renewed)) }
}
