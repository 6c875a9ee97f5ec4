import type { Definition } from './definition.ts'
import { parseDefinition, parseHead } from './parse.ts'
import { createShapes } from './shape.ts'
import type { ObjectShape } from './shape.ts'
import { definitionLines } from './table.ts'

/** The structure of every kind. Made by `createSchema()`, then handed to whoever needs it. */
export interface Schema {
  /** Every kind it knows, as `v1/Pod`, sorted. */
  readonly kinds: readonly string[]
  /** The definition of a kind: `definitionOf('v1', 'Pod')` is `'core.v1.Pod'`; undefined for an unknown kind. */
  readonly definitionOf: (apiVersion: string, kind: string) => string | undefined
  /** Reads one definition; throws a RangeError for a name it does not have. */
  readonly definition: (name: string) => Definition
  /** The same definition as `copyChecked` walks it. */
  readonly shape: (name: string) => ObjectShape
}

/** Kinds that are a view on another kind's records. */
const views: readonly (readonly [kind: string, definition: string])[] = [['v1/Minion', 'core.v1.Node']]

/** The structure of every kind of Kubernetes v1.36 that Wavetank knows; a definition is read when first asked for. */
export function createSchema(): Schema {
  const lines = new Map<string, string>()
  const byKind = new Map<string, string>(views)
  for (const line of definitionLines) {
    const { name, kinds } = parseHead(line)
    lines.set(name, line)
    for (const kind of kinds) byKind.set(kind, name)
  }
  const definitions = new Map<string, Definition>()
  const definition = (name: string): Definition => {
    const known = definitions.get(name)
    if (known !== undefined) return known
    const line = lines.get(name)
    if (line === undefined) throw new RangeError(`the schema has no definition ${JSON.stringify(name)}`)
    const parsed = parseDefinition(line)
    definitions.set(name, parsed)
    return parsed
  }
  return Object.freeze({
    kinds: Object.freeze([...byKind.keys()].sort()),
    definitionOf: (apiVersion: string, kind: string) => byKind.get(`${apiVersion}/${kind}`),
    definition,
    shape: createShapes(definition),
  })
}
