import { badRequest } from '../api/errors.ts'
import type { JsonObject } from '../api/patches/json.ts'
import { copyPlain } from '../api/patches/plainCopy.ts'
import { fromUtf8 } from '../api/utf8.ts'
import { readYaml } from './readYaml.ts'

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
    if (input instanceof Uint8Array) return this.readText(textOf(input))
    if (Array.isArray(input) && input.every((item) => typeof item === 'string'))
      return input.flatMap((text) => this.readText(text))
    if (input === null || input === undefined)
      throw badRequest(`expected YAML or JSON, an object or a list of them, got ${String(input)}`)
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

/** A file that was read without saying how. */
function textOf(bytes: Uint8Array): string {
  const text = fromUtf8([...bytes])
  if (text === undefined) throw badRequest('error converting YAML to JSON: yaml: the bytes are no UTF-8')
  return text
}

/**
 * The objects of a YAML or JSON text, of an object, or of a list of either; a `List` stands for its items and an empty
 * document for nothing. Throws BadRequest, with line and column where it is the text that is wrong.
 */
export function readManifests(input: unknown, depth: number = 0): ManifestObject[] {
  if (depth > deepest)
    throw badRequest(`lists of manifests must not be nested over ${deepest} deep, nor contain themselves`)
  if (typeof input === 'string') return readYaml(input).flatMap((value, index) => flatten(value, index, depth))
  if (Array.isArray(input)) return input.flatMap((item) => readManifests(item, depth + 1))
  return flatten(input, 0, depth)
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
  if (kind === 'List' && (items === undefined || items === null)) return []
  if (kind.endsWith('List') && Array.isArray(items))
    return items.flatMap((item, place) => flatten(ofList(apiVersion, kind, item), place, depth + 1))
  return [value as ManifestObject]
}
