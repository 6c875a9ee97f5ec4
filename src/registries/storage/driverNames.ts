import { required, tooLong } from '../../api/fieldErrors.ts'
import { subdomainErrors } from '../../api/names.ts'
import type { Errors } from '../validation/common.ts'
import { complain } from '../validation/common.ts'

const LONGEST = 63

/** Mirrors ValidateCSIDriverName of pkg/apis/core/validation/validation.go. */
export function checkDriverName(name: string | undefined, at: string, errors: Errors): void {
  if (!name) {
    errors.push(required(at))
    return
  }
  if (name.length > LONGEST) errors.push(tooLong(at, LONGEST))
  complain(errors, at, name, subdomainErrors(name.toLowerCase()))
}
