/** Lists and maps that an expression says. What is the same each time is made once. */
import { LIST_COST, MAP_COST } from './formulas.ts'
import type { Frame } from './frame.ts'
import { constant, type Typed } from './typed.ts'
import type { Type } from './types.ts'
import { CelError, ListValue, LiteralMap, OptionalValue, type Value } from './values.ts'

/** An optional one is there if it has a value. */
export type Element = Typed & { readonly isOptional: boolean }

export function madeList(type: Type, items: readonly Element[]): Typed {
  const known = constants(items)
  if (known !== undefined) return constant(type, new ListValue(known))
  const run = (frame: Frame): Value => {
    const made = new ListValue(items.flatMap((item) => presentOf(item, frame)))
    frame.charge(LIST_COST)
    return made
  }
  return { type, run }
}

export function madeMap(type: Type, keys: readonly Typed[], values: readonly Element[]): Typed {
  const [knownKeys, known] = [constants(keys), constants(values)]
  if (knownKeys !== undefined && known !== undefined) {
    return constant(type, new LiteralMap(knownKeys.map((key, i) => [key, known[i]!] as const)))
  }
  const run = (frame: Frame): Value => {
    const made = keys.flatMap((key, i) => {
      const at = key.run(frame)
      return presentOf(values[i]!, frame).map((value) => [at, value] as const)
    })
    frame.charge(MAP_COST)
    return new LiteralMap(made)
  }
  return { type, run }
}

function constants(all: readonly Typed[]): readonly Value[] | undefined {
  const values = all.map(({ constant: value }) => value)
  return values.every((value) => value !== undefined) ? values : undefined
}

function presentOf({ run, isOptional }: Element, frame: Frame): readonly Value[] {
  const value = run(frame)
  if (!isOptional) return [value]
  if (!(value instanceof OptionalValue)) throw new CelError('no such overload')
  return value.value === undefined ? [] : [value.value]
}
