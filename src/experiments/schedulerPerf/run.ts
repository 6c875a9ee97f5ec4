/**
 * Runs a workload on a cluster of its own. Mirrors test/integration/scheduler_perf/executor.go: there is an API server and a
 * scheduler and nothing else, so that pods never start, and whatever is deleted without a grace period is gone at once.
 */
import type { Duration } from '../../api/duration.ts'
import { badRequest } from '../../api/errors.ts'
import { refuse } from '../../api/fields.ts'
import { isObject } from '../../api/object.ts'
import type { Cluster } from '../../cluster.ts'
import { createCluster } from '../../create.ts'
import { builtIn, type ClusterOptions } from '../../options.ts'
import type { SchedulerOptions } from '../../scheduler/schedulerOptions.ts'
import { localOptimum } from '../../scheduler/strategies/localOptimum.ts'
import { Stopwatch, type WallClock } from '../run/stopwatch.ts'
import { type Background, Churner, Deleter } from './background.ts'
import { Makers } from './makers.ts'
import type { Barrier, CreatePods, DeletePods, Operation, SchedulerPerfWorkload } from './plan.ts'
import { type MeasuredPhase, reportOf, type SchedulerPerfReport } from './report.ts'

export interface RunSchedulerPerfOptions {
  /** 0 unless given. */
  readonly seed?: number | undefined
  /** As kube-scheduler comes unless given: the adaptive percentage of nodes. */
  readonly scheduler?: SchedulerOptions | undefined
  /**
   * How long a decision takes in the cluster's own time: what churns beside goes by it. 1 ms unless given, about what
   * upstream takes.
   */
  readonly decision?: Duration | undefined
  /** A clock of the machine, such as `performance`; without one, nothing is said of wall time. */
  readonly clock?: WallClock | undefined
  readonly history?: ClusterOptions['history']
}

export interface SchedulerPerfRun {
  readonly report: SchedulerPerfReport
  /** As it was left. */
  readonly cluster: Cluster
}

/**
 * Runs a workload to its end and tells how it went. Throws BadRequest for one that is `unsupported`, and TimeoutError when
 * pods that an operation waits for are not bound within ten minutes of the cluster's own time, as upstream gives up then.
 */
export function runSchedulerPerf(
  workload: SchedulerPerfWorkload,
  options: RunSchedulerPerfOptions = {},
): SchedulerPerfRun {
  if (!isObject(workload) || !Array.isArray(workload.operations))
    throw refuse('runSchedulerPerf', workload, 'a workload that readSchedulerPerf has read')
  const { test, name, unsupported } = workload
  if (unsupported !== undefined) throw badRequest(`${test}/${name}: ${unsupported}`)
  const run = new Run(clusterFor(options), options.clock)
  for (const operation of workload.operations) run.perform(operation)
  return { report: run.end(workload), cluster: run.cluster }
}

function clusterFor({ seed, scheduler, decision = 1, history }: RunSchedulerPerfOptions): Cluster {
  return createCluster({
    seed,
    nodes: 0,
    disable: builtIn.filter((name) => name !== 'scheduler'),
    schedulers: [{ strategy: localOptimum({ percentage: 0 }), ...scheduler }],
    latency: { schedulingDecision: decision },
    history,
  })
}

/** How long pods are waited for: upstream's ten minutes. */
const PATIENCE_MS = 600_000

class Run {
  private readonly makers: Makers
  private background: Background[] = []
  private measured: MeasuredPhase = { pods: 0, virtualMs: 0, decisions: 0, examined: 0 }
  private schedulingMs = 0
  private creationMs = 0

  constructor(
    readonly cluster: Cluster,
    private readonly clock: WallClock | undefined,
  ) {
    this.makers = new Makers(cluster)
  }

  perform(operation: Operation): void {
    switch (operation.opcode) {
      case 'createNodes':
        return this.makers.createNodes(operation)
      case 'createNamespaces':
        return this.makers.createNamespaces(operation)
      case 'createPods':
        return this.createPods(operation)
      case 'churn':
        this.makers.createNamespace(operation.namespace)
        return void this.background.push(new Churner(this.cluster, operation, this.makers))
      case 'deletePods':
        return this.deletePods(operation)
      case 'barrier':
        return this.wait(operation)
      case 'sleep': {
        const end = this.cluster.now + operation.durationMs
        while (this.cluster.now < end) this.step(end)
      }
    }
  }

