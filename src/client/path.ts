import { badRequest } from '../api/errors.ts'
import type { Resource } from '../registries/records.ts'

/** What a request is about. */
export interface Target {
  readonly resource: Resource
  /** '' for resources without namespaces. */
  readonly namespace: string
  /** '' when the request is about the collection. */
  readonly name: string
}

/** The path of a request, as the HTTP API has it. */
export function pathTo({ resource, namespace, name }: Target): string {
  const { group, version, plural } = resource.definition
  const root = group === '' ? `/api/${version}` : `/apis/${group}/${version}`
  const scope = namespace === '' ? root : `${root}/namespaces/${namespace}`
  return name === '' ? `${scope}/${plural}` : `${scope}/${plural}/${name}`
}

const pattern = /^\/(?:api|apis\/([^/]+))\/([^/]+)(?:\/namespaces\/([^/]+))?\/([^/]+)(?:\/([^/]+))?$/u

/** The reverse of `pathTo`. Throws BadRequest. */
export function parsePath(
  path: string,
  resourceOf: (group: string, version: string, plural: string) => Resource,
): Target {
  const match = pattern.exec(path) ?? /^\/(?:api|apis\/([^/]+))\/([^/]+)()\/(namespaces)(?:\/([^/]+))?$/u.exec(path)
  if (match === null) throw badRequest(`not the path of a resource: ${path}`)
  const [, group = '', version = '', namespace = '', plural = '', name = ''] = match
  return { resource: resourceOf(group, version, plural), namespace, name }
}
