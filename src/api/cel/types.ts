/** The types of expressions, and which fit where. Mirrors checker/types.go of cel-go. */

export type Type =
  | { readonly kind: Simple }
  | { readonly kind: 'list'; readonly of: Type }
  | { readonly kind: 'map'; readonly key: Type; readonly of: Type }
  | { readonly kind: 'optional'; readonly of: Type }
  /** The same only as itself: objects of two places are of two types. */
  | { readonly kind: 'object'; readonly fields: ReadonlyMap<string, Type> }
  | { readonly kind: 'opaque'; readonly name: string }
  /** Stands for any type, the same wherever it stands in one signature. */
  | { readonly kind: 'param'; readonly name: string }

type Simple =
  'dyn' | 'bool' | 'int' | 'uint' | 'double' | 'string' | 'bytes' | 'null' | 'timestamp' | 'duration' | 'type'

const simple = (kind: Simple): Type => Object.freeze({ kind })

export const DYN: Type = simple('dyn')
export const BOOL: Type = simple('bool')
export const INT: Type = simple('int')
export const UINT: Type = simple('uint')
export const DOUBLE: Type = simple('double')
export const STRING: Type = simple('string')
export const BYTES: Type = simple('bytes')
export const TIMESTAMP: Type = simple('timestamp')
export const DURATION: Type = simple('duration')
export const TYPE: Type = simple('type')

export const list = (of: Type): Type => Object.freeze({ kind: 'list', of })
export const map = (key: Type, of: Type): Type => Object.freeze({ kind: 'map', key, of })
export const optional = (of: Type): Type => Object.freeze({ kind: 'optional', of })
export const opaque = (name: string): Type => Object.freeze({ kind: 'opaque', name })
export const param = (name: string): Type => Object.freeze({ kind: 'param', name })

/** What the parameters of a signature stand for. */
export type Bindings = Map<string, Type>

/** As messages name a type. */
export function shownType(type: Type): string {
  switch (type.kind) {
    case 'list':
      return `list(${shownType(type.of)})`
    case 'map':
      return `map(${shownType(type.key)}, ${shownType(type.of)})`
    case 'optional':
      return `optional_type(${shownType(type.of)})`
    case 'opaque':
    case 'param':
      return type.name
    default:
      return type.kind
  }
}

/** Whether a value of a type may stand where another is asked for; binds the parameters of what is asked for. */
export function fits(asked: Type, given: Type, bindings: Bindings): boolean {
  if (asked.kind === 'param') return binds(asked.name, given, bindings)
  if (given.kind === 'param' || asked.kind === 'dyn' || given.kind === 'dyn') return true
  if (given.kind === 'null') return TAKES_NULL.has(asked.kind)
  switch (asked.kind) {
    case 'list':
      return given.kind === 'list' && fits(asked.of, given.of, bindings)
    case 'optional':
      return given.kind === 'optional' && fits(asked.of, given.of, bindings)
    case 'map':
      return given.kind === 'map' && fits(asked.key, given.key, bindings) && fits(asked.of, given.of, bindings)
    case 'object':
      return given === asked
    case 'opaque':
      return given.kind === 'opaque' && given.name === asked.name
    default:
      return given.kind === asked.kind
  }
}

const TAKES_NULL: ReadonlySet<string> = new Set(['null', 'object', 'opaque', 'optional', 'timestamp', 'duration'])

function binds(name: string, given: Type, bindings: Bindings): boolean {
  const known = bindings.get(name)
  if (known === undefined || fits(given, known, new Map())) {
    // The more general of the two stands for both.
    bindings.set(name, known?.kind === 'dyn' ? known : given.kind === 'param' ? (known ?? DYN) : given)
    return true
  }
  return fits(known, given, new Map())
}

/** A type with what its parameters stand for; dyn for those that nothing has settled. */
export function settled(type: Type, bindings: Bindings): Type {
  switch (type.kind) {
    case 'param':
      return bindings.get(type.name) ?? DYN
    case 'list':
      return list(settled(type.of, bindings))
    case 'optional':
      return optional(settled(type.of, bindings))
    case 'map':
      return map(settled(type.key, bindings), settled(type.of, bindings))
    default:
      return type
  }
}

/** The type that stands for both; undefined where they have nothing in common. */
export function joined(a: Type, b: Type): Type | undefined {
  if (a.kind === 'dyn' || b.kind === 'dyn') return DYN
  if (fits(a, b, new Map())) return a
  return fits(b, a, new Map()) ? b : undefined
}
