import type { Schema } from '../schema/schema.ts'
import type { JsonObject } from './json.ts'
import { elementKey, isDivided, type Part, partsIn } from './structure.ts'

/** What keeps a manifest from being applied: an element without the keys of its list, or two with the same. */
export function faultIn(schema: Schema, root: Part, manifest: JsonObject): string | undefined {
  return faultAt(schema, root, manifest, '', true)
}

function faultAt(schema: Schema, part: Part, value: unknown, path: string, isRoot = false): string | undefined {
  if (!isDivided(part, value)) return undefined
  if (Array.isArray(value)) {
    const fault = listFault(part, value)
    if (fault !== undefined) return `${path}: ${fault}`
  }
  for (const [key, inner] of partsIn(schema, part, value, isRoot)) {
    const step = key.startsWith('f:') ? `.${key.slice(2)}` : `[${key.slice(2)}]`
    const fault = faultAt(schema, inner.part, inner.value, path + step)
    if (fault !== undefined) return fault
  }
  return undefined
}

function listFault(part: Part, list: readonly unknown[]): string | undefined {
  const seen = new Set<string>()
  for (const [index, element] of list.entries()) {
    const key = elementKey(part, element)
    if (key === undefined) {
      const keys = part.kind === 'items' ? part.keys.join(', ') : ''
      return `element ${index}: associative list with keys has an element that omits key field ${keys} (and doesn't have default value)`
    }
    if (seen.has(key)) return `duplicate entries for key ${key.slice(2)}`
    seen.add(key)
  }
  return undefined
}
