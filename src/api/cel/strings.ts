/** What can be done with texts. Mirrors ext/strings.go (version 2) of cel-go, and regex.go of pkg/cel/library. */
import type { Matcher } from 're2js'
import { patternOf } from '../customSchema/patterns.ts'
import { codePoints } from '../utf8.ts'
import type { Frame } from './frame.ts'
import { fn, metered, method, type Overload } from './functions.ts'
import { quote } from './quoted.ts'
import { formatted } from './stringFormat.ts'
import { BOOL, DYN, INT, list, STRING } from './types.ts'
import { CelError, ListValue, type Value } from './values.ts'

/** Places in a text are those of code points, which most texts have one of in each place. */
const isPlain = (text: string): boolean => !/[\ud800-\udfff]/.test(text)
const points = (text: string): readonly string[] => [...text]

function place(index: bigint, length: number): number {
  if (index < 0n || index > BigInt(length)) throw new CelError(`index out of range: ${index}`)
  return Number(index)
}

/** Where the code point of a place begins. */
function unitOf(text: string, index: bigint): number {
  if (isPlain(text)) return place(index, text.length)
  const all = points(text)
  return all.slice(0, place(index, all.length)).join('').length
}

function charAt(text: string, index: bigint): string {
  const at = unitOf(text, index)
  return at === text.length ? '' : String.fromCodePoint(text.codePointAt(at)!)
}

const placeOf = (text: string, unit: number): bigint => BigInt(unit < 0 ? -1 : codePoints(text.slice(0, unit)))

function indexOf(text: string, part: string, from: bigint): bigint {
  if (from > BigInt(codePoints(text))) return -1n
  return placeOf(text, text.indexOf(part, unitOf(text, from)))
}

function lastIndexOf(text: string, part: string, from: bigint): bigint {
  return placeOf(text, text.lastIndexOf(part, unitOf(text, from)))
}

function substring(text: string, from: bigint, to: bigint): string {
  const [start, end] = [unitOf(text, from), unitOf(text, to)]
  if (start > end) throw new CelError(`invalid substring range. start: ${from}, end: ${to}`)
  return text.slice(start, end)
}

function replaced(text: string, part: string, by: string, most: bigint, frame: Frame): string {
  const pieces = part === '' ? ['', ...points(text), ''] : text.split(part)
  const count = most < 0n || BigInt(pieces.length - 1) <= most ? pieces.length - 1 : Number(most)
  frame.stepThrough(by, count)
  return [pieces.slice(0, count + 1).join(by), ...pieces.slice(count + 1)].join(part)
}

function split(text: string, by: string, most: bigint): ListValue {
  if (most === 0n) return new ListValue([])
  const pieces = by === '' ? points(text) : text.split(by)
  if (most < 0n || BigInt(pieces.length) <= most) return new ListValue(pieces)
  const count = Number(most)
  return new ListValue([...pieces.slice(0, count - 1), pieces.slice(count - 1).join(by)])
}

function joinedBy({ items }: ListValue, by: string, frame: Frame): string {
  frame.stepThrough(by, items.length)
  return items
    .map((item) => {
      if (typeof item !== 'string') throw new CelError('no such overload')
      frame.stepThrough(item)
      return item
    })
    .join(by)
}

const ascii = (text: string, from: RegExp, to: (letter: string) => string): string => text.replace(from, to)

/** So many patterns are remembered by one expression. */
const MOST_PATTERNS = 64
/** How long reading a pattern takes, and how much of one is tried at each character of a text. */
const STEPS_TO_READ = 10
const TRIED_A_STEP = 16

/** The matcher of a text. Throws CelError for what RE2 would not read. */
function matcherOf(text: string, source: string, frame: Frame): Matcher {
  const { patterns } = frame
  if (!patterns.has(source)) {
    frame.step(source.length * STEPS_TO_READ)
    if (patterns.size >= MOST_PATTERNS) patterns.clear()
  }
  const pattern = patternOf(source, patterns)
  if (typeof pattern === 'string') throw new CelError(pattern)
  frame.step((text.length * pattern.programSize()) / TRIED_A_STEP)
  return pattern.matcher(text)
}

