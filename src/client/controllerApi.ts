import type { Draft } from 'immer'
import { callOptions } from '../api/callOptions.ts'
import { isDryRun, type WriteOptions } from '../api/dryRun.ts'
import type { KubeObject } from '../api/meta.ts'
import type { JsonPatchOperation } from '../api/patches/jsonPatch.ts'
import type { DeleteOptions, PatchOptions } from '../registries/context.ts'
import { checkName } from '../registries/intake.ts'
import type { Resource } from '../registries/records.ts'
import { answeredDry } from './dryRun.ts'
import { takeDeleteOptions } from './deleteOptions.ts'
import type { Hands } from './hands.ts'
import type { KindName, ManifestOf, ObjectOf } from './kinds.ts'
import type { Link } from './link.ts'
import type { Target } from './path.ts'
import {
  checkedKind,
  dryRunOptions,
  getOptions,
  type GetRequest,
  type List,
  listOptions,
  type ListRequest,
  type Namespaced,
  writeOptions,
} from './reader.ts'
import { changedBy } from './recipes.ts'
import { targetOfKey, targetOfObject } from './targets.ts'

/**
 * The API as a user's controller calls it, by kind: never stale. Every method throws StatusError. A name is a key,
 * `namespace/name`, or a name in the namespace that the options say (`default` unless given). What is read is frozen;
 * what is written is copied, and must be of known structure.
 */
export interface ControllerApi {
  /** Throws NotFound. */
  get<K extends KindName>(kind: K, name: string, options?: GetRequest): ObjectOf<K>
  find<K extends KindName>(kind: K, name: string, options?: GetRequest): ObjectOf<K> | undefined
  /** By namespace and name. Throws BadRequest for a selector it does not understand. */
  list<K extends KindName>(kind: K, options?: ListRequest): List<ObjectOf<K>>
  create<K extends KindName>(kind: K, object: ManifestOf<K>, options?: WriteOptions): ObjectOf<K>
  /** A `resourceVersion` in the object must be the current one: Conflict. */
  update<K extends KindName>(kind: K, object: ManifestOf<K>, options?: WriteOptions): ObjectOf<K>
  update<K extends KindName>(kind: K, name: string, recipe: Recipe<K>, options?: Namespaced & WriteOptions): ObjectOf<K>
  /** Writes the status alone. */
  updateStatus<K extends KindName>(kind: K, object: ManifestOf<K>, options?: WriteOptions): ObjectOf<K>
  updateStatus<K extends KindName>(
    kind: K,
    name: string,
    recipe: Recipe<K>,
    options?: Namespaced & WriteOptions,
  ): ObjectOf<K>
  /** Changes the resources of a pod's containers and nothing else; see `ResourceClient.updateResize`. */
  updateResize<K extends KindName>(kind: K, object: ManifestOf<K>, options?: WriteOptions): ObjectOf<K>
  updateResize<K extends KindName>(
    kind: K,
    name: string,
    recipe: Recipe<K>,
    options?: Namespaced & WriteOptions,
  ): ObjectOf<K>
  /** Adds ephemeral containers to a pod and changes nothing else. */
  updateEphemeralContainers<K extends KindName>(kind: K, object: ManifestOf<K>, options?: WriteOptions): ObjectOf<K>
  updateEphemeralContainers<K extends KindName>(
    kind: K,
    name: string,
    recipe: Recipe<K>,
    options?: Namespaced & WriteOptions,
  ): ObjectOf<K>
  /** Changes how many replicas are asked for, of a kind that has the scale subresource. Throws MethodNotAllowed. */
  scale<K extends KindName>(kind: K, name: string, replicas: number, options?: Namespaced & WriteOptions): ObjectOf<K>
  /** Changes what the patch says and nothing else; see `ResourceClient.patch`. */
  patch<K extends KindName>(
    kind: K,
    name: string,
    patch: object | readonly JsonPatchOperation[],
    options?: Namespaced & PatchOptions & WriteOptions,
  ): ObjectOf<K>
  /** Pods go gracefully: they are marked, and gone once their node has stopped them. */
  delete<K extends KindName>(kind: K, name: string, options?: Namespaced & DeleteOptions & WriteOptions): ObjectOf<K>
}

/** Changes the draft it is given. */
export type Recipe<K extends string> = (draft: Draft<ObjectOf<K>>) => void

type ResourceOf = (kind: unknown) => Resource

/** `check` throws when the caller's turn is over. */
export function createControllerApi(link: Link, hands: Hands, check: () => void): ControllerApi {
  const resourceOf: ResourceOf = (kind) => {
    check()
    return link.ofKind(checkedKind(kind))
  }
  return { ...readsOf(link, hands, resourceOf), ...writesOf(link, hands, resourceOf) } as ControllerApi
}

