import { badRequest, invalid } from '../api/errors.ts'
import type { ObjectMeta } from '../api/meta.ts'
import { copyAsSaid, copyChecked, copyWithoutSpec } from '../api/schema/structural.ts'
import type { Loose } from './loose.ts'
import type { ServerParts } from './parts.ts'
import type { Resource } from './records.ts'

interface Given {
  readonly apiVersion?: unknown
  readonly kind?: unknown
  readonly spec?: unknown
  readonly metadata?: { readonly namespace?: unknown }
}

type Copy = { metadata?: Partial<ObjectMeta>; spec?: object } & Record<string, unknown>

/**
 * What a user handed in, copied, of known structure, and for this resource and namespace. The other calls take only
 * what passed here, or what a component made of the right shape and will not change.
 */
export function takeIn(
  parts: ServerParts,
  resource: Resource,
  body: unknown,
  namespace: string,
  /** What the body was made of: its spec needs no second look where it is still the same. */
  source?: Loose,
): Loose {
  const { definition, apiVersion } = resource
  const given = checkKind(resource, body)
  const memo = definition.spec === undefined ? undefined : parts.memos.of(resource)
  const isKept = source?.spec !== undefined && given.spec === source.spec
  const known = isKept ? source.spec : memo?.same(given.spec)
  const copied = known === undefined ? copyChecked : copyWithoutSpec
  const copy = copyOfKnownStructure(parts, resource, given, copied)
  const metadata = metadataIn(resource, copy, namespace)
  const { spec, status } = copy
  const { kind } = definition
  const held = known ?? (spec === undefined ? undefined : (memo?.taken(spec) ?? spec))
  const whole: Record<string, unknown> =
    held === undefined ? { apiVersion, kind, metadata } : { apiVersion, kind, metadata, spec: held }
  if (status !== undefined) whole['status'] = status
  return (hasMore(copy) ? { ...whole, ...moreOf(copy) } : whole) as unknown as Loose
}

/** The same as it was said: what Go's types would leave out or add is neither, so that it shows who says what. */
export function takeAsSaid(parts: ServerParts, resource: Resource, body: unknown, namespace: string): Loose {
  const { definition, apiVersion } = resource
  const given = checkKind(resource, body)
  const copy = copyOfKnownStructure(parts, resource, given, copyAsSaid)
  return {
    ...copy,
    apiVersion,
    kind: definition.kind,
    metadata: metadataIn(resource, copy, namespace),
  } as unknown as Loose
}

function metadataIn({ definition }: Resource, { metadata = {} }: Copy, namespace: string): Partial<ObjectMeta> {
  return inNamespace(unmanaged(metadata), definition.namespaced ? namespace : '')
}

const USUAL: ReadonlySet<string> = new Set(['apiVersion', 'kind', 'metadata', 'spec', 'status'])

/** Whether an object says anything beside what most kinds have: few that are handed in do. */
function hasMore(copy: Copy): boolean {
  for (const field in copy) if (!USUAL.has(field)) return true
  return false
}

function moreOf({ apiVersion: _version, kind: _kind, metadata: _metadata, spec: _spec, ...more }: Copy): object {
  return more
}

/** Mirrors EnsureObjectNamespaceMatchesRequestNamespace of apiserver/pkg/registry/rest/meta.go. */
export function inNamespace(metadata: Partial<ObjectMeta>, namespace: string): Partial<ObjectMeta> {
  const said = metadata.namespace
  if (said === undefined) return metadata
  if (namespace === '') return withoutNamespace(metadata)
  if (said === namespace) return metadata
  // An empty one is none given, as in every client.
  if (said === '') return { ...metadata, namespace }
  throw badRequest('the namespace of the provided object does not match the namespace sent on the request')
}

/** Managers are the server's to name; but a list that is empty, or says nothing, ends the keeping of them. */
function unmanaged(metadata: Partial<ObjectMeta>): Partial<ObjectMeta> {
  if (metadata.managedFields === undefined) return metadata
  const { managedFields, ...rest } = metadata
  return managedFields.every(({ manager }) => manager === undefined) ? { ...rest, managedFields: [] } : rest
}

/** What has no namespace loses the one it names. */
function withoutNamespace({ namespace: _, ...rest }: Partial<ObjectMeta>): Partial<ObjectMeta> {
  return rest
}

/** What is written must be what was asked for: checkName of apiserver/pkg/endpoints/handlers/rest.go. */
export function checkName(body: object, name: string): void {
  const said = (body as { readonly metadata?: Partial<ObjectMeta> }).metadata?.name
  if (name === '' || said === name) return
  if (said === undefined || said === '')
    throw badRequest(`the name of the object (${name} based on URL) was undeterminable: name must be provided`)
  throw badRequest(`the name of the object (${said}) does not match the name on the URL (${name})`)
}

function checkKind({ definition, apiVersion }: Resource, body: unknown): Given {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    const got = body === null ? 'null' : Array.isArray(body) ? 'an array' : typeof body
    throw badRequest(`a ${definition.kind} must be an object, got ${got}`)
  }
  const given = body as Given
  if (given.kind !== undefined && given.kind !== definition.kind) {
    const what = `${String(given.kind)} in version "${String(given.apiVersion ?? apiVersion)}"`
    throw badRequest(`${what} cannot be handled as a ${definition.kind}: the kind does not match`)
  }
  if (given.apiVersion !== undefined && given.apiVersion !== apiVersion) {
    const said = String(given.apiVersion)
    throw badRequest(`the API version in the data (${said}) does not match the expected API version (${apiVersion})`)
  }
  return given
}

function copyOfKnownStructure(
  { schema }: ServerParts,
  { definition, apiVersion }: Resource,
  given: object,
  copied: typeof copyWithoutSpec,
): Copy {
  const checked =
    definition.copy?.(schema, given) ?? copied(schema, schema.definitionOf(apiVersion, definition.kind)!, given)
  if (checked.errors.length > 0) throw invalid(definition.kind, definition.group, nameIn(given), checked.errors)
  return checked.value as Copy
}

function nameIn(body: object): string {
  const name = (body as { metadata?: { name?: unknown } }).metadata?.name
  return typeof name === 'string' ? name : ''
}
