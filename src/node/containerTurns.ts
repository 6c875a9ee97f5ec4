import { restartsAll } from '../api/restartPolicy.ts'
import type { RuntimeMessage } from './cri.ts'
import type { EvictionManager } from './evictionManager.ts'
import type {
  ContainerRun,
  HookMessage,
  PostStartMessage,
  ProbeMessage,
  ReadyMessage,
  TimerMessage,
} from './messages.ts'
import { nextStep, type Step } from './plan.ts'
import type { PodHooks } from './podHooks.ts'
import { containerAt, withContainers } from './podRuntimes.ts'
import type { PodResizing } from './podResizing.ts'
import type { PodSync, SyncParts } from './podSync.ts'
import type { Prober } from './prober.ts'
import { ACTIVE, appEnd, FINISHED, type PodRuntime, isAlive } from './runtimeState.ts'
import { isOver } from './statusWriter.ts'
import { broken, restarted } from './transitions.ts'

export interface TurnParts extends SyncParts {
  readonly hooks: PodHooks
  readonly prober: Prober
  readonly evictions: EvictionManager
}

/** What a kubelet does when something happens to a container: it starts, is found ready, fails, exits. */
export class ContainerTurns {
  constructor(
    private readonly parts: TurnParts,
    private readonly sync: PodSync,
    private readonly resizing: PodResizing,
  ) {}

  /** What the runtime has to say. */
  told(message: RuntimeMessage): void {
    const { machines, runtime } = this.parts
    const { type, node, uid, place, value } = message
    const isHooked = machines.pod(node, uid)?.containers[place]?.stage === 'postStart'
    const pod = runtime.complete(message)
    if (pod === undefined) return
    if (type === 'started') this.started(message, pod)
    // What could not be pulled, or not be created then, holds nothing back that comes after it.
    else if (type === 'pulled') this.sync.goOn(node, this.sync.steps.pulled(node, pod, place, value))
    else this.exited(node, place, isHooked && type === 'stopped' ? this.unhooked(node, place, pod) : pod)
  }

  /** A container that was stopped in its hook, which has failed; it is said why, if it is started again. */
  private unhooked(node: number, place: number, pod: PodRuntime): PodRuntime {
    const { hooks, interned, kernel, machines } = this.parts
    const step = pod.stage === ACTIVE ? nextStep(pod, machines.clock(node, kernel.now)) : undefined
    if ((step?.type !== 'restart' && step?.type !== 'backOff') || step.place !== place) return pod
    const by = broken(pod.containers[place]!, hooks.failure(node, pod, place))
    return withContainers(pod, interned.replaced(pod.containers, place, by))
  }

  private started({ node, place, value: runMs, readyMs }: RuntimeMessage, pod: PodRuntime): void {
    const { events, evictions, hooks, prober } = this.parts
    events.container(node, pod, place, 'Normal', 'Started', 'Container started')
    evictions.started(node, pod, place)
    // Nobody probes what is ephemeral.
    if (place >= appEnd(pod.spec)) {
      this.sync.goOn(node, pod)
      return
    }
    const hooked = hooks.postStart(node, pod, place, readyMs, runMs)
    if (hooked === undefined) this.up(node, prober.begin(node, pod, place, 0, readyMs, runMs))
    else this.parts.runtime.save(node, hooked)
  }

  /** A postStart hook has ended: only now is the container spoken of. */
  postStarted(message: PostStartMessage): void {
    const { hooks, kernel, prober } = this.parts
    const { node, place, origin, readyMs, runMs } = message
    const pod = this.concerned(message)
    if (pod?.stage !== ACTIVE || pod.containers[place]!.stage !== 'postStart') return
    const next = hooks.postStartEnded(node, pod, place)
    if (next !== undefined) this.up(node, prober.begin(node, next, place, kernel.now - origin, readyMs, runMs))
  }

