import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { unusualZeros, usualZero, type Zero } from './zeros.ts'

/** One property, definition or element as the OpenAPI v2 document states it; prose is never read. */
interface OpenApiNode {
  readonly type?: string
  readonly format?: string
  readonly $ref?: string
  readonly items?: OpenApiNode
  readonly additionalProperties?: OpenApiNode | boolean
  readonly properties?: Readonly<Record<string, OpenApiNode>>
  readonly required?: readonly string[]
  readonly enum?: readonly string[]
  readonly [extension: `x-kubernetes-${string}`]: unknown
}

export type ModelType =
  | { readonly kind: 'scalar'; readonly scalar: string }
  | { readonly kind: 'ref'; readonly ref: string; readonly orBoolean?: true }
  | { readonly kind: 'array'; readonly of: ModelType }
  | { readonly kind: 'map'; readonly of: ModelType }

export interface ModelField {
  readonly name: string
  readonly type: ModelType
  readonly required: boolean
  readonly zero: Zero
  readonly values: readonly string[]
  readonly listType: string
  readonly listKeys: readonly string[]
  readonly patch: string
  readonly mergeKey: string
  readonly atomicMap: boolean
}

export interface ModelDefinition {
  readonly name: string
  /** `v1/Pod`, `apps/v1/Deployment`; empty for a definition that is no kind of its own. */
  readonly kinds: readonly string[]
  readonly atomicMap: boolean
  readonly fields: readonly ModelField[]
}

export type Model = ReadonlyMap<string, ModelDefinition>

const prefixes = [
  'io.k8s.apiextensions-apiserver.pkg.apis.',
  'io.k8s.apimachinery.pkg.apis.',
  'io.k8s.kube-aggregator.pkg.apis.',
  'io.k8s.api.',
]

const special: Readonly<Record<string, string>> = {
  'io.k8s.apimachinery.pkg.api.resource.Quantity': 'quantity',
  'io.k8s.apimachinery.pkg.util.intstr.IntOrString': 'intOrString',
  'io.k8s.apimachinery.pkg.apis.meta.v1.Time': 'time',
  'io.k8s.apimachinery.pkg.apis.meta.v1.MicroTime': 'microTime',
  'io.k8s.apimachinery.pkg.apis.meta.v1.FieldsV1': 'object',
  'io.k8s.apimachinery.pkg.runtime.RawExtension': 'object',
  'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.CustomResourceSubresourceStatus': 'object',
}

const schemaProps = 'apiextensions.v1.JSONSchemaProps'

/** Definitions that the document leaves open, for their JSON is one of two forms. The list form of items is never valid. */
const unions: Readonly<Record<string, ModelType>> = {
  'apiextensions.v1.JSONSchemaPropsOrArray': { kind: 'ref', ref: schemaProps },
  'apiextensions.v1.JSONSchemaPropsOrBool': { kind: 'ref', ref: schemaProps, orBoolean: true },
}

/** `io.k8s.api.core.v1.Pod` → `core.v1.Pod`. */
export function shortName(name: string): string {
  const prefix = prefixes.find((each) => name.startsWith(each))
  return prefix === undefined ? name : name.slice(prefix.length)
}

function scalarOf(node: OpenApiNode): string {
  if (node.type === 'integer') return node.format === 'int64' ? 'int64' : 'int32'
  if (node.type === 'string') return node.format === 'byte' ? 'bytes' : 'string'
  return node.type ?? 'any'
}

function typeOf(node: OpenApiNode, all: Readonly<Record<string, OpenApiNode>>): ModelType {
  if (node.$ref !== undefined) {
    const target = node.$ref.replace('#/definitions/', '')
    const union = unions[shortName(target)]
    if (union !== undefined) return union
    const scalar = special[target] ?? (all[target]?.properties === undefined ? 'any' : undefined)
    return scalar === undefined ? { kind: 'ref', ref: shortName(target) } : { kind: 'scalar', scalar }
  }
  if (node.type === 'array') return { kind: 'array', of: typeOf(node.items ?? {}, all) }
  if (typeof node.additionalProperties === 'object') return { kind: 'map', of: typeOf(node.additionalProperties, all) }
  return { kind: 'scalar', scalar: scalarOf(node) }
}

const text = (value: unknown): string => (typeof value === 'string' ? value : '')

function definitionOf(name: string, node: OpenApiNode, all: Readonly<Record<string, OpenApiNode>>): ModelDefinition {
  const gvks = (node['x-kubernetes-group-version-kind'] ?? []) as { group: string; version: string; kind: string }[]
  const unusual = (unusualZeros[shortName(name)] ?? '').split(' ')
  return {
    name: shortName(name),
    kinds: gvks.map(({ group, version, kind }) => `${group === '' ? '' : `${group}/`}${version}/${kind}`),
    atomicMap: node['x-kubernetes-map-type'] === 'atomic',
    fields: Object.entries(node.properties ?? {}).map(([field, property]) => {
      const type = typeOf(property, all)
      const required = node.required?.includes(field) ?? false
      return {
        name: field,
        type,
        required,
        zero: zeroOf(field, type, required, unusual),
        values: property.enum ?? [],
        listType: text(property['x-kubernetes-list-type']),
        listKeys: (property['x-kubernetes-list-map-keys'] ?? []) as string[],
        patch: text(property['x-kubernetes-patch-strategy']),
        mergeKey: text(property['x-kubernetes-patch-merge-key']),
        atomicMap: property['x-kubernetes-map-type'] === 'atomic',
      }
    }),
  }
}

function zeroOf(field: string, type: ModelType, required: boolean, unusual: readonly string[]): Zero {
  const said = unusual.find((each) => each.slice(0, -1) === field)
  return said === undefined
    ? usualZero(type.kind === 'scalar' ? type.scalar : type.kind, required)
    : (said.at(-1) as Zero)
}

/** Reads the OpenAPI v2 document of the corpus into definitions by short name. */
export function readModel(corpus: string): Model {
  const text = readFileSync(join(corpus, 'openapi', 'v1.36.1', 'openapi_v2.json'), 'utf8')
  const all = (JSON.parse(text) as { definitions: Record<string, OpenApiNode> }).definitions
  const names = Object.keys(all).filter((name) => prefixes.some((prefix) => name.startsWith(prefix)))
  return new Map(names.map((name) => [shortName(name), definitionOf(name, all[name] ?? {}, all)]))
}

function refOf(type: ModelType): string | undefined {
  if (type.kind === 'scalar') return undefined
  return type.kind === 'ref' ? type.ref : refOf(type.of)
}

/** The roots and everything they refer to, sorted by name. */
export function reachable(model: Model, roots: readonly string[]): readonly ModelDefinition[] {
  const found = new Map<string, ModelDefinition>()
  const open = [...roots]
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    if (found.has(name)) continue
    const definition = model.get(name)
    if (definition === undefined) throw new Error(`the OpenAPI document has no definition ${name}`)
    found.set(name, definition)
    for (const field of definition.fields) {
      const ref = refOf(field.type)
      if (ref !== undefined) open.push(ref)
    }
  }
  return [...found.values()].sort((a, b) => (a.name < b.name ? -1 : 1))
}
