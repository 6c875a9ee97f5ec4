import { reachable, type Model, type ModelDefinition, type ModelField, type ModelType } from './model.ts'
import { tableRoots } from './roots.ts'

/** The letters of scalar types; src/api/schema/parse.ts reads them back. */
const letters: Readonly<Record<string, string>> = {
  string: 's',
  bytes: 'y',
  int32: 'i',
  int64: 'l',
  number: 'n',
  boolean: 'b',
  time: 't',
  microTime: 'u',
  quantity: 'q',
  intOrString: 'x',
  object: 'o',
  any: 'a',
}

const patchOrder = ['merge', 'replace', 'retainKeys']

/** The group and version a definition's neighbours share: `core.v1.`. */
const familyOf = (name: string): string => name.slice(0, name.lastIndexOf('.') + 1)

function typeText(type: ModelType, family: string): string {
  if (type.kind === 'array') return `[${typeText(type.of, family)}`
  if (type.kind === 'map') return `{${typeText(type.of, family)}`
  if (type.kind === 'ref') {
    const mark = type.orBoolean === true ? '?' : '@'
    return `${mark}${familyOf(type.ref) === family ? type.ref.slice(family.length) : type.ref}`
  }
  const letter = letters[type.scalar]
  if (letter === undefined) throw new Error(`the table has no letter for the type ${type.scalar}`)
  return letter
}

function patchText(field: ModelField): string {
  if (field.patch === '') return ''
  const strategies = field.patch.split(',')
  if (!strategies.every((each) => patchOrder.includes(each))) throw new Error(`unknown patch strategy ${field.patch}`)
  return `^${field.patch}${field.mergeKey === '' ? '' : `=${field.mergeKey}`}`
}

function fieldText(field: ModelField, family: string): string {
  const list = field.listType === '' ? '' : `~${field.listType}`
  const keys = field.listKeys.length === 0 ? '' : `=${field.listKeys.join(',')}`
  const atomic = field.atomicMap ? '~atomic' : ''
  const values = field.values.length === 0 ? '' : `|${field.values.join('|')}`
  const type = typeText(field.type, family)
  return `${field.name}${field.required ? '!' : ''}${field.zero}:${type}${list}${keys}${atomic}${patchText(field)}${values}`
}

function line(definition: ModelDefinition): string {
  const family = familyOf(definition.name)
  const atomic = definition.atomicMap ? '~atomic' : ''
  const head = `${definition.name}${atomic} ${definition.kinds.join(',') || '-'}`
  return [head, ...definition.fields.map((field) => fieldText(field, family))].join(' ')
}

/** The text of src/api/schema/table.ts, unformatted: one string a definition. */
export function writeTable(model: Model): string {
  const lines = reachable(model, tableRoots).map((definition) => JSON.stringify(line(definition)))
  return [
    '// Written by scripts/generate-schema.ts from the Kubernetes v1.36 OpenAPI document; do not edit.',
    '',
    '/**',
    ' * The structure of every kind, one line a definition: name, kinds or `-`, then its fields.',
    ' * A field is `name-:type`, `name!-:type` when required; parse.ts explains the rest.',
    ' */',
    `export const definitionLines: readonly string[] = [${lines.join(',\n')}]`,
    '',
  ].join('\n')
}
