import { badRequest } from '../api/errors.ts'
import type { KubeObject } from '../api/meta.ts'
import type { Store } from '../store/store.ts'
import type { View } from '../store/view.ts'
import type { ListOptions, ObjectList } from './context.ts'
import type { Records, Resource } from './records.ts'
import { matcherOf } from './selection.ts'
import { exactRevision, stateAt } from './versionAsked.ts'

/** Where an earlier page ended, and at which revision it was read. */
interface Page {
  readonly revision: number
  readonly after: string
}

export function listObjects(records: Records, resource: Resource, options: ListOptions, past?: View): ObjectList {
  const { store } = records
  const page =
    options.continue === undefined || options.continue === '' ? undefined : parseContinue(options.continue, resource)
  const current = past?.revision ?? store.revision
  const exact = exactRevision(options, current, isCached(resource))
  const matches = matcherOf(resource, options)
  const view = viewOf(store, page, exact) ?? past
  const revision = view?.revision ?? current
  // Out of a watch cache comes what it has.
  const limit =
    options.resourceVersion === '0' && page === undefined && isCached(resource) ? Infinity : limitOf(options.limit)
  const items: KubeObject[] = []
  let left = 0
  for (const directory of records.directoriesOf(resource, options.namespace)) {
    const path = store.keys.directoryPath(directory)
    for (const object of records.objects(resource, directory, view)) {
      if (page !== undefined && `${path}${object.metadata.name}` <= page.after) continue
      if (!matches(object)) continue
      if (items.length < limit) items.push(object)
      else left++
    }
  }
  const { apiVersion, definition } = resource
  const resourceVersion = String(revision)
  const rest = left === 0 ? {} : { continue: continueAfter(records, resource, items, revision) }
  // How many are left is not said of a selection: mirrors GetList of apiserver/pkg/storage/etcd3/store.go.
  const counted = left === 0 || isSelection(options) ? rest : { ...rest, remainingItemCount: left }
  const metadata = { resourceVersion, ...counted }
  return { apiVersion, kind: definition.listKind ?? `${definition.kind}List`, metadata, items }
}

/** Whether upstream keeps a watch cache of a resource: of all but Events. */
export function isCached({ definition }: Resource): boolean {
  return definition.expires !== true
}

const oldPage =
  'The provided continue parameter is too old to display a consistent list result. You can start a new list without ' +
  'the continue parameter, or use the continue token in this response to retrieve the remainder of the results. ' +
  'Continuing with the provided token results in an inconsistent list - objects that were created, modified, or ' +
  'deleted between the time the first chunk was returned and now may show up in the list.'

/** In place of a page's revision: whichever is the last. */
const INCONSISTENT = -1

/** The past that a list is of; undefined for none. */
function viewOf(store: Store, page: Page | undefined, exact: number | undefined): View | undefined {
  if (page?.revision === INCONSISTENT) return undefined
  if (page !== undefined) return stateAt(store, page.revision, oldPage, `${INCONSISTENT}:${page.after}`)
  if (exact !== undefined) return stateAt(store, exact, 'The resourceVersion for the provided list is too old.')
  return undefined
}

function isSelection({ labelSelector = '', fieldSelector = '' }: ListOptions): boolean {
  const isOfLabels = typeof labelSelector === 'string' ? labelSelector !== '' : Object.keys(labelSelector).length > 0
  return isOfLabels || fieldSelector !== ''
}

function continueAfter(records: Records, resource: Resource, items: readonly KubeObject[], revision: number): string {
  const { name, namespace = '' } = items[items.length - 1]!.metadata
  const directory = records.directory(resource, namespace)
  return `${revision}:${records.store.keys.directoryPath(directory)}${name}`
}

function parseContinue(token: string, { kept }: Resource): Page {
  const match = /^(\d+|-1):(.+)$/u.exec(token)
  if (match === null || !match[2]!.startsWith(`${kept.key}/`)) {
    throw badRequest(`continue key is not valid: ${JSON.stringify(token)}`)
  }
  return { revision: Number(match[1]), after: match[2]! }
}

function limitOf(limit: number | undefined): number {
  if (limit === undefined || limit === 0) return Infinity
  if (Number.isInteger(limit) && limit > 0) return limit
  throw badRequest(`limit: Invalid value: ${limit}: must be a whole number, 0 or more`)
}
