/** The plugins that users write: plain objects with some of kube-scheduler's extension points, one node at a time. */
import type { KubeObject } from '../api/meta.ts'
import { said } from '../api/said.ts'
import type { Pod } from '../api/types/core.ts'
import { type ControllerMemory, createControllerMemory } from '../client/controllerMemory.ts'
import type { RandomStream } from '../kernel/random.ts'
import { Codes, type Unsuitable } from './codes.ts'
import type { Cycle, Snapshot } from './cycle.ts'
import { checkedNomination } from './nominations.ts'
import { type NodeInfo, RowInfo } from './nodeInfo.ts'
import { Kept } from './kept.ts'
import {
  type CyclePlugin,
  FITS,
  MAX_NODE_SCORE,
  type NodeNames,
  type NodePlugin,
  type Nomination,
  type Permission,
  type PreFiltered,
  type Reservation,
  type RowPlugin,
  type Steps,
} from './plugin.ts'
import type { PodInfo } from './podInfo.ts'
import type { Waiter } from './queue.ts'
import { checkedOrder, checkedPermission, checkedReason } from './pluginAnswers.ts'
import { finite, inRange } from './pluginScores.ts'
import { checkedReservation } from './reservation.ts'

/** A pod that has its node and waits for a permission. */
export interface PermitWaiter {
  readonly pod: Pod
  readonly node: string
  /** This plugin has nothing against it any more. */
  readonly allow: () => void
  /** It gives its place back, and waits again for one. */
  readonly reject: (reason: string) => void
}

/** What a plugin is handed with each call. */
export interface PluginContext {
  /** Virtual milliseconds since the Unix epoch. */
  readonly now: number
  readonly random: RandomStream
  /** What the plugin keeps from call to call; state in a closure would be lost to forks and replays. */
  readonly memory: ControllerMemory
  /** Every node, by name. */
  readonly nodes: () => readonly NodeInfo[]
  readonly node: (name: string) => NodeInfo | undefined
  /**
   * What the plugin makes of a node and of the pods on it, worked out once until the node changes, or a pod comes to it or
   * leaves it: `make` must depend on the node it is handed alone, and be the same for all of the plugin's calls.
   */
  readonly perNode: <T>(node: NodeInfo, make: (node: NodeInfo) => T) => T
  /** Objects of a kind such as `v1/ConfigMap`, frozen; the scheduler watches them from then on. */
  readonly list: <T extends KubeObject>(kind: string, namespace?: string) => readonly T[]
  /** Those who wait for this plugin's permission. */
  readonly waiting: () => readonly PermitWaiter[]
}

/**
 * A scheduler plugin: a name and some of these. What it throws fails the decision about that pod, with the plugin's name,
 * and nothing else. It must depend on what it is handed alone, so that the same seed gives the same history.
 */
