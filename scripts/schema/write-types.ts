import { reachable, type Model, type ModelDefinition, type ModelField, type ModelType } from './model.ts'
import { typeRoots } from './roots.ts'

/** Named apart from the browser's own `Event`, and from one another as client-go's generators name them. */
const renamed: Readonly<Record<string, string>> = {
  'core.v1.Event': 'KubeEvent',
  'events.v1.Event': 'EventsV1Event',
  'events.v1.EventSeries': 'EventsV1EventSeries',
}
const inMetaFile = new Set(['meta.v1.ObjectMeta', 'meta.v1.OwnerReference', 'meta.v1.ManagedFieldsEntry'])

const scalars: Readonly<Record<string, string>> = {
  string: 'string',
  bytes: 'string',
  int32: 'number',
  int64: 'number',
  number: 'number',
  boolean: 'boolean',
  time: 'Time',
  microTime: 'MicroTime',
  quantity: 'Quantity',
  intOrString: 'IntOrString',
  object: 'Readonly<Record<string, unknown>>',
  any: 'unknown',
}

const typeName = (name: string): string => renamed[name] ?? name.slice(name.lastIndexOf('.') + 1)
const groupOf = (name: string): string => name.slice(0, name.indexOf('.'))
const safeKey = (name: string): string => (/^[A-Za-z_$][\w$]*$/.test(name) ? name : `'${name}'`)

/** Writes one file; collects what it has to import from the others. */
function fileWriter(group: string): { write(definition: ModelDefinition): string; imports(): string } {
  const imported = new Map<string, Set<string>>()
  const use = (from: string, name: string): string => {
    imported.set(from, (imported.get(from) ?? new Set()).add(name))
    return name
  }
  const typeText = (type: ModelType): string => {
    if (type.kind === 'map') return `Readonly<Record<string, ${typeText(type.of)}>>`
    if (type.kind === 'array') return `readonly ${typeText(type.of)}[]`
    if (type.kind === 'scalar') {
      const name = scalars[type.scalar] ?? 'unknown'
      return ['Time', 'MicroTime', 'Quantity', 'IntOrString'].includes(name) ? use('./scalars.ts', name) : name
    }
    if (type.orBoolean === true) return `boolean | ${typeText({ kind: 'ref', ref: type.ref })}`
    const name = typeName(type.ref)
    if (inMetaFile.has(type.ref)) return use('../meta.ts', name)
    return groupOf(type.ref) === group ? name : use(`./${groupOf(type.ref)}.ts`, name)
  }
  const fieldText = (field: ModelField, definition: ModelDefinition): string => {
    const [gvk] = definition.kinds
    const line = (optional: boolean, type: string): string =>
      `  readonly ${safeKey(field.name)}${optional ? '?' : ''}: ${type}`
    if (gvk !== undefined && field.name === 'apiVersion') return line(false, `'${gvk.slice(0, gvk.lastIndexOf('/'))}'`)
    if (gvk !== undefined && field.name === 'kind') return line(false, `'${gvk.slice(gvk.lastIndexOf('/') + 1)}'`)
    if (gvk === undefined && field.name === 'metadata') return line(true, use('../meta.ts', 'TemplateMeta'))
    const always = gvk !== undefined || definition.name.endsWith('TemplateSpec') ? ['metadata', 'spec', 'status'] : []
    const type = field.values.length === 0 ? typeText(field.type) : enumText(field.values)
    return line(!field.required && !always.includes(field.name), type)
  }
  return {
    write: (definition) =>
      [
        `export interface ${typeName(definition.name)} {`,
        ...definition.fields.map((field) => fieldText(field, definition)),
        '}\n',
      ].join('\n'),
    imports: () =>
      [...imported]
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([from, names]) => `import type { ${[...names].sort().join(', ')} } from '${from}'\n`)
        .join(''),
  }
}

const enumText = (values: readonly string[]): string =>
  `${values.map((value) => `'${value}'`).join(' | ')} | (string & {})`

const minion = `/** A machine in the founding vocabulary: the same record as Node. */
export interface Minion {
  readonly apiVersion: 'v1'
  readonly kind: 'Minion'
  readonly metadata: ObjectMeta
  readonly spec: NodeSpec
  readonly status: NodeStatus
}
`

/** The TypeScript types by file name, unformatted. */
export function writeTypes(model: Model): ReadonlyMap<string, string> {
  const definitions = reachable(model, typeRoots).filter(({ name }) => !inMetaFile.has(name))
  const groups = [...new Set(definitions.map(({ name }) => groupOf(name)))]
  return new Map(
    groups.map((group) => {
      const writer = fileWriter(group)
      const bodies = definitions.filter(({ name }) => groupOf(name) === group).map(writer.write)
      if (group === 'core') bodies.push(minion)
      const head = '// Written by scripts/generate-schema.ts from the Kubernetes OpenAPI document; do not edit.\n'
      return [`${group}.ts`, `${head}${writer.imports()}\n${bodies.join('\n')}`]
    }),
  )
}
