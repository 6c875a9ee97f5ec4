/** Field names as headings. Mirrors smartLabelFor of describe.go and github.com/fatih/camelcase. */

/** `clusterIP` → `Cluster IP`, `apiVersion` → `API Version`; a name that is no word stays as it is. */
export function titleOf(name: string): string {
  if (!/^[\p{L}-]*$/u.test(name)) return name
  return merged(wordsOf(name)).map(capitalized).join(' ')
}

const ACRONYMS: readonly string[] = Object.freeze(['API', 'URL', 'UID', 'GUID'])

function capitalized(word: string): string {
  const upper = word.toUpperCase()
  if (ACRONYMS.includes(upper)) return upper
  return word.toLowerCase() === word ? upper.slice(0, 1) + word.slice(1) : word
}

/** What was taken apart as UR and Ls is one word; I and Ps stay apart, as upstream has them. */
function merged(words: readonly string[]): readonly string[] {
  const whole: string[] = []
  for (let i = 0; i < words.length; i++) {
    const [word = '', next = ''] = words.slice(i, i + 2)
    const isSplit = word.length > 1 && !/\p{Ll}/u.test(word) && /^\p{Lu}/u.test(next)
    whole.push(isSplit ? word + next : word)
    if (isSplit) i++
  }
  return whole
}

/** A name at its capitals, of which the last before small letters begins a word: `podIPs` → pod, I, Ps. */
function wordsOf(name: string): readonly string[] {
  const runs = name.match(/\p{Lu}+|\p{Ll}+|[^\p{Lu}\p{Ll}]+/gu) ?? []
  const words: string[] = []
  let carried = ''
  for (const [i, run] of runs.entries()) {
    const isUpper = /^\p{Lu}/u.test(run)
    const next = runs[i + 1] ?? ''
    const whole = carried + run
    carried = ''
    if (isUpper && /^\p{Ll}/u.test(next)) {
      if (whole.length > 1) words.push(whole.slice(0, -1))
      carried = whole.slice(-1)
    } else words.push(whole)
  }
  return words
}
