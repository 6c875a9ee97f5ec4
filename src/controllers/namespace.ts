import { parseTime } from '../api/time.ts'
import type { Namespace } from '../api/types/core.ts'
import type { ControlLoop, LoopContext } from '../client/controller.ts'
import { deleteContent, type Round } from './namespaceContent.ts'
import { terminatingStatus } from './namespaceConditions.ts'

// pkg/controller/namespace/namespace_controller.go: namespaceDeletionGracePeriod, for what is created at the last
// moment; and "we retry namespace deletion at least every minute".
const delayMs = 5000
const lastBackOffMs = 60_000

const kind = 'v1/Namespace'
const finalizer = 'kubernetes'

/** Empties the namespaces that are to be deleted and then lets them go. Mirrors pkg/controller/namespace. */
export const namespaceController: ControlLoop = {
  name: 'namespace-controller',
  watches: [
    { kind, keys: ({ object }) => (object.metadata.deletionTimestamp === undefined ? [] : [object.metadata.name]) },
  ],
  backOff: { lastMs: lastBackOffMs },
  reconcile(name, context) {
    const { api, memory, now } = context
    const namespace = api.find<Namespace>('namespaces', '', name)
    if (namespace?.metadata.deletionTimestamp === undefined || isFinalized(namespace)) {
      memory.delete(name)
      return undefined
    }
    const { uid, deletionTimestamp } = namespace.metadata
    const known = memory.get(name) as Waiting | undefined
    const due = known?.uid === uid ? known.due : parseTime(deletionTimestamp)! + delayMs
    if (now < due) return { requeueAfter: due - now, kind: known?.uid === uid ? known.kind : 'work' }
    return emptied(namespace, context)
  },
}

/** When a namespace is to be looked at again, kept so that its own changes do not bring that forward. */
interface Waiting {
  readonly uid: string
  /** Virtual milliseconds since the Unix epoch. */
  readonly due: number
  readonly kind: 'work' | 'timer'
}

function isFinalized({ spec }: Namespace): boolean {
  return spec.finalizers?.includes(finalizer) !== true
}

function emptied(namespace: Namespace, { api, memory, now }: LoopContext): ReturnType<ControlLoop['reconcile']> {
  const { name, uid } = namespace.metadata
  const round = deleteContent(namespace, api, now)
  const status = terminatingStatus(namespace, round, now)
  const current = status === namespace.status ? namespace : api.updateStatus('namespaces', { ...namespace, status })
  if (round.errors.length > 0) throw new Error(round.errors.join(', '))
  if (round.estimate > 0) {
    const requeue = requeueOf(round)
    memory.set(name, { uid, due: now + requeue.requeueAfter, kind: requeue.kind } satisfies Waiting)
    return requeue
  }
  memory.delete(name)
  const finalizers = (current.spec.finalizers ?? []).filter((held) => held !== finalizer)
  api.finalize('namespaces', { ...current, spec: finalizers.length === 0 ? {} : { ...current.spec, finalizers } })
  return undefined
}

/** It comes back halfway; as work while the cluster is at it, as a timer where somebody else has to act. */
function requeueOf({ estimate, isUnderWay }: Round): {
  readonly requeueAfter: number
  readonly kind: 'work' | 'timer'
} {
  return { requeueAfter: (Math.floor(estimate / 2) + 1) * 1000, kind: isUnderWay ? 'work' : 'timer' }
}
