/** What every workload's options are held to. */
import { refuse } from '../../api/fields.ts'
import { subdomainErrors } from '../../api/names.ts'
import { parseQuantity, QUANTITY_ERROR } from '../../api/quantity.ts'

/** A whole number from `least`. Throws BadRequest that names the place. */
export function whole(value: unknown, path: string, least: number): number {
  if (Number.isSafeInteger(value) && (value as number) >= least) return value as number
  throw refuse(path, value, `a whole number of at least ${least}`)
}

/** A number above 0, at most `most`. Throws BadRequest that names the place. */
export function positive(value: unknown, path: string, most: number): number {
  if (typeof value === 'number' && value > 0 && value <= most) return value
  throw refuse(path, value, `a number above 0, at most ${most}`)
}

/** A quantity that is not negative, as it was written. Throws BadRequest that names the place. */
export function amount(value: unknown, path: string): string {
  const quantity = typeof value === 'string' || typeof value === 'number' ? parseQuantity(value) : undefined
  if (quantity === undefined) throw refuse(path, value, `a quantity, such as "500m" or "2Gi": ${QUANTITY_ERROR}`)
  if (quantity.nano < 0n) throw refuse(path, value, 'a quantity that is not negative')
  return String(value)
}

/** What names of pods can begin with. Throws BadRequest that names the place. */
export function podName(value: unknown, path: string): string {
  if (typeof value !== 'string') throw refuse(path, value, 'a name')
  // Room for what follows it.
  const errors = value.length > 200 ? ['must be no more than 200 bytes'] : subdomainErrors(value)
  if (errors.length > 0) throw refuse(path, value, `the name of a pod: ${errors.join('; ')}`)
  return value
}
