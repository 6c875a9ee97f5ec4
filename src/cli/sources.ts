import { isUtf8 } from 'node:buffer'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { Refused } from './output.ts'

/** A manifest as text, and the name by which messages speak of it. */
export interface Source {
  readonly name: string
  readonly text: string
}

const extension = /\.(?:json|yaml|yml)$/u

/** Files; the manifests of folders, by name; `-` for what stands in standard input. Throws Refused, in kubectl's words. */
export async function readSources(paths: readonly string[]): Promise<Source[]> {
  const sources: Source[] = []
  for (const path of paths) {
    if (path === '-') sources.push({ name: 'STDIN', text: await standardInput() })
    else for (const name of filesOf(path)) sources.push({ name, text: readText(name) })
  }
  return sources
}

function filesOf(path: string): string[] {
  let isFolder: boolean
  try {
    isFolder = statSync(path).isDirectory()
  } catch {
    throw new Refused(`error: the path "${path}" does not exist`)
  }
  if (!isFolder) return [path]
  const names = readdirSync(path, { withFileTypes: true })
    .filter((file) => !file.isDirectory() && extension.test(file.name))
    .map(({ name }) => name)
    .sort()
  if (names.length === 0)
    throw new Refused(`error: error reading [${path}]: recognized file extensions are [.json .yaml .yml]`)
  return names.map((name) => join(path, name))
}

/** Throws Refused when the file cannot be read. */
export function readText(path: string): string {
  try {
    return decoded(readFileSync(path), path)
  } catch (error) {
    if (error instanceof Refused) throw error
    const { code, message } = error as NodeJS.ErrnoException
    if (code === 'ENOENT') throw new Refused(`error: the path "${path}" does not exist`)
    throw new Refused(code === 'EISDIR' ? `error: the path "${path}" is a folder` : `error: ${message}`)
  }
}

async function standardInput(): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of process.stdin) chunks.push(chunk as Buffer)
  return decoded(Buffer.concat(chunks), 'STDIN')
}

/** UTF-8, or UTF-16 as a mark at its beginning says: what some shells write when a command is redirected. */
function decoded(bytes: Buffer, name: string): string {
  const mark = bytes.length < 2 ? 0 : bytes.readUInt16LE()
  if (mark === 0xfeff) return bytes.toString('utf16le', 2)
  if (mark === 0xfffe && bytes.length % 2 === 0) return Buffer.from(bytes).swap16().toString('utf16le', 2)
  if (isUtf8(bytes)) return bytes.toString('utf8')
  throw new Refused(`error: ${name} is no text: neither UTF-8 nor UTF-16`)
}
