import type { Draft } from 'immer'
import { callOptions } from '../api/callOptions.ts'
import type { KubeObject } from '../api/meta.ts'
import type { JsonPatchOperation } from '../api/patches/jsonPatch.ts'
import type { DeleteOptions, PatchOptions } from '../registries/context.ts'
import { checkName } from '../registries/intake.ts'
import type { Resource } from '../registries/records.ts'
import { takeDeleteOptions } from './deleteOptions.ts'
import type { Hands } from './hands.ts'
import type { KindName, ManifestOf, ObjectOf } from './kinds.ts'
import type { Link } from './link.ts'
import type { Target } from './path.ts'
import { checkedKind, type List, listOptions, type ListRequest, namespaceAsked, type Namespaced } from './reader.ts'
import { changedBy } from './recipes.ts'
import { targetOfKey, targetOfObject } from './targets.ts'

/**
 * The API as a user's controller calls it, by kind: never stale. Every method throws StatusError. A name is a key,
 * `namespace/name`, or a name in the namespace that the options say (`default` unless given). What is read is frozen;
 * what is written is copied, and must be of known structure.
 */
export interface ControllerApi {
  /** Throws NotFound. */
  get<K extends KindName>(kind: K, name: string, options?: Namespaced): ObjectOf<K>
  find<K extends KindName>(kind: K, name: string, options?: Namespaced): ObjectOf<K> | undefined
  /** By namespace and name. Throws BadRequest for a selector it does not understand. */
  list<K extends KindName>(kind: K, options?: ListRequest): List<ObjectOf<K>>
  create<K extends KindName>(kind: K, object: ManifestOf<K>): ObjectOf<K>
  /** A `resourceVersion` in the object must be the current one: Conflict. */
  update<K extends KindName>(kind: K, object: ManifestOf<K>): ObjectOf<K>
  update<K extends KindName>(kind: K, name: string, recipe: Recipe<K>, options?: Namespaced): ObjectOf<K>
  /** Writes the status alone. */
  updateStatus<K extends KindName>(kind: K, object: ManifestOf<K>): ObjectOf<K>
  updateStatus<K extends KindName>(kind: K, name: string, recipe: Recipe<K>, options?: Namespaced): ObjectOf<K>
  /** Changes the resources of a pod's containers and nothing else; see `ResourceClient.updateResize`. */
  updateResize<K extends KindName>(kind: K, object: ManifestOf<K>): ObjectOf<K>
  updateResize<K extends KindName>(kind: K, name: string, recipe: Recipe<K>, options?: Namespaced): ObjectOf<K>
  /** Adds ephemeral containers to a pod and changes nothing else. */
  updateEphemeralContainers<K extends KindName>(kind: K, object: ManifestOf<K>): ObjectOf<K>
  updateEphemeralContainers<K extends KindName>(
    kind: K,
    name: string,
    recipe: Recipe<K>,
    options?: Namespaced,
  ): ObjectOf<K>
  /** Changes how many replicas are asked for, of a kind that has the scale subresource. Throws MethodNotAllowed. */
  scale<K extends KindName>(kind: K, name: string, replicas: number, options?: Namespaced): ObjectOf<K>
  /** Changes what the patch says and nothing else; see `ResourceClient.patch`. */
  patch<K extends KindName>(
    kind: K,
    name: string,
    patch: object | readonly JsonPatchOperation[],
    options?: Namespaced & PatchOptions,
  ): ObjectOf<K>
  /** Pods go gracefully: they are marked, and gone once their node has stopped them. */
  delete<K extends KindName>(kind: K, name: string, options?: Namespaced & DeleteOptions): ObjectOf<K>
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
  return {
    get: (kind: string, key: string, options?: Namespaced) => {
      const { resource, namespace, name } = targetOfKey(resourceOf(kind), key, namespaceAsked('api.get', options))
      return hands.object(link.get<KubeObject>(resource.key, namespace, name))
    },
    find: (kind: string, key: string, options?: Namespaced) => {
      const { resource, namespace, name } = targetOfKey(resourceOf(kind), key, namespaceAsked('api.find', options))
      return hands.object(link.find<KubeObject>(resource.key, namespace, name))
    },
    list: (kind: string, options?: ListRequest) => {
      const resource = resourceOf(kind)
      return hands.data(link.list(resource.key, listOptions(resource, options)))
    },
  }
}

function writesOf(link: Link, hands: Hands, resourceOf: ResourceOf): object {
  return {
    create: (kind: string, object: unknown) => {
      const { resource, namespace } = targetOfObject(resourceOf(kind), object, false)
      return hands.object(link.create<KubeObject>(resource.key, namespace, link.takeIn(resource, object, namespace)))
    },
    update: updating('update', link, hands, resourceOf),
    updateStatus: updating('updateStatus', link, hands, resourceOf),
    updateResize: updating('updateResize', link, hands, resourceOf),
    updateEphemeralContainers: updating('updateEphemeralContainers', link, hands, resourceOf),
    scale: (kind: string, key: string, replicas: number, options?: Namespaced) => {
      const { resource, namespace, name } = targetOfKey(resourceOf(kind), key, namespaceAsked('api.scale', options))
      return hands.object(link.scale<KubeObject>(resource.key, namespace, name, replicas))
    },
    patch: (kind: string, key: string, patch: object, options?: Namespaced & PatchOptions) => {
      const { namespace: asked, ...rest } = callOptions('api.patch', options)
      const { resource, namespace, name } = targetOfKey(resourceOf(kind), key, asked)
      return hands.object(link.patch<KubeObject>(resource.key, namespace, name, patch, rest))
    },
    delete: (kind: string, key: string, options?: Namespaced & DeleteOptions) => {
      const { namespace: asked, ...rest } = callOptions('api.delete', options)
      const { resource, namespace, name } = targetOfKey(resourceOf(kind), key, asked)
      return hands.object(link.delete(resource.key, namespace, name, takeDeleteOptions(rest)))
    },
  }
}

type Updating = 'update' | 'updateStatus' | 'updateResize' | 'updateEphemeralContainers'

/** An update by object, or by name with a recipe that changes what is there. */
function updating(verb: Updating, link: Link, hands: Hands, resourceOf: ResourceOf): unknown {
  const write = ({ resource, namespace, name }: Target, body: unknown): KubeObject => {
    const taken = link.takeIn(resource, body, namespace)
    checkName(taken, name)
    const placed = resource.definition.namespaced ? { ...taken, metadata: { ...taken.metadata, namespace } } : taken
    return hands.object(link[verb](resource.key, placed))
  }
  return (kind: string, first: unknown, recipe?: unknown, options?: Namespaced): KubeObject => {
    const resource = resourceOf(kind)
    if (typeof first !== 'string') return write(targetOfObject(resource, first, true), first)
    const target = targetOfKey(resource, first, namespaceAsked(`api.${verb}`, options))
    const { namespace, name } = target
    const current = (): KubeObject => hands.object(link.get<KubeObject>(resource.key, namespace, name))
    return write(target, changedBy(hands.immer, verb, recipe, current))
  }
}
