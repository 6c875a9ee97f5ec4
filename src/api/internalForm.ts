/**
 * Objects as messages of the API server show them that name one of its internal types: fields under Go's names, in the
 * order of the type, with Go's zero where nothing is said.
 */

/**
 * By the name of a field as it is shown: what stands there when nothing is said, undefined where the field is then left
 * out, or the form of the object that may stand there.
 */
export interface InternalForm {
  readonly [name: string]: string | number | boolean | null | undefined | InternalForm
}

/** A value of a message that is shown as it is. */
export class ShownValue {
  constructor(readonly text: string) {}
}

/** `{"Type":"Localhost","LocalhostProfile":null}`; a list of objects where the value is one. */
export function internally(value: object | readonly object[], form: InternalForm): ShownValue {
  return new ShownValue(inForm(value, form))
}

function inForm(value: object | readonly object[], form: InternalForm): string {
  return Array.isArray(value) ? `[${value.map((one: object) => formed(one, form)).join()}]` : formed(value, form)
}

function formed(value: object, form: InternalForm): string {
  const said = new Map(Object.entries(value).map(([field, inside]) => [field.toLowerCase(), inside as unknown]))
  const fields: string[] = []
  for (const [name, zero] of Object.entries(form)) {
    const inside = said.get(name.toLowerCase()) ?? undefined
    const hasForm = typeof zero === 'object' && zero !== null
    if (inside !== undefined) fields.push(`"${name}":${hasForm ? inForm(inside as object, zero) : goJSON(inside)}`)
    else if (zero !== undefined) fields.push(`"${name}":${hasForm ? 'null' : JSON.stringify(zero)}`)
  }
  return `{${fields.join()}}`
}

/**
 * A value as Go writes it: keys of maps sorted, those of structs, which mostly are the same, as they are declared, and no
 * signs that would mean something in HTML.
 */
export function goJSON(value: unknown): string {
  return JSON.stringify(value, sortedKeys).replace(/[<>&\u2028\u2029]/gu, (sign) => {
    return `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`
  })
}

function sortedKeys(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  const sorted = Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
  const { matchLabels } = sorted
  return matchLabels === undefined ? sorted : { matchLabels, ...sorted }
}
