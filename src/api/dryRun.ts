import { badRequest, invalid } from './errors.ts'
import { notSupported } from './fieldErrors.ts'
import { said } from './said.ts'

/** What can be said beside any write. */
export interface WriteOptions {
  /** `['All']` only asks what the call would answer: it is refused as the call would be, and nothing changes. */
  readonly dryRun?: readonly string[] | undefined
}

/** The kinds of options in which a dry run can be asked for, as errors name them. */
export type OptionsKind = 'CreateOptions' | 'UpdateOptions' | 'PatchOptions' | 'DeleteOptions'

/**
 * Whether a write is only tried out. Throws Invalid for a stage that is not `All`. Mirrors ValidateDryRun of
 * staging/src/k8s.io/apimachinery/pkg/apis/meta/v1/validation/validation.go.
 */
export function isDryRun(given: unknown, options: OptionsKind): boolean {
  if (given === undefined || given === null) return false
  if (!Array.isArray(given) || given.some((stage) => typeof stage !== 'string'))
    throw badRequest(`dryRun: expected a list of strings such as ['All'], got ${said(given)}`)
  if (given.every((stage) => stage === 'All')) return given.length > 0
  throw invalid(options, 'meta.k8s.io', '', [notSupported('dryRun', given, ['All'])])
}
