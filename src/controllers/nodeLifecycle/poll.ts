import type { Node } from '../../api/types/core.ts'
import type { LoopContext } from '../../client/controller.ts'
import { conditionOf, graceMs, unknownConditions } from './conditions.ts'
import { healthOf, type Known, leaseNamespace, periodMs, pollAt } from './health.ts'
import { keyOfNode, type Monitor } from './monitor.ts'
import { markPodsNotReady } from './podsNotReady.ts'
import { source } from './source.ts'
import { hasNoExecute, notReady, taintNoExecute, unreachable, untaint } from './taints.ts'
import { afterTurn, type Census, isExcluded, isFree, judge, newZone, type Zone, zoneOf } from './zones.ts'

/** A poll: of everything, where something was heard or a Lease has lapsed. */
export function poll(state: Monitor, context: LoopContext): Monitor {
  const next = state.isDirty ? undefined : nextLapse(state, context)
  if (next === undefined || next <= context.now) return pollAll(state, context)
  return { ...state, last: context.now, due: next === Infinity ? undefined : next }
}

/** When the first node becomes unknown of which nothing more is heard; undefined where only looking at all of them tells. */
function nextLapse({ start, regular, othersDue = Infinity, floor }: Monitor, { api }: LoopContext): number | undefined {
  if (regular.length === 0) return othersDue
  const oldest = api.oldestRenewal(leaseNamespace, regular)
  return oldest === oldest ? Math.min(othersDue, Math.max(pollAt(start, oldest), floor) + graceMs) : undefined
}

/** What a poll gathers. */
interface Gathered {
  readonly regular: string[]
  /** Those of which nothing was heard for too long, and that were ready. */
  readonly lost: Set<string>
  readonly waiting: Map<string, string[]>
  readonly census: Map<string, Census>
  othersDue: number
}

/** Mirrors monitorNodeHealth. */
function pollAll(before: Monitor, context: LoopContext): Monitor {
  const nodes = context.cache.list('v1/Node')
  const gathered: Gathered = {
    regular: [],
    lost: new Set(),
    waiting: new Map(),
    census: new Map(),
    othersDue: Infinity,
  }
  for (const node of nodes) look(node, before, gathered, context)
  forgetOthers(before.nodes, nodes, context)
  markPodsNotReady(gathered.lost, context)
  const { zones, turn } = judge(zonesOf(before.zones, nodes, gathered), gathered.census, context.now)
  if (turn === 'enters') for (const node of nodes) untaint(node, context)
  const { othersDue } = gathered
  const state: Monitor = {
    start: before.start,
    last: context.now,
    due: undefined,
    isDirty: false,
    nodes: kept(
      before.nodes,
      nodes.map(({ metadata }) => metadata.name),
    ),
    regular: kept(before.regular, gathered.regular),
    othersDue: othersDue === Infinity ? undefined : othersDue,
    floor: turn === 'leaves' ? context.now : before.floor,
    zones,
  }
  const next = nextLapse(state, context)
  return { ...state, due: next === Infinity ? undefined : next }
}

/** The list as it was where it is the same: who asks for its Leases again and again asks with one list. */
function kept(before: readonly string[], after: readonly string[]): readonly string[] {
  if (before.length !== after.length) return after
  for (let index = 0; index < after.length; index++) if (before[index] !== after[index]) return after
  return before
}

function look(node: Node, state: Monitor, gathered: Gathered, context: LoopContext): void {
  const { memory, now } = context
  const { name } = node.metadata
  const key = keyOfNode(name)
  const before = known(node, memory.get(key) as Known | undefined, context)
  const { known: after, deadline, isRegular } = healthOf(node, before, state, context)
  if (after !== before) memory.set(key, after)
  if (isRegular) gathered.regular.push(name)
  const observed = conditionOf(node, 'Ready')?.status
  const isLost = deadline <= now && observed !== 'Unknown' && becomesUnknown(node, context)
  if (!isRegular && !isLost && observed !== 'Unknown')
    gathered.othersDue = Math.min(gathered.othersDue, deadline > now ? pollAt(state.start, deadline) : now + periodMs)
  if (!isExcluded(node)) count(gathered.census, zoneOf(node), observed === 'True' && !isLost)
  if (observed === 'True') untaint(node, context)
  else if (observed !== undefined || isLost) giveUp(node, observed ?? 'Unknown', gathered, context)
  if (!isLost || observed !== 'True') return
  gathered.lost.add(name)
  context.api.record(node, 'Normal', 'NodeNotReady', 'Node {detail} status is now: NodeNotReady', source, name)
}

