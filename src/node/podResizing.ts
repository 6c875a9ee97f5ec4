/**
 * How kubelets resize pods in place: what fits is allocated at once and put into effect, the rest waits for room. Mirrors
 * pkg/kubelet/allocation/allocation_manager.go and doPodResizeAction of pkg/kubelet/kuberuntime/kuberuntime_manager.go.
 */
import type { Pod, PodSpec } from '../api/types/core.ts'
import { qosClassOf } from '../registries/qos.ts'
import type { Refusal } from './admission.ts'
import type { PodMessage, ResizesMessage } from './messages.ts'
import type { Admits } from './podAdmission.ts'
import { containerAt, withSpec } from './podRuntimes.ts'
import { type PodSync, relistMs, type SyncParts } from './podSync.ts'
import { resizeMessage } from './resizeMessages.ts'
import { byRank } from './resizeRank.ts'
import { limitsFault } from './resizeLimits.ts'
import { beyond, NO_RESIZE, NOTHING_HELD, type Resize, resizeCondition } from './resizes.ts'
import type { MemoryUse } from './memoryUse.ts'
import { ACTIVE, isAlive, isComingUp, isStoppedAlone, type PodRuntime } from './runtimeState.ts'
import type { SimulatedRuntime } from './runtime.ts'
import { sameAmount, sameSize, sameSizes, sizedAt, withSizesOf } from './sizes.ts'

export interface ResizingParts extends SyncParts {
  readonly admits: Admits
  readonly memoryUse: MemoryUse
  readonly simulated: SimulatedRuntime
  /** Told of a container that may use more memory than before, or less. */
  readonly relimited: (node: number, pod: PodRuntime, place: number) => void
}

// pkg/kubelet/allocation: retryDelay; pkg/kubelet/pod_workers.go: backOffPeriod.
const retryMs = 180_000
const errorRetryMs = 10_000

export class PodResizing {
  constructor(
    private readonly parts: ResizingParts,
    private readonly sync: PodSync,
  ) {}

  /** A pod's spec has changed: the pod with what of another size it is given at once. Nothing else of it changes. */
  asked(node: number, known: PodRuntime, { spec, metadata, status }: Pod): PodRuntime {
    const { machines, resizes, runtime } = this.parts
    const before = resizes.of(known.uid) ?? NO_RESIZE
    if (sameSizes(known.spec, spec)) {
      // What was waited for is not asked for any more.
      if (before.wanted === undefined) return known
      resizes.set(known.uid, { ...before, wanted: undefined, pending: undefined })
      this.sync.say(node, known)
      return known
    }
    const { generation = 1 } = metadata
    const isNew = before.wanted === undefined || !sameSizes(before.wanted.spec, spec)
    const { qosClass = qosClassOf(spec) } = status
    resizes.set(known.uid, { ...before, wanted: { spec, generation, qosClass } })
    if (!isNew) return known
    runtime.save(node, known)
    this.push(node, known.uid)
    this.retry(node)
    return machines.pod(node, known.uid)!
  }

  /** Those that increase nothing come first, then those of higher priority: sortPendingResizes. */
  private push(node: number, uid: string): void {
    const { machines, requests, resizes } = this.parts
    const { uids, retryAt } = resizes.waiting(node) ?? { uids: [], retryAt: 0 }
    if (uids.includes(uid)) return
    const all = [...uids, uid].flatMap((one) => {
      const [pod, resize] = [machines.pod(node, one), resizes.of(one)]
      return pod === undefined || resize?.wanted === undefined ? [] : [{ pod, resize, wanted: resize.wanted }]
    })
    const ranked = all.sort(byRank(requests))
    resizes.setWaiting(node, { uids: ranked.map(({ pod }) => pod.uid), retryAt })
  }

  again({ node, isDue }: ResizesMessage): void {
    const waiting = this.parts.resizes.waiting(node)
    if (waiting !== undefined && (isDue || waiting.retryAt <= this.parts.kernel.now)) this.retry(node)
  }

  private retry(node: number): void {
    const { admits, kernel, machines, resizes } = this.parts
    const left: string[] = []
    for (const uid of resizes.waiting(node)?.uids ?? []) {
      const pod = machines.pod(node, uid)
      const resize = resizes.of(uid)
      if (pod?.stage !== ACTIVE || resize?.wanted === undefined) continue
      const { spec, qosClass } = resize.wanted
      const verdict = admits(node, { spec, status: { qosClass } }, pod)
      if (verdict.fits) this.allocate(node, pod, resize, resize.wanted.spec, resize.wanted.generation)
      else {
        left.push(uid)
        this.defer(node, pod, resize, verdict)
      }
    }
    resizes.setWaiting(node, { uids: left, retryAt: kernel.now + retryMs })
    if (left.length > 0) resizes.retryIn(node, retryMs, 'timer')
  }

