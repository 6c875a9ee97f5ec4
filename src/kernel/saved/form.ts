/** How instances of a class are saved: what they are made of, and how they are made of it again. */
export interface SavedForm {
  /** By which files know it. */
  readonly name: string
  readonly type: abstract new (...parts: never[]) => object
  /** Plain data, or instances of classes that have a form too; always as many. */
  parts(value: object): readonly unknown[]
  make(parts: readonly unknown[]): object
}

/** The form of a class, with types. */
export function formOf<T extends object, P extends readonly unknown[]>(form: {
  readonly name: string
  readonly type: abstract new (...parts: never[]) => T
  parts(value: T): P
  make(parts: P): T
}): SavedForm {
  return form as unknown as SavedForm
}

/** Bytes, such as a digest. */
export const bytesForm: SavedForm = formOf({
  name: 'bytes',
  type: Uint8Array,
  parts: (bytes): readonly [readonly number[]] => [[...bytes]],
  make: ([bytes]) => Uint8Array.from(bytes),
})

/** What of a value stands in the stream, and how. */
export const kinds = {
  undefined: 0,
  null: 1,
  false: 2,
  true: 3,
  /** A whole number, as the difference to the one before it in its place. */
  whole: 4,
  /** Any other number, in the list of numbers. */
  other: 5,
  /** A text that says a whole number, as such. */
  decimal: 6,
  text: 7,
  object: 8,
} as const
/** In place of a kind: of several. */
export const MIXED = 9

/** 2^50: differences of such numbers are exact, and so is twice a difference. */
const LARGEST = 0x4_0000_0000_0000

/** The kind of what is neither a list nor an object. */
export function kindOf(value: unknown): number {
  switch (typeof value) {
    case 'string':
      return isDecimal(value) ? kinds.decimal : kinds.text
    case 'number':
      return isWhole(value) ? kinds.whole : kinds.other
    case 'object':
      return value === null ? kinds.null : kinds.object
    case 'boolean':
      return value ? kinds.true : kinds.false
    case 'undefined':
      return kinds.undefined
    default:
      throw new TypeError(`a table holds a ${typeof value}, which is no plain data`)
  }
}

function isWhole(value: number): boolean {
  const isInteger = (value | 0) === value || (Number.isInteger(value) && Math.abs(value) <= LARGEST)
  return isInteger && (value !== 0 || 1 / value > 0)
}

/** Up to nine digits that begin with none of no worth: such as a resourceVersion. */
function isDecimal(text: string): boolean {
  const { length } = text
  if (length === 0 || length > 9) return false
  const first = text.charCodeAt(0)
  if (first < 48 || first > 57 || (first === 48 && length > 1)) return false
  for (let index = 1; index < length; index++) {
    const unit = text.charCodeAt(index)
    if (unit < 48 || unit > 57) return false
  }
  return true
}

/** The objects of one form or, of plain ones, with the same fields in the same order, and of the same kinds. */
export interface Shape {
  readonly form: SavedForm | undefined
  /** Of plain objects. */
  readonly keys: readonly string[]
  readonly kinds: readonly number[]
  /** The last whole number in each place. */
  readonly last: number[]
}

/** One character for six bits: what base64 uses. */
export const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'
