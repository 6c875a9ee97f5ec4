import { badRequest } from '../api/errors.ts'
import type { KubeObject, OwnerReference } from '../api/meta.ts'
import type { ObjectChange } from './watches.ts'

interface Scopes {
  isNamespaced(kind: string): boolean
}

/**
 * For the watch of what a controller makes: a change is about every owner of a kind, such as `apps/v1/Deployment`, that
 * the object has or had. Versions are not compared. Mirrors handler.EnqueueRequestForOwner of controller-runtime.
 */
export function ownerKeys(kind: string): (change: ObjectChange, cache: Scopes) => readonly string[] {
  const slash = typeof kind === 'string' ? kind.lastIndexOf('/') : -1
  if (slash === -1) throw badRequest(`ownerKeys: expected a kind such as "apps/v1/Deployment", got ${String(kind)}`)
  const name = kind.slice(slash + 1)
  const group = groupOf(kind.slice(0, slash))
  const isMeant = (owner: OwnerReference): boolean => owner.kind === name && groupOf(owner.apiVersion) === group
  return ({ object, previous }, cache) => {
    const owners = [...ownersOf(object), ...(previous === undefined ? none : ownersOf(previous))].filter(isMeant)
    if (owners.length === 0) return none
    const { namespace } = object.metadata
    const prefix = namespace === undefined || !cache.isNamespaced(kind) ? '' : `${namespace}/`
    return [...new Set(owners.map((owner) => prefix + owner.name))]
  }
}

const none: readonly never[] = Object.freeze([])

function ownersOf({ metadata }: KubeObject): readonly OwnerReference[] {
  return metadata.ownerReferences ?? none
}

/** '' of `v1`, `apps` of `apps/v1`. */
function groupOf(apiVersion: string): string {
  return apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : ''
}
