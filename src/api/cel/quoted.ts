/** Texts as they stand in expressions. */
const QUOTES: Readonly<Record<string, string>> = Object.freeze({
  '\u0007': '\\a',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\v': '\\v',
  '\\': '\\\\',
  '"': '\\"',
})

export function quote(text: string): string {
  return `"${[...text].map((each) => QUOTES[each] ?? each).join('')}"`
}
