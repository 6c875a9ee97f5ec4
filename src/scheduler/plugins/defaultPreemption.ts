/**
 * Makes room for a pod that fits nowhere by taking pods of lower priority off a node. Mirrors
 * pkg/scheduler/framework/plugins/defaultpreemption/default_preemption.go and framework/preemption/preemption.go.
 */
import type { Pod } from '../../api/types/core.ts'
import type { PodDisruptionBudget } from '../../api/types/policy.ts'
import type { Cycle, Snapshot } from '../cycle.ts'
import { fitError } from '../fitError.ts'
import type { Failure, NodePlugin, Nomination } from '../plugin.ts'
import type { DefaultPreemptionArgs } from '../pluginArgs.ts'
import type { PodInfo } from '../podInfo.ts'
import { DryRuns, NO_VICTIMS } from '../preemption/dryRuns.ts'
import { best } from '../preemption/pick.ts'
import { isPreempted, priorityOf } from '../preemption/victims.ts'

const NAME = 'DefaultPreemption'
const budgetKind = 'policy/v1/PodDisruptionBudget'
const notHelpful = 'Preemption is not helpful for scheduling'
const noVictims = 'No preemption victims found for incoming pod'

/** So many classes are remembered at once. */
const MOST_CLASSES = 8

/** One for each scheduler: what it remembers is what it would work out anew. */
export function defaultPreemption(args: DefaultPreemptionArgs = {}): NodePlugin {
  const { minCandidateNodesPercentage: percentage = 10, minCandidateNodesAbsolute: absolute = 100 } = args
  const known = new WeakMap<Snapshot, Map<PodInfo, DryRuns>>()

  function runsFor({ snapshot, info }: Cycle): DryRuns {
    let classes = known.get(snapshot)
    if (classes === undefined) known.set(snapshot, (classes = new Map()))
    let runs = classes.get(info)
    if (runs === undefined) {
      if (classes.size >= MOST_CLASSES) classes.clear()
      classes.set(info, (runs = new DryRuns()))
    }
    return runs
  }

  function postFilter(cycle: Cycle, failure: Failure): Nomination {
    const why = whyNot(cycle, failure)
    if (why !== undefined) return { message: `preemption: ${why}` }
    const { snapshot, info } = cycle
    const rows = failure.resolvable()
    const count = Math.min(rows.length, Math.max(absolute, Math.floor((rows.length * percentage) / 100)))
    if (!snapshot.nodes.hasBelow(info.priority)) return nowhere(failure, new Map([[NO_VICTIMS, rows.length]]))
    const budgets = snapshot.list(budgetKind) as readonly PodDisruptionBudget[]
    const runs = runsFor(cycle)
    runs.begin(cycle, failure, budgets)
    const from = rows.length === 0 ? 0 : (failure.drawBelow?.(rows.length) ?? 0)
    const { candidates, refused } = shortlist(runs, rows, from, count)
    const row = best(runs, candidates)
    if (row === undefined) return nowhere(failure, refused)
    return { node: snapshot.nodes.rows[row]!.name, victims: runs.victims(row) }
  }

  return Object.freeze<NodePlugin>({ rows: true, scope: 'node', name: NAME, postFilter })
}

/** Why the pod may not preempt others; undefined if it may. Mirrors PodEligibleToPreemptOthers. */
function whyNot({ pod, info, snapshot, nominatedNode }: Cycle, failure: Failure): string | undefined {
  if (pod.spec.preemptionPolicy === 'Never') return 'not eligible due to preemptionPolicy=Never.'
  if (nominatedNode === undefined) return undefined
  const row = snapshot.nodes.row(nominatedNode)
  if (row === undefined || !failure.resolvable().includes(row)) return undefined
  const isGoing = (other: Pod): boolean => priorityOf(other) < info.priority && isPreempted(other)
  return snapshot.podsOn(nominatedNode).some(isGoing)
    ? 'not eligible due to a terminating pod on the nominated node.'
    : undefined
}

interface Shortlist {
  /** Rows where taking pods off helps: first those where no budget is violated. */
  readonly candidates: readonly number[]
  /** How many rows gave each verdict. */
  readonly refused: ReadonlyMap<number, number>
}

/** Mirrors DryRunPreemption: goes on until there are enough candidates, one of which violates no budget. */
function shortlist(runs: DryRuns, rows: Int32Array, from: number, enough: number): Shortlist {
  const sound: number[] = []
  const violating: number[] = []
  const refused = new Map<number, number>()
  for (let i = 0, at = from; i < rows.length; i++) {
    const row = rows[at]!
    if (++at === rows.length) at = 0
    const verdict = runs.verdict(row)
    if (verdict !== 0) {
      refused.set(verdict, (refused.get(verdict) ?? 0) + 1)
      continue
    }
    const list = runs.of(row).violations === 0 ? sound : violating
    if (list.length < enough) list.push(row)
    if (sound.length > 0 && sound.length + violating.length >= enough) break
  }
  return { candidates: [...sound, ...violating], refused }
}

/** It helps on no node; a nomination from before is void. */
function nowhere({ total, refusalOf }: Failure, verdicts: ReadonlyMap<number, number>): Nomination {
  const reasons = new Map<string, number>()
  const add = (reason: string, nodes: number): void => void reasons.set(reason, (reasons.get(reason) ?? 0) + nodes)
  let left = total
  for (const [verdict, nodes] of verdicts) {
    left -= nodes
    for (const reason of verdict === NO_VICTIMS ? [noVictims] : refusalOf(verdict).reasons) add(reason, nodes)
  }
  add(notHelpful, left)
  return { node: '', message: `preemption: ${fitError(reasons, total)}` }
}
