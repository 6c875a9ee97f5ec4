import type { Draft, Immer } from 'immer'
import { callOptions } from '../api/callOptions.ts'
import type { WriteOptions } from '../api/dryRun.ts'
import { badRequest } from '../api/errors.ts'
import type { Manifest } from '../api/manifest.ts'
import type { KubeObject } from '../api/meta.ts'
import type { JsonPatchOperation } from '../api/patches/jsonPatch.ts'
import type { DeleteOptions, PatchOptions } from '../registries/context.ts'
import type { Resource } from '../registries/records.ts'
import { metaAt } from '../registries/shapes.ts'
import type { Manner, Outside, UpdateVerb } from './outside.ts'
import { changedBy } from './recipes.ts'
import {
  createReader,
  dryRunOptions,
  listScope,
  type Namespaced,
  type ResourceReader,
  watchOptions,
  type WatchRequest,
  writeOptions,
} from './reader.ts'
import { targetOf, targetOfObject } from './targets.ts'
import type { ObjectChange, Watches } from './watches.ts'

export interface WatchEvent<T> {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED'
  /** With DELETED as it was before, at the resourceVersion of its deletion, or of ceasing to match. */
  readonly object: T
}

export interface Watch<T> {
  /** What happened since the last read, oldest first. */
  read(): WatchEvent<T>[]
  close(): void
}

/** One resource as a user of the API sees it. Every method throws StatusError. What it returns is frozen. */
export interface ResourceClient<T extends KubeObject> extends ResourceReader<T> {
  create(object: Manifest<T>, options?: WriteOptions): T
  /**
   * A `resourceVersion` in the object must be the current one: Conflict. Kinds that Kubernetes never updates without one
   * want it: Invalid.
   */
  update(object: Manifest<T>, options?: WriteOptions): T
  update(name: string, recipe: (draft: Draft<T>) => void, options?: Namespaced & WriteOptions): T
  /** Writes the status alone. */
  updateStatus(object: Manifest<T>, options?: WriteOptions): T
  updateStatus(name: string, recipe: (draft: Draft<T>) => void, options?: Namespaced & WriteOptions): T
  /** Changes the resources of a pod's containers and nothing else: its kubelet resizes them in place. Throws MethodNotAllowed. */
  updateResize(object: Manifest<T>, options?: WriteOptions): T
  updateResize(name: string, recipe: (draft: Draft<T>) => void, options?: Namespaced & WriteOptions): T
  /** Adds ephemeral containers to a pod, as `kubectl debug` does, and changes nothing else. Throws MethodNotAllowed. */
  updateEphemeralContainers(object: Manifest<T>, options?: WriteOptions): T
  updateEphemeralContainers(name: string, recipe: (draft: Draft<T>) => void, options?: Namespaced & WriteOptions): T
  /** Changes how many replicas are asked for, of a kind that has the scale subresource. Throws MethodNotAllowed. */
  scale(name: string, replicas: number, options?: Namespaced & WriteOptions): T
  /** Writes `spec.finalizers` of a namespace: without any, one that is being deleted is gone whatever stands in it. */
  finalize(object: Manifest<T>, options?: WriteOptions): T
  /**
   * Changes what the patch says and nothing else. `strategic` merges lists by key as Kubernetes does, and is the type
   * unless one is given; kinds without a schema take `merge`. A `resourceVersion` in the patch must be the current one.
   */
  patch(
    name: string,
    patch: object | readonly JsonPatchOperation[],
    options?: Namespaced & PatchOptions & WriteOptions,
  ): T
  /** Pods go gracefully: they are marked, and gone once their node has stopped them. */
  delete(name: string, options?: Namespaced & DeleteOptions & WriteOptions): T
  /** Changes from now on; with `resourceVersion`, those after it. Throws Expired if they are no longer kept. */
  watch(options?: WatchRequest): Watch<T>
}

type Recipe<T> = (draft: Draft<T>) => void

const methods: Readonly<Record<UpdateVerb, string>> = Object.freeze({
  update: 'update',
  status: 'updateStatus',
  resize: 'updateResize',
  ephemeralcontainers: 'updateEphemeralContainers',
})

