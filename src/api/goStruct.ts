/**
 * How Go's JSON writes what is internal to the API server: such structs give their fields no names of their own, so a
 * refusal shows them in capitals, in the order in which they are declared, and null for what is not there.
 */

/**
 * A field of a struct: its name, and what it is made of where that is a struct too, or a list of them. After a name may
 * stand what is shown for one that is not there, where it is not null: `Partition=0`.
 */
export type GoField = string | readonly [name: string, of: readonly GoField[]]

/** Fields whose order is to be kept. */
export class GoStruct {
  constructor(readonly fields: Readonly<Record<string, unknown>>) {}
}

/** A value as Go shows the struct that holds it; null when there is none. */
export function goStruct(value: object | undefined, fields: readonly GoField[]): unknown {
  if (value === undefined) return null
  if (Array.isArray(value)) return value.map((each: object) => goStruct(each, fields))
  const shown: Record<string, unknown> = {}
  for (const field of fields) {
    const [text, of] = typeof field === 'string' ? [field] : field
    const [name = '', zero = 'null'] = text.split('=')
    const held = (value as Record<string, unknown>)[jsonName(name)]
    const known = (held ?? JSON.parse(zero)) as object | null
    shown[name] = of === undefined ? known : goStruct(known ?? undefined, of)
  }
  return new GoStruct(shown)
}

/** `Type` → `type`, `APIGroup` → `apiGroup`. */
function jsonName(name: string): string {
  return name.replace(/^[A-Z]+(?=[A-Z][a-z])|^[A-Z]/u, (capitals) => capitals.toLowerCase())
}
