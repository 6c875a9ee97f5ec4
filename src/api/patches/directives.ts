import { badRequest } from '../errors.ts'
import { has, isJsonObject } from './json.ts'

/** The keys of a strategic merge patch that are not fields. */
interface Directives {
  /** `replace` or `delete`: of the object, or of the element of a list, in which it stands. */
  readonly patch: '$patch'
  /** All the fields that an object may keep. */
  readonly retain: '$retainKeys'
  /** `$setElementOrder/containers`: the order of a list, by merge key. */
  readonly order: '$setElementOrder'
  /** `$deleteFromPrimitiveList/finalizers`: what goes from a list of scalars. */
  readonly deletion: '$deleteFromPrimitiveList'
}

export const directives: Directives = Object.freeze({
  patch: '$patch',
  retain: '$retainKeys',
  order: '$setElementOrder',
  deletion: '$deleteFromPrimitiveList',
})

export function isOrder(key: string): boolean {
  return key.startsWith(directives.order)
}

export function isDeletionList(key: string): boolean {
  return key.startsWith(directives.deletion)
}

/** The field that a directive such as `$setElementOrder/containers` is about. Throws BadRequest. */
export function fieldOf(key: string, directive: string): string {
  if (key.startsWith(`${directive}/`)) return key.slice(directive.length + 1)
  const what = directive === directives.order ? 'setElementOrder list' : 'primitive list'
  throw badRequest(`${key}: invalid patch format of ${what}`)
}

/**
 * What becomes of a patch's value where there is nothing to merge it with: objects with a `$patch` go, and so do the
 * other directives, which upstream leaves in, for decoding to refuse.
 */
export function withoutDirectives(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.filter((item) => !isDirective(item)).map((item) => withoutDirectives(item))
  }
  if (!isJsonObject(value)) return value
  const kept: Record<string, unknown> = {}
  for (const key of Object.keys(value)) {
    if (!isDirective(value[key]) && !isDirectiveKey(key)) kept[key] = withoutDirectives(value[key])
  }
  return kept
}

function isDirectiveKey(key: string): boolean {
  return key.startsWith('$') && (key === directives.retain || isOrder(key) || isDeletionList(key))
}

export function isDirective(value: unknown): boolean {
  return isJsonObject(value) && has(value, directives.patch)
}

/** The same without null in objects, at any depth. */
export function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls)
  if (!isJsonObject(value)) return value
  const kept: Record<string, unknown> = {}
  for (const key of Object.keys(value)) if (value[key] !== null) kept[key] = withoutNulls(value[key])
  return kept
}
