import type { Node, Pod } from '../api/types/core.ts'
import type { ObjectChange } from '../client/watches.ts'
import type { Kernel } from '../kernel/kernel.ts'
import { equal } from '../registries/equal.ts'
import { nodeOf } from './accounts.ts'
import type { Snapshot } from './cycle.ts'
import type { Decider } from './decide.ts'
import type { Framework } from './framework.ts'
import type { NodeTable } from './nodeTable.ts'
import type { PodInfo } from './podInfo.ts'
import type { SchedulingQueue } from './queue.ts'
import type { QueuedPod } from './queuedPod.ts'
import { isOfNode } from './rules.ts'
import type { AlikePods } from './unschedulable.ts'
import { PluginError } from './userPlugin.ts'

/** Who is asked about a pod. */
export interface Askers {
  readonly framework: Framework
  readonly snapshot: Snapshot
  readonly decider: Decider
  readonly classOf: (pod: Pod) => PodInfo
}

/** Which changes give pods that found no node another decision. What kube-scheduler calls queueing hints. */
export class WakeUps {
  constructor(
    private readonly kernel: Kernel,
    private readonly queue: SchedulingQueue,
    private readonly nodes: NodeTable,
    private readonly askersOf: (pod: Pod) => Askers,
  ) {}

  /**
   * A node can take more than before, or is gone: those who fit on it now, or were to be spread over it, get another
   * decision. `isHelped`: it can take more than when they were decided about.
   */
  forNode(node: string, isHelped = true): void {
    if (!this.queue.hasUnschedulable) return
    const row = this.nodes.row(node)
    const fits: Fits = new Map()
    this.wake((group, { framework }) => {
      // Whoever was refused for what is elsewhere may fit on another node now.
      if (group.refusedBy.some((plugin) => framework.lookAround.has(plugin))) return group.pods.values()
      return row === undefined ? none : this.fitting(group, row, fits)
    }, isHelped)
  }

  /**
   * A node is there, has changed or is gone. Beside those who fit on it now, those look again of whom a plugin that refused
   * them thinks otherwise of it now: whatever keeps them waiting still, they are to say.
   */
  nodeChanged({ object, previous }: ObjectChange<Node>): void {
    const { name } = object.metadata
    this.forNode(name)
    if (!this.queue.hasUnschedulable) return
    const row = this.nodes.row(name)
    if (row === undefined || this.nodes.rows[row]!.node === undefined) return
    const touched = Object.entries(looksAt).flatMap(([plugin, part]) =>
      previous !== undefined && equal(part(previous), part(object)) ? [] : [plugin],
    )
    if (touched.length === 0) return
    this.wake((group, askers) => {
      const passes = (plugin: string): boolean => this.passes(plugin, group, askers, row)
      const isHelped = group.refusedBy.some((plugin) => touched.includes(plugin) && passes(plugin))
      // What a node is like that they do not ask for is nothing to them.
      return isHelped && passes('NodeAffinity') ? group.pods.values() : none
    })
  }

  /** A pod came to a node, left one, or changed: whoever was refused for what is on other nodes looks again. */
  forPod({ type, object, previous }: ObjectChange<Pod>): void {
    if (!this.queue.hasUnschedulable) return
    if (nodeOf(object) === '' && (type === 'ADDED' || nodeOf(previous!) === '')) return
    this.wake(({ refusedBy, pods }, { framework: { lookAround } }) =>
      refusedBy.some((plugin) => lookAround.has(plugin)) ? pods.values() : none,
    )
  }

  /** Objects of another kind changed. */
  forKind(kind: string, objects: ReadonlySet<string>): void {
    if (!this.queue.hasUnschedulable) return
    this.wake(({ refusedBy, pods }, { framework: { watches, byName } }) => {
      const asked = refusedBy.filter((plugin) => watches.get(plugin)?.includes(kind) === true)
      if (asked.length === 0) return none
      return [...pods.values()].filter(({ pod }) =>
        asked.some((plugin) => byName.get(plugin)?.helps?.(pod, kind, objects) !== false),
      )
    })
  }

