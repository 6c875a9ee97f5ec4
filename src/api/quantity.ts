/**
 * Amounts of resources: `100m`, `1.5`, `2Gi`, `1e3`. Grammar, rounding and canonical form mirror
 * staging/src/k8s.io/apimachinery/pkg/api/resource/quantity.go. Values are exact.
 */
import { badRequest } from './errors.ts'
import { asJson } from './said.ts'

export type QuantityFormat = 'BinarySI' | 'DecimalSI' | 'DecimalExponent'

export interface Quantity {
  /** The amount in units of 10⁻⁹: the finest that Kubernetes represents. */
  readonly nano: bigint
  /** How the amount likes to be written. */
  readonly format: QuantityFormat
}

/** What Kubernetes says of a string that is no quantity. */
export const QUANTITY_ERROR =
  "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'"

const GRAMMAR = /^([+-]?)([0-9]*)(?:\.([0-9]*))?(?:(n|u|m|k|M|G|T|P|E|Ki|Mi|Gi|Ti|Pi|Ei)|[eE]([+-]?[0-9]{1,9}))?$/
const BINARY = ['', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'] as const
/** By power of a thousand, starting at 10⁻⁹. */
const DECIMAL = ['n', 'u', 'm', '', 'k', 'M', 'G', 'T', 'P', 'E'] as const
const GIGA = 1_000_000_000n
const MAX_BINARY = ((1n << 63n) - 1n) * GIGA
/** Beyond this power of ten a decimal is refused: upstream would take it, no cluster can mean it. */
const MAX_EXPONENT = 100

/** The amount a string (or a bare number, as YAML has it) says; undefined when it is no quantity. */
export function parseQuantity(text: string | number): Quantity | undefined {
  const match = GRAMMAR.exec(String(text))
  if (match === null) return undefined
  const whole = match[2] ?? ''
  const fraction = match[3] ?? ''
  if (whole === '' && fraction === '') return undefined
  const digits = BigInt(whole + fraction)
  const sign = match[1] === '-' ? -1n : 1n
  const suffix = match[4] ?? ''
  const binary = BINARY.indexOf(suffix as 'Ki')
  if (binary > 0) return binaryQuantity(sign, digits, fraction.length, BigInt(10 * binary))
  const exponent = match[5] === undefined ? (DECIMAL.indexOf(suffix as 'k') - 3) * 3 : Number(match[5])
  if (exponent > MAX_EXPONENT) return undefined
  const nano = scaleUp(digits, exponent - fraction.length + 9)
  return { nano: sign * nano, format: match[5] === undefined ? 'DecimalSI' : 'DecimalExponent' }
}

/** The canonical form: no fraction, the largest suffix that keeps the amount exact. */
export function formatQuantity(quantity: Quantity): string {
  const { nano, format } = quantity
  if (nano === 0n) return '0'
  const small = nano > -1024n * GIGA && nano < 1024n * GIGA
  if (format === 'BinarySI' && !small && nano % GIGA === 0n) return formatBinary(nano / GIGA)
  return formatDecimal(nano, format === 'DecimalExponent')
}

/** The form the API server hands out (`0.5` → `500m`, `1024Mi` → `1Gi`); what is no quantity stays as it is. */
export function canonicalQuantity(text: string | number): string {
  if (typeof text === 'string' && isPlainlyCanonical(text)) return text
  const quantity = parseQuantity(text)
  return quantity === undefined || isTakenForCanonical(String(text)) ? String(text) : formatQuantity(quantity)
}

const MOST_DIGITS = 18
const PARTS = /^[+-]?0*([1-9]\d*)(?:\.(\d*))?(?:([numkMGTPE]|[KMGTPE]i)|[eE]([+-]?\d+))?$/

/**
 * Whether the API server keeps a quantity as it is written: ParseQuantity takes for canonical what has the right power of
 * ten, or of two, and no zeros to spare. So `1E3` and `1.500` stay, `1000m` does not.
 */
function isTakenForCanonical(text: string): boolean {
  const [, whole = '', fraction = '', suffix = '', exponent] = PARTS.exec(text) ?? []
  if (whole === '') return false
  const digits = whole + fraction
  const binary = BINARY.indexOf(suffix as 'Ki')
  if (binary > 0) {
    const fits = digits.length + Math.floor(3 * binary) < 15
    return fits && fraction === '' && BigInt(digits) % 8n !== 0n
  }
  const scale = Number(exponent ?? (DECIMAL.indexOf(suffix as 'k') - 3) * 3) - fraction.length
  return digits.length <= MOST_DIGITS && scale >= -9 && scale % 3 === 0 && !digits.endsWith('000')
}

export function compareQuantities(a: Quantity, b: Quantity): -1 | 0 | 1 {
  return a.nano < b.nano ? -1 : a.nano > b.nano ? 1 : 0
}

/** Below, at or above 0 as the first is less than, as much as or more than the second; 0 as well where either is no quantity. */
export function compareAmounts(a: string, b: string): number {
  if (a === b) return 0
  const quickA = quickMilli(a)
  const quickB = quickMilli(b)
  if (quickA >= 0 && quickB >= 0) return quickA - quickB
  const first = parseQuantity(a)
  const second = parseQuantity(b)
  return first === undefined || second === undefined ? 0 : compareQuantities(first, second)
}

/** The sum, written as `a` is, or as `b` is when `a` is zero. */
export function addQuantities(a: Quantity, b: Quantity): Quantity {
  return { nano: a.nano + b.nano, format: a.nano === 0n ? b.format : a.format }
}

export function subtractQuantities(a: Quantity, b: Quantity): Quantity {
  return { nano: a.nano - b.nano, format: a.nano === 0n ? b.format : a.format }
}

/** Whole units, rounded away from zero; a bigint beyond 2⁵³ − 1. Throws BadRequest for what is no quantity. */
export function quantityValue(text: string | number): number | bigint {
  const units = roundUp(parseOrThrow(text).nano, GIGA)
  const plain = Number(units)
  return Number.isSafeInteger(plain) ? plain : units
}

/** Thousandths of a core, rounded up; 0 when absent. Throws BadRequest for what is no quantity. */
export function cpuMilli(text: string | number | undefined): number {
  if (text === undefined) return 0
  if (typeof text === 'string') {
    const end = leadingDigits(text)
    if (end > 0 && end === text.length) return digitsOf(text, end) * 1000
    if (end > 0 && end === text.length - 1 && text.charCodeAt(end) === 109 /* m */) return digitsOf(text, end)
  }
  return Number(roundUp(parseOrThrow(text).nano, 1_000_000n))
}

/** Bytes (or any counted resource) rounded up; exact up to 2⁵³; 0 when absent. Throws BadRequest for no quantity. */
export function bytes(text: string | number | undefined): number {
  if (text === undefined) return 0
  if (typeof text === 'string') {
    const end = leadingDigits(text)
    if (end > 0 && end === text.length) return digitsOf(text, end)
    if (end > 0 && end === text.length - 2 && text.charCodeAt(end + 1) === 105 /* i */) {
      const unit = text.charCodeAt(end)
      if (unit === 75) return digitsOf(text, end) * 1024
      if (unit === 77) return digitsOf(text, end) * 1_048_576
      if (unit === 71) return digitsOf(text, end) * 1_073_741_824
    }
  }
  return Number(roundUp(parseOrThrow(text).nano, GIGA))
}

function parseOrThrow(text: string | number): Quantity {
  const quantity = parseQuantity(text)
  if (quantity === undefined) throw badRequest(`${asJson(text)} is not a quantity: ${QUANTITY_ERROR}`)
  return quantity
}

/** Binary amounts are capped at 2⁶³ − 1 as upstream does; less than one unit is written decimally. */
function binaryQuantity(sign: bigint, digits: bigint, decimals: number, shift: bigint): Quantity {
  const scaled = scaleUp(digits << shift, 9 - decimals)
  const nano = scaled > MAX_BINARY ? MAX_BINARY : scaled
  return { nano: sign * nano, format: nano < GIGA ? 'DecimalSI' : 'BinarySI' }
}

/** value × 10^power, rounded up where the power is negative: whoever asks for a little gets a little. */
function scaleUp(value: bigint, power: number): bigint {
  if (value === 0n) return 0n
  if (power >= 0) return value * tenTo(power)
  const dropped = -power
  return dropped > value.toString().length + 1 ? 1n : roundUp(value, tenTo(dropped))
}

function roundUp(value: bigint, unit: bigint): bigint {
  const quotient = value / unit
  if (value % unit === 0n) return quotient
  return value < 0n ? quotient - 1n : quotient + 1n
}

function tenTo(power: number): bigint {
  return BigInt(`1${'0'.repeat(power)}`)
}

function formatBinary(units: bigint): string {
  let rest = units
  let power = 0
  while (power < 6 && rest % 1024n === 0n) {
    rest /= 1024n
    power++
  }
  return `${rest}${BINARY[power]}`
}

function formatDecimal(nano: bigint, exponential: boolean): string {
  let rest = nano
  let power = 0
  while (rest % 1000n === 0n && (exponential || power < DECIMAL.length - 1)) {
    rest /= 1000n
    power++
  }
  if (!exponential) return `${rest}${DECIMAL[power]}`
  return power === 3 ? String(rest) : `${rest}e${power * 3 - 9}`
}

/** Up to 15 digits (so that the number is exact); 0 when there are none or too many. */
function leadingDigits(text: string): number {
  let end = 0
  while (end < text.length && text.charCodeAt(end) >= 48 && text.charCodeAt(end) <= 57) end++
  return end > 12 ? 0 : end
}

function digitsOf(text: string, end: number): number {
  let value = 0
  for (let i = 0; i < end; i++) value = value * 10 + text.charCodeAt(i) - 48
  return value
}

/**
 * Thousandths of a unit for what manifests mostly hold (`1`, `250m`, `64Mi`, `2G`), exact; −1 means: work it out with
 * parseQuantity, for nothing is known of the text.
 */
export function quickMilli(text: string | number): number {
  if (typeof text !== 'string') return -1
  const end = leadingDigits(text)
  if (end === 0) return -1
  const factor = end === text.length ? 1000 : suffixMilli(text, end)
  if (factor < 0) return -1
  const milli = digitsOf(text, end) * factor
  return milli <= Number.MAX_SAFE_INTEGER ? milli : -1
}

function suffixMilli(text: string, at: number): number {
  const unit = text.charCodeAt(at)
  if (at === text.length - 1) {
    return unit === 109 /* m */
      ? 1
      : unit === 107 /* k */
        ? 1e6
        : unit === 77 /* M */
          ? 1e9
          : unit === 71 /* G */
            ? 1e12
            : -1
  }
  if (at !== text.length - 2 || text.charCodeAt(at + 1) !== 105 /* i */) return -1
  return unit === 75 ? 1_024_000 : unit === 77 ? 1_048_576_000 : unit === 71 ? 1_073_741_824_000 : -1
}

/** A short number without leading zeros cannot hold a larger suffix: it is canonical if its suffix is a common one. */
function isPlainlyCanonical(text: string): boolean {
  const end = leadingDigits(text)
  return end > 0 && end <= 3 && text.charCodeAt(0) !== 48 && (end === text.length || suffixMilli(text, end) > 0)
}
