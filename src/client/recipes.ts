import { type Draft, type Immer, isDraft } from 'immer'
import { badRequest } from '../api/errors.ts'
import { isObject, isPromise } from '../api/object.ts'

/** An object as a recipe changes it. Throws BadRequest where that is no function, or does something else than change it. */
export function changedBy<T>(immer: Immer, verb: string, recipe: unknown, read: () => T): T {
  if (typeof recipe !== 'function')
    throw badRequest(`${verb} by name needs a recipe, a function that changes the draft it is given`)
  return immer.produce(read(), (draft: Draft<T>) => {
    const result = (recipe as (draft: Draft<T>) => unknown)(draft)
    if (isPromise(result))
      throw badRequest(`${verb}: the recipe returned a promise: every call is synchronous, so it must not be async`)
    // What an arrow function comes to by the way is nothing; a whole object was meant to be what is written.
    if (isObject(result) && !isDraft(result) && 'metadata' in result)
      throw badRequest(`${verb}: the recipe returned another object: it must change the draft it is given`)
  })
}
