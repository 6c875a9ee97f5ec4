import type { Draft, Immer } from 'immer'
import { badRequest } from '../api/errors.ts'
import { isPromise } from '../api/object.ts'

/** An object as a recipe changes it. Throws BadRequest where that is no function, or is not done when it returns. */
export function changedBy<T>(immer: Immer, verb: string, recipe: unknown, read: () => T): T {
  if (typeof recipe !== 'function')
    throw badRequest(`${verb} by name needs a recipe, a function that changes the draft it is given`)
  return immer.produce(read(), (draft: Draft<T>) => {
    if (isPromise((recipe as (draft: Draft<T>) => unknown)(draft)))
      throw badRequest(`${verb}: the recipe returned a promise: every call is synchronous, so it must not be async`)
  })
}