export interface Plugin {
  readonly name: string
  /**
   * `node`: preFilter, filter and score depend on the node (what is requested of it included) and on the pod's spec, labels,
   * annotations and namespace, and on nothing else; then its answers are remembered until the node changes. Unless given
   * they are asked for every decision.
   */
  readonly scope?: 'node' | undefined
  /** Kinds, beside pods and nodes, whose changes may help a pod that this plugin refused, such as `v1/ConfigMap`. */
  readonly watches?: readonly string[] | undefined
  /** Why the pod may not enter the queue yet; asked again when the pod changes. */
  readonly preEnqueue?: (pod: Pod) => string | undefined
  /** QueueSort: whether `a` comes before `b`. At most one plugin of a scheduler has it; without one, priority and then age. */
  readonly less?: (a: Waiter, b: Waiter) => boolean
  /**
   * `skip`: there is nothing to check for this pod. A reason refuses it on every node. `{ nodeNames }`: no other nodes are
   * looked at, which saves time where they are few; where several plugins name nodes, those that all of them name.
   */
  readonly preFilter?: (pod: Pod, context: PluginContext) => 'skip' | Unsuitable | NodeNames | undefined
  /** Nothing if the node suits. */
  readonly filter?: (pod: Pod, node: NodeInfo, context: PluginContext) => Unsuitable | undefined
  /** No node suits: may make room, and says on which node there will be. */
  readonly postFilter?: (pod: Pod, context: PluginContext) => Nomination | undefined
  /** `skip`: this plugin has no opinion. `nodes`: those that suit. */
  readonly preScore?: (pod: Pod, nodes: readonly NodeInfo[], context: PluginContext) => 'skip' | undefined
  /** A number from 0 to 100 inclusive, higher is better; any number if the plugin has `normalize`. */
  readonly score?: (pod: Pod, node: NodeInfo, context: PluginContext) => number
  /**
   * With the scope `node`: how much `score` gives any node at most, for any pod or for this one; then `indexed()` need not
   * ask it about nodes that cannot be best. A score above it fails the decision. 100 unless given.
   */
  readonly bound?: number | ((pod: Pod) => number) | undefined
  /** The scores of all the nodes that suit, brought to 0…100. */
  readonly normalize?: (scores: readonly number[]) => readonly number[]
  /**
   * The pod is counted on the node from now on. A sentence refuses it; `{ annotations }` are the pod's from now on, and its
   * binding writes them.
   */
  readonly reserve?: (pod: Pod, node: NodeInfo, context: PluginContext) => Reservation
  readonly unreserve?: (pod: Pod, node: NodeInfo, context: PluginContext) => void
  /** Nothing to let it be bound, `{ waitMs }` to have it wait so long for `allow`, a sentence to refuse it. */
  readonly permit?: (pod: Pod, node: NodeInfo, context: PluginContext) => Permission
  readonly preBind?: (pod: Pod, node: NodeInfo, context: PluginContext) => Permission
  readonly postBind?: (pod: Pod, node: NodeInfo, context: PluginContext) => void
}

/** Thrown where a plugin of a user's threw. */
export class PluginError extends Error {
  override readonly name: string = 'PluginError'

  constructor(
    readonly plugin: string,
    readonly point: string,
    override readonly cause: unknown,
  ) {
    super(`running ${point} plugin ${JSON.stringify(plugin)}: ${cause instanceof Error ? cause.message : said(cause)}`)
  }
}

/** A user's plugin in the form of the built-in ones. One for each scheduler: it remembers what reasons it has heard. */
export function rowsOf(plugin: Plugin): RowPlugin {
  const { name, watches } = plugin
  const kept = new Kept()
  const common = {
    name,
    rows: true as const,
    ...(watches === undefined ? {} : { watches }),
    ...(plugin.normalize === undefined ? {} : { normalize: normalizing(plugin) }),
    ...stepsOf(plugin, kept),
  }
  const codes = new Codes(plugin.name)
  return plugin.scope === 'node'
    ? { ...common, ...nodeRows(plugin, codes, kept) }
    : { ...common, ...cycleRows(plugin, codes, kept) }
}

function nodeRows(plugin: Plugin, codes: Codes, kept: Kept): Omit<NodePlugin, 'name' | 'rows'> {
  const { filter, score, preFilter } = plugin
  return {
    scope: 'node',
    seesSubject: true,
    ...(preFilter === undefined
      ? {}
      : {
          preFilter: ({ subject }: PodInfo, snapshot: Snapshot) => preFiltered(plugin, codes, kept, subject!, snapshot),
        }),
    ...(filter === undefined && preFilter === undefined
      ? {}
      : {
          filter: ({ subject }, _nodes, snapshot) => {
            if (filter === undefined) return FITS
            const pod = subject!
            const context = contextOf(name(plugin), snapshot, kept)
            return ofRow(plugin, 'Filter', (row) => codes.code(filter(pod, new RowInfo(snapshot, row), context)))
          },
          refusal: codes.refusal,
        }),
    ...(score === undefined
      ? {}
      : {
          score: ({ subject }, _nodes, snapshot) => {
            const pod = subject!
            const context = contextOf(name(plugin), snapshot, kept)
            if (plugin.normalize !== undefined)
              return ofRow(plugin, 'Score', (row) => finite(score(pod, new RowInfo(snapshot, row), context)))
            const most = boundOf(plugin, pod)
            return ofRow(plugin, 'Score', (row) =>
              within(most, inRange(score(pod, new RowInfo(snapshot, row), context))),
            )
          },
          // Whole numbers, so that no order of adding up rounds below what is found.
          ...(plugin.normalize === undefined
            ? { bound: ({ subject }: PodInfo) => Math.ceil(boundOf(plugin, subject!)) }
            : {}),
        }),
  }
}

