/** The words of an expression. Mirrors parser/gen/CEL.g4 and parser/unescape.go of cel-go. */
import { ExpressionError } from './ast.ts'
import { utf8 } from '../utf8.ts'
import { Bytes, Uint, type Value } from './values.ts'

export interface Token {
  readonly kind: 'name' | 'value' | 'sign' | 'end'
  /** A sign or a name as it stands there. */
  readonly text: string
  readonly at: number
  readonly value?: Value
}

const SPACE = /(?:[\t\n\f\r ]|\/\/[^\n]*)+/y
const NAME = /[A-Za-z_][A-Za-z0-9_]*/y
const NUMBER = /0x[0-9a-fA-F]+[uU]?|(?:\d+\.\d+(?:[eE][+-]?\d+)?|\.\d+(?:[eE][+-]?\d+)?|\d+[eE][+-]?\d+|\d+[uU]?)/y
const SIGN = /==|!=|<=|>=|&&|\|\||[[\]{}().,<>?:!+\-*/%]/y
const QUOTE = /([rRbB]{0,2})("""|'''|"|')/y

/** What is no word is noted and passed over. */
export function tokensOf(text: string, errors: ExpressionError[]): readonly Token[] {
  const tokens: Token[] = []
  let at = skip(text, 0)
  while (at < text.length) {
    try {
      const [token, end] = next(text, at)
      tokens.push(token)
      at = skip(text, end)
    } catch (error) {
      if (!(error instanceof TokenError)) throw error
      errors.push(error)
      at = skip(text, error.end)
    }
  }
  return [...tokens, { kind: 'end', text: '<EOF>', at: text.length }]
}

class TokenError extends ExpressionError {
  constructor(
    text: string,
    at: number,
    readonly end: number,
  ) {
    super(`Syntax error: token recognition error at: '${text.slice(at, end)}'`, at)
  }
}

function skip(text: string, at: number): number {
  return at + (matchAt(SPACE, text, at)?.[0].length ?? 0)
}

function matchAt(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  const sticky = new RegExp(pattern.source, 'y')
  sticky.lastIndex = at
  return sticky.exec(text)
}

function next(text: string, at: number): [token: Token, end: number] {
  const quote = matchAt(QUOTE, text, at)
  if (quote !== null) return quoted(text, at, quote[1]!.toLowerCase(), quote[2]!)
  const [number] = matchAt(NUMBER, text, at) ?? []
  if (number !== undefined)
    return [{ kind: 'value', text: number, at, value: numberOf(number, at) }, at + number.length]
  const [name] = matchAt(NAME, text, at) ?? []
  if (name !== undefined) return [{ kind: 'name', text: name, at }, at + name.length]
  const [sign] = matchAt(SIGN, text, at) ?? []
  if (sign !== undefined) return [{ kind: 'sign', text: sign, at }, at + sign.length]
  // One sign of equality might be the first of two.
  throw new TokenError(text, at, at + (text.charAt(at) === '=' ? 2 : 1))
}

/** An int may be one too large: whether it is one shows once its sign is known. */
function numberOf(text: string, at: number): Value {
  if (/[uU]$/.test(text)) {
    const value = BigInt(text.slice(0, -1))
    if (value >= 1n << 64n) throw new ExpressionError('invalid uint literal', at)
    return new Uint(value)
  }
  if (/^0x|^\d+$/.test(text)) {
    const value = BigInt(text)
    if (value > 1n << 63n) throw new ExpressionError('invalid int literal', at)
    return value
  }
  return Number(text)
}

function quoted(text: string, at: number, prefix: string, quote: string): [token: Token, end: number] {
  const start = at + prefix.length + quote.length
  const isRaw = prefix.includes('r')
  const parts: (string | number)[] = []
  let place = start
  while (!text.startsWith(quote, place)) {
    if (place >= text.length || (quote.length === 1 && text.charAt(place) === '\n')) {
      throw new TokenError(text, at, place)
    }
    if (text.charAt(place) === '\\' && isRaw) {
      parts.push(text.slice(place, place + 2))
      place += 2
    } else if (text.charAt(place) === '\\') {
      const [part, length] = escaped(text, place, prefix.includes('b')) ?? []
      if (part === undefined || length === undefined) throw new TokenError(text, at, place + 2)
      parts.push(part)
      place += length
    } else {
      const character = String.fromCodePoint(text.codePointAt(place)!)
      parts.push(character)
      place += character.length
    }
  }
  const value = prefix.includes('b') ? bytesOf(parts) : parts.join('')
  const end = place + quote.length
  return [{ kind: 'value', text: text.slice(at, end), at, value }, end]
}

function bytesOf(parts: readonly (string | number)[]): Bytes {
  return new Bytes(parts.flatMap((part) => (typeof part === 'number' ? part : utf8(part))))
}

const ESCAPES: Readonly<Record<string, string>> = Object.freeze({
  a: '\u0007',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '\\': '\\',
  '?': '?',
  "'": "'",
  '"': '"',
  '`': '`',
})

const CODE = /\\(?:[xX]([0-9a-fA-F]{2})|([0-3][0-7]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8}))/y

/** A number stands for a byte; undefined for what is no escape. */
function escaped(text: string, at: number, isBytes: boolean): [part: string | number, length: number] | undefined {
  const plain = ESCAPES[text.charAt(at + 1)]
  if (plain !== undefined) return [plain, 2]
  const [whole, hex, octal, short, long] = matchAt(CODE, text, at) ?? []
  const byte = hex === undefined ? octal && parseInt(octal, 8) : parseInt(hex, 16)
  const point = typeof byte === 'number' ? byte : parseInt(short ?? long ?? '', 16)
  const isWrong = whole === undefined || Number.isNaN(point) || point > 0x10_ffff || (point >= 0xd800 && point < 0xe000)
  if (isWrong || (isBytes && typeof byte !== 'number')) return undefined
  return [isBytes ? point : String.fromCodePoint(point), whole.length]
}
