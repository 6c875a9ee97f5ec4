/** From a node that was chosen to a pod that is bound: reserve → permit → preBind → bind → postBind. */
import { ClientDied } from '../client/disturbances.ts'
import type { Link } from '../client/link.ts'
import type { Accounts } from './accounts.ts'
import type { Cycle, Snapshot } from './cycle.ts'
import type { Framework } from './framework.ts'
import type { Permission } from './plugin.ts'
import type { QueuedPod } from './queuedPod.ts'
import { PluginError } from './userPlugin.ts'
import type { WaitingPod, Word } from './waitingPods.ts'

/** How a pod failed to be bound. */
export interface BindingFailure {
  /** What is said of it. */
  readonly message: string
  /** The plugin that refused it; undefined for an error, which is tried again after the back-off. */
  readonly refusedBy: string | undefined
}

/** What the scheduler does of what comes of it. */
export interface BindingHooks {
  readonly cycleOf: (queued: QueuedPod) => Cycle
  readonly bound: (queued: QueuedPod, node: string) => void
  /** Something went wrong once it was bound. */
  readonly warn: (queued: QueuedPod, message: string) => void
  /** The pod's room is free again. */
  readonly failed: (queued: QueuedPod, node: string, failure: BindingFailure) => void
  /** Asks to be told when this many milliseconds are over. */
  readonly wakeMeIn: (ms: number, uid: string) => void
}

export class BindingCycle {
  constructor(
    private readonly framework: Framework,
    private readonly snapshot: Snapshot,
    private readonly accounts: Accounts,
    private readonly link: Link,
    private readonly hooks: BindingHooks,
  ) {}

  /** Counts the pod on its node at once, so that the next decision sees it there. */
  begin(queued: QueuedPod, cycle: Cycle, node: string): void {
    this.accounts.assume(queued.pod, node)
    this.guarded(queued, cycle, node, () => {
      let annotations: Readonly<Record<string, string>> | undefined
      for (const plugin of this.framework.reserve) {
        const reservation = plugin.reserve(cycle, node)
        if (typeof reservation === 'string') return this.fail(queued, cycle, node, plugin.name, reservation)
        if (reservation !== undefined) annotations = { ...annotations, ...reservation.annotations }
      }
      if (annotations !== undefined) this.accounts.annotate(queued.pod.metadata.uid, annotations)
      const until = this.permissions(queued, cycle, node)
      if (until === undefined) return
      if (Object.keys(until).length > 0) this.wait({ queued, node, phase: 'permit', since: this.snapshot.now, until })
      else this.prepare(queued, cycle, node, this.snapshot.now)
    })
  }

  /** A waiting pod was allowed or refused. */
  hear({ uid, refusal, plugin }: Word): void {
    const waiting = this.snapshot.waiting.get(uid)
    if (waiting === undefined) return
    const { queued, node } = waiting
    const cycle = this.hooks.cycleOf(queued)
    this.snapshot.waiting.drop(uid)
    this.guarded(queued, cycle, node, () => {
      if (refusal !== undefined) this.fail(queued, cycle, node, plugin, refusal)
      else this.prepare(queued, cycle, node, this.snapshot.now)
    })
  }

  /** Its time may be over. */
  expire(uid: string): void {
    const waiting = this.snapshot.waiting.get(uid)
    if (waiting === undefined) return
    const late = Object.entries(waiting.until).find(([, until]) => until <= this.snapshot.now)
    if (late === undefined) return
    const [plugin, until] = late
    const waited = `${(until - waiting.since) / 1000}s`
    const refusal =
      waiting.phase === 'permit'
        ? `rejected due to timeout after waiting ${waited} at plugin ${plugin}`
        : `running PreBind plugin ${JSON.stringify(plugin)}: timed out after ${waited}`
    this.hear({ uid, refusal, plugin })
  }

  /** Objects of a kind changed: one that is being prepared may have waited for them. */
  retryPrepared(waiting: WaitingPod, kind: string): void {
    const { queued, node, phase, since, until } = waiting
    const [plugin] = Object.keys(until)
    if (phase !== 'preBind' || !this.framework.watches.get(plugin!)?.includes(kind)) return
    const cycle = this.hooks.cycleOf(queued)
    this.snapshot.waiting.drop(queued.pod.metadata.uid)
    this.guarded(queued, cycle, node, () => this.prepare(queued, cycle, node, since))
  }