function readsOf(link: Link, hands: Hands, resourceOf: ResourceOf): object {
  const targetOf = (call: string, kind: string, key: string, options: GetRequest | undefined): Target => {
    const { namespace, ...version } = getOptions(call, options)
    const target = targetOfKey(resourceOf(kind), key, namespace)
    link.checkVersion(target.resource.key, version)
    return target
  }
  return {
    get: (kind: string, key: string, options?: GetRequest) => {
      const { resource, namespace, name } = targetOf('api.get', kind, key, options)
      return hands.object(link.get<KubeObject>(resource.key, namespace, name))
    },
    find: (kind: string, key: string, options?: GetRequest) => {
      const { resource, namespace, name } = targetOf('api.find', kind, key, options)
      return hands.object(link.find<KubeObject>(resource.key, namespace, name))
    },
    list: (kind: string, options?: ListRequest) => {
      const resource = resourceOf(kind)
      return hands.data(link.list(resource.key, listOptions(resource, options)))
    },
  }
}

function writesOf(link: Link, hands: Hands, resourceOf: ResourceOf): object {
  const write = writerOf(link, hands)
  return {
    create: (kind: string, object: unknown, options?: WriteOptions) => {
      const target = targetOfObject(resourceOf(kind), object, false)
      const { resource, namespace } = target
      const { dryRun } = dryRunOptions('api.create', options)
      return write(target, isDryRun(dryRun, 'CreateOptions'), (to) =>
        to.create<KubeObject>(resource.key, namespace, link.takeIn(resource, object, namespace)),
      )
    },
    update: updating('update', link, hands, resourceOf),
    updateStatus: updating('updateStatus', link, hands, resourceOf),
    updateResize: updating('updateResize', link, hands, resourceOf),
    updateEphemeralContainers: updating('updateEphemeralContainers', link, hands, resourceOf),
    scale: (kind: string, key: string, replicas: number, options?: Namespaced & WriteOptions) => {
      const { namespace: asked, dryRun } = writeOptions('api.scale', options)
      const target = targetOfKey(resourceOf(kind), key, asked)
      const { resource, namespace, name } = target
      return write(target, isDryRun(dryRun, 'UpdateOptions'), (to) =>
        to.scale<KubeObject>(resource.key, namespace, name, replicas),
      )
    },
    patch: (kind: string, key: string, patch: object, options?: Namespaced & PatchOptions & WriteOptions) => {
      const { namespace: asked, dryRun, ...rest } = callOptions('api.patch', options)
      const target = targetOfKey(resourceOf(kind), key, asked)
      const { resource, namespace, name } = target
      return write(target, isDryRun(dryRun, 'PatchOptions'), (to) =>
        to.patch<KubeObject>(resource.key, namespace, name, patch, rest),
      )
    },
    delete: (kind: string, key: string, options?: Namespaced & DeleteOptions & WriteOptions) => {
      const { namespace: asked, dryRun, ...rest } = callOptions('api.delete', options)
      const target = targetOfKey(resourceOf(kind), key, asked)
      const { resource, namespace, name } = target
      return write(target, isDryRun(dryRun, 'DeleteOptions'), (to) =>
        to.delete(resource.key, namespace, name, takeDeleteOptions(rest)),
      )
    },
  }
}

/** Writes through a link, or as a dry run through one that leads to a copy. */
type Write = (target: Target, isDry: boolean, act: (to: Link) => KubeObject) => KubeObject

function writerOf(link: Link, hands: Hands): Write {
  return ({ resource, namespace, name }, isDry, act) => {
    if (!isDry) return hands.object(act(link))
    const to = link.dry()
    const previous = name === '' ? undefined : to.find<KubeObject>(resource.key, namespace, name)
    return hands.object(answeredDry(hands.object(act(to)), previous))
  }
}

type Updating = 'update' | 'updateStatus' | 'updateResize' | 'updateEphemeralContainers'

/** An update by object, or by name with a recipe that changes what is there. */
function updating(verb: Updating, link: Link, hands: Hands, resourceOf: ResourceOf): unknown {
  const write = writerOf(link, hands)
  const put = (target: Target, body: unknown, dryRun: unknown): KubeObject => {
    const { resource, namespace, name } = target
    const isDry = isDryRun(dryRun, 'UpdateOptions')
    const taken = link.takeIn(resource, body, namespace)
    checkName(taken, name)
    const placed = resource.definition.namespaced ? { ...taken, metadata: { ...taken.metadata, namespace } } : taken
    return write(target, isDry, (to) => to[verb](resource.key, placed))
  }
  return (kind: string, first: unknown, second?: unknown, options?: Namespaced & WriteOptions): KubeObject => {
    const resource = resourceOf(kind)
    if (typeof first !== 'string') {
      const { dryRun } = dryRunOptions(`api.${verb}`, second as WriteOptions | undefined)
      return put(targetOfObject(resource, first, true), first, dryRun)
    }
    const { namespace: asked, dryRun } = writeOptions(`api.${verb}`, options)
    const target = targetOfKey(resource, first, asked)
    const { namespace, name } = target
    const current = (): KubeObject => hands.object(link.get<KubeObject>(resource.key, namespace, name))
    return put(target, changedBy(hands.immer, verb, second, current), dryRun)
  }
}
