import { parseDuration } from '../api/duration.ts'
import type { KubeObject } from '../api/meta.ts'
import { isObject, isPromise } from '../api/object.ts'
import { said } from '../api/said.ts'
import { type Cache, type ControlLoop, keyOf, type KeysFunction, type LoopWatch } from './controller.ts'
import type { Controller, ControllerWatch } from './defineController.ts'
import type { Hands } from './hands.ts'
import { openTurn } from './turn.ts'
import { UserCache } from './userCache.ts'
import { lasting, type ObjectChange } from './watches.ts'

/**
 * A user's controller as a control loop of one cluster. It runs as the built-in ones do; what differs is that nothing it
 * reads can be changed by it, that what it writes and remembers is copied, and that what it returns is not trusted.
 */
export function loopOf({ name, watches, reconcile }: Controller, hands: Hands, report: Report): ControlLoop {
  const failed = (object: KubeObject, error: unknown): void => report(name, keyOf(object), error)
  let shown: UserCache | undefined
  const show = (cache: Cache): UserCache => (shown ??= new UserCache(cache, hands, name))
  return {
    name,
    watches: watches.map((watch) => loopWatch(watch, hands, show, failed)),
    reconcile(key, loop) {
      const cache = show(loop.cache)
      const turn = openTurn(name, loop, cache, hands)
      try {
        cache.isOpen = true
        return again(reconcile(key, turn.context), loop.now)
      } finally {
        cache.isOpen = false
        turn.close()
      }
    },
  }
}

/** Told of what a function threw that is called between turns. */
type Report = (controller: string, key: string, error: unknown) => void

function loopWatch(
  { kind, keys, index }: ControllerWatch,
  hands: Hands,
  show: (cache: Cache) => UserCache,
  failed: (object: KubeObject, error: unknown) => void,
): LoopWatch {
  return {
    kind,
    keys:
      keys &&
      ((change, inner) => {
        const cache = show(inner)
        try {
          cache.isOpen = true
          return checkedKeys(keys(new ShownChange(change, hands), cache))
        } finally {
          cache.isOpen = false
        }
      }),
    index:
      index &&
      ((object) => {
        try {
          return checkedIndex(kind, index(hands.object(object)))
        } catch (error) {
          failed(object, error)
          return undefined
        }
      }),
  }
}

/** A change whose objects cannot be changed; they are made whole only when the user looks at them. */
class ShownChange implements ObjectChange {
  readonly type: ObjectChange['type']
  readonly revision: number
  private readonly change: ObjectChange

  constructor(
    change: ObjectChange,
    private readonly hands: Hands,
  ) {
    this.type = change.type
    this.revision = change.revision
    this.change = lasting(change)
  }

  get object(): KubeObject {
    return this.hands.object(this.change.object)
  }

  get previous(): KubeObject | undefined {
    return this.hands.object(this.change.previous)
  }
}

function checkedKeys(keys: unknown): ReturnType<KeysFunction> {
  if (!Array.isArray(keys))
    throw new TypeError(`keys: expected a list of keys such as "default/web", got ${said(keys)}`)
  const wrong = keys.findIndex((key) => !isKey(key))
  if (wrong === -1) return keys as string[]
  throw new TypeError(`keys[${wrong}]: expected a key such as "default/web", got ${said(keys[wrong])}`)
}

function isKey(key: unknown): boolean {
  return typeof key === 'string' && key !== ''
}

function checkedIndex(kind: string, value: unknown): string | undefined {
  if (value === undefined || typeof value === 'string') return value
  throw new TypeError(`the index of ${kind}: expected a string or undefined, got ${said(value)}`)
}

/** In how many milliseconds the key is to come back; nothing that is not meant is taken for an answer. */
function again(result: unknown, now: number): { readonly requeueAfter: number } | undefined {
  if (result === undefined) return undefined
  if (!isObject(result)) throw new TypeError(`reconcile: expected nothing or { requeueAfter }, got ${said(result)}`)
  if (isPromise(result))
    throw new TypeError('reconcile returned a promise: every call is synchronous, so it must not be async')
  const unknown = Object.keys(result).find((field) => field !== 'requeueAfter')
  if (unknown !== undefined) throw new TypeError(`reconcile: expected { requeueAfter }, got the field ${said(unknown)}`)
  const { requeueAfter } = result as { requeueAfter?: number | string }
  if (requeueAfter === undefined) return undefined
  const delay = parseDuration(requeueAfter)
  if (now + delay > now) return { requeueAfter: delay }
  throw new RangeError(`requeueAfter: expected a duration above 0, got ${said(requeueAfter)}`)
}
