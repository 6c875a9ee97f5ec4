/**
 * How containers are stopped: a preStop hook first, sidecars after all others and in reverse, whatever is left at the
 * end of the grace. Mirrors killContainer of pkg/kubelet/kuberuntime/kuberuntime_container.go and
 * kuberuntime_termination_order.go.
 */
import { isSidecar } from '../api/restartPolicy.ts'
import { type Distribution, draw } from '../kernel/distribution.ts'
import type { Kernel } from '../kernel/kernel.ts'
import type { ResolvedBehaviour } from './behaviour.ts'
import type { RuntimeService } from './cri.ts'
import type { Interned } from './interned.ts'
import type { Machines } from './machines.ts'
import type { HookMessage } from './messages.ts'
import type { NodeEvents } from './nodeEvents.ts'
import { containerAt, withContainers, withStage } from './podRuntimes.ts'
import { probeOf } from './probeOutput.ts'
import { type PodRuntime, type Stage, appEnd, initCount, isAlive, isStoppedAlone } from './runtimeState.ts'

export interface StopParts {
  readonly kernel: Kernel
  readonly machines: Machines
  readonly runtime: RuntimeService
  readonly events: NodeEvents
  readonly interned: Interned
  readonly behaviours: (image: string) => ResolvedBehaviour
  readonly kubelet: string
}

/** However little grace there is, a container has this long before it is killed. */
const minimumGraceMs = 2000

export class PodStops {
  constructor(private readonly parts: StopParts) {}

  /** Says of every container that runs that it is going to be stopped. */
  announce(node: number, pod: PodRuntime): void {
    for (let place = 0; place < pod.containers.length; place++) {
      if (!isAlive(pod.containers[place]!)) continue
      const message = `Stopping container ${containerAt(pod, place).name}`
      this.parts.events.container(node, pod, place, 'Normal', 'Killing', message)
    }
  }

  /** Begins to stop all that runs of a pod; its grace ends `graceMs` from now. */
  begin(node: number, pod: PodRuntime, graceMs: number): PodRuntime {
    const { kernel } = this.parts
    let next = withStage(pod, kernel.now + graceMs)
    let waits = false
    for (let place = 0; place < next.containers.length; place++) {
      if (!isAlive(next.containers[place]!)) continue
      if (this.runHook(node, next, place, graceMs)) {
        next = this.marked(next, place, 'preStop')
        waits = waits || isInit(next, place)
      } else if (isItsTurn(next, place)) this.signal(node, next, place, graceMs)
      else {
        next = this.marked(next, place, 'held')
        waits = true
      }
    }
    if (waits) this.later('graceOver', node, next, 0, graceMs)
    return next
  }

  /** The same with less grace, for a pod that is being stopped already: no hook and no turn is waited for any more. */
  hurry(node: number, pod: PodRuntime, graceMs: number): PodRuntime {
    let next = withStage(pod, this.parts.kernel.now + graceMs)
    for (let place = 0; place < next.containers.length; place++) {
      if (isAlive(next.containers[place]!)) next = this.released(node, next, place, graceMs)
    }
    return next
  }

  /** Kills a container whose definition has changed: it is started anew whatever its restart policy. */
  redefined(node: number, pod: PodRuntime, place: number): PodRuntime {
    return this.kill(node, pod, place, 'definition changed', pod.spec.terminationGracePeriodSeconds, true)
  }

  /** The same of one whose resources change and that is to start anew for it. */
  resized(node: number, pod: PodRuntime, place: number): PodRuntime {
    const { name } = containerAt(pod, place)
    const message = `Container ${name} resize requires restart`
    this.parts.events.container(node, pod, place, 'Normal', 'Killing', message)
    return this.stopAlone(node, pod, place, pod.spec.terminationGracePeriodSeconds, true)
  }

  /** Kills a container that has failed its probe too often, so that it is started anew, unless its policy is Never. */
  unhealthy(node: number, pod: PodRuntime, place: number, kind: 'startup' | 'liveness'): PodRuntime {
    const { spec } = pod
    const container = containerAt(pod, place)
    const restarts = isSidecar(container) || (container.restartPolicy ?? spec.restartPolicy) !== 'Never'
    // A pod of which nothing is left to run is killed as a whole.
    if (!restarts && pod.containers.every((other, at) => at === place || other.stage === 'exited')) {
      this.announce(node, pod)
      return this.stopAlone(node, pod, place, spec.terminationGracePeriodSeconds, false)
    }
    const { terminationGracePeriodSeconds = spec.terminationGracePeriodSeconds } = probeOf(container, kind) ?? {}
    return this.kill(node, pod, place, `failed ${kind} probe`, terminationGracePeriodSeconds, restarts)
  }

  /** Stops one container of a pod that goes on. Of sidecars computeInitContainerActions does not say what comes next. */
  private kill(
    node: number,
    pod: PodRuntime,
    place: number,
    why: string,
    graceSeconds: number | undefined,
    restarts: boolean,
  ): PodRuntime {
    const { name } = containerAt(pod, place)
    const message = isInit(pod, place)
      ? `Init container ${name} ${why}`
      : `Container ${name} ${why}${restarts ? ', will be restarted' : ''}`
    this.parts.events.container(node, pod, place, 'Normal', 'Killing', message)
    return this.stopAlone(node, pod, place, graceSeconds, restarts)
  }

