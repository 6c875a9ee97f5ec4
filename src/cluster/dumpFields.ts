import type { Parts } from '../assemble.ts'
import { copyAsSaid } from '../api/schema/structural.ts'
import { type DumpedRef, type DumpObject, refOf } from './dump.ts'

/**
 * The objects of a dump without the fields that this version of the API does not have: a server of a later one has more.
 * Of custom kinds their definitions say what they have. What is wrong otherwise stays as it is, to be refused.
 */
export function withKnownFields(
  { records, schema }: Pick<Parts, 'records' | 'schema'>,
  objects: readonly DumpObject[],
): { readonly objects: readonly DumpObject[]; readonly dropped: readonly DumpedRef[] } {
  const dropped: DumpedRef[] = []
  const known = objects.map((object) => {
    const { apiVersion, kind } = object
    const definition = schema.definitionOf(apiVersion, kind)
    const isPlain = records.findKind(`${apiVersion}/${kind}`)?.definition.copy === undefined
    if (definition === undefined || !isPlain) return object
    const { value, errors } = copyAsSaid(schema, definition, object)
    if (errors.length === 0 || errors.some(({ type }) => type !== 'Unknown')) return object
    dropped.push(refOf(object, errors.map(({ field }) => `unknown field "${field}"`).join(', ')))
    return value as DumpObject
  })
  return { objects: known, dropped }
}