export function regexFault(source: string): string | undefined {
  return typeof patternOf(source, new Map()) === 'string' ? 'invalid matches argument' : undefined
}

const matches = (text: string, source: string, frame: Frame): boolean => matcherOf(text, source, frame).find()

function find(text: string, source: string, frame: Frame): string {
  const matcher = matcherOf(text, source, frame)
  return matcher.find() ? matcher.group()! : ''
}

/** Nothing right after something is not found again, as in Go. */
function findAll(text: string, source: string, most: bigint, frame: Frame): ListValue {
  const matcher = matcherOf(text, source, frame)
  const found: string[] = []
  for (let end = -1; matcher.find(); end = matcher.end()) {
    if (matcher.start() === end && matcher.end() === end) continue
    found.push(matcher.group()!)
  }
  return new ListValue(most < 0n ? found : found.slice(0, Number(most)))
}

const TEXTS = list(STRING)
/** What Unicode calls white space, as Go's strings.TrimSpace and cel-go have it. */
const trimmed = (text: string): string => text.replace(/^[\s\u0085]+|[\s\u0085]+$/g, '')

/** With what stands for an argument that is not given. */
const short =
  <T extends readonly unknown[]>(call: (...args: never[]) => Value, ...given: T) =>
  (...args: readonly unknown[]): Value =>
    (call as (...all: readonly unknown[]) => Value)(...args.slice(0, -1), ...given, args.at(-1))

/** A text that is gone through, however little that costs. */
const through =
  (call: (...args: never[]) => Value) =>
  (...args: readonly unknown[]): Value => {
    ;(args.at(-1) as Frame).stepThrough(args[0] as string)
    return (call as (...all: readonly unknown[]) => Value)(...args)
  }

const metering: readonly Overload[] = [
  fn('matches', [STRING, STRING], BOOL, matches),
  method('matches', [STRING, STRING], BOOL, matches),
  method('find', [STRING, STRING], STRING, find),
  method('findAll', [STRING, STRING], TEXTS, short(findAll, -1n)),
  method('findAll', [STRING, STRING, INT], TEXTS, findAll),
  method('charAt', [STRING, INT], STRING, through(charAt)),
  method('indexOf', [STRING, STRING], INT, through(short(indexOf, 0n))),
  method('indexOf', [STRING, STRING, INT], INT, through(indexOf)),
  method('lastIndexOf', [STRING, STRING], INT, (text: string, part: string, frame: Frame) => {
    frame.stepThrough(text)
    return placeOf(text, text.lastIndexOf(part))
  }),
  method('lastIndexOf', [STRING, STRING, INT], INT, through(lastIndexOf)),
  method('replace', [STRING, STRING, STRING], STRING, short(replaced, -1n)),
  method('replace', [STRING, STRING, STRING, INT], STRING, replaced),
  method('join', [TEXTS], STRING, short(joinedBy, '')),
  method('join', [TEXTS, STRING], STRING, joinedBy),
  method('format', [STRING, list(DYN)], STRING, formatted),
]

export const strings: readonly Overload[] = Object.freeze([
  ...metering.map(metered),
  method('contains', [STRING, STRING], BOOL, (text: string, part: string) => text.includes(part)),
  method('startsWith', [STRING, STRING], BOOL, (text: string, part: string) => text.startsWith(part)),
  method('endsWith', [STRING, STRING], BOOL, (text: string, part: string) => text.endsWith(part)),
  method('lowerAscii', [STRING], STRING, (text: string) => ascii(text, /[A-Z]/g, (each) => each.toLowerCase())),
  method('upperAscii', [STRING], STRING, (text: string) => ascii(text, /[a-z]/g, (each) => each.toUpperCase())),
  method('split', [STRING, STRING], TEXTS, (text: string, by: string) => split(text, by, -1n)),
  method('split', [STRING, STRING, INT], TEXTS, split),
  method('substring', [STRING, INT], STRING, (text: string, from: bigint) =>
    substring(text, from, BigInt(codePoints(text))),
  ),
  method('substring', [STRING, INT, INT], STRING, substring),
  method('trim', [STRING], STRING, trimmed),
  fn('strings.quote', [STRING], STRING, quote),
])