  /** Wakes whom something helps, of each group of those who wait. */
  private wake(helped: (group: AlikePods, askers: Askers) => Iterable<QueuedPod>, isHelped = true): void {
    const { queue, kernel } = this
    const woken: QueuedPod[] = []
    for (const group of queue.unschedulable())
      for (const queued of helped(group, this.askersOf(anyOf(group)))) woken.push(queued)
    queue.wakeAll(woken, kernel.now, kernel.cause, isHelped)
  }

  private passes(name: string, group: AlikePods, { framework, classOf, snapshot }: Askers, row: number): boolean {
    const plugin = framework.byName.get(name)
    if (plugin === undefined) return true
    if (!isOfNode(plugin)) return false
    return plugin.filter === undefined || plugin.filter(classOf(anyOf(group)), this.nodes, snapshot)(row) === 0
  }

  private *fitting(group: AlikePods, row: number, known: Fits): Iterable<QueuedPod> {
    const { framework, snapshot } = this.askersOf(anyOf(group))
    const { nominees } = snapshot
    const nominated = new Set(nominees.to(this.nodes.rows[row]!.name).map(({ pod }) => pod.metadata.uid))
    for (const uid of nominated) {
      const queued = group.pods.get(uid)
      // It takes no room from itself.
      if (queued !== undefined && nominees.without(uid, () => this.fits(queued.pod, row))) yield queued
    }
    for (const queued of group.pods.values()) {
      const { pod } = queued
      if (nominated.has(pod.metadata.uid)) continue
      if (this.fitsAlone(pod, row, known)) {
        if (this.fitsAround(pod, row)) yield queued
      } else if (!framework.tellsApart) return
    }
  }

  private fits(pod: Pod, row: number): boolean {
    const { decider, classOf, snapshot } = this.askersOf(pod)
    const cycle = { pod, info: classOf(pod), snapshot }
    return ask(() => decider.fitsAlone(cycle, row) && decider.fitsAround(cycle, row))
  }

  /** Of a pod that is not to come to the row: one answer for its class. */
  private fitsAlone(pod: Pod, row: number, all: Fits): boolean {
    const { framework, decider, classOf, snapshot } = this.askersOf(pod)
    const info = classOf(pod)
    let known = all.get(framework)
    if (known === undefined) all.set(framework, (known = new Map<PodInfo, boolean>()))
    let fits = known.get(info)
    if (fits === undefined) known.set(info, (fits = ask(() => decider.fitsAlone({ pod, info, snapshot }, row))))
    return fits
  }

  private fitsAround(pod: Pod, row: number): boolean {
    const { decider, classOf, snapshot } = this.askersOf(pod)
    return ask(() => decider.fitsAround({ pod, info: classOf(pod), snapshot }, row))
  }
}

/** What of a node the plugins look at that look at nothing else of it: their EventsToRegister. */
const looksAt: Readonly<Record<string, (node: Node) => unknown>> = Object.freeze({
  // A node that is uncordoned is of use once its taint is gone too.
  NodeUnschedulable: ({ spec }: Node) => spec.taints,
  TaintToleration: ({ spec }: Node) => spec.taints,
  NodeAffinity: ({ metadata }: Node) => metadata.labels,
  NodeResourcesFit: ({ status }: Node) => status.allocatable,
})

type Fits = Map<Framework, Map<PodInfo, boolean>>

const none: readonly never[] = Object.freeze([])

function anyOf({ pods }: AlikePods): Pod {
  return pods.values().next().value!.pod
}

function ask(question: () => boolean): boolean {
  try {
    return question()
  } catch (error) {
    // It is asked again, and heard, when it is decided about.
    if (error instanceof PluginError) return true
    throw error
  }
}
