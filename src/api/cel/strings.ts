/** What can be done with texts. Mirrors ext/strings.go (version 2) of cel-go, and regex.go of pkg/cel/library. */
import type { RE2JS } from 're2js'
import { patternOf } from '../customSchema/patterns.ts'
import { fn, method, type Overload } from './functions.ts'
import { quote } from './quoted.ts'
import { formatted } from './stringFormat.ts'
import { BOOL, DYN, INT, list, STRING } from './types.ts'
import { CelError, ListValue } from './values.ts'

/** Places in a text are those of code points. */
const points = (text: string): readonly string[] => [...text]

function place(index: bigint, length: number): number {
  if (index < 0n || index > BigInt(length)) throw new CelError(`index out of range: ${index}`)
  return Number(index)
}

function charAt(text: string, index: bigint): string {
  const all = points(text)
  return all[place(index, all.length)] ?? ''
}

function indexOf(text: string, part: string, from = 0n): bigint {
  const all = points(text)
  if (from > BigInt(all.length)) return -1n
  const start = place(from, all.length)
  const before = all.slice(0, start).join('').length
  const found = text.indexOf(part, before)
  return found === -1 ? -1n : BigInt(points(text.slice(0, found)).length)
}

function lastIndexOf(text: string, part: string, from?: bigint): bigint {
  const all = points(text)
  const end = from === undefined ? text.length : all.slice(0, place(from, all.length)).join('').length
  const found = text.lastIndexOf(part, end)
  return found === -1 ? -1n : BigInt(points(text.slice(0, found)).length)
}

function substring(text: string, from: bigint, to?: bigint): string {
  const all = points(text)
  const [start, end] = [place(from, all.length), place(to ?? BigInt(all.length), all.length)]
  if (start > end) throw new CelError(`invalid substring range. start: ${start}, end: ${end}`)
  return all.slice(start, end).join('')
}

function replaced(text: string, part: string, by: string, most = -1n): string {
  const pieces = part === '' ? ['', ...points(text), ''] : text.split(part)
  if (most < 0n || BigInt(pieces.length - 1) <= most) return pieces.join(by)
  const count = Number(most)
  return (
    pieces.slice(0, count + 1).join(by) +
    pieces
      .slice(count)
      .slice(1)
      .map((piece) => part + piece)
      .join('')
  )
}

function split(text: string, by: string, most = -1n): ListValue {
  if (most === 0n) return new ListValue([])
  const pieces = by === '' ? points(text) : text.split(by)
  if (most < 0n || BigInt(pieces.length) <= most) return new ListValue(pieces)
  const count = Number(most)
  return new ListValue([...pieces.slice(0, count - 1), pieces.slice(count - 1).join(by)])
}

function joinedBy({ items }: ListValue, by = ''): string {
  return items
    .map((item) => {
      if (typeof item === 'string') return item
      throw new CelError('no such overload')
    })
    .join(by)
}

const ascii = (text: string, from: RegExp, to: (letter: string) => string): string => text.replace(from, to)

/** Throws CelError for what RE2 would not read. */
function regex(source: string): RE2JS {
  const pattern = patternOf(source, new Map())
  if (typeof pattern === 'string') throw new CelError(pattern)
  return pattern
}

export function regexFault(source: string): string | undefined {
  return typeof patternOf(source, new Map()) === 'string' ? 'invalid matches argument' : undefined
}

function find(text: string, source: string): string {
  const matcher = regex(source).matcher(text)
  return matcher.find() ? matcher.group()! : ''
}

/** Nothing right after something is not found again, as in Go. */
function findAll(text: string, source: string, most = -1n): ListValue {
  const matcher = regex(source).matcher(text)
  const found: string[] = []
  for (let end = -1; matcher.find(); end = matcher.end()) {
    if (matcher.start() === end && matcher.end() === end) continue
    found.push(matcher.group()!)
  }
  return new ListValue(most < 0n ? found : found.slice(0, Number(most)))
}

const TEXTS = list(STRING)
const matches = (text: string, source: string): boolean => regex(source).test(text)
/** What Unicode calls white space, as Go's strings.TrimSpace and cel-go have it. */
const trimmed = (text: string): string => text.replace(/^[\s\u0085]+|[\s\u0085]+$/g, '')

export const strings: readonly Overload[] = Object.freeze([
  method('contains', [STRING, STRING], BOOL, (text: string, part: string) => text.includes(part)),
  method('startsWith', [STRING, STRING], BOOL, (text: string, part: string) => text.startsWith(part)),
  method('endsWith', [STRING, STRING], BOOL, (text: string, part: string) => text.endsWith(part)),
  fn('matches', [STRING, STRING], BOOL, matches),
  method('matches', [STRING, STRING], BOOL, matches),
  method('find', [STRING, STRING], STRING, find),
  method('findAll', [STRING, STRING], TEXTS, (text: string, source: string) => findAll(text, source)),
  method('findAll', [STRING, STRING, INT], TEXTS, findAll),
  method('charAt', [STRING, INT], STRING, charAt),
  method('indexOf', [STRING, STRING], INT, (text: string, part: string) => indexOf(text, part)),
  method('indexOf', [STRING, STRING, INT], INT, indexOf),
  method('lastIndexOf', [STRING, STRING], INT, (text: string, part: string) => lastIndexOf(text, part)),
  method('lastIndexOf', [STRING, STRING, INT], INT, lastIndexOf),
  method('lowerAscii', [STRING], STRING, (text: string) => ascii(text, /[A-Z]/g, (each) => each.toLowerCase())),
  method('upperAscii', [STRING], STRING, (text: string) => ascii(text, /[a-z]/g, (each) => each.toUpperCase())),
  method('replace', [STRING, STRING, STRING], STRING, (text: string, a: string, b: string) => replaced(text, a, b)),
  method('replace', [STRING, STRING, STRING, INT], STRING, replaced),
  method('split', [STRING, STRING], TEXTS, (text: string, by: string) => split(text, by)),
  method('split', [STRING, STRING, INT], TEXTS, split),
  method('substring', [STRING, INT], STRING, (text: string, from: bigint) => substring(text, from)),
  method('substring', [STRING, INT, INT], STRING, substring),
  method('trim', [STRING], STRING, trimmed),
  method('join', [TEXTS], STRING, (items: ListValue) => joinedBy(items)),
  method('join', [TEXTS, STRING], STRING, joinedBy),
  method('format', [STRING, list(DYN)], STRING, formatted),
  fn('strings.quote', [STRING], STRING, quote),
])
