/** Counts of replicas in a status. Mirrors ValidateReplicaSetStatus of pkg/apis/apps/validation and its siblings. */
import type { FieldError } from '../../api/fieldErrors.ts'
import type { Errors } from './common.ts'
import { checkAtMost, checkNotNegative } from './common.ts'

interface Counts {
  readonly replicas?: number
  readonly readyReplicas?: number
  readonly availableReplicas?: number
}

/** `counts` are all that cannot be less than 0, and `parts` those that are counted among the replicas. */
export function replicaCountErrors<S extends Counts>(
  status: S,
  counts: readonly (keyof S & string)[],
  parts: readonly (keyof S & string)[],
): readonly FieldError[] {
  const errors: Errors = []
  const countOf = (field: keyof S): number => (status[field] as number | undefined) ?? 0
  for (const field of counts) checkNotNegative(errors, `status.${field}`, countOf(field))
  for (const field of parts) {
    checkAtMost(errors, `status.${field}`, countOf(field), countOf('replicas'), 'status.replicas')
  }
  checkAtMost(
    errors,
    'status.availableReplicas',
    countOf('availableReplicas'),
    countOf('readyReplicas'),
    'readyReplicas',
  )
  return errors
}
