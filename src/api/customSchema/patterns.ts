/** Regular expressions as Go writes them (RE2), for an engine that reads JavaScript's. */
import { propertyOf, regexFault } from '../regexSyntax.ts'

const CLASSES: Readonly<Record<string, string>> = {
  alnum: '0-9A-Za-z',
  alpha: 'A-Za-z',
  ascii: '\\x00-\\x7F',
  blank: '\\t ',
  cntrl: '\\x00-\\x1F\\x7F',
  digit: '0-9',
  graph: '!-~',
  lower: 'a-z',
  print: ' -~',
  punct: '!-\\/:-@\\[-`{-~',
  space: '\\t\\n\\v\\f\\r ',
  upper: 'A-Z',
  word: '0-9A-Za-z_',
  xdigit: '0-9A-Fa-f',
}

/** Expressions that were read once; nothing depends on what is in it. */
export type Patterns = Map<string, RegExp | string>

/** The expression, or why it is none that can be read here. */
export function patternOf(source: string, patterns: Patterns): RegExp | string {
  const known = patterns.get(source)
  if (known !== undefined) return known
  const made = read(source)
  patterns.set(source, made)
  return made
}

function read(source: string): RegExp | string {
  const fault = regexFault(source)
  if (fault !== undefined) return fault
  const { flags, body } = hoisted(source)
  const translated = body
    .replace(/\(\?P</g, '(?<')
    .replace(/\\A/g, '^')
    .replace(/\\z/g, '$')
    .replace(
      /\\([pP])\{(\^?)(\w+)\}/g,
      (_, sign: string, not: string, name: string) =>
        `\\${not === '' ? sign : sign === 'p' ? 'P' : 'p'}{${propertyOf(name) ?? name}}`,
    )
    .replace(/\[:(\^?)(\w+):\]/g, (whole, not: string, name: string) => (not === '' ? (CLASSES[name] ?? whole) : whole))
  try {
    return new RegExp(translated, /\\p\{/i.test(translated) ? `${flags}u` : flags)
  } catch (error) {
    return (error as Error).message
  }
}

/** Flags that stand before anything they could miss count for the whole expression: `^(?i)(abort|warn)$`. */
function hoisted(source: string): { flags: string; body: string } {
  const [before = '', anchors = '', flags = ''] = /^([\^(]*)\(\?([ims]+)\)/.exec(source) ?? []
  return { flags, body: anchors + source.slice(before.length) }
}
