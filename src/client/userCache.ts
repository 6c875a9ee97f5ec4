import { badRequest } from '../api/errors.ts'
import type { KubeObject } from '../api/meta.ts'
import { said } from '../api/said.ts'
import { matcherOf } from '../registries/selection.ts'
import type { Cache } from './controller.ts'
import type { ControllerCache } from './defineController.ts'
import type { Hands } from './hands.ts'
import type { ObjectOf } from './kinds.ts'
import {
  checkedKind,
  checkedName,
  listScope,
  namespaceAsked,
  type Namespaced,
  selectionOptions,
  type SelectionRequest,
} from './reader.ts'
import { targetOfKey } from './targets.ts'
import { turnIsOver } from './turn.ts'

/** A control loop's cache as a user's controller sees it: asked as the API is, and frozen. */
export class UserCache implements ControllerCache {
  /** Whether it may be asked: kept for later, it could be that of another fork. */
  isOpen = false

  constructor(
    private readonly cache: Cache,
    private readonly hands: Hands,
    private readonly name: string,
  ) {}

  private get open(): Cache {
    if (!this.isOpen) throw turnIsOver(this.name)
    return this.cache
  }

  get<K extends string>(kind: K, key: string, options?: Namespaced): ObjectOf<K> | undefined {
    const served = this.open.resource(checkedKind(kind))
    // Of a kind that is not served there is nothing; one that is not watched is refused.
    if (served === undefined) return this.open.get<KubeObject>(kind, checkedName(key)) as ObjectOf<K> | undefined
    const { resource, namespace, name } = targetOfKey(served, key, namespaceAsked('cache.get', options))
    const whole = resource.definition.namespaced ? `${namespace}/${name}` : name
    return this.hands.object(this.open.get<KubeObject>(kind, whole)) as ObjectOf<K> | undefined
  }

  list<K extends string>(kind: K, options?: SelectionRequest): readonly ObjectOf<K>[] {
    const asked = selectionOptions('cache.list', options)
    const resource = this.open.resource(checkedKind(kind))
    if (resource === undefined) return this.open.list<KubeObject>(kind) as readonly ObjectOf<K>[]
    const matches = matcherOf(resource, asked)
    const all = this.open.list<KubeObject>(kind, listScope(resource, asked))
    const isSome = asked.labelSelector !== undefined || asked.fieldSelector !== undefined
    return this.hands.objects(isSome ? all.filter(matches) : all) as readonly ObjectOf<K>[]
  }

  byIndex<K extends string>(kind: K, value: string): readonly ObjectOf<K>[] {
    return this.hands.objects(this.open.byIndex<KubeObject>(checkedKind(kind), value)) as readonly ObjectOf<K>[]
  }

  hasSeen(kind: string, resourceVersion: string): boolean {
    const revision = typeof resourceVersion === 'string' ? Number(resourceVersion) : NaN
    if (Number.isSafeInteger(revision)) return this.open.hasSeen(checkedKind(kind), revision)
    throw badRequest(`resourceVersion: expected that of an object that was read, got ${said(resourceVersion)}`)
  }

  isNamespaced(kind: string): boolean {
    return this.open.isNamespaced(checkedKind(kind))
  }
}
