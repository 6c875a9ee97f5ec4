import type { KubeObject } from '../api/meta.ts'
import type { Context } from './context.ts'
import { copyOf } from './defaults/mutable.ts'
import type { Loose } from './loose.ts'
import type { ServerParts } from './parts.ts'
import type { Resource } from './records.ts'
import { metaAt } from './shapes.ts'

/** Commits a changed object, or removes it when it was only waiting for its last finalizer. */
export function writeObject(parts: ServerParts, resource: Resource, object: Loose, context: Context): KubeObject {
  const { prepareForWrite } = resource.definition
  if (prepareForWrite === undefined) return commitObject(parts, resource, object, context)
  const at = { around: parts.around, now: parts.times.text(context.at) }
  return commitObject(parts, resource, prepareForWrite(object, at) as Loose, context)
}

function commitObject(parts: ServerParts, resource: Resource, object: Loose, context: Context): KubeObject {
  const { metadata } = object
  const versioned = copyOf(object)
  versioned.metadata = metaAt(metadata, parts.records.nextVersion)
  const isDone =
    metadata.deletionTimestamp !== undefined &&
    (metadata.finalizers ?? []).length === 0 &&
    (metadata.deletionGracePeriodSeconds ?? 0) === 0 &&
    resource.definition.termination?.holds(object) !== true
  if (isDone) {
    removeObject(parts, resource, versioned, context)
    return versioned
  }
  const previous = heldBy(parts, resource, versioned)
  const kept = parts.records.put(resource, versioned, context, undefined, leaseFor(parts, resource, context))
  parts.holdings.follow(resource, previous, versioned)
  parts.memos.changed(resource)
  return kept
}

/** The lease of the store that a write is attached to, or 0: of what goes some time after it was written last. */
export function leaseFor({ ttl }: ServerParts, { definition }: Resource, { at }: Context): number {
  return definition.expires === true ? ttl.lease(at) : 0
}

/** The object as it stands, where it holds something that no other may. */
function heldBy({ records }: ServerParts, resource: Resource, { metadata }: KubeObject): Loose | undefined {
  if (resource.definition.allocation === undefined) return undefined
  return records.find(resource, metadata.namespace ?? '', metadata.name) as Loose | undefined
}

/** A later object of the same name is another object: its uid must differ. */
export function removeObject(parts: ServerParts, resource: Resource, object: KubeObject, context: Context): void {
  const previous = heldBy(parts, resource, object)
  parts.records.remove(resource, object, context)
  parts.holdings.follow(resource, previous, undefined)
  parts.memos.changed(resource)
  const { name, namespace = '' } = object.metadata
  if (!isUniquelyNamed(resource, object)) parts.identity.used(`${resource.kept.key}/${namespace}/${name}`, 1)
}

/** Room for a suffix of five in a name of 63: staging/src/k8s.io/apiserver/pkg/storage/names/generate.go. */
const longestBase = 58

/** What a generated name begins with. */
export function baseOf(generateName: string): string {
  return generateName.length > longestBase ? generateName.slice(0, longestBase) : generateName
}

/** Names that look generated are not counted when they go, so the few that were given are counted when they come. */
export function isUniquelyNamed({ definition }: Resource, { metadata }: KubeObject): boolean {
  const { name, generateName } = metadata
  return definition.uniqueNames === true || (generateName !== undefined && name.startsWith(baseOf(generateName)))
}
