import { isSidecar } from '../api/restartPolicy.ts'
import type { Latency, LatencyName } from '../client/latency.ts'
import { type Distribution, draw } from '../kernel/distribution.ts'
import type { Kernel } from '../kernel/kernel.ts'
import { nextAddress, nextIn } from './addresses.ts'
import type { ResolvedBehaviour } from './behaviour.ts'
import type { ImageService, ImageStatus, RuntimeMessage, RuntimeService } from './cri.ts'
import type { Interned } from './interned.ts'
import type { ImageFacts } from './images.ts'
import type { Machines } from './machines.ts'
import { type MemoryUse, memoryLimit } from './memoryUse.ts'
import type { PullFailures } from './pullFailures.ts'
import { containerAt, withAddress, withContainers } from './podRuntimes.ts'
import { ACTIVE, type ContainerRuntime, type PodRuntime, WAITING, appEnd, initCount, isAlive } from './runtimeState.ts'
import { terminationMessage } from './terminationMessage.ts'
import { created, exited } from './transitions.ts'

/** What the simulated runtime needs. */
export interface RuntimeParts {
  readonly kernel: Kernel
  readonly latency: Latency
  readonly machines: Machines
  readonly interned: Interned
  readonly behaviours: (image: string) => ResolvedBehaviour
  readonly images: (name: string) => ImageFacts
  readonly memoryUse: MemoryUse
  readonly pullFailures: PullFailures
  readonly containerId: (uid: string, name: string, attempt: number) => string
  /** The component its messages go to. */
  readonly kubelet: string
}

/** How long it takes to find that an image which must be pulled is there already. */
const checkMs = 100
/** Sums of fractions may differ by so much. */
const sameMs = 0.001
/** What a process that was killed exits with: 128 and SIGKILL. */
const killedCode = 137

const PRESENT: ImageStatus = Object.freeze({ present: true })
const ABSENT: ImageStatus = Object.freeze({ present: false })

/** The built-in runtime: containers do what their image's behaviour says. */
export class SimulatedRuntime implements RuntimeService, ImageService {
  constructor(private readonly parts: RuntimeParts) {}

  runPodSandbox(node: number, pod: PodRuntime): PodRuntime | undefined {
    if (pod.spec.hostNetwork === true) return pod
    const { machines } = this.parts
    const isTaken = (address: number): boolean => machines.hasAddress(node, address)
    const range = machines.machine(node).known?.range
    const last = machines.lastAddress(node)
    const address =
      range === undefined
        ? nextAddress(machines.block(node), machines.blocks(node), last, isTaken)
        : nextIn(range, last, isTaken)
    if (address === 0) return undefined
    machines.setLastAddress(node, address)
    return withAddress(pod, address)
  }

  stopPodSandbox(_node: number, pod: PodRuntime): PodRuntime {
    return withAddress(pod, 0)
  }

  removePodSandbox(node: number, uid: string): void {
    this.parts.machines.removePod(node, uid)
  }

  podSandboxStatus(node: number, uid: string): PodRuntime | undefined {
    return this.parts.machines.pod(node, uid)
  }

  listPodSandbox(node: number): readonly PodRuntime[] {
    return this.parts.machines.pods(node)
  }

  createContainer(_node: number, pod: PodRuntime, place: number): PodRuntime {
    return this.replaced(pod, place, created(pod.containers[place]!))
  }

  startContainer(node: number, pod: PodRuntime, place: number): void {
    const { start, ready, run, memory } = this.behaviour(pod, place)
    const startMs = this.usual(node, start, 'containerStart')
    const readyMs = this.drawn(node, ready)
    const endMs = this.drawn(node, run ?? defaultRun(pod, place))
    const runMs = memory === undefined ? endMs : Math.min(endMs, this.parts.memoryUse.overLimitAfter(pod, place))
    this.later('started', node, pod, place, startMs, runMs, readyMs, 'work')
  }

  /**
   * Goes on running a container that another cluster began to run at `origin`: its end, if it has one, is scheduled.
   * What no behaviour sets an end to runs on, whatever runs for ever here; init containers come to theirs.
   */
  resumeContainer(node: number, pod: PodRuntime, place: number, origin: number): { runMs: number; readyMs: number } {
    const { ready, run, memory } = this.behaviour(pod, place)
    const isInit = place < initCount(pod.spec)
    const endMs = this.drawn(node, run ?? (isInit ? defaultRun(pod, place) : Infinity))
    const runMs = memory === undefined ? endMs : Math.min(endMs, this.parts.memoryUse.overLimitAfter(pod, place))
    const readyMs = pod.containers[place]!.ready ? 0 : this.drawn(node, ready)
    this.runsFor(node, pod, place, origin, runMs, isInit ? 'work' : 'timer')
    return { runMs, readyMs }
  }

