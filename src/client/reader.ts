import { badRequest } from '../api/errors.ts'
import type { KubeObject } from '../api/meta.ts'
import type { ObjectList, Selection } from '../registries/context.ts'
import type { Resource } from '../registries/records.ts'
import type { View } from '../store/view.ts'
import type { Outside } from './outside.ts'

export interface Namespaced {
  /** `default` unless given; not for resources without namespaces. */
  readonly namespace?: string | undefined
}

export interface ListRequest extends Namespaced, Selection {
  readonly allNamespaces?: boolean | undefined
}

export type List<T> = ObjectList<T>

/** One resource as it was at a moment: what of a ResourceClient only reads. */
export interface ResourceReader<T extends KubeObject> {
  /** Throws NotFound. */
  get(name: string, options?: Namespaced): T
  find(name: string, options?: Namespaced): T | undefined
  /** By namespace and name. Throws BadRequest for a selector it does not understand. */
  list(options?: ListRequest): List<T>
}

/** Reads a resource now, or as a view has it. */
export function createReader<T extends KubeObject>(
  outside: Outside,
  resource: Resource,
  view?: View,
): ResourceReader<T> {
  const scope = (options: Namespaced | undefined): string => namespaceOf(resource, options?.namespace)
  return {
    get: (name, options) =>
      outside.read((server) => server.get(resource, scope(options), checkedName(name), view)) as T,
    find: (name, options) =>
      outside.read((server) => server.find(resource, scope(options), checkedName(name), view)) as T | undefined,
    list: (options = {}) =>
      outside.read((server) =>
        server.list(resource, { ...options, namespace: listScope(resource, options) }, view),
      ) as unknown as List<T>,
  }
}

/** The namespace a call means; '' for resources without. Throws BadRequest when one is given to those. */
export function namespaceOf({ definition }: Resource, namespace: string | undefined): string {
  if (definition.namespaced) {
    if (namespace === undefined) return 'default'
    if (typeof namespace === 'string' && namespace !== '') return namespace
    throw badRequest(
      `namespace: expected a name, got ${JSON.stringify(namespace) ?? typeof namespace}; all namespaces are allNamespaces: true`,
    )
  }
  if (namespace === undefined) return ''
  throw badRequest(`${definition.plural} have no namespace, got ${JSON.stringify(namespace)}`)
}

const ofLists: readonly string[] = Object.freeze([
  'namespace',
  'allNamespaces',
  'labelSelector',
  'fieldSelector',
  'limit',
  'continue',
  'resourceVersion',
])

/** One namespace, or undefined for all; resources without namespaces have one directory, ''. Throws BadRequest for an option that is none. */
export function listScope(resource: Resource, options: ListRequest): string | undefined {
  for (const name of Object.keys(options)) {
    if (!ofLists.includes(name))
      throw badRequest(`${JSON.stringify(name)}: unknown option; expected one of ${ofLists.join(', ')}`)
  }
  const { namespace, allNamespaces } = options
  return resource.definition.namespaced && allNamespaces === true ? undefined : namespaceOf(resource, namespace)
}

export function checkedName(name: unknown): string {
  if (typeof name === 'string' && name !== '') return name
  throw badRequest(`name: expected a string that is not empty, got ${name === '' ? "''" : typeof name}`)
}