/** What was known of this very node; of one that is new, that is said. */
function known(node: Node, before: Known | undefined, { api }: LoopContext): Known | undefined {
  const { name, uid } = node.metadata
  if (before?.uid === uid) return before
  api.record(
    node,
    'Normal',
    'RegisteredNode',
    'Node {detail} event: Registered Node {detail} in Controller',
    source,
    name,
  )
  return undefined
}

/** Writes that nobody knows how the node is; false where it has changed meanwhile, of which more is to be heard. */
function becomesUnknown(node: Node, { api, now }: LoopContext): boolean {
  const { name, uid, resourceVersion } = node.metadata
  const current = api.find<Node>('nodes', '', name)
  if (current?.metadata.resourceVersion !== resourceVersion) return false
  const status = { ...node.status, conditions: unknownConditions(node, now) }
  api.patchStatus('nodes', '', name, uid, status)
  return true
}

function count(census: Map<string, Census>, zone: string, isReady: boolean): void {
  const { ready, notReady: failing } = census.get(zone) ?? { ready: 0, notReady: 0 }
  census.set(zone, isReady ? { ready: ready + 1, notReady: failing } : { ready, notReady: failing + 1 })
}

function keyFor(status: string): string {
  return status === 'Unknown' ? unreachable : notReady
}

/** A node that is tainted already goes from one taint to the other at once; any other waits for its turn. Mirrors processTaintBaseEviction. */
function giveUp(node: Node, status: string, { waiting }: Gathered, context: LoopContext): void {
  const { name } = node.metadata
  const key = keyFor(status)
  if (hasNoExecute(node, key)) return
  if (hasNoExecute(node, key === notReady ? unreachable : notReady)) {
    taintNoExecute(name, key, context)
    return
  }
  const zone = zoneOf(node)
  const others = waiting.get(zone)
  if (others === undefined) waiting.set(zone, [name])
  else others.push(name)
}

function forgetOthers(before: readonly string[], nodes: readonly Node[], { api, memory }: LoopContext): void {
  if (before.length === 0) return
  const there = new Set(nodes.map(({ metadata }) => metadata.name))
  for (const name of before) {
    if (there.has(name)) continue
    const known = memory.get(keyOfNode(name)) as Known | undefined
    // A poll that failed later on has said so already.
    if (known === undefined) continue
    const { uid } = known
    memory.delete(keyOfNode(name))
    const gone = { apiVersion: 'v1', kind: 'Node', metadata: { name, uid, resourceVersion: '0' } }
    api.record(
      gone,
      'Normal',
      'RemovingNode',
      'Node {detail} event: Removing Node {detail} from Controller',
      source,
      name,
    )
  }
}

/** The zones that have nodes, by key, with those of their nodes that wait. */
function zonesOf(before: readonly Zone[], nodes: readonly Node[], { waiting }: Gathered): readonly Zone[] {
  const keys = [...new Set(nodes.map(zoneOf))].sort()
  return keys.map((key) => {
    const zone = before.find((one) => one.key === key) ?? newZone(key)
    return { ...zone, waiting: waiting.get(key) ?? [] }
  })
}

/** Taints the nodes whose turn it is, of each zone. Mirrors doNoExecuteTaintingPass. */
export function evict(state: Monitor, context: LoopContext): Monitor {
  if (!state.zones.some((zone) => isFree(zone, context.now))) return state
  return { ...state, zones: state.zones.map((zone) => evictFrom(zone, context)) }
}

function evictFrom(zone: Zone, context: LoopContext): Zone {
  const { api, now } = context
  let next = zone
  while (isFree(next, now)) {
    const name = next.waiting[0]!
    const status = conditionOf(api.find<Node>('nodes', '', name) ?? gone, 'Ready')?.status
    if (status === 'False' || status === 'Unknown') taintNoExecute(name, keyFor(status), context)
    next = afterTurn(next, now)
  }
  return next
}

/** When the next node may be tainted; undefined when none waits for its turn. */
export function nextEviction({ zones }: Monitor): number | undefined {
  const waiting = zones.filter(({ waiting: nodes, rate }) => nodes.length > 0 && rate > 0)
  return waiting.length === 0 ? undefined : Math.min(...waiting.map(({ free }) => free))
}

const gone = Object.freeze({ status: {} }) as Node