  /** The pod is gone, or somebody else bound it: whatever was done for it is taken back. */
  abandon(uid: string): void {
    const waiting = this.snapshot.waiting.get(uid)
    if (waiting === undefined) return
    this.snapshot.waiting.drop(uid)
    this.takeBack(this.hooks.cycleOf(waiting.queued), waiting.node)
  }

  /** Until when each plugin that has to allow it makes it wait; undefined if one refused it. */
  private permissions(queued: QueuedPod, cycle: Cycle, node: string): Record<string, number> | undefined {
    const until: Record<string, number> = {}
    for (const plugin of this.framework.permit) {
      const permission = plugin.permit(cycle, node)
      if (permission === undefined) continue
      if (typeof permission === 'string') {
        this.fail(queued, cycle, node, plugin.name, permission)
        return undefined
      }
      until[plugin.name] = this.snapshot.now + permission.waitMs
    }
    return until
  }

  /** `since`: when it began to be prepared. */
  private prepare(queued: QueuedPod, cycle: Cycle, node: string, since: number): void {
    for (const plugin of this.framework.preBind) {
      const permission: Permission = plugin.preBind(cycle, node)
      if (permission === undefined) continue
      if (typeof permission === 'string') return this.fail(queued, cycle, node, plugin.name, permission)
      const until = { [plugin.name]: since + permission.waitMs }
      return this.wait({ queued, node, phase: 'preBind', since, until })
    }
    this.bind(queued, cycle, node)
  }

  private wait(pod: WaitingPod): void {
    this.snapshot.waiting.set(pod)
    const soonest = Math.min(...Object.values(pod.until))
    this.hooks.wakeMeIn(Math.max(0, soonest - this.snapshot.now), pod.queued.pod.metadata.uid)
  }

  private bind(queued: QueuedPod, cycle: Cycle, node: string): void {
    const { namespace = '', name, uid } = queued.pod.metadata
    try {
      if (this.framework.bind.every((plugin) => plugin.bind(cycle, node) === 'skip'))
        this.link.bind(namespace, name, uid, node, this.accounts.annotationsOf(uid))
    } catch (error) {
      if (!(error instanceof Error) || error instanceof ClientDied) throw error
      const message = `binding rejected: running Bind plugin "DefaultBinder": ${error.message}`
      return this.fail(queued, cycle, node, undefined, message)
    }
    this.hooks.bound(queued, node)
    for (const plugin of this.framework.postBind) {
      const thrown = caught(() => plugin.postBind(cycle, node))
      // Nothing of the pod fails any more.
      if (thrown !== undefined) this.hooks.warn(queued, thrown.message)
    }
  }

  /** What a plugin of a user's throws is that pod's failure. */
  private guarded(queued: QueuedPod, cycle: Cycle, node: string, act: () => void): void {
    const thrown = caught(act)
    if (thrown !== undefined) this.fail(queued, cycle, node, undefined, thrown.message)
  }

  private fail(queued: QueuedPod, cycle: Cycle, node: string, refusedBy: string | undefined, message: string): void {
    const thrown = this.takeBack(cycle, node)
    this.hooks.failed(
      queued,
      node,
      thrown === undefined ? { message, refusedBy } : { message: thrown.message, refusedBy: undefined },
    )
  }

  /** Takes back all of it, whichever plugin throws; the first that did. */
  private takeBack(cycle: Cycle, node: string): PluginError | undefined {
    const { unreserve } = this.framework
    let thrown: PluginError | undefined
    for (let i = unreserve.length - 1; i >= 0; i--) {
      const error = caught(() => unreserve[i]!.unreserve(cycle, node))
      thrown ??= error
    }
    this.accounts.forget(cycle.pod.metadata.uid)
    return thrown
  }
}

/** What a plugin of a user's threw. */
function caught(act: () => void): PluginError | undefined {
  try {
    act()
    return undefined
  } catch (error) {
    if (error instanceof PluginError) return error
    throw error
  }
}
