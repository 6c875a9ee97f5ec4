import { badRequest, notFound } from '../api/errors.ts'
import { isObject } from '../api/object.ts'
import type { KubeObject } from '../api/meta.ts'
import { equal } from '../registries/equal.ts'
import type { Resource } from '../registries/records.ts'
import { type ManifestObject, readManifests } from './manifests.ts'
import type { Outside } from './outside.ts'
import { namespaceOf } from './reader.ts'

/** An object of a manifest that was not applied, because its kind is not simulated. */
export interface Skipped {
  readonly apiVersion: string
  readonly kind: string
  readonly name: string
  readonly reason: string
}

export interface Applied {
  readonly object: KubeObject
  readonly result: 'created' | 'configured' | 'unchanged'
}

export interface ApplyOptions {
  /** For objects that name none; `default` unless given. */
  readonly namespace?: string | undefined
  readonly unsupported?: 'refuse' | 'skip' | undefined
}

/** Tries everything on a fork of the cluster first, so that a refusal leaves the cluster as it was. */
export function applyAll(
  input: unknown,
  options: ApplyOptions,
  { live, trial }: { live: Outside; trial: Outside },
): { applied: Applied[]; skipped: Skipped[] } {
  const { unsupported = 'refuse' } = options
  if (unsupported !== 'refuse' && unsupported !== 'skip') {
    throw badRequest(`unsupported: expected 'refuse' or 'skip', got ${JSON.stringify(unsupported)}`)
  }
  const objects = readManifests(input)
  const skipped: Skipped[] = []
  const wanted = objects.filter((object) => {
    const { apiVersion, kind } = object
    if (live.server.records.findKind(`${apiVersion}/${kind}`) !== undefined) return true
    if (unsupported === 'refuse') live.server.records.ofKind(`${apiVersion}/${kind}`)
    skipped.push({ apiVersion, kind, name: object.metadata?.name ?? '', reason: `${kind} is not simulated` })
    return false
  })
  // Namespaces first, as their contents need them wherever they stand in the file.
  const ordered = [
    ...wanted.filter(({ kind }) => kind === 'Namespace'),
    ...wanted.filter(({ kind }) => kind !== 'Namespace'),
  ]
  for (const object of ordered) applyOne(trial, object, options)
  return { applied: ordered.map((object) => applyOne(live, object, options)), skipped }
}

function applyOne(outside: Outside, object: ManifestObject, options: ApplyOptions): Applied {
  const resource = outside.server.records.ofKind(`${object.apiVersion}/${object.kind}`)
  const name = object.metadata?.name
  const namespace = scopeOf(resource, object, options)
  const existing =
    typeof name === 'string' && resource.definition.verbs.includes('get')
      ? outside.server.find(resource, namespace, name)
      : undefined
  if (existing === undefined) {
    if (namespace !== '' && outside.server.find(outside.server.resource('namespaces'), '', namespace) === undefined) {
      throw notFound('namespaces', namespace)
    }
    return { object: outside.write('create', { resource, namespace, name: '' }, object), result: 'created' }
  }
  const updated = outside.write('update', { resource, namespace, name: name! }, replacing(existing, object))
  return {
    object: updated,
    result: updated.metadata.resourceVersion === existing.metadata.resourceVersion ? 'unchanged' : 'configured',
  }
}

function scopeOf(resource: Resource, object: ManifestObject, options: ApplyOptions): string {
  if (!resource.definition.namespaced) return ''
  return namespaceOf(resource, object.metadata?.namespace || options.namespace)
}

/** Kinds into whose spec the cluster writes, such as where a pod runs; what the manifest does not name of it stays. */
const written: readonly string[] = Object.freeze(['Pod', 'Node'])

function keptSpec(
  existing: KubeObject & { readonly spec?: unknown },
  given: ManifestObject & { readonly spec?: unknown },
): object {
  const { spec } = given
  if (!written.includes(existing.kind) || !isObject(spec)) return {}
  return { spec: { ...(existing.spec as object), ...spec } }
}

/** The manifest over what exists: labels and annotations are added to, everything else it names is replaced. */
function replacing(existing: KubeObject, object: ManifestObject): object {
  const given = object as ManifestObject & { metadata?: { labels?: object; annotations?: object } }
  const { labels, annotations } = given.metadata ?? {}
  const metadata = {
    ...existing.metadata,
    ...given.metadata,
    ...(isObject(labels) ? { labels: { ...existing.metadata.labels, ...labels } } : {}),
    ...(isObject(annotations) ? { annotations: { ...existing.metadata.annotations, ...annotations } } : {}),
  }
  const next = { ...existing, ...given, ...keptSpec(existing, given), metadata }
  return equal(next, existing) ? existing : next
}