  end(workload: SchedulerPerfWorkload): SchedulerPerfReport {
    // What goes on beside ends with the last operation.
    this.background = []
    this.cluster.settle()
    const { measured, schedulingMs, creationMs } = this
    const podsPerSecond = (ms: number): number => (measured.pods / ms) * 1000
    const wall = {
      schedulingMs,
      creationMs,
      podsPerSecond: podsPerSecond(schedulingMs),
      podsPerSecondWithCreation: podsPerSecond(schedulingMs + creationMs),
    }
    const said = this.clock === undefined ? measured : { ...measured, wall }
    return reportOf(workload, this.cluster, this.makers.pods, said)
  }

  private createPods(operation: CreatePods): void {
    const { waits, isMeasured } = operation
    if (!isMeasured) {
      this.makers.createPods(operation)
      if (waits) this.untilBound(operation)
      return
    }
    // What nodes and pods came before is not part of it.
    this.cluster.settle()
    this.creationMs += this.timed(() => this.makers.createPods(operation))
    const [began, before] = [this.cluster.now, this.stats()]
    this.schedulingMs += this.untilBound(operation)
    const after = this.stats()
    const { pods, virtualMs, decisions, examined } = this.measured
    this.measured = {
      pods: pods + operation.count,
      virtualMs: virtualMs + this.cluster.now - began,
      decisions: decisions + after.decisions - before.decisions,
      examined: examined + after.examined - before.examined,
    }
  }

  private untilBound({ namespace, count, template }: CreatePods): number {
    // Before there were as many decisions, nobody needs to look.
    const enough = this.stats().decisions + (template.spec?.nodeName ? 0 : count)
    const areBound = (): boolean => this.stats().decisions >= enough && this.unbound([namespace], '') === 0
    return this.until(areBound, `the pods of ${namespace} are bound`)
  }

  private stats(): { readonly decisions: number; readonly examined: number } {
    return this.cluster.schedulerStats()[0]!
  }

  private deletePods(operation: DeletePods): void {
    const deleter = new Deleter(this.cluster, operation)
    this.background.push(deleter)
    if (operation.waits) this.until(() => deleter.at === Infinity, `the pods of ${operation.namespace} are deleted`)
  }

  private wait({ stage, namespaces, labelSelector }: Barrier): void {
    const among = namespaces.length > 0 ? namespaces : [...this.makers.pods.keys()]
    const left =
      stage === 'Attempted' ? () => this.unattempted(among, labelSelector) : () => this.unbound(among, labelSelector)
    this.until(() => left() === 0, `the pods of ${among.join(', ')} are ${stage.toLowerCase()}`)
  }

  private unbound(namespaces: readonly string[], labelSelector: string): number {
    const fieldSelector = 'spec.nodeName='
    const lists = namespaces.map((namespace) =>
      this.cluster.pods.list({ namespace, labelSelector, fieldSelector, limit: 1 }),
    )
    return lists.reduce((sum, { items }) => sum + items.length, 0)
  }

  private unattempted(namespaces: readonly string[], labelSelector: string): number {
    const pods = namespaces.flatMap((namespace) => this.cluster.pods.list({ namespace, labelSelector }).items)
    const isAttempted = ({ type }: { readonly type: string }): boolean => type === 'PodScheduled'
    return pods.filter(({ status }) => status.conditions?.some(isAttempted) !== true).length
  }

  /**
   * Lets time pass until something holds, which is asked between what goes on beside, or else whenever no work is left.
   * Returns how long that took by the clock handed in; asking does not count.
   */
  private until(holds: () => boolean, what: string): number {
    const end = this.cluster.now + PATIENCE_MS
    let took = 0
    for (;;) {
      let next = end
      took += this.timed(() => (next = this.pass(end)))
      if (holds()) return took
      if (this.cluster.now >= end) throw new Error(`scheduler_perf: waited 10m in vain until ${what}`)
      took += this.timed(() => this.step(next))
    }
  }

  /** Runs until no work is left, or what goes on beside has its turn; returns when something happens next, at most `end`. */
  private pass(end: number): number {
    const act = this.nextAct()
    const { now } = this.cluster
    if (act === Infinity) {
      const [first] = this.cluster.settle({ timeout: end - now }).next
      return Math.min(end, first?.at ?? end)
    }
    if (act > now) this.cluster.advance(Math.min(act, end) - now)
    return Math.min(act, end)
  }

  private nextAct(): number {
    return Math.min(...this.background.map(({ at }) => at), Infinity)
  }

  /** Moves to the next moment at which something happens, at most to `end`. */
  private step(end: number): void {
    const until = Math.min(end, this.nextAct())
    if (until > this.cluster.now) this.cluster.advance(until - this.cluster.now)
    for (const one of this.background) if (one.at <= this.cluster.now) one.act()
  }

  private timed(work: () => void): number {
    const stopwatch = new Stopwatch(this.clock)
    stopwatch.start()
    work()
    stopwatch.stop()
    return stopwatch.ms
  }
}
