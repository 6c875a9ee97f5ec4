/** What a custom object says where its scale is read. Mirrors ValidateScaleSpec and ValidateScaleStatus of pkg/registry/customresource/validator.go. */
import { type FieldError, invalid } from '../../api/fieldErrors.ts'
import { goValue } from '../../api/patches/goText.ts'
import { isObject } from '../../api/object.ts'
import type { CustomResourceSubresourceScale } from '../../api/types/apiextensions.ts'

const MOST = 2_147_483_647

/** Those of the status alone, or of the spec too. */
export function scaleErrors(
  { specReplicasPath, statusReplicasPath, labelSelectorPath }: CustomResourceSubresourceScale,
  object: object,
  ofStatus: boolean,
): readonly FieldError[] {
  return [
    ...(ofStatus ? [] : countErrors(object, specReplicasPath)),
    ...countErrors(object, statusReplicasPath),
    ...(labelSelectorPath === undefined ? [] : textErrors(object, labelSelectorPath)),
  ]
}

function countErrors(object: object, path: string): readonly FieldError[] {
  const { value, fault } = found(object, path, 'int64')
  if (fault !== undefined) return [invalid(path, 0, fault)]
  const count = (value as number | undefined) ?? 0
  if (count < 0) return [invalid(path, count, 'should be a non-negative integer')]
  return count > MOST ? [invalid(path, count, `should be less than or equal to ${MOST}`)] : []
}

function textErrors(object: object, path: string): readonly FieldError[] {
  const { fault } = found(object, path, 'string')
  return fault === undefined ? [] : [invalid(path, '', fault)]
}

/** What stands at a path, of a type; undefined where nothing does. Mirrors NestedInt64 and its like of apimachinery. */
function found(
  object: object,
  path: string,
  type: 'int64' | 'string',
): { readonly value?: unknown; readonly fault?: string } {
  let value: unknown = object
  const fields = path.replace(/^\./, '').split('.')
  for (const [i, field] of fields.entries()) {
    if (!isObject(value))
      return { fault: fault(value, `.${fields.slice(0, i + 1).join('.')}`, 'map[string]interface{}') }
    if (!Object.hasOwn(value, field)) return {}
    value = (value as Readonly<Record<string, unknown>>)[field]
  }
  return typeOf(value) === type ? { value } : { fault: fault(value, `.${fields.join('.')}`, type) }
}

function fault(value: unknown, at: string, expected: string): string {
  return `${at} accessor error: ${goValue(value)} is of the type ${typeOf(value)}, expected ${expected}`
}

/** As Go names the types of what it reads. */
function typeOf(value: unknown): string {
  if (value === null) return '<nil>'
  if (Array.isArray(value)) return '[]interface {}'
  if (typeof value === 'number') return Number.isInteger(value) ? 'int64' : 'float64'
  return { string: 'string', boolean: 'bool' }[typeof value as string] ?? 'map[string]interface {}'
}
