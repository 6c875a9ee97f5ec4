import { badRequest } from '../api/errors.ts'
import type { KubeObject } from '../api/meta.ts'
import { matcherOf } from '../registries/selection.ts'
import type { Cache } from './controller.ts'
import type { ControllerCache } from './defineController.ts'
import type { Hands } from './hands.ts'
import type { ObjectOf } from './kinds.ts'
import { listScope, namespaceAsked, type Namespaced, selectionOptions, type SelectionRequest } from './reader.ts'
import { targetOfKey } from './targets.ts'

/** A control loop's cache as a user's controller sees it: asked as the API is, and frozen. */
export class UserCache implements ControllerCache {
  constructor(
    private readonly cache: Cache,
    private readonly hands: Hands,
  ) {}

  get<K extends string>(kind: K, key: string, options?: Namespaced): ObjectOf<K> | undefined {
    const served = this.cache.resource(kind)
    // Of a kind that is not served there is nothing; one that is not watched is refused.
    if (served === undefined) return this.cache.get<KubeObject>(kind, key) as ObjectOf<K> | undefined
    const { resource, namespace, name } = targetOfKey(served, key, namespaceAsked('cache.get', options))
    const whole = resource.definition.namespaced ? `${namespace}/${name}` : name
    return this.hands.object(this.cache.get<KubeObject>(kind, whole)) as ObjectOf<K> | undefined
  }

  list<K extends string>(kind: K, options?: SelectionRequest): readonly ObjectOf<K>[] {
    const asked = selectionOptions('cache.list', options)
    const resource = this.cache.resource(kind)
    if (resource === undefined) return this.cache.list<KubeObject>(kind) as readonly ObjectOf<K>[]
    const matches = matcherOf(resource, asked)
    const all = this.cache.list<KubeObject>(kind, listScope(resource, asked))
    const isSome = asked.labelSelector !== undefined || asked.fieldSelector !== undefined
    return this.hands.objects(isSome ? all.filter(matches) : all) as readonly ObjectOf<K>[]
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
