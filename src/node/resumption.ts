import { parseTime } from '../api/time.ts'
import type { Kernel } from '../kernel/kernel.ts'
import { afterRestarts } from './backOff.ts'
import type { EvictionManager } from './evictionManager.ts'
import { importedFacts, importedRuntime } from './importedPods.ts'
import { importedResize } from './importedResize.ts'
import type { Machines } from './machines.ts'
import type { TimerMessage } from './messages.ts'
import type { PodResizing } from './podResizing.ts'
import type { PodStops } from './podStops.ts'
import type { PodSync, SyncParts } from './podSync.ts'
import type { PodWorker } from './podWorker.ts'
import type { Prober } from './prober.ts'
import { ACTIVE, appEnd, type PodRuntime } from './runtimeState.ts'
import type { SimulatedRuntime } from './runtime.ts'
import { isOver } from './statusWriter.ts'
import type { Pod } from '../api/types/core.ts'

export interface ResumptionParts extends SyncParts {
  readonly kernel: Kernel
  readonly machines: Machines
  readonly stops: PodStops
  readonly prober: Prober
  readonly evictions: EvictionManager
  readonly simulated: SimulatedRuntime
}

/** Pods that another cluster's kubelets ran go on here as they were reported. */
export class Resumption {
  constructor(
    private readonly parts: ResumptionParts,
    private readonly sync: PodSync,
    private readonly worker: PodWorker,
    private readonly resizing: PodResizing,
  ) {}

  /** Takes note of a pod on a machine; false of one of which nothing has been begun. Nothing happens yet. */
  take(node: number, pod: Pod): boolean {
    const { machines, requests, resizes, simulated } = this.parts
    const runtime = importedRuntime(pod)
    if (runtime === undefined) return false
    machines.take(node, requests(runtime.spec), 1)
    resizes.takeOver(node, runtime.uid, importedResize(pod, runtime.spec, requests))
    machines.setImported(pod.metadata.uid, importedFacts(pod))
    simulated.save(node, runtime)
    return true
  }

  /** The first turn of a pod that was taken: what goes on in it goes on. */
  resume(node: number, pod: PodRuntime): void {
    const { machines, simulated, statuses } = this.parts
    if (pod.stage !== ACTIVE || machines.imported(pod.uid) === undefined) return
    const current = statuses.read(node, pod.namespace, pod.name, pod.uid)
    if (current === undefined) return
    this.parts.volumes.hold(node, pod)
    const { deletionTimestamp } = current.metadata
    if (deletionTimestamp !== undefined) {
      this.stop(node, pod, parseTime(deletionTimestamp)!)
      return
    }
    if (pod.containers.every(({ stage, created }) => stage === 'waiting' && !created)) {
      this.worker.begin(node, pod)
      return
    }
    let next = pod
    for (let place = 0; place < pod.containers.length; place++) next = this.container(node, next, place)
    this.worker.watchDeadline(node, next, parseTime(String(current.status.startTime)) ?? this.parts.kernel.now)
    this.resizing.resume(node, next)
    const last = this.sync.advance(node, next)
    if (last !== pod) this.sync.keep(node, last)
    else simulated.save(node, last)
  }

  /** The rest of the grace of a pod that is being deleted. */
  private stop(node: number, pod: PodRuntime, end: number): void {
    const { kernel, simulated, stops } = this.parts
    const next = stops.begin(node, pod, Math.max(0, end - kernel.now))
    simulated.save(node, next)
    if (isOver(next)) this.sync.terminated(node, next)
  }

  private container(node: number, pod: PodRuntime, place: number): PodRuntime {
    const { evictions, kernel, prober, simulated } = this.parts
    const { stage, state, lastState, backOff, attempt } = pod.containers[place]!
    if (stage === 'running') {
      const origin = parseTime(String(state.running?.startedAt)) ?? kernel.now
      const { readyMs, runMs } = simulated.resumeContainer(node, pod, place, origin)
      evictions.started(node, pod, place)
      if (place >= appEnd(pod.spec)) return pod
      return prober.resume(node, pod, place, kernel.now - origin, readyMs, runMs)
    }
    if (stage === 'backOff') {
      const since = parseTime(String(lastState.terminated?.finishedAt)) ?? kernel.now
      this.again(node, pod, place, since + (backOff?.ms ?? afterRestarts(attempt)) - kernel.now)
    } else if (stage === 'blocked') this.again(node, pod, place, afterRestarts(1))
    return pod
  }

  private again(node: number, pod: PodRuntime, place: number, delayMs: number): void {
    const { attempt } = pod.containers[place]!
    const message: TimerMessage = { type: 'again', node, uid: pod.uid, sandbox: pod.attempt, place, attempt }
    this.parts.kernel.schedule(this.parts.kubelet, Math.max(0, delayMs), 'timer', message)
  }
}