function boundOf(plugin: Plugin, pod: Pod): number {
  const { bound = MAX_NODE_SCORE } = plugin
  return typeof bound === 'number' ? bound : run(plugin, 'Score', () => inRange(bound(pod)))
}

function within(most: number, score: number): number {
  if (score <= most) return score
  throw new Error(`returns ${score}, which is above its bound ${most}`)
}

function cycleRows(plugin: Plugin, codes: Codes, kept: Kept): Omit<CyclePlugin, 'name' | 'rows'> {
  const { filter, score, preFilter, preScore } = plugin
  return {
    scope: 'cycle',
    ...(filter === undefined && preFilter === undefined
      ? {}
      : {
          preFilter: ({ pod, snapshot }: Cycle) =>
            preFiltered(plugin, codes, kept, snapshot.hands.object(pod), snapshot),
          filter: (cycle: Cycle) => {
            if (filter === undefined) return FITS
            const { snapshot } = cycle
            const pod = snapshot.hands.object(cycle.pod)
            const context = contextOf(name(plugin), snapshot, kept)
            return ofRow(plugin, 'Filter', (row) => codes.code(filter(pod, new RowInfo(snapshot, row), context)))
          },
          refusal: codes.refusal,
        }),
    ...(score === undefined
      ? {}
      : {
          preScore: (cycle: Cycle, rows: Int32Array) => {
            if (preScore === undefined) return undefined
            const { snapshot, pod } = cycle
            const nodes = Array.from(rows, (row) => new RowInfo(snapshot, row))
            return run(plugin, 'PreScore', () =>
              preScore(snapshot.hands.object(pod), nodes, contextOf(name(plugin), snapshot, kept)),
            )
          },
          score: ({ pod, snapshot }: Cycle, rows: Int32Array, scores: Float64Array) => {
            const context = contextOf(name(plugin), snapshot, kept)
            const shown = snapshot.hands.object(pod)
            const of = ofRow(plugin, 'Score', (row) => finite(score(shown, new RowInfo(snapshot, row), context)))
            for (let j = 0; j < rows.length; j++) scores[j] = of(rows[j]!)
          },
        }),
  }
}

function preFiltered(plugin: Plugin, codes: Codes, kept: Kept, pod: Pod, snapshot: Snapshot): PreFiltered {
  const { preFilter } = plugin
  if (preFilter === undefined) return undefined
  return run(plugin, 'PreFilter', () => codes.preFiltered(preFilter(pod, contextOf(name(plugin), snapshot, kept))))
}

