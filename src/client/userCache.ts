import { badRequest } from '../api/errors.ts'
import type { KubeObject } from '../api/meta.ts'
import { matcherOf } from '../registries/selection.ts'
import type { Cache } from './controller.ts'
import type { CacheListRequest, ControllerCache } from './defineController.ts'
import type { Hands } from './hands.ts'
import type { ObjectOf } from './kinds.ts'
import { listScope, type Namespaced } from './reader.ts'
import { targetOfKey } from './targets.ts'

/** A control loop's cache as a user's controller sees it: asked as the API is, and frozen. */
export class UserCache implements ControllerCache {
  constructor(
    private readonly cache: Cache,
    private readonly hands: Hands,
  ) {}

  get<K extends string>(kind: K, key: string, options?: Namespaced): ObjectOf<K> | undefined {
    const { resource, namespace, name } = targetOfKey(this.cache.resource(kind), key, options?.namespace)
    const whole = resource.definition.namespaced ? `${namespace}/${name}` : name
    return this.hands.object(this.cache.get<KubeObject>(kind, whole)) as ObjectOf<K> | undefined
  }

  list<K extends string>(kind: K, options: CacheListRequest = {}): readonly ObjectOf<K>[] {
    const resource = this.cache.resource(kind)
    const paging = (['limit', 'continue', 'resourceVersion'] as const).find((name) => name in options)
    if (paging !== undefined) throw badRequest(`${paging}: a cache lists everything; it is the api that lists in parts`)
    const matches = matcherOf(resource, options)
    const all = this.cache.list<KubeObject>(kind, listScope(resource, options))
    const asked = options.labelSelector !== undefined || options.fieldSelector !== undefined
    return this.hands.objects(asked ? all.filter(matches) : all) as readonly ObjectOf<K>[]
  }

  byIndex<K extends string>(kind: K, value: string): readonly ObjectOf<K>[] {
    return this.hands.objects(this.cache.byIndex<KubeObject>(kind, value)) as readonly ObjectOf<K>[]
  }

  hasSeen(kind: string, resourceVersion: string): boolean {
    const revision = Number(resourceVersion)
    if (typeof resourceVersion === 'string' && Number.isSafeInteger(revision)) return this.cache.hasSeen(kind, revision)
    throw badRequest(`resourceVersion: expected that of an object that was read, got ${String(resourceVersion)}`)
  }

  isNamespaced(kind: string): boolean {
    return this.cache.isNamespaced(kind)
  }
}
