import { hasEnded } from '../api/podPhase.ts'
import { isSidecar } from '../api/restartPolicy.ts'
import { parseTime } from '../api/time.ts'
import type { Pod } from '../api/types/core.ts'
import type { End } from './machines.ts'
import { isOlder, withEphemeral } from './ephemeral.ts'
import type { NodeMessage, PodMessage, RetryMessage } from './messages.ts'
import { miss } from './missed.ts'
import type { Admits } from './podAdmission.ts'
import type { PodResizing } from './podResizing.ts'
import { containerAt, createBlanks } from './podRuntimes.ts'
import { rejectedStatus } from './podStatus.ts'
import { graceOf, type PodSync, relistMs, type SyncParts } from './podSync.ts'
import type { Retries } from './retries.ts'
import { rebootedContainers } from './reboot.ts'
import { withSizesOf } from './sizes.ts'
import {
  ACTIVE,
  appEnd,
  type ContainerRuntime,
  FINISHED,
  type PodRuntime,
  initCount,
  isComingUp,
} from './runtimeState.ts'
import { isOver } from './statusWriter.ts'
import type { VolumeGrowth } from './volumeGrowth.ts'

export interface PodParts extends SyncParts {
  readonly containerId: (uid: string, name: string, attempt: number) => string
  readonly admits: Admits
  readonly growth: VolumeGrowth
  readonly retries: Retries
}

// pkg/util/goroutinemap/exponentialbackoff: a volume that could not be mounted is tried again after 0.5 s, 1 s, …
const firstMountMs = 500
const lastMountMs = 122_000

const overdue = 'Pod was active on the node longer than the specified deadline'

/** Takes pods in and lets them go, each turn about one pod. Mirrors pkg/kubelet/kubelet.go and pod_workers.go. */
export class PodWorker {
  private readonly blanks: (length: number) => readonly ContainerRuntime[] = createBlanks()

  constructor(
    private readonly parts: PodParts,
    private readonly sync: PodSync,
    private readonly resizing: PodResizing,
  ) {}

  /** A pod that was bound to the node, or whose spec has changed. */
  add(node: number, seen: Pod): void {
    const { machines, resizes, statuses } = this.parts
    const { namespace = '', name, uid } = seen.metadata
    const known = machines.pod(node, uid)
    if (known !== undefined) {
      // Who is being resized may be asked to stay as it is. What was read when the pod came may be newer.
      const isOther = known.spec !== seen.spec || resizes.of(uid) !== undefined
      if (isOther && Number(seen.metadata.resourceVersion) > known.resourceVersion) this.update(node, known, seen)
      return
    }
    const pod = statuses.read(node, namespace, name, uid)
    // The pod may have been refused, ended or deleted since what was seen.
    if (pod === undefined) return
    if (hasEnded(pod) && pod.metadata.deletionTimestamp === undefined) return
    if (pod.metadata.deletionTimestamp !== undefined) this.dismiss(node, pod)
    else this.admit(node, pod)
  }

  private blank({ metadata, spec }: Pod, stage: number): PodRuntime {
    const { namespace = '', name, uid, resourceVersion } = metadata
    const containers = this.blanks(appEnd(spec) + (spec.ephemeralContainers?.length ?? 0))
    return {
      uid,
      namespace,
      name,
      resourceVersion: Number(resourceVersion),
      spec,
      attempt: 0,
      address: 0,
      stage,
      containers,
    }
  }

  /** Lets a pod go of which nothing was begun: unless it has ended, it has failed. Mirrors TerminatePod of status_manager.go. */
  private dismiss(node: number, pod: Pod): void {
    const { namespace = '', name, uid } = pod.metadata
    if (!hasEnded(pod)) this.parts.statuses.write(node, this.blank(pod, FINISHED), pod)
    this.parts.statuses.remove(node, namespace, name, uid)
  }

