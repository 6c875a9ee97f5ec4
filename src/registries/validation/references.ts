/** References to objects by kind and name, in a group or in the core. */
import { required } from '../../api/fieldErrors.ts'
import { pathSegmentErrors } from '../../api/names.ts'
import type { Errors } from './common.ts'
import { checkSubdomain, complain } from './common.ts'

interface Reference {
  readonly apiGroup?: string
  readonly kind?: string
  readonly name?: string
}

export function checkReference({ apiGroup, kind, name }: Reference, at: string, errors: Errors): void {
  if (apiGroup !== undefined) checkSubdomain(errors, `${at}.apiGroup`, apiGroup)
  checkSegment(kind, `${at}.kind`, errors)
  checkSegment(name, `${at}.name`, errors)
}

/** A name that must be given and could stand in a path. */
export function checkSegment(value: string | undefined, at: string, errors: Errors): void {
  if (!value) errors.push(required(at))
  else complain(errors, at, value, pathSegmentErrors(value))
}