  private defer(node: number, pod: PodRuntime, resize: Resize, { reason, message }: Refusal): void {
    const { events, resizes } = this.parts
    const { pending: before, wanted } = resize
    const { spec, generation } = wanted!
    const pending = resizeCondition('PodResizePending', before, generation, this.now(node), 'Deferred', message)
    if (pending === before) return
    resizes.set(pod.uid, { ...resize, pending })
    if (before?.reason !== 'Deferred' || before.observedGeneration !== generation) {
      const said = resizeMessage(`Pod resize ${reason}`, spec, generation, message)
      events.pod(node, pod, 'Warning', 'ResizeDeferred', said)
    }
    this.sync.say(node, pod)
  }

  /** From now on this is what the pod takes of its machine; what it does without is free once it is seen to. */
  private allocate(node: number, pod: PodRuntime, resize: Resize, wanted: PodSpec, generation: number): void {
    const { events, machines, requests, resizes, runtime } = this.parts
    const spec = withSizesOf(pod.spec, wanted)
    const before = requests(pod.spec)
    const after = requests(spec)
    const { cpuMilli, memoryBytes } = resize.held
    const taken = { cpuMilli: before.cpuMilli + cpuMilli, memoryBytes: before.memoryBytes + memoryBytes }
    const held = beyond(taken, after)
    machines.take(node, before, -1)
    machines.hold(node, resize.held, -1)
    machines.take(node, after, 1)
    machines.hold(node, held, 1)
    events.pod(node, pod, 'Normal', 'ResizeStarted', resizeMessage('Pod resize started', wanted, generation))
    const inProgress = resizeCondition('PodResizeInProgress', undefined, generation, this.now(node))
    const { actual = pod.spec, seen = pod.spec } = resize
    resizes.set(pod.uid, { ...resize, wanted: undefined, pending: undefined, inProgress, actual, seen, held })
    const next = withSpec(pod, spec)
    runtime.save(node, next)
    this.sync.say(node, next)
    this.actuate(node, next)
  }

  /** Gives the containers what is allocated to them, unless they are being brought up; some start anew for it. */
  private actuate(node: number, pod: PodRuntime): void {
    const { memoryUse, kernel, resizes, runtime, simulated, stops } = this.parts
    if (pod.containers.some(isComingUp)) {
      this.lookIn(node, pod, relistMs)
      return
    }
    const actual = resizes.actual(pod)
    const fault = limitsFault(pod, actual, memoryUse.consumers(node), kernel.now)
    if (fault !== '') {
      this.fail(node, pod, fault)
      return
    }
    const before = withSpec(pod, actual)
    const places = pod.containers.flatMap((container, place) =>
      isAlive(container) && differs(before, pod, place) ? [place] : [],
    )
    const restarting = places.filter((place) => needsRestart(before, pod, place))
    const resize = resizes.of(pod.uid)!
    // What starts anew is seen with what it starts with.
    const seen = restarting.length === 0 ? resize.seen : sizedAt(resize.seen ?? actual, pod.spec, restarting)
    resizes.set(pod.uid, { ...resize, actual: pod.spec, seen })
    let next = pod
    for (const place of restarting) next = stops.resized(node, next, place)
    runtime.save(node, next)
    for (const place of places) {
      if (restarting.includes(place)) continue
      simulated.relimited(node, next, place, before)
      this.parts.relimited(node, next, place)
    }
    this.lookIn(node, next, relistMs)
  }

  private fail(node: number, pod: PodRuntime, message: string): void {
    const { events, resizes } = this.parts
    const resize = resizes.of(pod.uid)!
    const { observedGeneration = 1 } = resize.inProgress ?? {}
    const before = resize.inProgress
    const now = this.now(node)
    const inProgress = resizeCondition('PodResizeInProgress', before, observedGeneration, now, 'Error', message)
    resizes.set(pod.uid, { ...resize, inProgress })
    if (inProgress !== before) {
      const said = resizeMessage('Pod resize error', pod.spec, observedGeneration, message)
      events.pod(node, pod, 'Warning', 'ResizeError', said)
    }
    this.lookIn(node, pod, errorRetryMs)
  }

  private lookIn(node: number, pod: PodRuntime, delayMs: number): void {
    const { kernel, resizes } = this.parts
    resizes.set(pod.uid, { ...resizes.of(pod.uid)!, lookAt: kernel.now + delayMs })
    this.sync.later('resize', node, pod, delayMs, delayMs === relistMs ? 'work' : 'timer')
  }

