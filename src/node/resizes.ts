/** What kubelets remember of pods that are being resized; of all others nothing is kept. */
import { parseTime } from '../api/time.ts'
import type { PodRequests } from '../api/podRequests.ts'
import type { PodCondition, PodSpec } from '../api/types/core.ts'
import type { CowMap } from '../kernel/cow.ts'
import type { Kernel } from '../kernel/kernel.ts'
import type { Machines } from './machines.ts'
import type { ResizesMessage } from './messages.ts'
import type { PodRuntime } from './runtimeState.ts'
import { withSizesOf } from './sizes.ts'

/** What somebody asks for that its node has not given it. */
export interface Wanted {
  readonly spec: PodSpec
  readonly generation: number
  readonly qosClass: string
}

/** A pod's spec is what is allocated to it; what stands here is where it has, or is to have, something else. */
export interface Resize {
  readonly wanted: Wanted | undefined
  readonly pending: PodCondition | undefined
  readonly inProgress: PodCondition | undefined
  /** What its containers run with. */
  readonly actual: PodSpec | undefined
  /** What they were last seen to run with, which its status says. */
  readonly seen: PodSpec | undefined
  /** What it gives back once it is seen to do without. */
  readonly held: Held
  /** When its kubelet looks again what has become of it. */
  readonly lookAt: number
}

export type Held = Pick<PodRequests, 'cpuMilli' | 'memoryBytes'>

/** The pods of a machine that wait for room, in the order in which they are asked. */
export interface Waiting {
  readonly uids: readonly string[]
  readonly retryAt: number
}

export const NOTHING_HELD: Held = Object.freeze({ cpuMilli: 0, memoryBytes: 0 })

export const NO_RESIZE: Resize = Object.freeze({
  wanted: undefined,
  pending: undefined,
  inProgress: undefined,
  actual: undefined,
  seen: undefined,
  held: NOTHING_HELD,
  lookAt: 0,
})

/** What a pod takes beyond what it is to take. */
export function beyond(taken: Held, due: Held): Held {
  return {
    cpuMilli: Math.max(0, taken.cpuMilli - due.cpuMilli),
    memoryBytes: Math.max(0, taken.memoryBytes - due.memoryBytes),
  }
}

export class Resizes {
  private readonly all: CowMap<Resize>
  private readonly queues: CowMap<Waiting>

  constructor(
    private readonly kernel: Kernel,
    private readonly machines: Machines,
    private readonly kubelet: string,
  ) {
    this.all = kernel.memory.map('node.resizes')
    this.queues = kernel.memory.map('node.resizesWaiting')
  }

  of(uid: string): Resize | undefined {
    return this.all.size === 0 ? undefined : this.all.get(uid)
  }

  /** Keeps what is known of a pod, unless that is nothing. */
  set(uid: string, resize: Resize): void {
    const { wanted, pending, inProgress, actual } = resize
    if ((wanted ?? pending ?? inProgress ?? actual) !== undefined) this.all.set(uid, resize)
    else if (this.all.size > 0) this.all.delete(uid)
  }

  /** The pod is over, or gone: what it was resized to is no matter any more. */
  forget(node: number, uid: string): void {
    const resize = this.of(uid)
    if (resize !== undefined) {
      this.machines.hold(node, resize.held, -1)
      this.all.delete(uid)
    }
    this.roomMade(node)
  }

  /** Takes over a pod that another cluster was resizing. */
  takeOver(node: number, uid: string, resize: Resize): void {
    this.machines.hold(node, resize.held, 1)
    this.set(uid, resize)
  }

  /** What a pod's containers run with: what is allocated to it, unless it is being resized. */
  actual({ uid, spec }: PodRuntime): PodSpec {
    const actual = this.of(uid)?.actual
    // Something else of the spec may have changed meanwhile.
    return actual === undefined ? spec : withSizesOf(spec, actual)
  }

  waiting(node: number): Waiting | undefined {
    return this.queues.size === 0 ? undefined : this.queues.get(String(node))
  }

  setWaiting(node: number, waiting: Waiting): void {
    if (waiting.uids.length > 0) this.queues.set(String(node), waiting)
    else if (this.queues.size > 0) this.queues.delete(String(node))
  }

  /** A machine has more room than before: those who wait are asked again. */
  roomMade(node: number): void {
    if (this.waiting(node) !== undefined) this.retryIn(node, 0, 'work')
  }

  retryIn(node: number, delayMs: number, kind: 'work' | 'timer'): void {
    const message: ResizesMessage = { type: 'resizes', node, isDue: kind === 'work' }
    this.kernel.schedule(this.kubelet, delayMs, kind, message)
  }
}

/** The conditions of a pod that say how it is resized. */
export function resizeConditions({ pending, inProgress }: Resize): readonly PodCondition[] {
  return [pending, inProgress].filter((condition) => condition !== undefined)
}

/** Mirrors updatedPodResizeCondition of pkg/kubelet/status/status_manager.go: the time is that of the reason. */
export function resizeCondition(
  type: 'PodResizePending' | 'PodResizeInProgress',
  before: PodCondition | undefined,
  observedGeneration: number,
  now: string,
  reason = '',
  message = '',
): PodCondition {
  const isSame = before !== undefined && (before.reason ?? '') === reason
  if (isSame && (before.message ?? '') === message && before.observedGeneration === observedGeneration) return before
  const lastTransitionTime = isSame ? (before.lastTransitionTime ?? now) : now
  return {
    type,
    observedGeneration,
    status: 'True',
    lastProbeTime: now,
    lastTransitionTime,
    ...(reason !== '' && { reason, message }),
  } as unknown as PodCondition
}

/** Since when a resize has been waiting; Infinity of one that was not asked about yet. */
export function waitingSince({ pending }: Resize): number {
  return pending === undefined ? Infinity : (parseTime(String(pending.lastTransitionTime)) ?? 0)
}
