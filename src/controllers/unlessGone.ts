import { isStatusError } from '../api/errors.ts'
import type { KubeObject } from '../api/meta.ts'
import type { LoopContext } from '../client/controller.ts'

/** What comes of a look at an object; undefined where it has gone meanwhile, which the cache has yet to hear of. */
export function unlessGone<T>(
  resource: string,
  object: KubeObject,
  { api }: LoopContext,
  look: () => T,
): T | undefined {
  try {
    return look()
  } catch (error) {
    if (!isStatusError(error, 'NotFound')) throw error
    const { namespace, name, uid } = object.metadata
    if (api.find(resource, namespace!, name)?.metadata.uid === uid) throw error
    return undefined
  }
}
