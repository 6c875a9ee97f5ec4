import { type Document, LineCounter, parseAllDocuments, type ScalarTag, type Tags, visit } from 'yaml'
import { badRequest } from '../api/errors.ts'
import type { JsonObject } from '../api/patches/json.ts'
import { copyPlain } from '../api/patches/plainCopy.ts'

/** One object of a manifest, as it was written. */
export interface ManifestObject {
  readonly apiVersion: string
  readonly kind: string
  readonly metadata?: { readonly name?: string; readonly generateName?: string; readonly namespace?: string }
}

const deepest = 50

/** How many characters of text are kept parsed. */
const mostKept = 1 << 24

/**
 * Reads manifests and keeps what texts said lately, since people apply the same files again. A cache: nothing depends
 * on what it holds.
 */
export class ManifestReader {
  private readonly texts = new Map<string, readonly ManifestObject[]>()
  /** Plain copies of what texts said; undefined for one that nobody asked for yet. */
  private readonly plain = new WeakMap<ManifestObject, JsonObject | undefined>()
  private kept = 0

  /** A copy of an object as plain JSON, its keys sorted, which nobody may change. Throws BadRequest for what cannot be. */
  readonly plainOf = (object: ManifestObject): JsonObject => {
    const known = this.plain.get(object)
    if (known !== undefined) return known
    const copy = copyPlain(object, '') as JsonObject
    if (this.plain.has(object)) this.plain.set(object, copy)
    return copy
  }

  /** As `readManifests`. What a text says is the same objects each time: nobody may change them. */
  read(input: unknown): readonly ManifestObject[] {
    if (typeof input === 'string') return this.readText(input)
    if (Array.isArray(input) && input.every((item) => typeof item === 'string'))
      return input.flatMap((text) => this.readText(text))
    return readManifests(input)
  }

  private readText(text: string): readonly ManifestObject[] {
    const known = this.texts.get(text)
    const objects = known ?? readManifests(text)
    // The last in the map is the one that was asked for last.
    this.texts.delete(text)
    this.texts.set(text, objects)
    if (known === undefined) {
      this.kept += text.length
      for (const object of objects) this.plain.set(object, undefined)
    }
    for (const [old] of this.texts) {
      if (this.kept <= mostKept || old === text) break
      this.texts.delete(old)
      this.kept -= old.length
    }
    return objects
  }
}

/**
 * The objects of a YAML or JSON text, of an object, or of a list of either; a `List` stands for its items and an empty
 * document for nothing. Throws BadRequest, with line and column where it is the text that is wrong.
 */
export function readManifests(input: unknown, depth: number = 0): ManifestObject[] {
  if (depth > deepest)
    throw badRequest(`lists of manifests must not be nested over ${deepest} deep, nor contain themselves`)
  if (typeof input === 'string') return parse(input).flatMap((value, index) => flatten(value, index, depth))
  if (Array.isArray(input)) return input.flatMap((item) => readManifests(item, depth + 1))
  return flatten(input, 0, depth)
}

/**
 * YAML 1.1 as kubectl's reader has it: neither times nor numbers of base 60, such as `22:22`, and octal numbers of YAML
 * 1.2 too. Mirrors resolve of sigs.k8s.io/yaml/goyaml.v2/resolve.go.
 */
function customTags(tags: Tags): Tags {
  const kept = tags.filter(
    (tag) => typeof tag === 'string' || (tag.tag !== 'tag:yaml.org,2002:timestamp' && formatOf(tag) !== 'TIME'),
  )
  return [octal, ...kept]
}

function formatOf(tag: object): unknown {
  return (tag as { readonly format?: unknown }).format
}

const octal: ScalarTag = Object.freeze({
  identify: () => false,
  default: true,
  tag: 'tag:yaml.org,2002:int',
  test: /^[-+]?0o[0-7_]+$/u,
  resolve: (text: string) => Number(text.replace(/[-+_]/gu, '')) * (text.startsWith('-') ? -1 : 1),
})

function parse(text: string): unknown[] {
  const lines = new LineCounter()
  const documents = parseAllDocuments(text, { lineCounter: lines, merge: true, version: '1.1', customTags })
  if (!Array.isArray(documents)) return []
  return (documents as Document.Parsed[]).map((document) => {
    const error = document.errors[0]
    if (error === undefined) return plain(document, lines)
    throw unreadable(lines, error.pos[0], error.message.split('\n')[0]!.replace(/ at line \d+, column \d+:?$/u, ''))
  })
}

/** Anchors are followed here: one that is missing, or that multiplies without end, is found only now. */
function plain(document: Document.Parsed, lines: LineCounter): unknown {
  try {
    return document.toJS({ maxAliasCount: 1000 }) as unknown
  } catch (error) {
    let at = document.range[0]
    visit(document, {
      Alias(_, alias) {
        if (alias.resolve(document) !== undefined) return undefined
        at = alias.range?.[0] ?? at
        return visit.BREAK
      },
    })
    throw unreadable(lines, at, (error as Error).message)
  }
}

function unreadable(lines: LineCounter, at: number, said: string): Error {
  const { line, col } = lines.linePos(at)
  return badRequest(`error converting YAML to JSON: yaml: line ${line}, column ${col}: ${said}`)
}

/** An item of a PodList need not say that it is a Pod. Mirrors decodeToList of apimachinery/pkg/apis/meta/v1/unstructured. */
function ofList(apiVersion: string, listKind: string, item: unknown): unknown {
  const kind = listKind.slice(0, -'List'.length)
  const said = item as { readonly kind?: unknown } | null
  if (kind === '' || typeof said !== 'object' || said === null || Array.isArray(said) || said.kind) return item
  return { ...said, apiVersion, kind }
}

function flatten(value: unknown, index: number, depth: number): ManifestObject[] {
  if (depth > deepest)
    throw badRequest(`lists of manifests must not be nested over ${deepest} deep, nor contain themselves`)
  if (value === null || value === undefined) return []
  if (typeof value !== 'object' || Array.isArray(value)) {
    throw badRequest(
      `document ${index + 1}: expected an object with apiVersion and kind, got ${Array.isArray(value) ? 'a list' : typeof value}`,
    )
  }
  const { apiVersion, kind, items } = value as { apiVersion?: unknown; kind?: unknown; items?: unknown }
  if (typeof kind !== 'string' || kind === '') throw badRequest(`document ${index + 1}: Object 'Kind' is missing`)
  if (typeof apiVersion !== 'string' || apiVersion === '')
    throw badRequest(`document ${index + 1}: Object 'apiVersion' is missing`)
  if (kind.endsWith('List') && Array.isArray(items))
    return items.flatMap((item, place) => flatten(ofList(apiVersion, kind, item), place, depth + 1))
  return [value as ManifestObject]
}
