import { badRequest, invalid, unsupportedMediaType } from '../api/errors.ts'
import { forbidden, invalid as invalidField, required, tooLong } from '../api/fieldErrors.ts'
import type { FieldError } from '../api/fieldErrors.ts'
import { checkJsonPatch } from '../api/patches/jsonPatch.ts'
import { copyPlain } from '../api/patches/plainCopy.ts'
import { isObject } from '../api/object.ts'
import { asJson } from '../api/said.ts'
import { byteLength, unprintables } from '../api/utf8.ts'
import type { PatchRequest, PatchType } from './context.ts'
import type { ServerParts } from './parts.ts'
import type { Resource } from './records.ts'

const types: readonly string[] = Object.freeze(['json', 'merge', 'strategic', 'apply'])
const options: readonly string[] = Object.freeze(['type', 'patch', 'subresource', 'fieldManager', 'force'])

const subresources: readonly unknown[] = Object.freeze(['status', 'scale', 'resize', 'ephemeralcontainers'])

/** Bytes that the name of a manager has at most. */
const longestManager = 128

/** What a user handed in as a patch and its options, copied and with the type settled. Throws BadRequest or Invalid. */
export function takePatch(
  parts: ServerParts,
  resource: Resource,
  given: unknown,
  /** The patch is plain already, and nobody will change it. */
  isPlain: boolean,
): PatchRequest {
  const { type: said, patch, ...rest } = taking(given)
  const type = typeOf(parts, resource, said)
  checkOptions(type, rest)
  const copied = isPlain ? patch : copyPlain(patch ?? null, 'patch')
  if (type === 'json') checkJsonPatch(copied)
  else if (!isObject(copied)) throw badRequest(`error decoding patch: expected an object, got ${nameOf(copied)}`)
  return { type, patch: copied, ...rest } as PatchRequest
}

function taking(given: unknown): Record<string, unknown> {
  const taken: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(given as object)) {
    if (value === undefined) continue
    if (!options.includes(name))
      throw badRequest(`${JSON.stringify(name)}: unknown option; expected one of ${options.join(', ')}`)
    taken[name] = value
  }
  return taken
}

/** The type that is meant; strategic merge unless said, and a merge patch where no schema says how lists merge. */
function typeOf({ schema }: ServerParts, resource: Resource, said: unknown): PatchType {
  const hasSchema = schema.definitionOf(resource.apiVersion, resource.definition.kind) !== undefined
  if (said === undefined) return hasSchema ? 'strategic' : 'merge'
  if (typeof said !== 'string' || !types.includes(said))
    throw badRequest(`type: expected one of ${types.join(', ')}, got ${asJson(said)}`)
  if (said !== 'strategic' || hasSchema) return said as PatchType
  const accepted = 'application/json-patch+json, application/merge-patch+json, application/apply-patch+yaml'
  throw unsupportedMediaType(
    `the body of the request was in an unknown format - accepted media types include: ${accepted}: ` +
      'a strategic merge patch is not supported for custom resources, use type merge or json',
  )
}

/** Mirrors ValidatePatchOptions of apimachinery/pkg/apis/meta/v1/validation/validation.go. */
function checkOptions(type: PatchType, { subresource, fieldManager, force }: Record<string, unknown>): void {
  if (subresource !== undefined && !subresources.includes(subresource))
    throw badRequest(`subresource: expected one of ${subresources.join(', ')}, got ${asJson(subresource)}`)
  if (fieldManager !== undefined && typeof fieldManager !== 'string')
    throw badRequest(`fieldManager: expected a string, got ${typeof fieldManager}`)
  if (force !== undefined && typeof force !== 'boolean')
    throw badRequest(`force: expected true or false, got ${typeof force}`)
  const errors: FieldError[] = []
  if (type === 'apply' && !fieldManager) errors.push(required('fieldManager', 'is required for apply patch'))
  if (type !== 'apply' && force !== undefined)
    errors.push(forbidden('force', 'may not be specified for non-apply patch'))
  if (fieldManager !== undefined) checkManager(fieldManager, errors)
  if (errors.length > 0) throw invalid('PatchOptions', 'meta.k8s.io', '', errors)
}

/** Mirrors ValidateFieldManager of the same file. */
function checkManager(name: string, errors: FieldError[]): void {
  if (byteLength(name) > longestManager) errors.push(tooLong('fieldManager', longestManager))
  for (const { letter, position } of unprintables(name)) {
    const point = letter.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')
    errors.push(invalidField('fieldManager', name, `invalid character U+${point} (at position ${position})`))
  }
}

function nameOf(value: unknown): string {
  if (value === null) return 'null'
  return Array.isArray(value) ? 'a list' : `a ${typeof value}`
}
