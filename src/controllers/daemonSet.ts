import type { Node, Pod } from '../api/types/core.ts'
import type { ControlLoop, Requeue } from '../client/controller.ts'
import { claim } from './daemonSet/claims.ts'
import { templateFor } from './daemonSet/classify.ts'
import {
  any,
  daemonNodes,
  daemonPods,
  daemonSets,
  haveDaemonSets,
  keysWith,
  type Ledgers,
  nodes,
  ownerOrOrphan,
  pods,
  readKey,
} from './daemonSet/concerned.ts'
import { report } from './daemonSet/daemonStatus.ts'
import { cleanUp, constructHistory, type History } from './daemonSet/history.ts'
import { Ledger } from './daemonSet/ledger.ts'
import { manage } from './daemonSet/manage.ts'
import { carryOut, refusalOf } from './daemonSet/podControl.ts'
import { roll } from './daemonSet/rolling.ts'
import { knownOf, seesOwnWrites, type Turn } from './daemonSet/turn.ts'
import { revisionWatch } from './revisions/revisions.ts'

/**
 * Keeps one pod of a DaemonSet on each node that should run it, and brings them from template to template. Mirrors
 * pkg/controller/daemon. Without any DaemonSet, neither pods nor nodes are watched.
 */
export function createDaemonSetController(): ControlLoop {
  const ledgers: Ledgers = new Map()
  const keys = keysWith(ledgers)
  return {
    name: 'daemonset-controller',
    watches: [
      { kind: daemonSets, index: () => any, tally: () => 1 },
      { kind: pods, while: haveDaemonSets, keys: keys.ofPod, index: ownerOrOrphan, predicate: daemonPods },
      { kind: nodes, while: haveDaemonSets, keys: keys.ofNode, index: () => any, predicate: daemonNodes },
      { ...revisionWatch('DaemonSet'), while: haveDaemonSets, keys: keys.ofRevision },
    ],
    reconcile(asked, context) {
      const { key, isFull } = readKey(asked)
      const set = context.cache.get(daemonSets, key)
      if (set === undefined || set.metadata.deletionTimestamp !== undefined) {
        context.memory.delete(key)
        ledgers.delete(key)
        return undefined
      }
      const turn: Turn = { key, set, context, known: { ...knownOf(key, context) } }
      return isFull || isDue(turn) ? take(turn, ledgers) : undefined
    },
    forget: () => ledgers.clear(),
  }
}

/** Whether what is new of the daemon set is more than the status that was written here. */
function isDue({ set, known }: Turn): boolean {
  const { resourceVersion, generation = 0 } = set.metadata
  return known.isOwed || known.set !== Number(resourceVersion) || known.generation !== generation
}

/** What is put off, fails, or has to come back is owed: the key that brings it back may ask for less. */
function take(turn: Turn, ledgers: Ledgers): Requeue | undefined {
  const { key, context, known } = turn
  known.isOwed = true
  try {
    if (!seesOwnWrites(known, context)) return undefined
    const requeue = look(turn, ledgers)
    known.isOwed = requeue !== undefined
    return requeue
  } catch (error) {
    ledgers.delete(key)
    throw error
  } finally {
    context.memory.set(key, known)
  }
}

/** Looks at what has changed, acts, and reports; comes back when a pod is available, or a failed one may go. */
function look(turn: Turn, ledgers: Ledgers): Requeue | undefined {
  const { set, context } = turn
  const seen = seenBy(turn, ledgers)
  if (seen === undefined) return undefined
  const { ledger, history } = seen
  const soonest = ledger.count(context.now)
  const plan = manage(turn, ledger)
  const refusal = refusalOf(() => {
    carryOut(turn, plan, ledger.template)
    // What was made or deleted just now counts once it is known of.
    const isIdle = plan.nodes.length + plan.pods.length === 0
    const isRolling = set.spec.updateStrategy?.type === 'RollingUpdate'
    if (isIdle && isRolling) carryOut(turn, roll(set, ledger, context.now), ledger.template)
    cleanUp(turn, history, () => ledger.pods())
  })
  report(turn, ledger)
  if (refusal !== undefined) throw refusal
  const requeueAfter = Math.min(soonest, plan.requeueAfter)
  return requeueAfter === Infinity ? undefined : { requeueAfter }
}

interface Seen {
  readonly ledger: Ledger
  readonly history: History
}

/** What there is; undefined where no revision could be written. What is known already is only brought up to date. */
function seenBy(turn: Turn, ledgers: Ledgers): Seen | undefined {
  const { key, set, context } = turn
  const known = ledgers.get(key)
  const before = known?.uid === set.metadata.uid ? known : undefined
  const claimed = before === undefined ? claim(turn) : undefined
  const own = (): readonly Pod[] => claimed ?? before!.pods()
  const history = constructHistory(turn, own)
  if (history === undefined) return undefined
  if (before?.suits(set, history.hash) === true) return { ledger: before, history }
  const ledger = new Ledger(set, context.cache.byIndex<Node>(nodes, any), own(), templateFor(set, history.hash))
  ledgers.set(key, ledger)
  return { ledger, history }
}