  stopContainer(node: number, pod: PodRuntime, place: number, graceMs: number): void {
    const { stop, stopExitCode } = this.behaviour(pod, place)
    const stopMs = this.drawn(node, stop)
    const isKilled = stopMs > graceMs
    this.later(
      'stopped',
      node,
      pod,
      place,
      isKilled ? graceMs : stopMs,
      isKilled ? killedCode : stopExitCode,
      0,
      'work',
    )
  }

  killContainer(node: number, pod: PodRuntime, place: number, exitCode: number): void {
    this.later('stopped', node, pod, place, 0, exitCode, 0, 'work')
  }

  oomKillContainer(node: number, pod: PodRuntime, place: number): void {
    this.later('oomKilled', node, pod, place, 0, killedCode, 0, 'work')
  }

  removeContainer(_node: number, pod: PodRuntime, place: number): PodRuntime {
    return this.replaced(pod, place, WAITING)
  }

  listContainers(node: number): readonly ContainerRuntime[] {
    return this.parts.machines
      .pods(node)
      .flatMap(({ containers }) => containers.filter((container) => container.created))
  }

  containerStatus(node: number, uid: string, place: number): ContainerRuntime | undefined {
    return this.parts.machines.pod(node, uid)?.containers[place]
  }

  complete(message: RuntimeMessage): PodRuntime | undefined {
    const { type, node, uid, sandbox, place, attempt, value, readyMs } = message
    const pod = this.parts.machines.pod(node, uid)
    const container = pod?.containers[place]
    if (pod === undefined || container === undefined || pod.attempt !== sandbox || container.attempt !== attempt)
      return undefined
    switch (type) {
      case 'pulled':
        // Nothing is begun any more in a pod that is being stopped.
        return container.stage === 'pulling' && pod.stage === ACTIVE ? pod : undefined
      case 'started':
        return container.stage === 'starting' && pod.stage === ACTIVE ? this.begin(node, pod, place, value) : undefined
      default:
        // It has been given another limit since.
        if (type === 'oomKilled' && readyMs !== 0 && readyMs !== this.parts.memoryUse.limitOf(pod, place))
          return undefined
        return isAlive(container) ? this.ended(node, pod, place, value, type) : undefined
    }
  }

  /**
   * A container runs on with another limit of memory: when it passes it is worked out anew, and with it when it ends. What
   * it was to do before is void. `before`: with what it ran.
   */
  relimited(node: number, pod: PodRuntime, place: number, before: PodRuntime): void {
    const { kernel, memoryUse } = this.parts
    const since = memoryUse.since(node, pod, place)
    const limit = memoryUse.limitOf(pod, place)
    const old = memoryLimit(before.spec, containerAt(before, place))
    if (since === undefined || limit === old) return
    const { run, exitCode } = this.behaviour(pod, place)
    const endMs = this.drawn(node, run ?? defaultRun(pod, place))
    const overMs = memoryUse.overLimitAfter(pod, place)
    const leftMs = (ms: number): number => Math.max(0, since + ms - kernel.now)
    if (overMs <= endMs) this.later('oomKilled', node, pod, place, leftMs(overMs), killedCode, limit, 'timer')
    else this.later('exited', node, pod, place, leftMs(endMs), exitCode, 0, 'timer')
  }

  save(node: number, pod: PodRuntime): void {
    this.parts.machines.setPod(node, pod)
  }

  imageStatus(node: number, image: string): ImageStatus {
    const images = this.parts.machines.images(node)
    for (const { name, readyAt } of images)
      if (name === image) return readyAt <= this.parts.kernel.now ? PRESENT : ABSENT
    return ABSENT
  }

  listImages(node: number): readonly string[] {
    const { now } = this.parts.kernel
    return this.parts.machines.images(node).flatMap(({ name, readyAt }) => (readyAt <= now ? [name] : []))
  }

  pullImage(node: number, pod: PodRuntime, place: number, image: string): void {
    const { kernel, machines, behaviours } = this.parts
    const { pull } = behaviours(image)
    const images = machines.images(node)
    const known = images.find(({ name }) => name === image)
    const wholeMs = this.usual(node, pull, 'imagePull')
    if (known === undefined && this.errorOf(node, image) === undefined) {
      machines.setImages(node, [...images, { name: image, readyAt: kernel.now + wholeMs }])
    }
    const restMs = known === undefined ? wholeMs : known.readyAt - kernel.now
    const tookMs = restMs > 0 ? restMs : Math.min(checkMs, wholeMs)
    this.later('pulled', node, pod, place, tookMs, tookMs, 0, 'work')
  }

  pullError(node: number, image: string): string | undefined {
    const { kernel, machines } = this.parts
    const error = this.errorOf(node, image)
    const images = machines.images(node)
    const known = images.find(({ name }) => name === image)
    // What was there before the pull began stays; what has just come was never whole.
    if (error !== undefined && known !== undefined && known.readyAt > kernel.now - sameMs) this.removeImage(node, image)
    if (error === undefined && known === undefined)
      machines.setImages(node, [...images, { name: image, readyAt: kernel.now }])
    return error
  }

