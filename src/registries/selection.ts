import { badRequest } from '../api/errors.ts'
import { checkFieldSelector, matchesFieldSelector, parseFieldSelector } from '../api/fieldSelectors.ts'
import type { KubeObject } from '../api/meta.ts'
import { asJson } from '../api/said.ts'
import { selectorInput } from '../api/selectorInput.ts'
import { matchesSelector, toSelector } from '../api/selectors.ts'
import type { ListOptions } from './context.ts'
import type { Resource } from './records.ts'

/** Whether an object is among those asked for. Throws BadRequest for a malformed or unsupported selector. */
export function matcherOf(
  { definition }: Resource,
  { labelSelector, fieldSelector }: Pick<ListOptions, 'labelSelector' | 'fieldSelector'>,
): (object: KubeObject) => boolean {
  if (fieldSelector !== undefined && typeof fieldSelector !== 'string')
    throw badRequest(`fieldSelector: expected a string, got ${asJson(fieldSelector)}`)
  const labels = labelSelector === undefined ? undefined : toSelector(selectorInput(labelSelector))
  const fields = fieldSelector === undefined ? undefined : parseFieldSelector(fieldSelector)
  const valueOf = (object: KubeObject, field: string): string => {
    if (field === 'metadata.name') return object.metadata.name
    if (field === 'metadata.namespace') return object.metadata.namespace ?? ''
    return definition.fields?.[field]?.(object) ?? ''
  }
  const known = (field: string): boolean =>
    field === 'metadata.name' ||
    (field === 'metadata.namespace' && definition.namespaced) ||
    definition.fields?.[field] !== undefined
  if (fields !== undefined) checkFieldSelector(fields, known, definition.fields === undefined)
  if (labels === undefined && fields === undefined) return () => true
  return (object) =>
    (labels === undefined || matchesSelector(labels, object.metadata.labels)) &&
    (fields === undefined || matchesFieldSelector(fields, (field) => valueOf(object, field)))
}
