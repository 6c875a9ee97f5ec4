import type { Pod } from '../api/types/core.ts'
import type { ObjectChange } from '../client/watches.ts'
import type { Kernel } from '../kernel/kernel.ts'
import { nodeOf } from './accounts.ts'
import type { Snapshot } from './cycle.ts'
import type { Decider } from './decide.ts'
import type { Framework } from './framework.ts'
import type { NodeTable } from './nodeTable.ts'
import type { PodInfo } from './podInfo.ts'
import type { SchedulingQueue } from './queue.ts'
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

  /** A node can take more than before, or is gone: those who fit on it now, or were to be spread over it, get another decision. */
  forNode(node: string): void {
    const { queue } = this
    if (!queue.hasUnschedulable) return
    const row = this.nodes.row(node)
    const { now, cause } = this.kernel
    const fits = new Map<Framework, Map<PodInfo, boolean>>()
    for (const { pod, refusedBy } of queue.unschedulable()) {
      // Whoever was refused for what is elsewhere may fit on another node now.
      const { lookAround } = this.askersOf(pod).framework
      if (refusedBy.some((plugin) => lookAround.has(plugin)) || (row !== undefined && this.fits(pod, row, fits)))
        queue.wake(pod.metadata.uid, now, cause)
    }
  }

  /** A pod came to a node, left one, or changed: whoever was refused for what is on other nodes looks again. */
  forPod({ type, object, previous }: ObjectChange<Pod>): void {
    if (nodeOf(object) === '' && (type === 'ADDED' || nodeOf(previous!) === '')) return
    this.forRefusedBy((plugin, { lookAround }) => lookAround.has(plugin))
  }

  /** Objects of another kind changed. */
  forKind(kind: string, objects: ReadonlySet<string>): void {
    this.forRefusedBy((plugin, { watches, byName }, pod) => {
      if (watches.get(plugin)?.includes(kind) !== true) return false
      return byName.get(plugin)?.helps?.(pod, kind, objects) !== false
    })
  }

  private forRefusedBy(isAsked: (plugin: string, framework: Framework, pod: Pod) => boolean): void {
    const { queue } = this
    if (!queue.hasUnschedulable) return
    const { now, cause } = this.kernel
    for (const { pod, refusedBy } of queue.unschedulable()) {
      const { framework } = this.askersOf(pod)
      if (refusedBy.some((plugin) => isAsked(plugin, framework, pod))) queue.wake(pod.metadata.uid, now, cause)
    }
  }

  private fits(pod: Pod, row: number, all: Map<Framework, Map<PodInfo, boolean>>): boolean {
    const askers = this.askersOf(pod)
    const info = askers.classOf(pod)
    const cycle = { pod, info, snapshot: askers.snapshot }
    const { decider, snapshot } = askers
    const { uid } = pod.metadata
    // It takes no room from itself.
    if (snapshot.nominees.of(uid) !== undefined)
      return snapshot.nominees.without(uid, () =>
        ask(() => decider.fitsAlone(cycle, row) && decider.fitsAround(cycle, row)),
      )
    let known = all.get(askers.framework)
    if (known === undefined) all.set(askers.framework, (known = new Map<PodInfo, boolean>()))
    let alone = known.get(info)
    if (alone === undefined) known.set(info, (alone = ask(() => decider.fitsAlone(cycle, row))))
    return alone && ask(() => decider.fitsAround(cycle, row))
  }
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
