import { isJsonObject, type JsonObject, keysOf } from './json.ts'

/** How Go prints a value within a sentence: `map[name:web ports:[80 443]]`. The words of refusals quote values so. */
export function goValue(value: unknown): string {
  if (value === null || value === undefined) return '<nil>'
  if (Array.isArray(value)) return `[${value.map(goValue).join(' ')}]`
  if (typeof value === 'number') return goNumber(value)
  if (!isJsonObject(value)) return String(value)
  return `map[${keysOf(value)
    .map((key) => `${key}:${goValue(value[key])}`)
    .join(' ')}]`
}

/**
 * Whole numbers are told in full as far as Go's go. All others turn to powers of ten below a ten-thousandth and from a
 * million on, with two digits at least.
 */
function goNumber(value: number): string {
  const size = Math.abs(value)
  if (Number.isInteger(value) ? size < 0x8000000000000000 : size >= 1e-4 && size < 1e6) return String(value)
  return value.toExponential().replace(/e([+-])(\d)$/u, 'e$10$2')
}

/**
 * JSON as Go's encoding/json writes it: keys sorted, `<`, `>`, `&` and the line separators escaped. What has a value
 * of undefined is left out.
 */
export function goJson(value: unknown): string {
  if (typeof value === 'string') return quoted(value)
  if (Array.isArray(value)) return `[${value.map(goJson).join(',')}]`
  if (isJsonObject(value)) return objectText(value)
  return value === undefined ? 'null' : JSON.stringify(value)
}

function objectText(object: JsonObject): string {
  let text = ''
  for (const key of keysOf(object)) {
    if (object[key] === undefined) continue
    text += `${text === '' ? '' : ','}${quoted(key)}:${goJson(object[key])}`
  }
  return `{${text}}`
}

const special = /[<>&\u2028\u2029]/gu

function quoted(text: string): string {
  return JSON.stringify(text).replace(
    special,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}