  private admit(node: number, pod: Pod): void {
    const { machines, requests, statuses } = this.parts
    const { spec } = pod
    const fresh = this.blank(pod, ACTIVE)
    const verdict = this.parts.admits(node, pod)
    if (!verdict.fits) {
      this.reject(node, pod, fresh, verdict.reason, verdict.message)
      return
    }
    machines.take(node, requests(spec), 1)
    statuses.write(node, fresh, pod)
    this.watchDeadline(node, fresh, this.clock(node))
    this.sandbox(node, fresh, firstMountMs)
  }

  /** Sets off with a pod of which nothing has been begun. */
  begin(node: number, pod: PodRuntime): void {
    this.sandbox(node, pod, firstMountMs)
  }

  private reject(node: number, pod: Pod, runtime: PodRuntime, reason: string, message: string): void {
    const { events, interned, statuses } = this.parts
    events.pod(node, runtime, 'Warning', reason, message)
    const now = interned.time(this.clock(node))
    statuses.reject(node, pod, rejectedStatus(pod, reason, message, now))
  }

  /** Has the pod's volumes attached and mounts them, gives it a sandbox and sets off; what cannot be mounted is tried again after a while. */
  private sandbox(node: number, pod: PodRuntime, mountMs: number): void {
    const { runtime, events, references, growth } = this.parts
    const missing = references.volumes(node, pod)
    for (const { message } of missing) events.pod(node, pod, 'Warning', 'FailedMount', message)
    if (missing.length > 0) {
      runtime.save(node, pod)
      this.sync.later('mount', node, pod, mountMs)
      return
    }
    const readiness = this.parts.volumes.readiness(node, pod)
    if (readiness !== 'ready') {
      runtime.save(node, pod)
      if (readiness === 'unknown') this.sync.later('mount', node, pod, mountMs)
      return
    }
    const wait = growth.mounting(node, pod)
    if (wait !== undefined) {
      runtime.save(node, pod)
      this.sync.later('mount', node, pod, wait.delayMs, wait.kind)
      return
    }
    const secrets = references.pullSecrets(node, pod).join(', ')
    if (secrets !== '') {
      const message = `Unable to retrieve some image pull secrets (${secrets}); attempting to pull the image may not succeed.`
      events.pod(node, pod, 'Warning', 'FailedToRetrieveImagePullSecret', message)
    }
    const placed = runtime.runPodSandbox(node, pod)
    if (placed === undefined) {
      const message =
        'Failed to create pod sandbox: plugin type="host-local" failed (add): no IP addresses available in range set'
      events.pod(node, pod, 'Warning', 'FailedCreatePodSandBox', message)
      runtime.save(node, pod)
      this.parts.retries.ask(node, pod)
      return
    }
    this.sync.goOn(node, placed)
  }

  /** Looks again at a pod for which something could not be done. */
  again(message: RetryMessage): void {
    const { machines, references, statuses } = this.parts
    const { node, namespace, name, uid } = message
    const pod = machines.pod(node, uid)
    if (pod === undefined) {
      const current = statuses.read(node, namespace, name, uid)
      if (current !== undefined) this.add(node, current)
    } else if (pod.stage >= 0 && isOver(pod)) this.sync.terminated(node, pod)
    else if (needsSandbox(pod) && references.volumes(node, pod).length === 0) this.sandbox(node, pod, firstMountMs)
    else {
      statuses.write(node, pod)
      const current = statuses.read(node, namespace, name, uid)
      if (current?.metadata.deletionTimestamp !== undefined) this.stop(node, current)
      else if (current !== undefined) this.update(node, pod, current)
    }
  }

  /** What comes while the machine is down: what could not be done or said is looked at again when it is up. */
  missed(message: NodeMessage): void {
    const { machines } = this.parts
    if (message.type !== 'retry' && message.type !== 'definition') return
    const pod = message.type === 'retry' ? message : machines.pod(message.node, message.uid)
    if (pod !== undefined) miss(machines, message.node, pod)
  }

