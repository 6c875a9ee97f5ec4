/** How expressions name fields. Mirrors pkg/cel/escaping.go of the API server. */

const RESERVED: ReadonlySet<string> = new Set(
  (
    'true false null in as break const continue else for function if import let loop package namespace return var ' +
    'void while'
  ).split(' '),
)
const SIGNS: readonly (readonly [sign: string, name: string])[] = Object.freeze([
  ['__', '__underscores__'],
  ['.', '__dot__'],
  ['-', '__dash__'],
  ['/', '__slash__'],
])

/** Undefined for a field that no expression can name. */
export function escapedName(name: string): string | undefined {
  if (RESERVED.has(name)) return `__${name}__`
  if (!/^[A-Za-z_./-][A-Za-z0-9_./-]*$/.test(name)) return undefined
  return name.replace(/__|[./-]/g, (found) => SIGNS.find(([sign]) => sign === found)![1])
}

export function unescapedName(name: string): string {
  if (name.startsWith('__') && name.endsWith('__') && RESERVED.has(name.slice(2, -2))) return name.slice(2, -2)
  return name.replace(/__(?:underscores|dot|dash|slash)__/g, (found) => SIGNS.find(([, each]) => each === found)![0])
}
