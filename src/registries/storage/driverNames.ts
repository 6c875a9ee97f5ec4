import { required, tooLong } from '../../api/fieldErrors.ts'
import type { Errors } from '../validation/common.ts'
import { checkSubdomain } from '../validation/common.ts'

const LONGEST = 63

/** Mirrors ValidateCSIDriverName of pkg/apis/core/validation/validation.go. */
export function checkDriverName(name: string | undefined, at: string, errors: Errors): void {
  if (!name) {
    errors.push(required(at))
    return
  }
  if (name.length > LONGEST) errors.push(tooLong(at, LONGEST))
  checkSubdomain(errors, at, name.toLowerCase())
}
