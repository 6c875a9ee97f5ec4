/** `kubectl get`, as text. Mirrors Run of k8s.io/kubectl/pkg/cmd/get/get.go. */
import { callOptions } from '../api/callOptions.ts'
import { badRequest } from '../api/errors.ts'
import type { KubeObject } from '../api/meta.ts'
import { headerOf, printTable } from '../api/table.ts'
import type { Column } from '../registries/definition.ts'
import type { Resource } from '../registries/records.ts'
import type { Lookup, LookupOptions } from './lookup.ts'
import { checkNames } from './names.ts'
import { resourcesNamed } from './resourceArgument.ts'

export interface TableOptions extends LookupOptions {
  /** Whose objects; `default` unless given. Without effect on resources without namespaces. */
  readonly namespace?: string | undefined
  /** Of every namespace, which is then the first column. */
  readonly allNamespaces?: boolean | undefined
  /** One object alone. */
  readonly name?: string | undefined
  /** The columns of `-o wide` too. */
  readonly wide?: boolean | undefined
}

const known = ['namespace', 'allNamespaces', 'labelSelector', 'fieldSelector', 'name', 'wide'] as const

/** The tables of one or more resources (`po,svc`), each after an empty line. Throws BadRequest and NotFound. */
export function tablesOf(lookup: Lookup, words: string, given: TableOptions | undefined): string {
  const options: TableOptions = callOptions('table', given, known)
  checkNames(options)
  const resources = resourcesNamed(lookup.resources, words)
  const tables = resources.map((resource) => tableOf(lookup, resource, options, resources.length > 1))
  const printed = tables.filter((table) => table !== '').join('\n')
  return printed === '' ? nothingFound(resources, options) : printed
}

/** One table; '' where there is nothing. */
function tableOf(lookup: Lookup, resource: Resource, options: TableOptions, withKind: boolean): string {
  const { definition } = resource
  const { wide = false, allNamespaces = false } = options
  const objects = objectsOf(lookup, resource, options)
  if (objects.length === 0) return ''
  const columns = definition.columns.filter(({ priority }) => wide || priority !== 1)
  const prefix = withKind ? `${kindOf(resource)}/` : ''
  const cellOf = (column: Column<KubeObject>, object: KubeObject): string =>
    `${column.name === 'Name' ? prefix : ''}${column.cell(object, lookup.now)}`
  const withNamespace = definition.namespaced && allNamespaces
  const headers = columns.map(({ name }) => headerOf(name))
  const rows = objects.map((object) => [
    ...(withNamespace ? [object.metadata.namespace ?? ''] : []),
    ...columns.map((column) => cellOf(column, object)),
  ])
  return printTable(withNamespace ? ['NAMESPACE', ...headers] : headers, rows)
}

function objectsOf(lookup: Lookup, resource: Resource, options: TableOptions): readonly KubeObject[] {
  const { namespace = 'default', allNamespaces = false, name, labelSelector, fieldSelector } = options
  if (name === undefined)
    return lookup.list(resource, { namespace: allNamespaces ? undefined : namespace, labelSelector, fieldSelector })
  if (labelSelector !== undefined || fieldSelector !== undefined)
    throw badRequest('name cannot be provided when a selector is specified')
  if (allNamespaces) throw badRequest('a resource cannot be retrieved by name across all namespaces')
  return [lookup.get(resource, namespace, name)]
}

/** How a name begins where kinds are mixed: `pod`, `deployment.apps`. */
function kindOf({ definition: { kind, group } }: Resource): string {
  return (group === '' ? kind : `${kind}.${group}`).toLowerCase()
}

function nothingFound(resources: readonly Resource[], { namespace = 'default', allNamespaces }: TableOptions): string {
  const inOne = allNamespaces !== true && resources.every(({ definition }) => definition.namespaced)
  return inOne ? `No resources found in ${namespace} namespace.\n` : 'No resources found\n'
}
