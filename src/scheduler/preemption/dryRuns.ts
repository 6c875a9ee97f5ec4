import type { Pod } from '../../api/types/core.ts'
import type { PodDisruptionBudget } from '../../api/types/policy.ts'
import type { Cycle } from '../cycle.ts'
import type { Failure } from '../plugin.ts'
import { PluginError } from '../userPlugin.ts'
import { byImportance, type Lower, lowerPods, splitByBudgets } from './victims.ts'

/** There is no pod of lower priority on the row; no verdict of a filter is negative. */
export const NO_VICTIMS = -1

/** What it would cost to make room on a node. */
export interface Cost {
  /** How many victims' budgets are violated. */
  readonly violations: number
  /** The highest priority among the victims. */
  readonly highest: number
  /** Of their priorities, each counted from 0. */
  readonly sum: number
  readonly count: number
  /** When the first of the most important victims was started; Infinity if none of them was yet. */
  readonly since: number
}

interface Run {
  /** 0: with the victims gone the pod fits; NO_VICTIMS; or why it does not fit with all lower pods gone. */
  readonly verdict: number
  readonly cost: Cost | undefined
  /** The most important first. */
  readonly victims: readonly Lower[]
}

const NONE: Omit<Run, 'verdict'> = Object.freeze({ cost: undefined, victims: [] })

/** Priorities are 32-bit numbers: so much more, and none is negative. */
const FROM_ZERO = 2_147_483_648

/**
 * What taking pods off would come to, row by row, for one class of pods. It is remembered with the version of the row, until
 * a pod is started there, where nothing else matters: then a run of pods of one class asks only about rows that changed in
 * between.
 */
export class DryRuns {
  private known = new Uint32Array(0)
  private verdicts = new Int32Array(0)
  private costs: (Cost | undefined)[] = []
  /** What was started up to here is taken in. */
  private revision = 0
  /** Pods that were started together say the same time. */
  private readonly times = new Map<string, number>()
  private cycle!: Cycle
  private failure!: Failure
  private budgets: readonly PodDisruptionBudget[] = []

  /** Before anything is asked for one pod. */
  begin(cycle: Cycle, failure: Failure, budgets: readonly PodDisruptionBudget[]): void {
    const { snapshot } = cycle
    const { capacity } = snapshot.nodes
    this.cycle = cycle
    this.failure = failure
    this.budgets = budgets
    if (this.known.length !== capacity) {
      this.known = new Uint32Array(capacity)
      this.verdicts = new Int32Array(capacity)
      this.costs = new Array<Cost | undefined>(capacity)
    }
    const isLasting = failure.isOfRows && budgets.length === 0
    const isKnown = isLasting && snapshot.startedAfter(this.revision, (node) => this.forget(node))
    if (!isKnown) this.known.fill(0)
    // What is asked about this pod is no answer for the next.
    this.revision = isLasting ? snapshot.revision : 0
  }

  /** 0: there is something to gain. */
  verdict(row: number): number {
    const version = this.cycle.snapshot.nodes.columns.versions[row]!
    if (this.known[row] !== version) this.ask(row, version)
    return this.verdicts[row]!
  }

  /** Of a row whose verdict is 0. */
  of(row: number): Cost {
    return this.costs[row]!
  }

  /** Who would go now, the most important first. */
  victims(row: number): readonly Pod[] {
    return this.run(row).victims.map(({ pod }) => pod)
  }

  private forget(node: string): void {
    const row = this.cycle.snapshot.nodes.row(node)
    if (row !== undefined) this.known[row] = 0
  }

  private ask(row: number, version: number): void {
    const { verdict, cost } = this.run(row)
    this.verdicts[row] = verdict
    this.costs[row] = cost
    this.known[row] = version
  }

  /** Mirrors SelectVictimsOnNode. */
  private run(row: number): Run {
    const { snapshot, info } = this.cycle
    const { trials } = snapshot
    const { name } = snapshot.nodes.rows[row]!
    const lower = lowerPods(snapshot.podsOn(name), info.priority, this.times)
    if (lower.length === 0) return { ...NONE, verdict: NO_VICTIMS }
    return trials.run(row, () => {
      for (const { pod } of lower) trials.take(pod, name)
      const verdict = this.failure.verdict(row)
      if (verdict !== 0) return { ...NONE, verdict }
      const { violating, others } = splitByBudgets(lower, this.budgets)
      const victims = this.notReprieved(row, name, violating)
      const violations = victims.length
      victims.push(...this.notReprieved(row, name, others))
      if (violations > 0) victims.sort(byImportance)
      return this.runOf(row, victims, violations)
    })
  }

  /** Puts back who does not stand in the way; the others are the victims. */
  private notReprieved(row: number, node: string, pods: readonly Lower[]): Lower[] {
    const { trials } = this.cycle.snapshot
    return pods.filter((lower) => {
      trials.place(lower.pod, node)
      if (this.failure.verdict(row) === 0) return false
      trials.take(lower.pod, node)
      return true
    })
  }

  private runOf(row: number, victims: readonly Lower[], violations: number): Run {
    if (victims.length === 0) {
      const { name } = this.cycle.snapshot.nodes.rows[row]!
      const why = new Error(`expected at least one victim pod on node ${JSON.stringify(name)}`)
      throw new PluginError('DefaultPreemption', 'PostFilter', why)
    }
    const sum = victims.reduce((total, { priority }) => total + priority + FROM_ZERO, 0)
    const { priority: highest } = victims[0]!
    let since = Infinity
    for (const each of victims) if (each.priority === highest && each.since < since) since = each.since
    return { verdict: 0, cost: { violations, highest, sum, count: victims.length, since }, victims }
  }
}
