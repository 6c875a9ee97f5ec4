/** Where in a schema a part of an expression stands. */

/** Names of fields, `@items`, `@keys`, `@values`; the first is that of a variable. */
export interface Path {
  readonly names: string[]
  readonly length: number
}

/**
 * A path with one more name. As in cel-go, whose slices grow by doubling, paths that are made of one path may be kept in one
 * place: then the name that was appended last stands in all of them.
 */
export function appended(path: Path | undefined, name: string): Path {
  if (path === undefined) return { names: [name], length: 1 }
  const { names, length } = path
  const hasRoom = (length & (length - 1)) !== 0
  const own = hasRoom ? names : names.slice(0, length)
  own[length] = name
  return { names: own, length: length + 1 }
}

export const namesOf = ({ names, length }: Path): readonly string[] => names.slice(0, length)
