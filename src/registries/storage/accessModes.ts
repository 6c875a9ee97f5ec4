/** What claims and volumes share. Mirrors the access modes of core validation and pkg/apis/core/v1/helper. */
import { forbidden, invalid, notSupported, required } from '../../api/fieldErrors.ts'
import { QUANTITY_ERROR, parseQuantity, quantityValue } from '../../api/quantity.ts'
import type { Errors } from '../validation/common.ts'

const MODES = ['ReadOnlyMany', 'ReadWriteMany', 'ReadWriteOnce', 'ReadWriteOncePod']
const SHORT: readonly (readonly [mode: string, short: string])[] = [
  ['ReadWriteOnce', 'RWO'],
  ['ReadOnlyMany', 'ROX'],
  ['ReadWriteMany', 'RWX'],
  ['ReadWriteOncePod', 'RWOP'],
]
export const VOLUME_MODES: readonly string[] = ['Block', 'Filesystem']

export function checkAccessModes(
  given: readonly string[] | undefined,
  at: string,
  detail: string,
  errors: Errors,
): void {
  const modes = given ?? []
  if (modes.length === 0) errors.push(required(at, detail))
  for (const mode of modes) if (!MODES.includes(mode)) errors.push(notSupported(at, mode, MODES))
  if (modes.includes('ReadWriteOncePod') && modes.some((mode) => mode !== 'ReadWriteOncePod' && MODES.includes(mode))) {
    errors.push(forbidden(at, 'may not use ReadWriteOncePod with other access modes'))
  }
}

export function checkPositive(amount: string, at: string, errors: Errors): void {
  const quantity = parseQuantity(amount)
  if (quantity === undefined) errors.push(invalid(at, amount, QUANTITY_ERROR))
  else if (quantity.nano <= 0n) errors.push(invalid(at, amount, 'must be greater than zero'))
}

/** Mirrors validateBasicResource. */
export function checkNotBelowZero(amount: string, at: string, errors: Errors): void {
  if (amount.startsWith('-')) errors.push(invalid(at, quantityValue(amount), 'must be a valid resource quantity'))
}

/** `RWO,ROX` */
export function accessModesCell(modes: readonly string[] = []): string {
  return SHORT.filter(([mode]) => modes.includes(mode))
    .map(([, short]) => short)
    .join(',')
}