  private up(node: number, pod: PodRuntime): void {
    if (this.parts.resizes.of(pod.uid) !== undefined) this.resizing.begun(node, pod)
    this.sync.goOn(node, pod)
  }

  /** Something has been found out about a container. */
  probed(message: ProbeMessage | ReadyMessage): void {
    const { prober, stops } = this.parts
    const pod = this.concerned(message)
    if (pod === undefined || !isAlive(pod.containers[message.place]!)) return
    if (message.type === 'ready') {
      this.sync.goOn(message.node, prober.ready(message, pod))
      return
    }
    const { pod: next, failed } = prober.ask(message, pod)
    if (failed !== undefined) this.sync.goOn(message.node, stops.unhealthy(message.node, pod, message.place, failed))
    else if (next !== pod) this.sync.goOn(message.node, next)
  }

  /** A preStop hook has ended, or the grace has. */
  stopping(message: HookMessage): void {
    const { machines, runtime, stops } = this.parts
    const { node, uid, sandbox } = message
    const known = message.type === 'graceOver' ? machines.pod(node, uid) : this.concerned(message)
    if (known === undefined || known.attempt !== sandbox || known.stage === FINISHED) return
    const next = message.type === 'graceOver' ? stops.release(node, known) : stops.hookEnded(message, known)
    if (next !== known) runtime.save(node, next)
  }

  /** The pod whose container a message is about, if it is still that run of it. */
  private concerned({ node, uid, sandbox, place, attempt }: ContainerRun): PodRuntime | undefined {
    const pod = this.parts.machines.pod(node, uid)
    return pod?.attempt === sandbox && pod.containers[place]?.attempt === attempt ? pod : undefined
  }

  private exited(node: number, place: number, pod: PodRuntime): void {
    const { kernel, machines, runtime, statuses, stops } = this.parts
    if (pod.stage >= 0) {
      // Until all has stopped there is nothing to say.
      if (isOver(pod)) this.sync.terminated(node, pod)
      else runtime.save(node, stops.release(node, pod))
      return
    }
    runtime.save(node, pod)
    // An exit that is not the end is said before what follows from it, if it is news.
    const step = nextStep(pod, machines.clock(node, kernel.now))?.type
    if (step !== 'finish' && this.isNews(pod, place, step)) statuses.write(node, pod)
    const next = this.sync.advance(node, pod)
    if (next !== pod) this.sync.keep(node, next)
  }

  /**
   * What the kubelet has killed it starts anew in the same sync: of one container all that is seen is that it has to be
   * found ready again, and of all of them only the one for whose sake they are.
   */
  private isNews(pod: PodRuntime, place: number, step: Step['type'] | undefined): boolean {
    const { stage, state } = pod.containers[place]!
    const container = containerAt(pod, place)
    if (step === 'restartAll') return restartsAll(container, state.terminated?.exitCode ?? 0)
    return stage !== 'killed' || container.readinessProbe !== undefined
  }

  /** A timer of a container has run out. */
  timer(message: TimerMessage): void {
    const { interned, kernel, machines, runtime, statuses } = this.parts
    const { type, node, place } = message
    const pod = this.concerned(message)
    if (pod === undefined || pod.stage !== ACTIVE) return
    const container = pod.containers[place]!
    if (type === 'imageBackOff') {
      if (container.stage !== 'blocked') return
      const next = this.sync.steps.imageBackOff(node, pod, place)
      runtime.save(node, next)
      statuses.write(node, next)
    } else if (container.stage === 'blocked') this.sync.keep(node, this.sync.steps.begin(node, pod, place))
    else if (container.stage === 'backOff') {
      const clock = machines.clock(node, kernel.now)
      const next = restarted(container, container.backOff?.since ?? clock, clock)
      this.sync.keep(
        node,
        this.sync.steps.begin(node, withContainers(pod, interned.replaced(pod.containers, place, next)), place),
      )
    }
  }
}