  /** The kubelet looks what has become of it: what is as it should be is through. */
  look({ node }: PodMessage, pod: PodRuntime): void {
    const resize = this.parts.resizes.of(pod.uid)
    if (resize?.inProgress === undefined || resize.lookAt > this.parts.kernel.now) return
    if (isUnderWay(pod)) this.lookIn(node, pod, relistMs)
    else if (!isDone(pod, this.parts.resizes.actual(pod))) {
      this.sync.say(node, pod)
      this.actuate(node, pod)
    } else {
      this.complete(node, pod, resize)
      this.sync.say(node, pod)
    }
  }

  /** A container has begun to run: one that was started anew for this has what it was to have. */
  begun(node: number, pod: PodRuntime): void {
    const resize = this.parts.resizes.of(pod.uid)
    if (resize?.inProgress === undefined || isUnderWay(pod) || !isDone(pod, this.parts.resizes.actual(pod))) return
    this.complete(node, pod, resize)
  }

  private complete(node: number, pod: PodRuntime, resize: Resize): void {
    const { events, machines, resizes } = this.parts
    const { observedGeneration = 1 } = resize.inProgress!
    machines.hold(node, resize.held, -1)
    const settled = { inProgress: undefined, actual: undefined, seen: undefined, held: NOTHING_HELD, lookAt: 0 }
    resizes.set(pod.uid, { ...resize, ...settled })
    const message = resizeMessage('Pod resize completed', pod.spec, observedGeneration)
    events.pod(node, pod, 'Normal', 'ResizeCompleted', message)
    resizes.roomMade(node)
  }

  /** Its machine was switched on again: what is allocated stands on its disk, and whatever starts now has that. */
  rebooted(node: number, pod: PodRuntime): void {
    const { resizes } = this.parts
    const resize = resizes.of(pod.uid)
    if (resize === undefined) return
    const { pending } = resize
    const lastTransitionTime = this.now(node)
    const known = pending === undefined ? resize : { ...resize, pending: { ...pending, lastTransitionTime } }
    resizes.set(pod.uid, known)
    if (resize.wanted !== undefined) this.push(node, pod.uid)
    if (resize.inProgress !== undefined) this.complete(node, pod, known)
  }

  /** All pods of a machine that was switched on again are there. */
  booted(node: number): void {
    this.parts.resizes.roomMade(node)
  }

  /** A pod that another cluster resized goes on being resized. */
  resume(node: number, pod: PodRuntime): void {
    const { resizes } = this.parts
    const resize = resizes.of(pod.uid)
    if (resize?.inProgress !== undefined) this.lookIn(node, pod, relistMs)
    if (resize?.wanted === undefined) return
    this.push(node, pod.uid)
    resizes.roomMade(node)
  }

  /** RFC 3339, by the machine's own clock. */
  private now(node: number): string {
    const { interned, kernel, machines } = this.parts
    return interned.time(machines.clock(node, kernel.now))
  }
}

/** Whether containers of a pod are being stopped or brought up. */
function isUnderWay({ containers }: PodRuntime): boolean {
  return containers.some((container) => isComingUp(container) || isStoppedAlone(container.stage))
}

/** Whether all that runs of a pod has what is allocated to it. */
function isDone(pod: PodRuntime, actual: PodSpec): boolean {
  if (actual === pod.spec) return true
  const before = withSpec(pod, actual)
  const isAsAllocated = pod.containers.every((one, place) => !isAlive(one) || !differs(before, pod, place))
  return isAsAllocated && sameSize(actual.resources, pod.spec.resources)
}

/** Whether a container has more or less than before: what its pod limits as a whole is a limit of its own, too. */
function differs(before: PodRuntime, pod: PodRuntime, place: number): boolean {
  return (
    !sameSize(containerAt(before, place).resources, containerAt(pod, place).resources) ||
    (containerAt(pod, place).resources?.limits === undefined &&
      !sameSize({ limits: before.spec.resources?.limits ?? {} }, { limits: pod.spec.resources?.limits ?? {} }))
  )
}

function needsRestart(before: PodRuntime, pod: PodRuntime, place: number): boolean {
  const { resizePolicy = [], resources } = containerAt(pod, place)
  const old = containerAt(before, place).resources
  return resizePolicy.some(
    ({ resourceName, restartPolicy }) =>
      restartPolicy === 'RestartContainer' && !sameAmount(resourceName, old, resources),
  )
}
