import { controllerReference } from '../api/controllerRef.ts'
import type { KubeObject, ObjectMeta } from '../api/meta.ts'
import { isEmpty } from '../api/isEmpty.ts'
import type { Endpoints, Service } from '../api/types/core.ts'
import type { EndpointSlice } from '../api/types/discovery.ts'
import {
  type Cache,
  type ControlLoop,
  keyOf,
  type LoopContext,
  type NamedPredicate,
  splitKey,
} from '../client/controller.ts'
import { equal } from '../registries/equal.ts'
import { type Mirrored, mirrored, most } from './backends/mirrored.ts'
import { managedSlices, portsKey } from './backends/slices.ts'

const endpoints = 'v1/Endpoints'
const kind = 'discovery.k8s.io/v1/EndpointSlice'
const resource = 'endpointslices.discovery.k8s.io'
const skip = 'endpointslice.kubernetes.io/skip-mirror'
const leader = 'control-plane.alpha.kubernetes.io/leader'
const notMirrored: readonly string[] = Object.freeze([
  'endpoints.kubernetes.io/last-change-trigger-time',
  'kubectl.kubernetes.io/last-applied-configuration',
])
const nothing: ReturnType<typeof mirrored> = Object.freeze({ slices: [], skipped: 0 })
const none: readonly string[] = Object.freeze([])
const own = managedSlices('endpointslicemirroring-controller.k8s.io')

/** Keeps EndpointSlices of the Endpoints that somebody wrote for a service without a selector: pkg/controller/endpointslicemirroring. */
export const endpointSliceMirroringController: ControlLoop = {
  name: 'endpointslice-mirroring-controller',
  // defaultSyncBackOff and maxSyncBackOff.
  backOff: { firstMs: 1000, lastMs: 100_000 },
  watches: [
    { kind: 'v1/Service', predicate: predicate('selectorless', (object) => hasNoSelector(object as Service)) },
    // What the controller of Endpoints keeps is about a service with a selector: nothing to look at.
    { kind: endpoints, keys: ({ object }, cache) => keysOfEndpoints(object, cache) },
    {
      kind,
      keys: ({ object, previous }) => own.keys(object, previous),
      index: own.serviceKey,
      predicate: predicate('mirrored', (slice) => own.serviceKey(slice) !== undefined),
    },
  ],
  reconcile(key, context) {
    const { cache, api, memory } = context
    const written = memory.get(key) as number | undefined
    if (written !== undefined && !cache.hasSeen(kind, written)) return
    memory.delete(key)
    const existing = cache
      .byIndex<EndpointSlice>(kind, key)
      .filter(({ metadata }) => metadata.deletionTimestamp === undefined)
    const source = sourceOf(key, context)
    if (source === undefined && existing.length === 0) return
    try {
      if (mirror(key, source, existing, context)) memory.set(key, api.revision)
    } catch (error) {
      memory.set(key, api.revision)
      throw error
    }
  },
}

/** The Endpoints to be mirrored; undefined where none are. */
function sourceOf(key: string, { cache }: LoopContext): Endpoints | undefined {
  const found = cache.get(endpoints, key)
  const service = cache.get('v1/Service', key)
  if (found === undefined || service === undefined || !hasNoSelector(service)) return undefined
  const { labels, annotations } = found.metadata
  return labels?.[skip] === 'true' || annotations?.[leader] !== undefined ? undefined : found
}

/** Whether anything had to be written. */
function mirror(
  key: string,
  source: Endpoints | undefined,
  existing: readonly EndpointSlice[],
  { api, record }: LoopContext,
): boolean {
  const { namespace } = splitKey(key)
  const { slices: wanted, skipped } = source === undefined ? nothing : mirrored(source)
  if (source !== undefined && skipped > 0) {
    const message = `A max of ${most} addresses can be mirrored to EndpointSlices per Endpoints subset. ${skipped} addresses were skipped`
    record(source, 'Warning', 'TooManyAddressesToMirror', message)
  }
  const rest = new Set(existing)
  const take = (fits: (slice: EndpointSlice) => boolean): EndpointSlice | undefined => {
    const found = [...rest].find(fits)
    if (found !== undefined) rest.delete(found)
    return found
  }
  const kept = wanted.map((each) => take((slice) => standsFor(slice, each)))
  let isWritten = false
  for (const [i, each] of wanted.entries()) {
    // One that would go becomes one that is to be made.
    const slice = kept[i] ?? take(({ addressType }) => addressType === each.addressType)
    const draft = sliceOf(source!, each)
    if (slice === undefined) {
      if (source!.metadata.deletionTimestamp !== undefined) continue
      const generateName = `${source!.metadata.name}-`
      api.create(resource, namespace, { ...draft, metadata: { ...draft.metadata, generateName } })
    } else {
      const { annotations: _, ...metadata } = slice.metadata
      const next: EndpointSlice = { ...draft, metadata: { ...metadata, ...draft.metadata } }
      if (equal(next, slice)) continue
      api.update(resource, next)
    }
    isWritten = true
  }
  for (const { metadata } of rest) api.delete(resource, namespace, metadata.name)
  return isWritten || rest.size > 0
}

type Draft = Omit<EndpointSlice, 'metadata'> & {
  readonly metadata: Pick<ObjectMeta, 'labels' | 'annotations' | 'ownerReferences'>
}

/** Mirrors newEndpointSlice. */
function sliceOf(endpoints: Endpoints, content: Mirrored): Draft {
  const { metadata } = endpoints
  const annotations = Object.entries(metadata.annotations ?? {}).filter(([key]) => !notMirrored.includes(key))
  return {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: {
      labels: { ...metadata.labels, ...own.labels(metadata.name) },
      ...(annotations.length > 0 && { annotations: Object.fromEntries(annotations) }),
      ownerReferences: [controllerReference(endpoints)],
    },
    ...content,
  }
}

function standsFor(slice: EndpointSlice, wanted: Mirrored): boolean {
  return slice.addressType === wanted.addressType && portsKey(slice) === portsKey(wanted)
}

function hasNoSelector({ spec }: Service): boolean {
  return isEmpty(spec.selector)
}

function keysOfEndpoints(object: KubeObject, cache: Cache): readonly string[] {
  const key = keyOf(object)
  const service = cache.get('v1/Service', key)
  return service !== undefined && !hasNoSelector(service) ? none : [key]
}

/** Updates of what is of interest, or was. */
function predicate(name: string, isOurs: (object: KubeObject) => boolean): NamedPredicate {
  return { name, holds: (before, after) => isOurs(before) || isOurs(after) }
}
