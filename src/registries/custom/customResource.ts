/** One version of a custom kind as a resource. Mirrors pkg/registry/customresource of the apiextensions API server. */
import { withDefaults, withoutNulls } from '../../api/customSchema/defaults.ts'
import type { Patterns } from '../../api/customSchema/patterns.ts'
import { pruned } from '../../api/customSchema/unknown.ts'
import { forbidden } from '../../api/errors.ts'
import type { FieldError } from '../../api/fieldErrors.ts'
import { parseJsonPath, valuesAt, type JsonPath } from '../../api/jsonPath.ts'
import type { KubeObject } from '../../api/meta.ts'
import type {
  CustomResourceDefinition,
  CustomResourceDefinitionVersion,
  CustomResourceSubresourceScale,
  JSONSchemaProps,
} from '../../api/types/apiextensions.ts'
import type { ResourceDefinition, ScaleRules, Verb } from '../definition.ts'
import { withStatusOf } from '../defineResource.ts'
import { equal } from '../equal.ts'
import type { Loose } from '../loose.ts'
import { printerColumns } from './printerColumns.ts'
import { copyCustom, hasEmbedded } from './customIntake.ts'
import { violationsOf } from './customViolations.ts'

const VERBS: readonly Verb[] = Object.freeze(['create', 'get', 'list', 'watch', 'update', 'patch', 'delete'])

/** A custom kind as it is served under one version, and as it is kept. */
export interface CustomVersion {
  readonly definition: ResourceDefinition<Loose>
  readonly isServed: boolean
  /** What was kept in this version, perhaps before its schema was as it is. */
  readonly decoded: (kept: KubeObject) => KubeObject
  /** An object of another version in this one. */
  readonly converted: (object: KubeObject) => KubeObject
}

export function customVersion(
  crd: CustomResourceDefinition,
  version: CustomResourceDefinitionVersion,
  patterns: Patterns,
): CustomVersion {
  const { group, scope } = crd.spec
  const names = crd.status.acceptedNames ?? crd.spec.names
  const schema = version.schema?.openAPIV3Schema ?? EMPTY
  const { status, scale } = version.subresources ?? {}
  const hasStatus = status !== undefined
  const hasObjects = hasEmbedded(schema)
  const apiVersion = `${group}/${version.name}`
  const definition: ResourceDefinition<Loose> = {
    group,
    version: version.name,
    kind: names.kind,
    ...(names.listKind && { listKind: names.listKind }),
    plural: names.plural,
    singular: names.singular ?? names.kind.toLowerCase(),
    shortNames: names.shortNames ?? [],
    ...(names.categories && { categories: names.categories }),
    namespaced: scope === 'Namespaced',
    updatesNeedVersion: true,
    verbs: [...VERBS, ...(hasStatus ? (['status'] as const) : []), ...(scale ? (['scale'] as const) : [])],
    nameRule: 'subdomain',
    anyFinalizer: true,
    isOpen: true,
    schema,
    copy: (table, given) => copyCustom(table, schema, hasObjects, given),
    defaults: (object) => withDefaults(schema, object) as Loose,
    ...violationsOf(schema, hasObjects, scale, patterns),
    validateUpdate: () => NONE,
    ...(crd.metadata.deletionTimestamp !== undefined && { admit: refuseNew(names.plural, group) }),
    statusMeta: [],
    ...(hasStatus && { prepareForCreate: withoutStatus, prepareForUpdate: keepStatus }),
    hasGeneration: true,
    contentChanged: (next, previous) => !equal(contentOf(next, hasStatus), contentOf(previous, hasStatus)),
    ...(scale && { scale: scaleRules(scale) }),
    fields: selectable(version),
    columns: printerColumns(version.additionalPrinterColumns),
  }
  const converted = (object: KubeObject): KubeObject => inVersion(known(schema, object), apiVersion)
  const decoded = (kept: KubeObject): KubeObject => inVersion(withDefaults(schema, known(schema, kept)), apiVersion)
  return { definition, isServed: version.served, decoded, converted }
}

const NONE: readonly FieldError[] = Object.freeze([])
const EMPTY: JSONSchemaProps = Object.freeze({})

function withoutStatus(object: Loose): Loose {
  if (!Object.hasOwn(object, 'status')) return object
  const { status: _, ...rest } = object
  return rest
}

function keepStatus(next: Loose, previous: Loose): Loose {
  return previous.status === undefined ? withoutStatus(next) : withStatusOf(next, previous)
}

/** What a change of raises the generation: all but metadata, and the status where that is written alone. */
function contentOf({ metadata: _, ...content }: Loose, hasStatus: boolean): object {
  if (!hasStatus) return content
  const { status: _status, ...rest } = content
  return rest
}

/** While a definition goes, its objects go before it, and none come. */
function refuseNew(plural: string, group: string): NonNullable<ResourceDefinition<Loose>['admit']> {
  const detail = 'create not allowed while custom resource definition is terminating'
  return ({ metadata }, previous) => {
    if (previous === undefined) throw forbidden(plural, metadata.name, detail, group)
  }
}

/** What a schema knows of an object, which is what any conversion leaves of it: mirrors unstructuredSchemaCoercer. */
function known(schema: JSONSchemaProps, object: KubeObject): unknown {
  return withoutNulls(schema, pruned(schema, object, true))
}

function inVersion(object: unknown, apiVersion: string): KubeObject {
  const found = object as KubeObject
  return found.apiVersion === apiVersion ? found : { ...found, apiVersion }
}

function scaleRules({
  specReplicasPath,
  statusReplicasPath,
  labelSelectorPath,
}: CustomResourceSubresourceScale): ScaleRules<Loose> {
  const path = labelSelectorPath === undefined ? undefined : (parseJsonPath(labelSelectorPath) as JsonPath)
  return {
    specReplicasPath,
    statusReplicasPath,
    ...(path && {
      selector: (object: Loose) => {
        const [found] = valuesAt(object, path)
        return typeof found === 'string' ? found : ''
      },
    }),
  }
}

function selectable({
  selectableFields = [],
}: CustomResourceDefinitionVersion): NonNullable<ResourceDefinition<Loose>['fields']> {
  const entries = selectableFields.map(({ jsonPath }) => {
    const path = parseJsonPath(jsonPath) as JsonPath
    const read = (object: Loose): string => {
      const [found] = valuesAt(object, path)
      return found === undefined ? '' : String(found as string | number | boolean)
    }
    return [jsonPath.replace(/^\./, ''), read] as const
  })
  return Object.fromEntries(entries)
}
