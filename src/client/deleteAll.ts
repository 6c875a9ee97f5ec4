/** What `kubectl delete -f` does, all or nothing. */
import { callOptions } from '../api/callOptions.ts'
import { isDryRun, type WriteOptions } from '../api/dryRun.ts'
import { badRequest, isStatusError } from '../api/errors.ts'
import type { KubeObject } from '../api/meta.ts'
import type { DeleteOptions } from '../registries/context.ts'
import type { ManifestObject } from './manifests.ts'
import type { Outside } from './outside.ts'
import type { Target } from './path.ts'
import { namespaceOf } from './reader.ts'

export interface DeleteRequest extends DeleteOptions, WriteOptions {
  /** For objects that name none; `default` unless given. */
  readonly namespace?: string | undefined
  /** Passes over what is not there; it is refused otherwise. */
  readonly ignoreNotFound?: boolean | undefined
}

const known: readonly string[] = Object.freeze([
  'namespace',
  'ignoreNotFound',
  'gracePeriodSeconds',
  'propagationPolicy',
  'preconditions',
  'dryRun',
])

/** Deletes objects in their order, each as its client would. Tried on a copy first, so that a refusal leaves all as it was; a dry run ends there. */
export function deleteAll(
  objects: readonly ManifestObject[],
  given: DeleteRequest | undefined,
  live: Outside,
): KubeObject[] {
  const { dryRun, ...options }: DeleteRequest = callOptions('delete', given, known)
  if (isDryRun(dryRun, 'DeleteOptions'))
    return deleteOn(live.copy(true), objects, options).map((object) => live.asDryRun(object))
  // One is refused before anything happens, as any call is.
  if (objects.length > 1) deleteOn(live.copy(false), objects, options)
  return deleteOn(live, objects, options)
}

function deleteOn(
  outside: Outside,
  objects: readonly ManifestObject[],
  { namespace, ignoreNotFound = false, ...options }: DeleteRequest,
): KubeObject[] {
  const deleted: KubeObject[] = []
  for (const object of objects) {
    const target = targetOf(outside, object, namespace)
    try {
      deleted.push(outside.write('delete', target, options))
    } catch (error) {
      if (!ignoreNotFound || !isStatusError(error, 'NotFound')) throw error
    }
  }
  return deleted
}

function targetOf(outside: Outside, object: ManifestObject, namespace: string | undefined): Target {
  const { apiVersion, kind, metadata } = object
  const resource = outside.resource(`${apiVersion}/${kind}`)
  const name = metadata?.name
  if (typeof name !== 'string' || name === '') throw badRequest(`${kind}: resource name may not be empty`)
  const scope = resource.definition.namespaced ? namespaceOf(resource, metadata?.namespace || namespace) : ''
  return { resource, namespace: scope, name }
}
