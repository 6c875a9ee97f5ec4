import type { Draft } from 'immer'
import { badRequest } from '../api/errors.ts'
import type { KubeObject } from '../api/meta.ts'
import type { JsonPatchOperation } from '../api/patches/jsonPatch.ts'
import type { DeleteOptions, PatchOptions } from '../registries/context.ts'
import type { Resource } from '../registries/records.ts'
import { takeDeleteOptions } from './deleteOptions.ts'
import type { Hands } from './hands.ts'
import type { KindName, ManifestOf, ObjectOf } from './kinds.ts'
import type { Link } from './link.ts'
import type { Target } from './path.ts'
import { type List, listScope, type ListRequest, type Namespaced } from './reader.ts'
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

/** `check` throws when the caller's turn is over. */
export function createControllerApi(link: Link, hands: Hands, check: () => void): ControllerApi {
  const resourceOf = (kind: unknown): Resource => {
    check()
    if (typeof kind !== 'string') throw badRequest(`kind: expected a string such as "v1/Pod", got ${typeof kind}`)
    return link.ofKind(kind)
  }
  const find = (kind: string, name: string, options?: Namespaced): KubeObject | undefined => {
    const { resource, namespace, name: own } = targetOfKey(resourceOf(kind), name, options?.namespace)
    return hands.object(link.find<KubeObject>(resource.key, namespace, own))
  }
  const get = (kind: string, name: string, options?: Namespaced): KubeObject => {
    const { resource, namespace, name: own } = targetOfKey(resourceOf(kind), name, options?.namespace)
    return hands.object(link.get<KubeObject>(resource.key, namespace, own))
  }
  const change =
    (verb: 'update' | 'updateStatus') =>
    (kind: string, first: unknown, recipe?: (draft: never) => void, options?: Namespaced): KubeObject => {
      const resource = resourceOf(kind)
      if (typeof first !== 'string') return write(verb, targetOfObject(resource, first, true), first)
      if (typeof recipe !== 'function')
        throw badRequest(`${verb} by name needs a recipe, a function that changes the draft it is given`)
      const next = hands.immer.produce(get(kind, first, options), (draft) => void recipe(draft as never))
      return write(verb, targetOfKey(resource, first, options?.namespace), next)
    }
  const write = (verb: 'update' | 'updateStatus', { resource, namespace, name }: Target, body: unknown): KubeObject => {
    const taken = link.takeIn(resource, body, namespace)
    if (name !== '' && taken.metadata.name !== name)
      throw badRequest(`metadata.name: an update of ${name} cannot name it ${taken.metadata.name}`)
    const placed = resource.definition.namespaced ? { ...taken, metadata: { ...taken.metadata, namespace } } : taken
    return hands.object(link[verb](resource.key, placed))
  }
  return {
    find,
    get,
    list: (kind: string, options: ListRequest = {}) => {
      const resource = resourceOf(kind)
      return hands.data(link.list(resource.key, { ...options, namespace: listScope(resource, options) }))
    },
    create: (kind: string, object: unknown) => {
      const { resource, namespace } = targetOfObject(resourceOf(kind), object, false)
      return hands.object(link.create<KubeObject>(resource.key, namespace, link.takeIn(resource, object, namespace)))
    },
    update: change('update'),
    updateStatus: change('updateStatus'),
    patch: (
      kind: string,
      key: string,
      patch: object,
      { namespace: asked, ...options }: Namespaced & PatchOptions = {},
    ) => {
      const { resource, namespace, name } = targetOfKey(resourceOf(kind), key, asked)
      return hands.object(link.patch<KubeObject>(resource.key, namespace, name, patch, options))
    },
    delete: (kind: string, key: string, { namespace: asked, ...options }: Namespaced & DeleteOptions = {}) => {
      const { resource, namespace, name } = targetOfKey(resourceOf(kind), key, asked)
      return hands.object(link.delete(resource.key, namespace, name, takeDeleteOptions(options)))
    },
  } as ControllerApi
}