  private errorOf(node: number, image: string): string | undefined {
    return this.parts.pullFailures.errorOf(node, image, this.parts.images(image).reference)
  }

  removeImage(node: number, image: string): void {
    const { machines } = this.parts
    const images = machines.images(node).filter(({ name }) => name !== image)
    machines.setImages(node, images)
  }

  /** The container runs: its end, if it has one of itself, is scheduled. */
  private begin(node: number, pod: PodRuntime, place: number, runMs: number): PodRuntime {
    const { interned, kernel, machines } = this.parts
    const running = interned.started(pod.containers[place]!, machines.clock(node, kernel.now))
    const next = this.replaced(pod, place, running)
    // A pod is not up before its init containers are through: their running is work.
    const kind = place < initCount(pod.spec) ? 'work' : 'timer'
    this.runsFor(node, next, place, kernel.now, runMs, kind)
    return next
  }

  /** Has run since a moment, and ends so long after it. */
  private runsFor(
    node: number,
    pod: PodRuntime,
    place: number,
    since: number,
    runMs: number,
    kind: 'work' | 'timer',
  ): void {
    const { kernel, memoryUse } = this.parts
    const { exitCode, memory } = this.behaviour(pod, place)
    // Of one that has just begun it is all: sums of fractions would differ.
    const leftMs = since === kernel.now ? runMs : Math.max(0, since + runMs - kernel.now)
    if (memory !== undefined) memoryUse.began(node, pod, place, since)
    if (memory !== undefined && memoryUse.overLimitAfter(pod, place) <= runMs)
      this.later('oomKilled', node, pod, place, leftMs, killedCode, memoryUse.limitOf(pod, place), kind)
    else this.later('exited', node, pod, place, leftMs, exitCode, 0, kind)
  }

  private ended(
    node: number,
    pod: PodRuntime,
    place: number,
    exitCode: number,
    type: RuntimeMessage['type'],
  ): PodRuntime {
    const { containerId, interned, kernel, machines } = this.parts
    const container = pod.containers[place]!
    const spec = containerAt(pod, place)
    const id = containerId(pod.uid, spec.name, container.attempt)
    const behaviour = this.behaviour(pod, place)
    const reason = endReason(type, exitCode, behaviour)
    const message = terminationMessage(spec, behaviour, exitCode, type === 'exited')
    const now = interned.time(machines.clock(node, kernel.now))
    return this.replaced(pod, place, exited(container, exitCode, reason, message, now, id))
  }

  private behaviour(pod: PodRuntime, place: number): ResolvedBehaviour {
    return this.parts.behaviours(containerAt(pod, place).image ?? '')
  }

  private drawn(node: number, distribution: Distribution): number {
    if (typeof distribution === 'number') return distribution
    return draw(distribution, this.parts.kernel.random(`kubelet/${this.parts.machines.name(node)}`))
  }

  private usual(node: number, distribution: Distribution | undefined, otherwise: LatencyName): number {
    return distribution === undefined ? this.parts.latency(otherwise) : this.drawn(node, distribution)
  }

  private replaced(pod: PodRuntime, place: number, by: ContainerRuntime): PodRuntime {
    return withContainers(pod, this.parts.interned.replaced(pod.containers, place, by))
  }

  /** Tells the kubelet after a time; never when that is infinite. */
  private later(
    type: RuntimeMessage['type'],
    node: number,
    pod: PodRuntime,
    place: number,
    delay: number,
    value: number,
    readyMs: number,
    kind: 'work' | 'timer',
  ): void {
    if (delay === Infinity) return
    const { attempt } = pod.containers[place]!
    const message: RuntimeMessage = { type, node, uid: pod.uid, sandbox: pod.attempt, place, attempt, value, readyMs }
    this.parts.kernel.schedule(this.parts.kubelet, delay, kind, message)
  }
}

/** Of one that exited of itself its behaviour may say why. */
function endReason(type: RuntimeMessage['type'], exitCode: number, { exitReason }: ResolvedBehaviour): string {
  if (type === 'oomKilled') return 'OOMKilled'
  return (type === 'exited' ? exitReason : undefined) ?? (exitCode === 0 ? 'Completed' : 'Error')
}

/** App containers of a pod that restarts, sidecars and what is ephemeral run for ever; everything else is done after a second. */
function defaultRun(pod: PodRuntime, place: number): number {
  const { initContainers, restartPolicy } = pod.spec
  if (place >= appEnd(pod.spec)) return Infinity
  if (place < initCount(pod.spec)) return isSidecar(initContainers![place]!) ? Infinity : 1000
  return restartPolicy === 'Never' || restartPolicy === 'OnFailure' ? 1000 : Infinity
}
