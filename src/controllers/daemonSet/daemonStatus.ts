/** What a daemon set's status says. Mirrors updateDaemonSetStatus of daemon_controller.go. */
import { isStatusError } from '../../api/errors.ts'
import type { DaemonSet } from '../../api/types/apps.ts'
import type { Ledger } from './ledger.ts'
import { daemonSetKind, type Turn } from './turn.ts'

/** Writes the status when it differs. */
export function report(turn: Turn, ledger: Ledger): void {
  const { set, context, known } = turn
  const next = statusOf(set, ledger)
  if (isSame(set.status, next)) return
  const { namespace, name, uid, generation = 0 } = set.metadata
  try {
    const written = context.api.patchStatus(daemonSetKind.resource, namespace!, name, uid, next)
    known.set = Number(written.metadata.resourceVersion)
    known.generation = generation
  } catch (error) {
    if (!isStatusError(error, 'NotFound')) throw error
  }
}

function statusOf({ status, metadata }: DaemonSet, ledger: Ledger): DaemonSet['status'] {
  const desired = ledger.total('desired')
  const updated = ledger.total('updated')
  const available = ledger.total('available')
  const { collisionCount, conditions } = status
  return {
    currentNumberScheduled: ledger.total('current'),
    numberMisscheduled: ledger.total('misscheduled'),
    desiredNumberScheduled: desired,
    numberReady: ledger.total('ready'),
    observedGeneration: metadata.generation ?? 0,
    ...(updated === 0 ? {} : { updatedNumberScheduled: updated }),
    ...(available === 0 ? {} : { numberAvailable: available }),
    ...(desired === available ? {} : { numberUnavailable: desired - available }),
    ...(collisionCount === undefined ? {} : { collisionCount }),
    ...(conditions === undefined ? {} : { conditions }),
  }
}

function isSame(a: DaemonSet['status'], b: DaemonSet['status']): boolean {
  return (
    a.desiredNumberScheduled === b.desiredNumberScheduled &&
    a.currentNumberScheduled === b.currentNumberScheduled &&
    a.numberMisscheduled === b.numberMisscheduled &&
    a.numberReady === b.numberReady &&
    (a.updatedNumberScheduled ?? 0) === (b.updatedNumberScheduled ?? 0) &&
    (a.numberAvailable ?? 0) === (b.numberAvailable ?? 0) &&
    (a.numberUnavailable ?? 0) === (b.numberUnavailable ?? 0) &&
    (a.observedGeneration ?? 0) >= b.observedGeneration!
  )
}
