import { type Document, LineCounter, parseAllDocuments } from 'yaml'
import { badRequest } from '../api/errors.ts'

/** One object of a manifest, as it was written. */
export interface ManifestObject {
  readonly apiVersion: string
  readonly kind: string
  readonly metadata?: { readonly name?: string; readonly generateName?: string; readonly namespace?: string }
}

/**
 * The objects of a YAML or JSON text, of an object, or of a list of either; a `List` stands for its items and an empty
 * document for nothing. Throws BadRequest, with line and column where it is the text that is wrong.
 */
export function readManifests(input: unknown): ManifestObject[] {
  if (typeof input === 'string') return parse(input).flatMap(flatten)
  if (Array.isArray(input)) return input.flatMap((item) => readManifests(item))
  return flatten(input, 0)
}

function parse(text: string): unknown[] {
  const lines = new LineCounter()
  const documents = parseAllDocuments(text, { lineCounter: lines, merge: true, version: '1.1' })
  if (!Array.isArray(documents)) return []
  return (documents as Document.Parsed[]).map((document) => {
    const error = document.errors[0]
    if (error === undefined) return document.toJS({ maxAliasCount: 1000 }) as unknown
    const { line, col } = lines.linePos(error.pos[0])
    const said = error.message.split('\n')[0]!.replace(/ at line \d+, column \d+:?$/u, '')
    throw badRequest(`error converting YAML to JSON: yaml: line ${line}, column ${col}: ${said}`)
  })
}

function flatten(value: unknown, index: number): ManifestObject[] {
  if (value === null || value === undefined) return []
  if (typeof value !== 'object' || Array.isArray(value)) {
    throw badRequest(`document ${index + 1}: expected an object with apiVersion and kind, got ${Array.isArray(value) ? 'a list' : typeof value}`)
  }
  const { apiVersion, kind, items } = value as { apiVersion?: unknown; kind?: unknown; items?: unknown }
  if (typeof kind !== 'string' || kind === '') throw badRequest(`document ${index + 1}: Object 'Kind' is missing`)
  if (typeof apiVersion !== 'string' || apiVersion === '') throw badRequest(`document ${index + 1}: Object 'apiVersion' is missing`)
  if (kind.endsWith('List') && Array.isArray(items)) return items.flatMap(flatten)
  return [value as ManifestObject]
}
