import type { Definition, Field, FieldType, PatchStrategy, ScalarType, Zero } from './definition.ts'

/*
 * A line of the table: `NAME[~atomic] KINDS FIELD…`, separated by spaces. KINDS is `v1/Pod,…` or `-`.
 * FIELD is `name[!]ZERO:TYPE[~LIST[=keys]][~atomic][^PATCH[=mergeKey]][|value…]`; `!` means required. ZERO is `-` omitted,
 * `=` kept or `+` written.
 * TYPE is `[TYPE` an array, `{TYPE` a map, `@Name` a reference (into the same family unless it has a dot), `?Name` the
 * same or a boolean, or a letter.
 */

const zeros: Readonly<Record<string, Zero>> = { '-': 'omitted', '=': 'kept', '+': 'written' }

const scalars: Readonly<Record<string, ScalarType>> = {
  s: 'string',
  y: 'bytes',
  i: 'int32',
  l: 'int64',
  n: 'number',
  b: 'boolean',
  t: 'time',
  u: 'microTime',
  q: 'quantity',
  x: 'intOrString',
  o: 'object',
  a: 'any',
}

/** `core.v1.Pod~atomic v1/Pod …` → its name and its kinds, without reading the fields. */
export function parseHead(line: string): { name: string; kinds: readonly string[]; atomic: boolean } {
  const end = line.indexOf(' ')
  const next = line.indexOf(' ', end + 1)
  const head = line.slice(0, end)
  const kinds = next === -1 ? line.slice(end + 1) : line.slice(end + 1, next)
  const atomic = head.endsWith('~atomic')
  return { name: atomic ? head.slice(0, -7) : head, kinds: kinds === '-' ? [] : kinds.split(','), atomic }
}

export function parseDefinition(line: string): Definition {
  const { name, kinds, atomic } = parseHead(line)
  const family = name.slice(0, name.lastIndexOf('.') + 1)
  const fields = line
    .split(' ')
    .slice(2)
    .map((text) => parseField(text, family))
  return Object.freeze({
    name,
    kinds: Object.freeze(kinds),
    atomic,
    fields: Object.freeze(fields),
    field: new Map(fields.map((field) => [field.name, field])),
  })
}

function parseField(text: string, family: string): Field {
  const colon = text.indexOf(':')
  const required = text[colon - 2] === '!'
  const zero = zeros[text[colon - 1] ?? '']
  if (zero === undefined)
    throw new RangeError(`the schema table does not say what becomes of zeros in ${JSON.stringify(text)}`)
  const [body = '', ...values] = text.slice(colon + 1).split('|')
  const [shape = '', patching = ''] = body.split('^')
  const [type = '', ...marks] = shape.split('~')
  const [patch = '', mergeKey = ''] = patching.split('=')
  const list = marks.find((mark) => mark.startsWith('map') || mark === 'set')
  return Object.freeze({
    name: text.slice(0, required ? colon - 2 : colon - 1),
    type: parseType(type, family),
    required,
    zero,
    values: Object.freeze(values),
    listType: list === undefined ? 'atomic' : list === 'set' ? 'set' : 'map',
    listKeys: Object.freeze(list === undefined || list === 'set' ? [] : list.slice(4).split(',')),
    patch: Object.freeze(patch === '' ? [] : (patch.split(',') as PatchStrategy[])),
    mergeKey,
    atomic: marks.includes('atomic'),
  })
}

function parseType(text: string, family: string): FieldType {
  const rest = text.slice(1)
  if (text[0] === '[') return Object.freeze({ kind: 'array', of: parseType(rest, family) })
  if (text[0] === '{') return Object.freeze({ kind: 'map', of: parseType(rest, family) })
  if (text[0] === '@' || text[0] === '?') {
    const definition = rest.includes('.') ? rest : family + rest
    return Object.freeze({ kind: 'ref', definition, ...(text[0] === '?' && { orBoolean: true }) })
  }
  const scalar = scalars[text]
  if (scalar === undefined) throw new RangeError(`the schema table has a type ${JSON.stringify(text)} that is none`)
  return Object.freeze({ kind: 'scalar', scalar })
}
