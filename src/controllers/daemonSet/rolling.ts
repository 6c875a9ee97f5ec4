/** Which pods make room for those of a new template. Mirrors rollingUpdate of pkg/controller/daemon/update.go. */
import { scaledUp } from '../../api/intOrPercent.ts'
import type { DaemonSet } from '../../api/types/apps.ts'
import type { Pod } from '../../api/types/core.ts'
import { bits, pairOf } from './classify.ts'
import type { Ledger } from './ledger.ts'
import type { Plan } from './podControl.ts'
import { visible } from './podState.ts'

const nothing: Plan = Object.freeze({ nodes: Object.freeze([]), pods: Object.freeze([]) })

export function roll(set: DaemonSet, ledger: Ledger, now: number): Plan {
  if (ledger.total('rolls') === 0) return nothing
  const { maxSurge, maxUnavailable } = limits(set, ledger.total('desired'))
  return maxSurge === 0 ? replace(ledger, maxUnavailable) : surge(ledger, maxSurge, now)
}

/** With neither surplus nor lack allowed, one pod may be lacking. */
function limits({ spec }: DaemonSet, desired: number): { readonly maxSurge: number; readonly maxUnavailable: number } {
  const { maxSurge, maxUnavailable } = spec.updateStrategy?.rollingUpdate ?? {}
  const up = scaledUp(maxSurge, desired)
  const down = scaledUp(maxUnavailable, desired)
  return { maxSurge: up, maxUnavailable: desired > 0 && up === 0 && down === 0 ? 1 : down }
}

/** Old pods go first and new ones come after: so many as may be unavailable, and those that are unavailable anyway. */
function replace(ledger: Ledger, maxUnavailable: number): Plan {
  const left = Math.max(0, maxUnavailable - ledger.total('lacks'))
  if (left === 0 && ledger.total('rollsFreely') === 0) return nothing
  const free: Pod[] = []
  const others: Pod[] = []
  for (const { pods, state } of ledger.having(bits.rolls)) {
    if ((state & bits.rollsFreely) !== 0) free.push(pairOf(visible(pods), ledger.template)!.old!)
    // Where there is a new pod beside the old one, one of the two is a mistake and goes without this.
    else if ((state & bits.lacks) === 0 && others.length < left)
      others.push(pairOf(visible(pods), ledger.template)!.old!)
  }
  return { nodes: [], pods: [...free, ...others] }
}

/** New pods come first, beside so many old ones as there may be too many, and beside those that are unavailable anyway. */
function surge(ledger: Ledger, maxSurge: number, now: number): Plan {
  const { template } = ledger
  const left = Math.max(0, maxSurge - ledger.total('surges'))
  const gone: Pod[] = []
  const misplaced: Pod[] = []
  const free: string[] = []
  const others: string[] = []
  for (const { name, isNode, isToRun, pods, state } of ledger.having(bits.rolls)) {
    const { young, old } = pairOf(visible(pods), template)!
    const isAlone = young === undefined
    const isFree = (state & bits.rollsFreely) !== 0
    // What is bound to a node that is gone is the pod garbage collector's, and nothing moves before that.
    if (isAlone && !isNode) return nothing
    if (!isAlone) gone.push(...(template.wait(young, now) === 0 ? [old!] : []))
    else if (!isToRun) (isFree ? gone : misplaced).push(old!)
    else if (isFree) free.push(name)
    else if (others.length < left) others.push(name)
  }
  return {
    nodes: [...free, ...others],
    // Where a pod should run no longer, it goes only when there are enough elsewhere.
    pods: [...gone, ...misplaced.slice(0, Math.max(0, ledger.total('served') - ledger.total('desired')))],
  }
}
