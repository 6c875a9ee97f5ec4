import type { Pod, PodSpec } from '../api/types/core.ts'
import { admit } from './admission.ts'
import { type ContainerParts, ContainerSteps } from './containerSteps.ts'
import type { RuntimeMessage } from './cri.ts'
import type { Machines } from './machines.ts'
import type { RetryMessage, TimerMessage } from './messages.ts'
import { nextStep } from './plan.ts'
import { announceStop, stopContainers } from './podStops.ts'
import { rejectedStatus } from './podStatus.ts'
import { rebootedContainers } from './reboot.ts'
import type { Requests } from './requests.ts'
import { createBlanks, withContainers, withStage } from './podRuntimes.ts'
import { ACTIVE, type ContainerRuntime, FINISHED, type PodRuntime, initCount } from './runtimeState.ts'
import { type StatusWriter, isOver } from './statusWriter.ts'
import { restarted } from './transitions.ts'

export interface PodParts extends ContainerParts {
  readonly machines: Machines
  readonly statuses: StatusWriter
  readonly requests: (spec: PodSpec) => Requests
  readonly containerId: (uid: string, name: string, attempt: number) => string
}

// pkg/kubelet/pod_workers.go retries a failed sync after this.
const retryMs = 10_000

/** Drives the pods of all nodes, each turn about one pod. Mirrors pkg/kubelet/kubelet.go and pod_workers.go. */
export class PodWorker {
  private readonly steps: ContainerSteps
  private readonly blanks: (length: number) => readonly ContainerRuntime[] = createBlanks()

  constructor(private readonly parts: PodParts) {
    this.steps = new ContainerSteps(parts)
  }

  /** A pod that was bound to the node. */
  add(node: number, seen: Pod): void {
    const { machines, statuses } = this.parts
    const { namespace = '', name, uid } = seen.metadata
    if (machines.pod(node, uid) !== undefined) return
    const pod = statuses.read(node, namespace, name, uid)
    // The pod may have been refused, ended or deleted since what was seen.
    if (pod === undefined || pod.status.phase === 'Failed' || pod.status.phase === 'Succeeded') return
    if (pod.metadata.deletionTimestamp !== undefined) statuses.remove(node, namespace, name, uid)
    else this.admit(node, pod)
  }

  private admit(node: number, pod: Pod): void {
    const { machines, requests, statuses } = this.parts
    const { namespace = '', name, uid, resourceVersion } = pod.metadata
    const { spec } = pod
    const wanted = requests(spec)
    const verdict = admit(wanted, machines.used(node), machines.machine(node))
    const containers = this.blanks(initCount(spec) + spec.containers.length)
    const fresh: PodRuntime = {
      uid,
      namespace,
      name,
      resourceVersion: Number(resourceVersion),
      spec,
      attempt: 0,
      address: 0,
      stage: ACTIVE,
      containers,
    }
    if (!verdict.fits) {
      this.reject(node, pod, fresh, verdict.reason, verdict.message)
      return
    }
    machines.take(node, wanted, 1)
    statuses.write(node, fresh, pod)
    this.sandbox(node, fresh)
  }

  private reject(node: number, pod: Pod, runtime: PodRuntime, reason: string, message: string): void {
    const { events, interned, kernel, statuses } = this.parts
    events.pod(node, runtime, 'Warning', reason, message)
    statuses.reject(node, pod, rejectedStatus(pod, reason, message, interned.time(kernel.now)))
  }

  /** Gives the pod a sandbox and sets off. */
  private sandbox(node: number, pod: PodRuntime): void {
    const { runtime, events } = this.parts
    const placed = runtime.runPodSandbox(node, pod)
    if (placed === undefined) {
      const message =
        'Failed to create pod sandbox: plugin type="host-local" failed (add): no IP addresses available in range set'
      events.pod(node, pod, 'Warning', 'FailedCreatePodSandBox', message)
      runtime.save(node, pod)
      this.retry(node, pod)
      return
    }
    this.keep(node, this.advance(node, placed))
  }

  private retry(node: number, { namespace, name, uid }: PodRuntime): void {
    const message: RetryMessage = { type: 'retry', node, namespace, name, uid }
    this.parts.kernel.schedule(this.parts.kubelet, retryMs, 'timer', message)
  }

  /** Looks again at a pod for which something could not be done. */
  again(message: RetryMessage): void {
    const { machines, statuses } = this.parts
    const { node, namespace, name, uid } = message
    const pod = machines.pod(node, uid)
    if (pod === undefined) {
      const current = statuses.read(node, namespace, name, uid)
      if (current !== undefined) this.add(node, current)
    } else if (pod.stage >= 0 && isOver(pod)) this.terminated(node, pod)
    else if (pod.stage === ACTIVE && pod.address === 0 && pod.spec.hostNetwork !== true) this.sandbox(node, pod)
    else {
      statuses.write(node, pod)
      const current = statuses.read(node, namespace, name, uid)
      if (current?.metadata.deletionTimestamp !== undefined) this.stop(node, current)
    }
  }

  /** Does one thing after another until the pod has to wait. */
  private advance(node: number, pod: PodRuntime): PodRuntime {
    const { kernel, interned } = this.parts
    let current = pod
    for (;;) {
      const step = nextStep(current, kernel.now)
      if (step === undefined) return current
      if (step.type === 'finish') return this.finished(node, current)
      if (step.type === 'stopSidecars') {
        stopContainers(this.parts.runtime, node, current, 1000 * (current.spec.terminationGracePeriodSeconds ?? 30))
        return current
      }
      const { place } = step
      if (step.type === 'backOff') current = this.steps.backOff(node, current, place, step.delayMs)
      else {
        const container = current.containers[place]!
        // Whatever was created before and is started again counts for the back-off.
        const next = container.created ? restarted(container, kernel.now, kernel.now) : container
        const prepared =
          next === container ? current : withContainers(current, interned.replaced(current.containers, place, next))
        current = this.steps.begin(node, prepared, place)
      }
    }
  }

