/**
 * Asks containers whether they have started, are ready and live. Mirrors pkg/kubelet/prober. A container's answers are a
 * function of time, so that a task stands only for what somebody hears of: a probe that goes on to succeed costs nothing.
 */
import type { Container, Probe } from '../api/types/core.ts'
import type { Kernel } from '../kernel/kernel.ts'
import { addressText } from './addresses.ts'
import { type ProbeKind, type ResolvedAnswer, saidAt } from './answers.ts'
import type { ResolvedBehaviour } from './behaviour.ts'
import type { Interned } from './interned.ts'
import type { Outlook, ProbeMessage, ReadyMessage } from './messages.ts'
import type { NodeEvents } from './nodeEvents.ts'
import { failureText, probeOf } from './probeOutput.ts'
import { type Finding, firstDue, nextFinding, type Series, seriesFrom } from './probeSeries.ts'
import { containerAt, withContainers } from './podRuntimes.ts'
import type { PodRuntime } from './runtimeState.ts'

export interface ProberParts {
  readonly kernel: Kernel
  readonly events: NodeEvents
  readonly interned: Interned
  readonly behaviours: (image: string) => ResolvedBehaviour
  readonly hostAddress: (node: number) => string
  readonly kubelet: string
}

/** What asking led to. */
export interface Outcome {
  readonly pod: PodRuntime
  /** The probe that has failed too often, so that the container is to be killed. */
  readonly failed: 'startup' | 'liveness' | undefined
}

/** A container and how it answers, as its probes see it. */
interface Asked {
  readonly container: Container
  readonly answers: readonly ResolvedAnswer[]
  readonly attempt: number
  readonly readyMs: number
}

export class Prober {
  constructor(private readonly parts: ProberParts) {}

  /**
   * A container that has come up `fromMs` after it began to run, and will run for `runMs`: what it is found to be at
   * once, and the tasks for all that is found out later.
   */
  begin(node: number, pod: PodRuntime, place: number, fromMs: number, readyMs: number, runMs: number): PodRuntime {
    const container = containerAt(pod, place)
    const { startupProbe, readinessProbe, livenessProbe } = container
    const isProbed = startupProbe !== undefined || readinessProbe !== undefined || livenessProbe !== undefined
    if (!isProbed && readyMs <= fromMs) return pod
    const asked = this.asked(pod, place, readyMs)
    const { attempt } = asked
    const dueMs = firstReady(asked, fromMs, runMs)
    const origin = this.parts.kernel.now - fromMs
    const outlook: Outlook = { node, uid: pod.uid, sandbox: pod.attempt, place, attempt, origin, readyMs, dueMs }
    if (startupProbe === undefined) return this.started(outlook, pod, fromMs)
    const series = seriesFrom(firstDue(startupProbe, fromMs))
    const first = find(asked, 'startup', startupProbe, series)
    if (first !== undefined && first.heardMs <= fromMs && first.isWell && first.counts)
      return this.started(outlook, pod, fromMs)
    this.schedule(outlook, 'startup', series, first)
    return this.found(pod, place, false, false)
  }

  /**
   * A container that another cluster ran goes on being asked: what was last found of it stands until something else is
   * found. It began to run `fromMs` ago.
   */
  resume(node: number, pod: PodRuntime, place: number, fromMs: number, readyMs: number, runMs: number): PodRuntime {
    const { started, ready } = pod.containers[place]!
    const { startupProbe, readinessProbe, livenessProbe } = containerAt(pod, place)
    if (!started && startupProbe !== undefined) return this.begin(node, pod, place, fromMs, readyMs, runMs)
    const asked = this.asked(pod, place, readyMs)
    const { attempt } = asked
    const origin = this.parts.kernel.now - fromMs
    const outlook: Outlook = { node, uid: pod.uid, sandbox: pod.attempt, place, attempt, origin, readyMs, dueMs: 0 }
    if (livenessProbe !== undefined) {
      const series = seriesFrom(firstDue(livenessProbe, fromMs))
      this.schedule(outlook, 'liveness', series, find(asked, 'liveness', livenessProbe, series))
    }
    if (readinessProbe !== undefined) {
      const { successThreshold = 1, failureThreshold = 3 } = readinessProbe
      const series = {
        atMs: firstDue(readinessProbe, fromMs),
        isWell: ready,
        run: ready ? successThreshold : failureThreshold,
      }
      this.schedule(outlook, 'readiness', series, find(asked, 'readiness', readinessProbe, series))
    } else if (!ready) this.readyLater(outlook)
    return pod
  }

  /** It is known to have started: the other probes begin. */
  private started(outlook: Outlook, pod: PodRuntime, fromMs: number): PodRuntime {
    const { place, readyMs } = outlook
    const asked = this.asked(pod, place, readyMs)
    const { readinessProbe, livenessProbe } = asked.container
    if (livenessProbe !== undefined) {
      const series = seriesFrom(firstDue(livenessProbe, fromMs))
      this.schedule(outlook, 'liveness', series, find(asked, 'liveness', livenessProbe, series))
    }
    if (readinessProbe === undefined) {
      if (readyMs > fromMs) this.readyLater(outlook)
      return this.found(pod, place, true, readyMs <= fromMs)
    }
    // A kubelet asks at once when it learns that a container has started.
    let series = seriesFrom(Math.max((readinessProbe.initialDelaySeconds ?? 0) * 1000, fromMs))
    let finding = find(asked, 'readiness', readinessProbe, series)
    const isReady = finding !== undefined && finding.heardMs <= fromMs && finding.isWell && finding.counts
    if (isReady) {
      series = finding!.next
      finding = find(asked, 'readiness', readinessProbe, series)
    }
    this.schedule(outlook, 'readiness', series, finding)
    return this.found(pod, place, true, isReady)
  }

