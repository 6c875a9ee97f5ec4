import { type FieldError, fieldErrorMessage } from '../api/fieldErrors.ts'
import { validateAnnotations } from '../api/metaValidation.ts'
import { isObject } from '../api/object.ts'
import { said } from '../api/said.ts'
import type { Reservation } from './plugin.ts'

/** What a user's plugin answered, copied. Throws for what is no reservation. */
export function checkedReservation(answer: unknown): Reservation {
  if (answer === undefined || typeof answer === 'string') return answer
  const given = isObject(answer) ? (answer as { readonly annotations?: unknown }).annotations : undefined
  if (!isObject(given) || Object.values(given).some((value) => typeof value !== 'string'))
    throw new Error(`expected nothing, a reason, or { annotations } of texts, got ${said(answer)}`)
  const annotations = { ...(given as Readonly<Record<string, string>>) }
  const errors: FieldError[] = []
  validateAnnotations(annotations, 'annotations', errors)
  if (errors.length > 0) throw new Error(errors.map(fieldErrorMessage).join(', '))
  return { annotations }
}
