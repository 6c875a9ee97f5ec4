import { badRequest } from '../api/errors.ts'
import type { Resource } from '../registries/records.ts'
import type { Target } from './path.ts'
import { checkedName, namespaceOf } from './reader.ts'

/** The object of a name. Throws BadRequest for what is none. */
export function targetOf(resource: Resource, name: unknown, namespace: string | undefined): Target {
  return { resource, namespace: namespaceOf(resource, namespace), name: checkedName(name) }
}

/** The object that an object says it is; or, where it is to be made, the collection that it belongs to. */
export function targetOfObject(resource: Resource, object: unknown, withName: boolean): Target {
  const metadata = (object as { metadata?: { name?: unknown; namespace?: unknown } } | null | undefined)?.metadata
  const said = metadata?.namespace
  const namespace = resource.definition.namespaced && typeof said === 'string' && said !== '' ? said : undefined
  return {
    resource,
    namespace: namespaceOf(resource, namespace),
    name: withName && typeof metadata?.name === 'string' ? metadata.name : '',
  }
}

/** The object of a key, `namespace/name`, or of a name as everywhere else. Throws BadRequest for what is neither. */
export function targetOfKey(resource: Resource, key: unknown, namespace: string | undefined): Target {
  const said = checkedName(key)
  const slash = said.indexOf('/')
  if (slash === -1) return targetOf(resource, said, namespace)
  const own = said.slice(0, slash)
  if (namespace !== undefined && namespace !== own) {
    throw badRequest(`namespace: ${JSON.stringify(namespace)} is not the namespace of the key ${JSON.stringify(said)}`)
  }
  return targetOf(resource, said.slice(slash + 1), own)
}