  /** Something is found out. */
  ask(message: ProbeMessage, pod: PodRuntime): Outcome {
    const { place, probe: kind, readyMs } = message
    const asked = this.asked(pod, place, readyMs)
    const probe = probeOf(asked.container, kind)
    const { stage, started } = pod.containers[place]!
    // Who is being stopped is asked about its readiness only.
    if (probe === undefined || (kind !== 'readiness' && (stage !== 'running' || pod.stage >= 0)))
      return { pod, failed: undefined }
    const { atMs, isWell: wasWell, run } = message
    const finding = find(asked, kind, probe, { atMs, isWell: wasWell, run })!
    if (!finding.isWell) this.tell(message, pod, probe, asked.container, finding)
    if (!finding.isWell && finding.counts && kind !== 'readiness') return { pod, failed: kind }
    if (kind === 'startup' && finding.counts)
      return { pod: this.started(message, pod, finding.heardMs), failed: undefined }
    this.schedule(message, kind, finding.next, find(asked, kind, probe, finding.next))
    const turned = finding.counts && kind === 'readiness'
    return { pod: turned ? this.found(pod, place, started, finding.isWell) : pod, failed: undefined }
  }

  /** A container without a readiness probe is ready to serve. */
  ready({ place }: ReadyMessage, pod: PodRuntime): PodRuntime {
    return this.found(pod, place, true, true)
  }

  private asked(pod: PodRuntime, place: number, readyMs: number): Asked {
    const container = containerAt(pod, place)
    const { answers } = this.parts.behaviours(container.image ?? '')
    return { container, answers, attempt: pod.containers[place]!.attempt, readyMs }
  }

  private found(pod: PodRuntime, place: number, started: boolean, ready: boolean): PodRuntime {
    const { interned } = this.parts
    const container = pod.containers[place]!
    const by = interned.marked(container, container.stage, started, ready)
    return by === container ? pod : withContainers(pod, interned.replaced(pod.containers, place, by))
  }

  private tell(
    { node, place, probe: kind }: ProbeMessage,
    pod: PodRuntime,
    probe: Probe,
    container: Container,
    { said, times }: Finding,
  ): void {
    const text = failureText(kind, probe, container, said)
    const address = pod.spec.hostNetwork === true ? this.parts.hostAddress(node) : addressText(pod.address)
    const detail = text.includes('{detail}') ? address : undefined
    this.parts.events.container(node, pod, place, 'Warning', 'Unhealthy', text, detail, times)
  }

  private schedule(outlook: Outlook, probe: ProbeKind, series: Series, finding: Finding | undefined): void {
    if (finding === undefined) return
    const { node, uid, sandbox, place, attempt, origin, readyMs, dueMs } = outlook
    const where = { node, uid, sandbox, place, attempt, origin, readyMs, dueMs }
    const { atMs, isWell, run } = series
    const message: ProbeMessage = { type: 'probe', ...where, probe, atMs, isWell, run }
    this.later(message, origin + finding.heardMs, finding.heardMs <= dueMs)
  }

  private readyLater({ node, uid, sandbox, place, attempt, origin, readyMs, dueMs }: Outlook): void {
    const message: ReadyMessage = { type: 'ready', node, uid, sandbox, place, attempt }
    if (readyMs !== Infinity) this.later(message, origin + readyMs, readyMs <= dueMs)
  }

  /** What comes before a container is ready is work, if it will be; everything after is a timer. */
  private later(message: ProbeMessage | ReadyMessage, at: number, isWork: boolean): void {
    const { kernel, kubelet } = this.parts
    kernel.schedule(kubelet, Math.max(0, at - kernel.now), isWork ? 'work' : 'timer', message)
  }
}

function find({ answers, attempt, readyMs }: Asked, kind: ProbeKind, probe: Probe, from: Series): Finding | undefined {
  return nextFinding(probe, (offsetMs) => saidAt(answers, kind, attempt, readyMs, offsetMs), from)
}

/** When a container will first be found ready, in milliseconds after it began to run; 0 if it ends or is killed before. */
function firstReady(asked: Asked, fromMs: number, runMs: number): number {
  const { startupProbe, readinessProbe, livenessProbe } = asked.container
  const startedMs =
    startupProbe === undefined ? fromMs : turn(asked, 'startup', startupProbe, firstDue(startupProbe, fromMs), runMs)
  if (startedMs >= runMs) return 0
  const askedMs = Math.max((readinessProbe?.initialDelaySeconds ?? 0) * 1000, startedMs)
  const readyMs =
    readinessProbe === undefined
      ? Math.max(startedMs, asked.readyMs)
      : turn(asked, 'readiness', readinessProbe, askedMs, runMs)
  if (readyMs >= runMs) return 0
  if (livenessProbe === undefined) return readyMs
  return turn(asked, 'liveness', livenessProbe, firstDue(livenessProbe, startedMs), readyMs) < readyMs ? 0 : readyMs
}

/**
 * When a series of probes comes to its end: a readiness probe's first success, any other probe's failure or, for a
 * startup probe, its success; Infinity if not before `endMs`, or if a startup probe fails.
 */
function turn(asked: Asked, kind: ProbeKind, probe: Probe, atMs: number, endMs: number): number {
  let finding = find(asked, kind, probe, seriesFrom(atMs))
  while (finding !== undefined && finding.heardMs < endMs) {
    if (finding.counts && finding.isWell === (kind !== 'liveness')) return finding.heardMs
    const isForEver = !finding.isWell && finding.said.untilMs === Infinity
    if (kind === 'startup' ? finding.counts : kind === 'readiness' && isForEver) return Infinity
    finding = find(asked, kind, probe, finding.next)
  }
  return Infinity
}
