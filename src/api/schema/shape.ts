import type { Definition, FieldType, ScalarType, Zero } from './definition.ts'

/** What to do with a value: one fixed form for every type, so that the walk over it stays fast. */
export interface Shape {
  readonly kind: ScalarType | 'ref' | 'refOrBoolean' | 'array' | 'map'
  /** Of an array's elements or a map's values. */
  readonly of: Shape | undefined
  /** What a reference refers to. A function, because definitions may refer to themselves. */
  readonly target: () => ObjectShape
}

export interface Slot {
  readonly name: string
  /** Place among the definition's fields. */
  readonly index: number
  readonly shape: Shape
  readonly zero: Zero
}

export interface ObjectShape {
  /** Whether a value may contain another of the same definition, at any depth. */
  readonly recursive: boolean
  readonly slots: ReadonlyMap<string, Slot>
  /** Those that are there with a zero value although nothing was handed in. */
  readonly written: readonly Slot[]
}

/** The shapes of definitions, each made when first asked for. */
export function createShapes(definition: (name: string) => Definition): (name: string) => ObjectShape {
  const shapes = new Map<string, ObjectShape>()
  const shape = (name: string): ObjectShape => {
    const known = shapes.get(name)
    if (known !== undefined) return known
    const made = objectShape(definition(name), refersToItself(name, definition), shape)
    shapes.set(name, made)
    return made
  }
  return shape
}

function objectShape(definition: Definition, recursive: boolean, shape: (name: string) => ObjectShape): ObjectShape {
  const slots = new Map<string, Slot>()
  const written: Slot[] = []
  for (const [index, { name, type, zero }] of definition.fields.entries()) {
    const slot: Slot = { name, index, shape: shapeOf(type, shape), zero }
    slots.set(name, slot)
    if (zero === 'written') written.push(slot)
  }
  return { recursive, slots, written }
}

function shapeOf(type: FieldType, shape: (name: string) => ObjectShape): Shape {
  if (type.kind === 'scalar') return { kind: type.scalar, of: undefined, target: noTarget }
  if (type.kind !== 'ref') return { kind: type.kind, of: shapeOf(type.of, shape), target: noTarget }
  let target: ObjectShape | undefined
  const kind = type.orBoolean === true ? 'refOrBoolean' : 'ref'
  return { kind, of: undefined, target: () => (target ??= shape(type.definition)) }
}

function noTarget(): never {
  throw new Error('only a reference has a target')
}

function refersToItself(name: string, definition: (name: string) => Definition): boolean {
  const seen = new Set<string>()
  const open = [name]
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    for (const { type } of definition(next).fields) {
      const target = targetOf(type)
      if (target === name) return true
      if (target === undefined || seen.has(target)) continue
      seen.add(target)
      open.push(target)
    }
  }
  return false
}

function targetOf(type: FieldType): string | undefined {
  if (type.kind === 'scalar') return undefined
  return type.kind === 'ref' ? type.definition : targetOf(type.of)
}
