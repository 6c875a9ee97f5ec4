import { callOptions } from '../api/callOptions.ts'
import { badRequest, notFound } from '../api/errors.ts'
import { isObject } from '../api/object.ts'
import { byCodeUnit } from '../api/order.ts'
import { said } from '../api/said.ts'
import { checkNames } from '../client/names.ts'
import { resourceNamed } from '../client/resourceArgument.ts'
import type { KubeObject } from '../api/meta.ts'
import type { Records, Resource } from '../registries/records.ts'
import type { ObjectRef } from './difference.ts'

export interface WhyOptions {
  /** Where it stands; `default` unless given or said by what is asked about. Without effect on kinds without namespaces. */
  readonly namespace?: string | undefined
  /** Why it was as it was then; now, unless given. */
  readonly revision?: number | undefined
}

/** What `why` is asked about: `pod/web-1`, `pod/shop/web-1`, `pod web` for the one whose name begins so, or an object. */
export type Asked = string | KubeObject | ObjectRef

/** A key of the store. */
export interface AskedKey {
  readonly resource: Resource
  readonly directory: number
  readonly name: string
}

/** Throws BadRequest, and NotFound for what is not there and is not remembered. */
export function askedKey(records: Records, asked: Asked, given: WhyOptions | undefined): AskedKey {
  const options = callOptions('why', given, ['namespace', 'revision'])
  checkNames(options)
  const { resource, namespace, name, isPrefix } =
    typeof asked === 'string' ? parse(records, asked) : objectAsked(records, asked)
  const place = resource.definition.namespaced ? (namespace ?? options.namespace ?? 'default') : ''
  const directory = records.findDirectory(resource, place)
  if (directory === undefined) throw notFound(resource.key, name)
  const names = isPrefix ? namesUnder(records, directory, name) : [name]
  if (names.length === 0) throw notFound(resource.key, name)
  if (names.length > 1) throw badRequest(`several begin with ${JSON.stringify(name)}: ${names.join(', ')}`)
  return { resource, directory, name: names[0]! }
}

interface Parsed {
  readonly resource: Resource
  readonly namespace: string | undefined
  readonly name: string
  readonly isPrefix: boolean
}

function parse(records: Records, asked: string): Parsed {
  const match = /^([^\s/]+)(?:\/(?:([^\s/]+)\/)?|(\s+))([^\s/]+)$/u.exec(asked)
  if (match === null) throw badRequest(`expected a reference such as "pod/web-1", got ${said(asked)}`)
  const [, type, namespace, space, name] = match
  const resource = resourceNamed(records.all(), type!)
  return { resource, namespace, name: name!, isPrefix: space !== undefined }
}

function objectAsked(records: Records, asked: unknown): Parsed {
  const { apiVersion, kind, metadata, ...bare } = (isObject(asked) ? asked : {}) as Partial<KubeObject & ObjectRef>
  const { name, namespace } = metadata ?? bare
  if (typeof apiVersion !== 'string' || typeof kind !== 'string' || typeof name !== 'string')
    throw badRequest(`expected an object or a reference such as "pod/web-1", got ${said(asked)}`)
  return { resource: records.ofKind(`${apiVersion}/${kind}`), namespace, name, isPrefix: false }
}

/** The one of that very name, or else those whose names begin so; what is deleted and remembered included. */
function namesUnder({ store: { keys } }: Records, directory: number, prefix: string): readonly string[] {
  const names: string[] = []
  for (let slot = keys.first(directory); slot !== -1; slot = keys.next(slot)) {
    const name = keys.name(slot)
    if (name === prefix) return [name]
    if (name.startsWith(prefix)) names.push(name)
  }
  return names.sort(byCodeUnit)
}