export function createResourceClient<T extends KubeObject>(
  outside: Outside,
  watches: Watches,
  immer: Immer,
  resource: Resource,
): ResourceClient<T> {
  const { get } = createReader<T>(outside, resource)
  const asked = (call: string, options: WriteOptions | undefined): Manner | undefined =>
    options === undefined ? undefined : outside.attempt(() => dryRunOptions(call, options))
  const change =
    (verb: UpdateVerb) =>
    (first: string | object, second?: Recipe<T> | WriteOptions, given?: Namespaced & WriteOptions): T => {
      outside.attempt(() => outside.server.allow(resource, verb))
      if (typeof first !== 'string') {
        const manner = asked(methods[verb], second as WriteOptions | undefined)
        return outside.write(verb, targetOfObject(resource, first, true), first, manner) as T
      }
      const { namespace, dryRun } = outside.attempt(() => writeOptions(methods[verb], given))
      const next = outside.attempt(() => changedBy(immer, methods[verb], second, () => get(first, { namespace })))
      return outside.write(verb, targetOf(resource, first, namespace), next, { dryRun }) as T
    }
  return {
    create: (object, options) =>
      outside.write(
        'create',
        outside.attempt(() => targetOfObject(resource, object, false)),
        object,
        asked('create', options),
      ) as T,
    ...createReader<T>(outside, resource),
    update: change('update'),
    updateStatus: change('status'),
    updateResize: change('resize'),
    updateEphemeralContainers: change('ephemeralcontainers'),
    scale(name, replicas, options) {
      outside.attempt(() => outside.server.allow(resource, 'scale'))
      const { namespace, dryRun } = outside.attempt(() => writeOptions('scale', options))
      const target = outside.attempt(() => targetOf(resource, name, namespace))
      return outside.write('scale', target, { metadata: { name }, spec: { replicas } }, { dryRun }) as T
    },
    finalize: (object, options) =>
      outside.write('finalize', targetOfObject(resource, object, true), object, asked('finalize', options)) as T,
    patch(name, patch, options) {
      const { namespace, dryRun, ...rest } = outside.attempt(() => callOptions('patch', options))
      const target = outside.attempt(() => targetOf(resource, name, namespace))
      return outside.write('patch', target, { ...rest, patch }, { dryRun }) as T
    },
    delete(name, options) {
      const { namespace, dryRun, ...rest } = outside.attempt(() => callOptions('delete', options))
      const target = outside.attempt(() => targetOf(resource, name, namespace))
      return outside.write('delete', target, rest, { dryRun }) as T
    },
    watch: (options) => openWatch<T>(outside, watches, resource, options),
  }
}

function openWatch<T extends KubeObject>(
  outside: Outside,
  watches: Watches,
  resource: Resource,
  given: WatchRequest | undefined,
): Watch<T> {
  const { server } = outside
  const options = outside.attempt(() => watchOptions(given))
  const namespace = outside.attempt(() => listScope(resource, options))
  const matches = outside.attempt(() => {
    server.allow(resource, 'watch')
    return server.matcher(resource, options)
  })
  const from = outside.attempt(() => startOf(options.resourceVersion))
  const prefix =
    namespace === undefined || namespace === '' ? `${resource.kept.key}/` : `${resource.kept.key}/${namespace}/`
  const cursor = outside.attempt(() => watches.openForUser({ prefix, ...from }))
  let isOpen = true
  return {
    read() {
      if (!isOpen) return []
      const events: WatchEvent<T>[] = []
      for (const change of watches.records.store.read(cursor)) {
        const event = seen(watches.present<T>(resource, change, false), matches)
        if (event !== undefined) events.push(event)
      }
      return outside.handOut(events)
    },
    close() {
      if (isOpen) watches.closeForUser(cursor)
      isOpen = false
    },
  }
}

/** The first revision a watch delivers: the one after the resourceVersion. Upstream's words are ParseResourceVersion's. */
function startOf(resourceVersion: string | undefined): { from?: number } {
  if (resourceVersion === undefined || resourceVersion === '') return {}
  if (typeof resourceVersion === 'string' && /^\d{1,15}$/u.test(resourceVersion))
    return { from: Number(resourceVersion) + 1 }
  throw badRequest(
    `resourceVersion: Invalid value: ${JSON.stringify(resourceVersion) ?? typeof resourceVersion}: expected a whole number as a string`,
  )
}

/** A change as one sees it who asks for some objects only: an object that begins to match is ADDED, and so on. */
function seen<T extends KubeObject>(
  change: ObjectChange<T>,
  matches: (object: KubeObject) => boolean,
): WatchEvent<T> | undefined {
  const { previous } = change
  const before = previous !== undefined && matches(previous)
  const after = change.type !== 'DELETED' && matches(change.object)
  if (after) return { type: before ? 'MODIFIED' : 'ADDED', object: change.object }
  return before ? { type: 'DELETED', object: lastSeen(previous, change.revision) } : undefined
}

/** What is gone, or out of sight: as it was before, but at the revision of its going, from which a watch can go on. */
function lastSeen<T extends KubeObject>(object: T, revision: number): T {
  return { ...object, metadata: metaAt(object.metadata, String(revision)) }
}