  /** Time has passed for a pod: its volumes may be there now, or its deadline be over. */
  looked(message: PodMessage): void {
    const { type, node, uid, sandbox, waitedMs } = message
    const pod = this.parts.machines.pod(node, uid)
    if (pod === undefined || pod.stage !== ACTIVE) return
    if (type === 'deadline') this.checkDeadline(node, pod)
    else if (type === 'definition') this.lookAtDefinition(node, pod)
    else if (type === 'resize') this.resizing.look(message, pod)
    else if (type === 'beginAnew') this.sync.goOn(node, pod)
    else if (pod.attempt === sandbox && pod.containers.every(({ stage }) => stage === 'waiting'))
      this.sandbox(node, pod, Math.min(waitedMs * 2, lastMountMs))
  }

  /** A volume for which a pod waits may be there. */
  volumesMoved(node: number, uid: string): void {
    const { machines } = this.parts
    const pod = machines.pod(node, uid)
    if (pod?.stage === ACTIVE && !machines.isCrashed(node)) this.sandbox(node, pod, firstMountMs)
  }

  /** A deadline that counts from `since`. */
  watchDeadline(node: number, pod: PodRuntime, since: number): void {
    const { activeDeadlineSeconds } = pod.spec
    if (activeDeadlineSeconds === undefined) return
    const leftMs = since + activeDeadlineSeconds * 1000 - this.clock(node)
    this.sync.later('deadline', node, pod, Math.max(0, leftMs))
  }

  private clock(node: number): number {
    return this.parts.machines.clock(node, this.parts.kernel.now)
  }

  /** Mirrors pkg/kubelet/active_deadline.go. */
  private checkDeadline(node: number, pod: PodRuntime): void {
    const { events, statuses } = this.parts
    const now = this.clock(node)
    const startTime = statuses.read(node, pod.namespace, pod.name, pod.uid)?.status.startTime
    const { activeDeadlineSeconds = Infinity } = pod.spec
    const since = typeof startTime === 'string' ? parseTime(startTime)! : now
    if (now < since + activeDeadlineSeconds * 1000) {
      this.watchDeadline(node, pod, since)
      return
    }
    events.pod(node, pod, 'Normal', 'DeadlineExceeded', overdue)
    this.end(node, pod, { reason: 'DeadlineExceeded', message: overdue }, graceOf(pod))
  }

  /** Stops all of a pod for good: it has failed. */
  end(node: number, pod: PodRuntime, why: End, graceMs: number): void {
    this.parts.machines.setEnd(pod.uid, why)
    const next = this.sync.stopAll(node, pod, graceMs)
    this.parts.runtime.save(node, next)
    if (isOver(next)) this.sync.terminated(node, next)
  }

  /** What of a pod's spec may change: sizes, images and the deadline. */
  private update(node: number, before: PodRuntime, pod: Pod): void {
    if (before.stage !== ACTIVE || isOlder(pod.spec, before.spec)) return
    const { status } = pod
    const known = this.resizing.asked(node, before, pod)
    // Until it is given another size it keeps its own.
    const spec = withSizesOf(pod.spec, known.spec)
    if (known.spec === spec) return
    let next = withEphemeral(known, spec)
    // What is just brought up comes up as it was defined: the kubelet looks again when its sync is through.
    const isNew = (place: number): boolean => containerAt(next, place).image !== containerAt(known, place).image
    if (known.containers.some((container, place) => isComingUp(container) && isNew(place))) {
      this.sync.later('definition', node, known, relistMs, 'work')
      return
    }
    for (let place = 0; place < known.containers.length; place++) {
      const { stage } = next.containers[place]!
      if (!isNew(place)) continue
      if (stage === 'running') {
        // An init container that is to end goes on as it is: its next run, if there is one, has the new image.
        if (place < initCount(spec) && !isSidecar(containerAt(next, place))) continue
        next = this.parts.stops.redefined(node, next, place)
      } else if (stage === 'blocked' || stage === 'backOff') next = this.sync.steps.begin(node, next, place)
    }
    if (spec.activeDeadlineSeconds !== known.spec.activeDeadlineSeconds)
      this.watchDeadline(node, next, parseTime(String(status.startTime)) ?? this.clock(node))
    this.sync.keep(node, next)
    if (next.containers.length > known.containers.length) this.sync.goOn(node, next)
  }

