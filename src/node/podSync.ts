import type { PodSpec } from '../api/types/core.ts'
import type { PodRequests } from '../api/podRequests.ts'
import { type ContainerParts, ContainerSteps } from './containerSteps.ts'
import type { PodMessage } from './messages.ts'
import { nextStep } from './plan.ts'
import { withContainers, withStage } from './podRuntimes.ts'
import type { PodStops } from './podStops.ts'
import type { PodVolumes } from './podVolumes.ts'
import {
  ACTIVE,
  type ContainerRuntime,
  FINISHED,
  initCount,
  type PodRuntime,
  isAlive,
  isComingUp,
} from './runtimeState.ts'
import type { Resizes } from './resizes.ts'
import type { StatusWriter } from './statusWriter.ts'
import { removed, restarted, restartedAfterKill } from './transitions.ts'

/** pkg/kubelet/pleg: how often a kubelet looks what has become of its containers. */
export const relistMs = 1000

export interface SyncParts extends ContainerParts {
  readonly statuses: StatusWriter
  readonly requests: (spec: PodSpec) => PodRequests
  readonly stops: PodStops
  readonly resizes: Resizes
  readonly volumes: PodVolumes
}

/** Brings a pod a step further, and says so. Mirrors syncPod and syncTerminatedPod of pkg/kubelet/kubelet.go. */
export class PodSync {
  readonly steps: ContainerSteps

  constructor(private readonly parts: SyncParts) {
    this.steps = new ContainerSteps(parts)
  }

  /** Goes on as far as it can, and says where it stands. */
  goOn(node: number, pod: PodRuntime): void {
    // One sync begins one init container, and speaks of the one before.
    if (isInitialising(pod)) this.say(node, pod)
    this.keep(node, this.advance(node, pod))
  }

  /** Keeps the state, and says it. */
  keep(node: number, pod: PodRuntime): void {
    this.parts.runtime.save(node, pod)
    this.say(node, pod)
  }

  /** Says the state unless a container is just being brought up: a kubelet speaks when its sync is through. */
  say(node: number, pod: PodRuntime): void {
    for (let place = 0; place < pod.containers.length; place++) if (isComingUp(pod.containers[place]!)) return
    this.parts.statuses.write(node, pod)
  }

  /** Does one thing after another until the pod has to wait. */
  advance(node: number, pod: PodRuntime): PodRuntime {
    const { kernel, interned, machines } = this.parts
    const clock = machines.clock(node, kernel.now)
    let current = pod
    for (;;) {
      const step = current.stage === ACTIVE ? nextStep(current, clock) : undefined
      if (step === undefined) return current
      if (step.type === 'finish') return this.finished(node, current)
      if (step.type === 'stopRest') return this.stopAll(node, current, graceOf(current))
      if (step.type === 'restartAll') {
        if (current.containers.some(isAlive)) return this.parts.stops.killRest(node, current)
        return this.begunAnew(node, current)
      }
      const { place } = step
      if (step.type === 'backOff') current = this.steps.backOff(node, current, place, step.delayMs)
      else {
        const container = current.containers[place]!
        // Whatever was created before and is started again counts for the back-off.
        const next = container.created ? startedAgain(container, clock) : container
        const prepared =
          next === container ? current : withContainers(current, interned.replaced(current.containers, place, next))
        current = this.steps.begin(node, prepared, place)
      }
    }
  }

  /** Has the kubelet look at the pod again. */
  later(
    type: PodMessage['type'],
    node: number,
    { uid, attempt }: PodRuntime,
    delayMs: number,
    kind: 'timer' | 'work' = 'timer',
  ): void {
    const message: PodMessage = { type, node, uid, sandbox: attempt, waitedMs: delayMs }
    this.parts.kernel.schedule(this.parts.kubelet, delayMs, kind, message)
  }

  /** All containers are removed; the kubelet begins again when it has seen that they are. */
  private begunAnew(node: number, pod: PodRuntime): PodRuntime {
    this.later('beginAnew', node, pod, relistMs)
    return withContainers(pod, pod.containers.map(removed))
  }

  /** Says of all that runs that it is going to be stopped, and begins to. */
  stopAll(node: number, pod: PodRuntime, graceMs: number): PodRuntime {
    this.parts.stops.announce(node, pod)
    return this.parts.stops.begin(node, pod, graceMs)
  }

  /** All containers of a pod that is being stopped have stopped; if it was deleted, it may go. */
  terminated(node: number, pod: PodRuntime): void {
    const { runtime, statuses } = this.parts
    const last = this.finished(node, pod)
    runtime.save(node, last)
    statuses.write(node, last)
    const { namespace, name, uid } = pod
    if (statuses.read(node, namespace, name, uid)?.metadata.deletionTimestamp !== undefined)
      statuses.remove(node, namespace, name, uid)
  }

  /** All containers have exited for good: the node gets back what the pod took. */
  finished(node: number, pod: PodRuntime): PodRuntime {
    if (pod.stage === FINISHED) return pod
    this.parts.machines.take(node, this.parts.requests(pod.spec), -1)
    this.parts.resizes.forget(node, pod.uid)
    this.parts.volumes.release(node, pod.uid)
    return withStage(this.parts.runtime.stopPodSandbox(node, pod), FINISHED)
  }
}

function startedAgain(container: ContainerRuntime, now: number): ContainerRuntime {
  return container.stage === 'killed' ? restartedAfterKill(container, now) : restarted(container, now, now)
}

/** Whether init containers have begun, and no app container has. */
function isInitialising({ spec, containers }: PodRuntime): boolean {
  const inits = initCount(spec)
  return inits > 0 && containers[0]!.created && containers[inits]!.stage === 'waiting'
}

/** The grace of a pod that nobody has deleted, in milliseconds. */
export function graceOf({ spec }: PodRuntime): number {
  return 1000 * (spec.terminationGracePeriodSeconds ?? 30)
}
