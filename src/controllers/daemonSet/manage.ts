/** Which pods are missing on which nodes, and which should not be there. Mirrors manage of daemon_controller.go. */
import { hasEnded } from '../../api/podPhase.ts'
import type { Pod } from '../../api/types/core.ts'
import { isReady } from '../podRank.ts'
import { delayOf, withFailure } from './backOff.ts'
import { bits, hashLabel, type Place, type Template } from './classify.ts'
import type { Ledger } from './ledger.ts'
import type { Plan } from './podControl.ts'
import { isStaying, oldestFirst, visible } from './podState.ts'
import type { Turn } from './turn.ts'

/** What is being planned. */
interface Draft {
  readonly nodes: string[]
  readonly pods: Pod[]
  /** Milliseconds until a failed pod that is left where it is may go; Infinity when there is none. */
  requeueAfter: number
}

export function manage(turn: Turn, ledger: Ledger): Plan & { readonly requeueAfter: number } {
  const draft: Draft = { nodes: [], pods: [], requeueAfter: Infinity }
  if (ledger.total('acts') === 0) return draft
  for (const place of ledger.having(bits.acts)) {
    const pods = visible(place.pods)
    // What waits for a node that is gone would wait for ever; the pod garbage collector takes only what was bound.
    if (!place.isNode) draft.pods.push(...pods.filter((pod) => !pod.spec.nodeName && isStaying(pod)))
    else if (!place.mayStay) draft.pods.push(...pods.filter(isStaying))
    else if (pods.length > 0) keepUp(turn, place, ledger.template, draft)
    else draft.nodes.push(place.name)
  }
  return draft
}

/**
 * Of a node where pods may be: those that have ended go, and of the others those that are too many. Where one that failed has to
 * wait for that, none is made beside it: with a surge upstream makes them without end while a node refuses them.
 */
function keepUp(turn: Turn, place: Place, template: Template, draft: Draft): void {
  const running: Pod[] = []
  let isWaiting = false
  for (const pod of visible(place.pods)) {
    if (!isStaying(pod)) continue
    if (!hasEnded(pod)) running.push(pod)
    else if (!takeAway(turn, place, pod, draft)) isWaiting = true
  }
  if (running.length > 1) {
    running.sort(oldestFirst)
    draft.pods.push(...(template.surges ? superfluous(running, template, turn.context.now) : running.slice(1)))
  } else if (running.length === 0 && !isWaiting && template.surges && place.isToRun) draft.nodes.push(place.name)
}

/** False where it has to wait. */
function takeAway({ set, context, known }: Turn, { name }: Place, pod: Pod, draft: Draft): boolean {
  const { record, now } = context
  const which = `${pod.metadata.namespace}/${pod.metadata.name} on node ${name}`
  if (pod.status.phase === 'Succeeded') {
    record(set, 'Normal', 'SucceededDaemonPod', 'Found succeeded daemon pod {detail}, will try to delete it', which)
    draft.pods.push(pod)
    return true
  }
  // A node that refuses the pod would refuse the next one at once.
  const generation = set.status.observedGeneration ?? 0
  const delay = delayOf(known.backOffs, generation, name, now)
  if (delay !== undefined) {
    draft.requeueAfter = Math.min(draft.requeueAfter, delay)
    return false
  }
  known.backOffs = withFailure(known.backOffs, generation, name, now)
  record(set, 'Warning', 'FailedDaemonPod', 'Found failed daemon pod {detail}, will try to kill it', which)
  draft.pods.push(pod)
  return true
}

/**
 * One pod of the template and one of a former one may run side by side, while the new one is not available and the old
 * one is ready.
 */
function superfluous(running: readonly Pod[], { hash, wait }: Template, now: number): Pod[] {
  const isNew = (pod: Pod): boolean => pod.metadata.labels?.[hashLabel] === hash
  const young = running.find(isNew)
  const old = running.find((pod) => !isNew(pod))
  const surplus = running.filter((pod) => pod !== young && pod !== old)
  if (young !== undefined && old !== undefined && (!isReady(old) || wait(young, now) === 0)) surplus.push(old)
  return surplus
}