  private lookAtDefinition(node: number, pod: PodRuntime): void {
    const current = this.parts.statuses.read(node, pod.namespace, pod.name, pod.uid)
    if (current !== undefined) this.update(node, pod, current)
  }

  /** Somebody has said something else of the pod than its kubelet, which says it again. Mirrors needsReconcile of status_manager.go. */
  contradicted(node: number, { metadata }: Pod): void {
    const pod = this.parts.machines.pod(node, metadata.uid)
    if (pod !== undefined) this.sync.say(node, pod)
  }

  /** The pod is to go: its containers get the rest of its grace. */
  stop(node: number, seen: Pod): void {
    const { kernel, machines, runtime, statuses, stops } = this.parts
    const { namespace = '', name, uid, deletionGracePeriodSeconds = 0 } = seen.metadata
    const pod = machines.pod(node, uid)
    if (pod === undefined) {
      const current = statuses.read(node, namespace, name, uid)
      if (current !== undefined) this.dismiss(node, current)
      return
    }
    if (pod.stage === FINISHED) {
      statuses.remove(node, namespace, name, uid)
      return
    }
    const graceMs = deletionGracePeriodSeconds * 1000
    if (pod.stage >= 0 && pod.stage <= kernel.now + graceMs) return
    const next = pod.stage === ACTIVE ? this.sync.stopAll(node, pod, graceMs) : stops.hurry(node, pod, graceMs)
    runtime.save(node, next)
    if (isOver(next)) this.sync.terminated(node, next)
    else statuses.write(node, next)
  }

  /** The pod is gone from the API, so nothing of it may stay. */
  removed(node: number, uid: string): void {
    const { machines, runtime, requests, resizes, stops } = this.parts
    const pod = machines.pod(node, uid)
    if (pod === undefined) return
    if (pod.stage === ACTIVE && !machines.isCrashed(node)) stops.announce(node, pod)
    if (pod.stage !== FINISHED) machines.take(node, requests(pod.spec), -1)
    resizes.forget(node, uid)
    this.parts.volumes.release(node, uid)
    machines.setEnd(uid, undefined)
    machines.setImported(uid, undefined)
    runtime.removePodSandbox(node, uid)
  }

  /** After the machine was switched on again, when all that ran on it is lost. */
  rebooted(node: number, pod: PodRuntime): void {
    const { containerId, events, interned, runtime, statuses } = this.parts
    if (pod.stage === FINISHED) return
    const { containers, isEnd } = rebootedContainers(pod, interned.time(this.clock(node)), containerId)
    const lost: PodRuntime = { ...runtime.stopPodSandbox(node, pod), attempt: pod.attempt + 1, containers }
    if (pod.stage >= 0) {
      this.sync.terminated(node, lost)
    } else if (isEnd) {
      const last = this.sync.finished(node, lost)
      runtime.save(node, last)
      statuses.write(node, last)
    } else {
      events.pod(node, lost, 'Normal', 'SandboxChanged', 'Pod sandbox changed, it will be killed and re-created.')
      this.resizing.rebooted(node, lost)
      runtime.save(node, lost)
      statuses.write(node, lost)
      if (lost.spec.activeDeadlineSeconds !== undefined) this.sync.later('deadline', node, lost, 0)
      this.sandbox(node, lost, firstMountMs)
      // What was asked for while nobody was there to hear it.
      this.lookAtDefinition(node, this.parts.machines.pod(node, pod.uid)!)
    }
  }
}

function needsSandbox({ stage, address, spec }: PodRuntime): boolean {
  return stage === ACTIVE && address === 0 && spec.hostNetwork !== true
}