function stepsOf(plugin: Plugin, kept: Kept): Steps {
  const { preEnqueue, less, postFilter, reserve, unreserve, permit, preBind, postBind } = plugin
  const at =
    <R>(point: string, step: (pod: Pod, node: NodeInfo, context: PluginContext) => R) =>
    ({ pod, snapshot }: Cycle, node: string): R => {
      const info = new RowInfo(snapshot, snapshot.nodes.row(node)!)
      return run(plugin, point, () => step(snapshot.hands.object(pod), info, contextOf(name(plugin), snapshot, kept)))
    }
  return {
    ...(preEnqueue === undefined
      ? {}
      : { preEnqueue: (pod: Pod) => run(plugin, 'PreEnqueue', () => checkedReason(preEnqueue(pod))) }),
    ...(less === undefined
      ? {}
      : { less: (a: Waiter, b: Waiter) => run(plugin, 'QueueSort', () => checkedOrder(less(a, b))) }),
    ...(postFilter === undefined
      ? {}
      : {
          postFilter: ({ pod, snapshot }: Cycle) =>
            run(plugin, 'PostFilter', () =>
              checkedNomination(
                postFilter(snapshot.hands.object(pod), contextOf(name(plugin), snapshot, kept)),
                snapshot.nodes,
              ),
            ),
        }),
    ...(reserve === undefined
      ? {}
      : { reserve: at('Reserve', (pod, node, context) => checkedReservation(reserve(pod, node, context))) }),
    ...(unreserve === undefined ? {} : { unreserve: at('Reserve', unreserve) }),
    ...(permit === undefined ? {} : { permit: at('Permit', permitted(permit)) }),
    ...(preBind === undefined ? {} : { preBind: at('PreBind', permitted(preBind)) }),
    ...(postBind === undefined ? {} : { postBind: at('PostBind', postBind) }),
  }
}

function permitted(step: NonNullable<Plugin['permit']>): NonNullable<Plugin['permit']> {
  return (pod, node, context) => checkedPermission(step(pod, node, context))
}

function name(plugin: Plugin): string {
  return plugin.name
}

/** As `run`, for what is asked of thousands of rows. */
function ofRow(plugin: Plugin, point: string, call: (row: number) => number): (row: number) => number {
  return (row) => {
    try {
      return call(row)
    } catch (error) {
      throw error instanceof PluginError ? error : new PluginError(plugin.name, point, error)
    }
  }
}

function run<R>(plugin: Plugin, point: string, call: () => R): R {
  try {
    return call()
  } catch (error) {
    throw new PluginError(plugin.name, point, error)
  }
}

function normalizing({ name: plugin, normalize }: Plugin) {
  return (scores: Float64Array, count: number): void => {
    let answer: readonly number[]
    try {
      answer = normalize!(Array.from(scores.subarray(0, count)))
    } catch (error) {
      throw new PluginError(plugin, 'Score', error)
    }
    if (!Array.isArray(answer) || answer.length !== count)
      throw new PluginError(plugin, 'Score', new Error(`normalize: expected ${count} scores, got ${said(answer)}`))
    for (let i = 0; i < count; i++) scores[i] = inRange(answer[i])
  }
}

function contextOf(plugin: string, snapshot: Snapshot, kept: Kept): PluginContext {
  const { nodes } = snapshot
  return {
    now: snapshot.now,
    random: snapshot.randomOf(plugin),
    memory: createControllerMemory(snapshot.memoryOf(plugin), () => {}),
    nodes: () => Array.from(nodes.order(), (row) => new RowInfo(snapshot, row)),
    node: (wanted) => {
      const row = nodes.row(wanted)
      return row === undefined || nodes.rows[row]!.node === undefined ? undefined : new RowInfo(snapshot, row)
    },
    perNode: (info, make) => (info instanceof RowInfo ? kept.of(info, snapshot, make) : make(info)),
    list: <T extends KubeObject>(kind: string, namespace?: string) =>
      snapshot.hands.objects(snapshot.list(kind, namespace)) as readonly T[],
    waiting: () =>
      snapshot.waiting
        .list()
        .filter(({ until, phase }) => phase === 'permit' && until[plugin] !== undefined)
        .map(({ queued: { pod }, node }) => ({
          pod: snapshot.hands.object(pod),
          node,
          allow: () => snapshot.waiting.allow(pod, plugin),
          reject: (reason) => snapshot.waiting.reject(pod, plugin, reason),
        })),
  }
}
