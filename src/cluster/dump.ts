import { controllerOf } from '../api/controllerRef.ts'
import { badRequest } from '../api/errors.ts'
import type { KubeObject, OwnerReference } from '../api/meta.ts'
import { copyPlain } from '../api/patches/plainCopy.ts'
import { readManifests } from '../client/manifests.ts'

/** An object as a dump has it: plain data whose structure nobody has looked at yet. */
export interface DumpObject {
  readonly apiVersion: string
  readonly kind: string
  readonly metadata?: {
    readonly name?: string
    readonly namespace?: string
    readonly uid?: string
    readonly resourceVersion?: string
    readonly ownerReferences?: readonly OwnerReference[]
  }
  readonly spec?: unknown
  readonly status?: unknown
}

/** An object that a dump names, or should. */
export interface DumpedRef {
  readonly apiVersion: string
  readonly kind: string
  readonly namespace?: string
  readonly name: string
  readonly reason: string
}

/**
 * The objects of a dump: YAML or JSON text, an object such as a List, or a list of either. Throws BadRequest for what is
 * none of these, with line and column where it is the text that is wrong; for a dump that holds nothing, and for one
 * that holds something twice: in one version, that is, for an Event of all kinds that a server lists is of two groups.
 */
export function readDump(input: unknown): readonly DumpObject[] {
  const objects = readManifests(input).map((object, index) => copyPlain(object, `objects[${index}]`) as DumpObject)
  if (objects.length === 0) throw badRequest('the dump holds no objects')
  const places = new Map<string, number>()
  for (const [index, object] of objects.entries()) {
    checkMetadata(object, index)
    const { uid } = object.metadata ?? {}
    for (const key of [keyOf(object), ...(uid === undefined ? [] : [`uid ${uid}`])]) {
      const before = places.get(key)
      if (before !== undefined && !isSame(object, objects[before]!))
        throw badRequest(`${pathOf(object, index)}: Duplicate value: ${key} is objects[${before}] too`)
      places.set(key, index)
    }
  }
  return objects
}

/** Whether they are one object, in two versions. */
function isSame(one: DumpObject, other: DumpObject): boolean {
  const isInTwo = one.apiVersion !== other.apiVersion && one.kind === other.kind
  const { uid, namespace, name } = one.metadata ?? {}
  const { metadata = {} } = other
  return isInTwo && uid === metadata.uid && namespace === metadata.namespace && name === metadata.name
}

/** Where an object stands in its dump, and which it is. */
export function pathOf(object: DumpObject, index: number): string {
  return `objects[${index}] (${keyOf(object)})`
}

/** `v1/Pod default/web-1` */
export function keyOf({ apiVersion, kind, metadata = {} }: DumpObject): string {
  const { namespace, name = '' } = metadata
  return `${apiVersion}/${kind} ${namespace === undefined ? name : `${namespace}/${name}`}`
}

export function refOf({ apiVersion, kind, metadata = {} }: DumpObject | KubeObject, reason: string): DumpedRef {
  const { namespace, name = '' } = metadata
  return { apiVersion, kind, ...(namespace !== undefined && { namespace }), name, reason }
}

/** The owner that controls an object. */
export function dumpedControllerOf({ metadata = {} }: DumpObject): OwnerReference | undefined {
  return controllerOf({ metadata })
}

/** What is read before the API server has checked it. */
function checkMetadata(object: DumpObject, index: number): void {
  const { metadata } = object as { readonly metadata?: unknown }
  const path = `objects[${index}]`
  if (typeof metadata !== 'object' || metadata === null || Array.isArray(metadata))
    throw badRequest(`${path}: metadata: Required value`)
  for (const field of ['name', 'namespace', 'uid', 'resourceVersion'] as const) {
    const value = (metadata as Readonly<Record<string, unknown>>)[field]
    if (value !== undefined && typeof value !== 'string')
      throw badRequest(`${path}: metadata.${field}: Invalid value: ${JSON.stringify(value)}: must be a string`)
  }
  const { ownerReferences = [] } = metadata as { readonly ownerReferences?: unknown }
  if (!Array.isArray(ownerReferences) || ownerReferences.some((owner) => typeof owner !== 'object' || owner === null))
    throw badRequest(`${path}: metadata.ownerReferences: must be a list of objects`)
}
