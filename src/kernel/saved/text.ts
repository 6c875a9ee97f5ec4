import { Memory } from '../memory.ts'
import { bytesForm, type SavedForm } from './form.ts'
import { type Piece, SaveReader } from './reader.ts'
import { ascii, SaveWriter } from './writer.ts'

type Hash = (bytes: Uint8Array) => Uint8Array

export const format = 'wavetank-cluster'
/** Raised whenever what the tables hold is kept in another way. */
export const version = 1

/** Text that is no saved cluster, or not whole, or not as it was written. */
export class SavedTextError extends Error {}

/**
 * The lines of a saved cluster, each with its end: its head, the pieces of its memory, and its digest, a chain over the
 * lines before. Together they are one JSON value.
 */
export function writeLines(
  head: object,
  memory: Memory,
  forms: readonly SavedForm[],
  sha256: Hash,
  emit: (line: string) => void,
): void {
  const digest = new LineDigest(sha256)
  const put = (line: string): void => {
    digest.add(line)
    emit(line)
  }
  const said = ascii({ format, version, ...head })
  put(`${said.slice(0, -1)},"memory":[\n`)
  let held: string | undefined
  const writer = new SaveWriter([bytesForm, ...forms], (piece) => {
    if (held !== undefined) put(`${held},\n`)
    held = piece
  })
  memory.save(writer)
  writer.end()
  put(`${held ?? ''}\n`)
  emit(`],"digest":"${digest.hex()}"}\n`)
}

/** A saved cluster that is whole and as it was written, its memory not read yet. */
export interface SavedText {
  readonly head: Readonly<Record<string, unknown>>
  memory(forms: readonly SavedForm[]): Memory
}

/** Throws SavedTextError with the reason for which this is none. */
export function readText(text: string, sha256: Hash): SavedText {
  const lines = linesOf(text)
  const head = headOf(text, lines[0]!)
  const last = /^\],"digest":"([0-9a-f]{64})"\}$/u.exec(lines.at(-1)!)
  if (last === null || lines.length < 3)
    throw new SavedTextError('the saved cluster is truncated: its end, with the digest, is missing')
  const digest = new LineDigest(sha256)
  for (const line of lines.slice(0, -1)) digest.add(`${line}\n`)
  if (digest.hex() !== last[1])
    throw new SavedTextError('the saved cluster was altered: its content does not match its digest')
  return { head, memory: (forms) => memoryOf(lines.slice(1, -1), forms) }
}

function memoryOf(pieces: readonly string[], forms: readonly SavedForm[]): Memory {
  let read = 0
  const next = (): Piece => {
    const line = pieces[read++]
    if (line === undefined) throw new SavedTextError('the saved cluster ends too early')
    return JSON.parse(line.endsWith(',') ? line.slice(0, -1) : line) as Piece
  }
  const memory = Memory.load(new SaveReader([bytesForm, ...forms], next))
  if (read !== pieces.length) throw new SavedTextError('the saved cluster holds more than its memory')
  return memory
}

function linesOf(text: string): string[] {
  const lines: string[] = []
  for (let from = 0; from < text.length;) {
    const found = text.indexOf('\n', from)
    const end = found === -1 ? text.length : found
    lines.push(text.slice(from, end))
    from = end + 1
  }
  return lines.length === 0 ? [''] : lines
}

function headOf(text: string, line: string): Readonly<Record<string, unknown>> {
  if (!line.startsWith(`{"format":"${format}",`) || !line.endsWith(',"memory":[')) throw strange(text)
  const head = parsed(`${line}]}`)
  if (head === undefined) throw new SavedTextError('the saved cluster was altered: its first line is not JSON')
  checkVersion(head)
  return head
}

function checkVersion(head: Readonly<Record<string, unknown>>): void {
  if (head['version'] === version) return
  throw new SavedTextError(
    `the saved cluster is of version ${String(head['version'])}: this version of Wavetank reads version ${version}`,
  )
}

/** What is wrong with a text that does not begin as it should. */
function strange(text: string): SavedTextError {
  const value = parsed(text)
  if (value === undefined) {
    const isBegun = text.startsWith(`{"format":"${format}",`) && !text.includes('\n')
    return new SavedTextError(
      isBegun ? 'the saved cluster is truncated: it ends in its first line' : 'not a saved cluster: not JSON',
    )
  }
  if (value['format'] === 'wavetank-journal')
    return new SavedTextError('not a saved cluster but a journal: replay(journal) brings that to life')
  if (value['format'] !== format)
    return new SavedTextError(`not a saved cluster: expected format ${JSON.stringify(format)}`)
  checkVersion(value)
  return new SavedTextError('the saved cluster was altered: its lines are not as they were written')
}

function parsed(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
  } catch {
    return undefined
  }
}

/** digestₖ = SHA-256(digestₖ₋₁ ‖ line k); a character is a byte. */
class LineDigest {
  private digest: Uint8Array = new Uint8Array(32)
  private bytes = new Uint8Array(0)

  constructor(private readonly sha256: Hash) {}

  add(line: string): void {
    const length = this.digest.length + line.length
    if (this.bytes.length < length) this.bytes = new Uint8Array(2 * length)
    const { bytes } = this
    bytes.set(this.digest)
    for (let index = 0; index < line.length; index++) bytes[32 + index] = line.charCodeAt(index)
    this.digest = this.sha256(bytes.subarray(0, length))
  }

  hex(): string {
    return [...this.digest].map((byte) => byte.toString(16).padStart(2, '0')).join('')
  }
}