  /** What the runtime has to say. */
  told(message: RuntimeMessage): void {
    const { runtime, events } = this.parts
    const { type, node, place, value } = message
    const pod = runtime.complete(message)
    if (pod === undefined) return
    if (type === 'exited') this.exited(node, pod)
    else if (type === 'pulled') this.keep(node, this.steps.pulled(node, pod, place, value))
    else if (type === 'ready') this.keep(node, this.advance(node, pod))
    else {
      events.container(node, pod, place, 'Normal', 'Started', 'Container started')
      this.keep(node, this.advance(node, pod))
    }
  }

  /** Keeps the state, and says it unless a container is just being brought up: a kubelet speaks when its sync is through. */
  private keep(node: number, pod: PodRuntime): void {
    this.parts.runtime.save(node, pod)
    if (!pod.containers.some(({ stage }) => stage === 'pulling' || stage === 'starting'))
      this.parts.statuses.write(node, pod)
  }

  private exited(node: number, pod: PodRuntime): void {
    const { runtime, statuses } = this.parts
    runtime.save(node, pod)
    if (pod.stage >= 0) {
      if (isOver(pod)) this.terminated(node, pod)
      else statuses.write(node, pod)
      return
    }
    // An exit that is not the end is said before what follows from it.
    if (nextStep(pod, this.parts.kernel.now)?.type !== 'finish') statuses.write(node, pod)
    const next = this.advance(node, pod)
    if (next !== pod) this.keep(node, next)
  }

  /** A timer of a container has run out. */
  timer(message: TimerMessage): void {
    const { machines, interned, kernel, runtime, statuses } = this.parts
    const { type, node, uid, sandbox, place, attempt } = message
    const pod = machines.pod(node, uid)
    const container = pod?.containers[place]
    if (
      pod === undefined ||
      container === undefined ||
      pod.stage !== ACTIVE ||
      pod.attempt !== sandbox ||
      container.attempt !== attempt
    )
      return
    if (type === 'imageBackOff') {
      if (container.stage !== 'pullFailed') return
      const next = this.steps.imageBackOff(node, pod, place)
      runtime.save(node, next)
      statuses.write(node, next)
    } else if (container.stage === 'pullFailed') this.keep(node, this.steps.begin(node, pod, place))
    else if (container.stage === 'backOff') {
      const next = restarted(container, container.backOff?.since ?? kernel.now, kernel.now)
      this.keep(
        node,
        this.steps.begin(node, withContainers(pod, interned.replaced(pod.containers, place, next)), place),
      )
    }
  }

  /** The pod is to go: its containers get the rest of its grace. */
  stop(node: number, seen: Pod): void {
    const { machines, runtime, statuses } = this.parts
    const { namespace = '', name, uid, deletionGracePeriodSeconds = 0 } = seen.metadata
    const pod = machines.pod(node, uid)
    if (pod === undefined || pod.stage === FINISHED) {
      statuses.remove(node, namespace, name, uid)
      return
    }
    const graceMs = deletionGracePeriodSeconds * 1000
    if (pod.stage >= 0 && pod.stage <= graceMs) return
    if (pod.stage === ACTIVE) announceStop(this.parts.events, node, pod)
    const next = withStage(pod, graceMs)
    runtime.save(node, next)
    if (isOver(next)) this.terminated(node, next)
    else stopContainers(runtime, node, next, graceMs)
  }

  /** All containers of a pod that is to go have stopped. */
  private terminated(node: number, pod: PodRuntime): void {
    const { runtime, statuses } = this.parts
    const last = this.finished(node, pod)
    runtime.save(node, last)
    statuses.write(node, last)
    statuses.remove(node, pod.namespace, pod.name, pod.uid)
  }

  /** All containers have exited for good: the node gets back what the pod took. */
  private finished(node: number, pod: PodRuntime): PodRuntime {
    if (pod.stage === FINISHED) return pod
    this.parts.machines.take(node, this.parts.requests(pod.spec), -1)
    return withStage(this.parts.runtime.stopPodSandbox(node, pod), FINISHED)
  }

  /** The pod is gone from the API, so nothing of it may stay. */
  removed(node: number, uid: string): void {
    const { machines, runtime, requests } = this.parts
    const pod = machines.pod(node, uid)
    if (pod === undefined) return
    if (pod.stage !== FINISHED) machines.take(node, requests(pod.spec), -1)
    runtime.removePodSandbox(node, uid)
  }

  /** After the machine was switched on again, when all that ran on it is lost. */
  rebooted(node: number, pod: PodRuntime): void {
    const { containerId, events, interned, kernel, runtime, statuses } = this.parts
    if (pod.stage === FINISHED) return
    const { containers, isEnd } = rebootedContainers(pod, interned.time(kernel.now), containerId)
    const lost: PodRuntime = { ...runtime.stopPodSandbox(node, pod), attempt: pod.attempt + 1, containers }
    if (pod.stage >= 0) {
      this.terminated(node, lost)
    } else if (isEnd) {
      const last = this.finished(node, lost)
      runtime.save(node, last)
      statuses.write(node, last)
    } else {
      events.pod(node, lost, 'Normal', 'SandboxChanged', 'Pod sandbox changed, it will be killed and re-created.')
      runtime.save(node, lost)
      statuses.write(node, lost)
      this.sandbox(node, lost)
    }
  }
}
