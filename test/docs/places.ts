/** A path that a document names in backticks, with the symbol after `#` if there is one. */
export interface NamedPlace {
  readonly path: string
  readonly symbol: string | undefined
}

const PATH = /^((?:[\w.@-]+\/)+[\w.@-]*|[\w.-]+\.(?:ts|mjs|json|md|yaml))(?:#([\w$]+))?$/

/** Every backticked path (`src/cluster.ts`, `src/kernel/`) and symbol (`src/cluster.ts#createCluster`), once. */
export function namedPlaces(markdown: string): readonly NamedPlace[] {
  const prose = markdown.replace(/^```[\s\S]*?^```/gm, '')
  const found = new Map<string, NamedPlace>()
  for (const [, code = ''] of prose.matchAll(/`([^`\n]+)`/g)) {
    const match = PATH.exec(code)
    if (match?.[1] !== undefined) found.set(code, { path: match[1], symbol: match[2] })
  }
  return [...found.values()]
}

/** Whether the TypeScript text declares or exports that name at its top level. */
export function definesSymbol(text: string, symbol: string): boolean {
  const name = symbol.replaceAll('$', '\\$')
  const declared = `^(?:export )?(?:declare )?(?:abstract )?(?:function\\*?|const|interface|type|class) ${name}(?![\\w$])`
  const exported = `^export (?:type )?\\{[^}]*\\b${name}\\b[^}]*\\}`
  return new RegExp(`${declared}|${exported}`, 'm').test(text)
}
