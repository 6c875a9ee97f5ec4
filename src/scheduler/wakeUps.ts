import type { Pod } from '../api/types/core.ts'
import type { ObjectChange } from '../client/watches.ts'
import type { Kernel } from '../kernel/kernel.ts'
import { nodeOf } from './accounts.ts'
import type { Snapshot } from './cycle.ts'
import type { Decider } from './decide.ts'
import type { Framework } from './framework.ts'
import type { PodInfo } from './podInfo.ts'
import type { SchedulingQueue } from './queue.ts'
import { PluginError } from './userPlugin.ts'

/** Which changes give pods that found no node another decision. What kube-scheduler calls queueing hints. */
export class WakeUps {
  constructor(
    private readonly kernel: Kernel,
    private readonly queue: SchedulingQueue,
    private readonly framework: Framework,
    private readonly snapshot: Snapshot,
    private readonly decider: Decider,
    private readonly classOf: (pod: Pod) => PodInfo,
  ) {}

  /** A node can take more than before: those who fit on it now get another decision. */
  forNode(node: string): void {
    const { queue, snapshot } = this
    if (!queue.hasUnschedulable) return
    const row = snapshot.nodes.row(node)
    if (row === undefined) return
    const { lookAround } = this.framework
    const { now, cause } = this.kernel
    const fits = new Map<PodInfo, boolean>()
    for (const { pod, refusedBy } of queue.unschedulable()) {
      // Whoever was refused for what is elsewhere may fit on another node now.
      if (refusedBy.some((plugin) => lookAround.has(plugin)) || this.fits(pod, row, fits))
        queue.wake(pod.metadata.uid, now, cause)
    }
  }

  /** A pod came to a node, left one, or changed: whoever was refused for what is on other nodes looks again. */
  forPod({ type, object, previous }: ObjectChange<Pod>): void {
    const { lookAround } = this.framework
    if (lookAround.size === 0 || (nodeOf(object) === '' && (type === 'ADDED' || nodeOf(previous!) === ''))) return
    this.forRefusedBy((plugin) => lookAround.has(plugin))
  }

  /** An object of another kind changed. */
  forKind(kind: string): void {
    const { watches } = this.framework
    this.forRefusedBy((plugin) => watches.get(plugin)?.includes(kind) === true)
  }

  private forRefusedBy(isAsked: (plugin: string) => boolean): void {
    const { queue } = this
    if (!queue.hasUnschedulable) return
    const { now, cause } = this.kernel
    for (const { pod, refusedBy } of queue.unschedulable())
      if (refusedBy.some(isAsked)) queue.wake(pod.metadata.uid, now, cause)
  }

  private fits(pod: Pod, row: number, known: Map<PodInfo, boolean>): boolean {
    const info = this.classOf(pod)
    const before = known.get(info)
    if (before !== undefined) return before
    const answer = this.ask(pod, info, row)
    // Only what looks at the row alone is the same for the whole class.
    if (this.framework.lookAround.size === 0) known.set(info, answer)
    return answer
  }

  private ask(pod: Pod, info: PodInfo, row: number): boolean {
    try {
      return this.decider.fits({ pod, info, snapshot: this.snapshot }, row)
    } catch (error) {
      // It is asked again, and heard, when it is decided about.
      if (error instanceof PluginError) return true
      throw error
    }
  }
}
