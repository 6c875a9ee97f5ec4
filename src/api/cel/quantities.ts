/** Amounts of resources. Mirrors quantity.go of pkg/cel/library. */
import {
  addQuantities,
  compareQuantities,
  parseQuantity,
  type Quantity,
  QUANTITY_ERROR,
  subtractQuantities,
} from '../quantity.ts'
import { fn, method, type Overload } from './functions.ts'
import { BOOL, DOUBLE, INT, opaque, STRING } from './types.ts'
import { CelError, Opaque } from './values.ts'

const NAME = 'kubernetes.Quantity'
const QUANTITY = opaque(NAME)
const NANO = 1_000_000_000n
const MOST = (1n << 63n) - 1n

type Amount = Opaque<Quantity>

const amount = (value: Quantity): Amount => new Opaque(NAME, value, String(value.nano))
const ofInt = (value: bigint): Quantity => ({ nano: value * NANO, format: 'DecimalSI' })

function parsed(text: string): Amount {
  const value = parseQuantity(text)
  if (value === undefined) throw new CelError(QUANTITY_ERROR)
  return amount(value)
}

function isInteger({ value: { nano } }: Amount): boolean {
  return nano % NANO === 0n && nano / NANO <= MOST && nano / NANO >= -MOST - 1n
}

function asInteger(given: Amount): bigint {
  if (!isInteger(given)) throw new CelError('cannot convert value to integer')
  return given.value.nano / NANO
}

const compare = (a: Amount, b: Amount): bigint => BigInt(compareQuantities(a.value, b.value))

export const quantities: readonly Overload[] = Object.freeze([
  fn('quantity', [STRING], QUANTITY, parsed),
  fn('isQuantity', [STRING], BOOL, (text: string) => parseQuantity(text) !== undefined),
  fn('sign', [QUANTITY], INT, ({ value: { nano } }: Amount) => (nano > 0n ? 1n : nano < 0n ? -1n : 0n)),
  method('isInteger', [QUANTITY], BOOL, isInteger),
  method('asInteger', [QUANTITY], INT, asInteger),
  method('asApproximateFloat', [QUANTITY], DOUBLE, ({ value: { nano } }: Amount) => Number(nano) / 1e9),
  method('isGreaterThan', [QUANTITY, QUANTITY], BOOL, (a: Amount, b: Amount) => compare(a, b) > 0n),
  method('isLessThan', [QUANTITY, QUANTITY], BOOL, (a: Amount, b: Amount) => compare(a, b) < 0n),
  method('compareTo', [QUANTITY, QUANTITY], INT, compare),
  method('add', [QUANTITY, QUANTITY], QUANTITY, (a: Amount, b: Amount) => amount(addQuantities(a.value, b.value))),
  method('add', [QUANTITY, INT], QUANTITY, (a: Amount, b: bigint) => amount(addQuantities(a.value, ofInt(b)))),
  method('sub', [QUANTITY, QUANTITY], QUANTITY, (a: Amount, b: Amount) => amount(subtractQuantities(a.value, b.value))),
  method('sub', [QUANTITY, INT], QUANTITY, (a: Amount, b: bigint) => amount(subtractQuantities(a.value, ofInt(b)))),
])
