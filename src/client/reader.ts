import { callOptions } from '../api/callOptions.ts'
import type { WriteOptions } from '../api/dryRun.ts'
import { badRequest } from '../api/errors.ts'
import type { KubeObject } from '../api/meta.ts'
import { asJson } from '../api/said.ts'
import type { ApiServer } from '../registries/apiServer.ts'
import type { ListOptions, ListVersionRequest, ObjectList, Selection, VersionRequest } from '../registries/context.ts'
import type { Resource } from '../registries/records.ts'
import type { View } from '../store/view.ts'
import type { Outside } from './outside.ts'

export interface Namespaced {
  /** `default` unless given; not for resources without namespaces. */
  readonly namespace?: string | undefined
}

/** Which objects of a resource are meant. */
export interface SelectionRequest extends Namespaced, Pick<Selection, 'labelSelector' | 'fieldSelector'> {
  readonly allNamespaces?: boolean | undefined
}

/** How one object is read. */
export interface GetRequest extends Namespaced, VersionRequest {}

export interface ListRequest extends SelectionRequest, Pick<Selection, 'limit' | 'continue'>, ListVersionRequest {}

export interface WatchRequest extends SelectionRequest {
  /** The version after which changes are told. */
  readonly resourceVersion?: string | undefined
}

export type List<T> = ObjectList<T>

/** One resource as it was at a moment: what of a ResourceClient only reads. */
export interface ResourceReader<T extends KubeObject> {
  /** Throws NotFound, and Timeout for a `resourceVersion` that is not reached yet. */
  get(name: string, options?: GetRequest): T
  find(name: string, options?: GetRequest): T | undefined
  /**
   * By namespace and name. Throws BadRequest for a selector it does not understand; Timeout for a `resourceVersion` that is
   * not reached yet, Expired for a page or an `Exact` one that is no longer kept, and Invalid for options that do not go together.
   */
  list(options?: ListRequest): List<T>
}

/** Reads a resource now, or as a view has it. */
export function createReader<T extends KubeObject>(
  outside: Outside,
  resource: Resource,
  view?: View,
): ResourceReader<T> {
  const isPast = view !== undefined
  const scope = (server: ApiServer, call: string, options: GetRequest | undefined): string => {
    const { namespace, ...version } = getOptions(call, options)
    server.checkVersion(resource, version, view)
    return namespaceOf(resource, namespace)
  }
  return {
    get: (name, options) =>
      outside.read(
        (server) => server.get(resource, scope(server, 'get', options), checkedName(name), view),
        isPast,
      ) as T,
    find: (name, options) =>
      outside.read(
        (server) => server.find(resource, scope(server, 'find', options), checkedName(name), view),
        isPast,
      ) as T | undefined,
    list: (options) =>
      outside.read(
        (server) => server.list(resource, listOptions(resource, options), view),
        isPast,
      ) as unknown as List<T>,
  }
}

/** The namespace a call means; '' for resources without. Throws BadRequest when one is given to those. */
export function namespaceOf({ definition }: Resource, namespace: string | undefined): string {
  if (definition.namespaced) {
    if (namespace === undefined) return 'default'
    if (typeof namespace === 'string' && namespace !== '') return namespace
    throw badRequest(`namespace: expected a name, got ${asJson(namespace)}; all namespaces are allNamespaces: true`)
  }
  if (namespace === undefined) return ''
  throw badRequest(`${definition.plural} have no namespace, got ${asJson(namespace)}`)
}

/** The namespace that the options of a call name. Throws BadRequest for an option that is none. */
export function namespaceAsked(call: string, options: Namespaced | undefined): string | undefined {
  return callOptions(call, options, ofNames).namespace
}

/** What the options of a get say. The same. */
export function getOptions(call: string, options: GetRequest | undefined): Partial<GetRequest> {
  return callOptions(call, options, ofGets)
}

/** What the options of a write say that takes nothing else. The same. */
export function writeOptions(
  call: string,
  options: (Namespaced & WriteOptions) | undefined,
): Partial<Namespaced & WriteOptions> {
  return callOptions(call, options, ofWrites)
}

/** What the options of a write of a whole object say, which names its namespace itself. The same. */
export function dryRunOptions(call: string, options: WriteOptions | undefined): WriteOptions {
  return callOptions(call, options, ofObjects)
}

const ofNames: readonly string[] = Object.freeze(['namespace'])
const ofGets: readonly string[] = Object.freeze(['namespace', 'resourceVersion'])
const ofWrites: readonly string[] = Object.freeze(['namespace', 'dryRun'])
const ofObjects: readonly string[] = Object.freeze(['dryRun'])
const ofSelections: readonly string[] = Object.freeze(['namespace', 'allNamespaces', 'labelSelector', 'fieldSelector'])
const ofLists: readonly string[] = Object.freeze([
  ...ofSelections,
  'limit',
  'continue',
  'resourceVersion',
  'resourceVersionMatch',
])
const ofWatches: readonly string[] = Object.freeze([...ofSelections, 'resourceVersion'])

/** What the options of a list say. Throws BadRequest for one that is none. */
export function listOptions(resource: Resource, options: ListRequest | undefined): ListOptions {
  const { allNamespaces: _, ...asked } = callOptions('list', options, ofLists)
  return { ...asked, namespace: listScope(resource, options) }
}

/** The same of a watch. */
export function watchOptions(options: WatchRequest | undefined): WatchRequest {
  return callOptions('watch', options, ofWatches)
}

/** The same of a list that is not cut into parts. */
export function selectionOptions(call: string, options: SelectionRequest | undefined): SelectionRequest {
  return callOptions(call, options, ofSelections)
}

/** One namespace, or undefined for all; resources without namespaces have one directory, ''. */
export function listScope(resource: Resource, { namespace, allNamespaces }: ListRequest = {}): string | undefined {
  return resource.definition.namespaced && allNamespaces === true ? undefined : namespaceOf(resource, namespace)
}

export function checkedKind(kind: unknown): string {
  if (typeof kind === 'string') return kind
  throw badRequest(`kind: expected a string such as "v1/Pod", got ${typeof kind}`)
}

export function checkedName(name: unknown): string {
  if (typeof name === 'string' && name !== '') return name
  throw badRequest(`name: expected a string that is not empty, got ${name === '' ? "''" : typeof name}`)
}
