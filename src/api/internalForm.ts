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
  return new ShownValue(JSON.stringify(inForm(value, form)))
}

function inForm(value: object | readonly object[], form: InternalForm): object {
  return Array.isArray(value) ? value.map((one: object) => formed(one, form)) : formed(value, form)
}

function formed(value: object, form: InternalForm): object {
  const said = new Map(Object.entries(value).map(([field, inside]) => [field.toLowerCase(), inside as unknown]))
  const whole: Record<string, unknown> = {}
  for (const [name, zero] of Object.entries(form)) {
    const inside = said.get(name.toLowerCase())
    const hasForm = typeof zero === 'object' && zero !== null
    if (inside === undefined) whole[name] = hasForm ? null : zero
    else whole[name] = hasForm ? inForm(inside as object, zero) : inside
  }
  return whole
}