  /** Kills what still runs of a pod of which all is to be started again: at once, and nobody waits for its hooks. */
  killRest(node: number, pod: PodRuntime): PodRuntime {
    let next = pod
    for (let place = 0; place < pod.containers.length; place++) {
      const container = pod.containers[place]!
      if (!isAlive(container) || isStoppedAlone(container.stage)) continue
      this.parts.events.container(node, pod, place, 'Normal', 'Killing', 'killing')
      next = this.stopAlone(node, next, place, 0, false)
    }
    return next
  }

  private stopAlone(
    node: number,
    pod: PodRuntime,
    place: number,
    graceSeconds: number | undefined,
    restarts: boolean,
  ): PodRuntime {
    const graceMs = 1000 * (graceSeconds ?? 30)
    if (!this.runHook(node, pod, place, graceMs)) this.signal(node, pod, place, graceMs)
    return this.marked(pod, place, restarts ? 'failing' : 'ending')
  }

  /** A preStop hook has ended, or its time is up. */
  hookEnded({ node, place, deadline, fails }: HookMessage, pod: PodRuntime): PodRuntime {
    const { stage } = pod.containers[place]!
    const isAlone = isStoppedAlone(stage)
    if (stage !== 'preStop' && !isAlone) return pod
    if (fails) this.parts.events.container(node, pod, place, 'Warning', 'FailedPreStopHook', 'PreStopHook failed')
    const leftMs = deadline - this.parts.kernel.now
    if (isAlone) {
      this.signal(node, pod, place, leftMs)
      return pod
    }
    return isItsTurn(pod, place) || leftMs <= 0
      ? this.released(node, pod, place, leftMs)
      : this.marked(pod, place, 'held')
  }

  /** Something of a pod that is being stopped has ended, or its grace has: whose turn it is now is stopped. */
  release(node: number, pod: PodRuntime): PodRuntime {
    if (pod.spec.initContainers === undefined) return pod
    const leftMs = pod.stage - this.parts.kernel.now
    let next = pod
    for (let place = 0; place < pod.containers.length; place++) {
      if (pod.containers[place]!.stage === 'held' && (leftMs <= 0 || isItsTurn(pod, place)))
        next = this.released(node, next, place, leftMs)
    }
    return next
  }

  private released(node: number, pod: PodRuntime, place: number, leftMs: number): PodRuntime {
    const { stage } = pod.containers[place]!
    const next = stage === 'preStop' || stage === 'held' ? this.marked(pod, place, 'running') : pod
    this.signal(node, next, place, leftMs)
    return next
  }

  private signal(node: number, pod: PodRuntime, place: number, graceMs: number): void {
    this.parts.runtime.stopContainer(node, pod, place, Math.max(graceMs, minimumGraceMs))
  }

  /** Begins the preStop hook; false where there is none, no time for it, or nothing yet, or no longer, to run it in. */
  private runHook(node: number, pod: PodRuntime, place: number, graceMs: number): boolean {
    const { lifecycle, image = '' } = containerAt(pod, place)
    const { stage } = pod.containers[place]!
    if (lifecycle?.preStop === undefined || graceMs <= 0 || stage !== 'running') return false
    const { takes, fails } = this.parts.behaviours(image).preStop
    const { sleep } = lifecycle.preStop
    const tookMs = sleep === undefined ? this.drawn(node, takes) : sleep.seconds * 1000
    this.later('preStopped', node, pod, place, Math.min(tookMs, graceMs), fails && tookMs <= graceMs, graceMs)
    return true
  }

  private drawn(node: number, distribution: Distribution): number {
    if (typeof distribution === 'number') return distribution
    return draw(distribution, this.parts.kernel.random(`kubelet/${this.parts.machines.name(node)}`))
  }

  private marked(pod: PodRuntime, place: number, stage: Stage): PodRuntime {
    const { interned } = this.parts
    const { [place]: container } = pod.containers
    const by = interned.marked(container!, stage, container!.started, container!.ready)
    return withContainers(pod, interned.replaced(pod.containers, place, by))
  }

  private later(
    type: HookMessage['type'],
    node: number,
    pod: PodRuntime,
    place: number,
    delayMs: number,
    fails = false,
    graceMs = delayMs,
  ): void {
    const { kernel, kubelet } = this.parts
    const { attempt } = pod.containers[place]!
    const deadline = kernel.now + graceMs
    const message: HookMessage = { type, node, uid: pod.uid, sandbox: pod.attempt, place, attempt, deadline, fails }
    kernel.schedule(kubelet, delayMs, 'work', message)
  }
}

function isInit(pod: PodRuntime, place: number): boolean {
  return place < initCount(pod.spec)
}

/** A sidecar stops when no app container and no sidecar after it runs any more; everything else at once. */
function isItsTurn({ spec, containers }: PodRuntime, place: number): boolean {
  const inits = initCount(spec)
  if (place >= inits || !isSidecar(spec.initContainers![place]!)) return true
  const end = appEnd(spec)
  for (let later = place + 1; later < end; later++) {
    if (isAlive(containers[later]!) && (later >= inits || isSidecar(spec.initContainers![later]!))) return false
  }
  return true
}
