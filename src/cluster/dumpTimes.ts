import { parseTime } from '../api/time.ts'
import type { DumpObject } from './dump.ts'

/** The newest time of a dump. */
export interface Newest {
  /** Milliseconds since the Unix epoch; -Infinity where a dump has no times. */
  readonly at: number
  readonly index: number
  readonly path: string
}

/** Maps of anything, whose keys mean nothing. */
const opaque: readonly string[] = Object.freeze(['annotations', 'labels', 'fieldsV1'])
/** Kinds whose times stand in their spec. */
const timed: readonly string[] = Object.freeze(['v1/Node', 'coordination.k8s.io/v1/Lease'])

/**
 * The newest moment at which anything in a dump happened. A deletionTimestamp lies its grace after the deletion. Of kinds
 * of users only what every object has is looked at: what other times mean, such as the end of a certificate, nobody knows.
 */
export function newestTime(objects: readonly DumpObject[]): Newest {
  let newest: Newest = { at: -Infinity, index: -1, path: '' }
  for (const [index, object] of objects.entries()) {
    const see = (path: string, at: number): void => {
      if (at > newest.at) newest = { at, index, path }
    }
    walk(object.metadata, 'metadata', see)
    if (isCustom(object))
      walk((object.status as { conditions?: unknown } | null | undefined)?.conditions, 'status.conditions', see)
    else walk(object.status, 'status', see)
    if (timed.includes(`${object.apiVersion}/${object.kind}`)) walk(object.spec, 'spec', see)
    if (object.kind === 'Event') walk({ ...object, metadata: undefined }, '', see)
  }
  return newest
}

function isCustom({ apiVersion }: DumpObject): boolean {
  const group = apiVersion.includes('/') ? apiVersion.split('/')[0]! : ''
  return group.includes('.') && !group.endsWith('.k8s.io')
}

function walk(value: unknown, path: string, see: (path: string, at: number) => void): void {
  if (typeof value !== 'object' || value === null) return
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) walk(item, `${path}[${index}]`, see)
    return
  }
  for (const [key, inner] of Object.entries(value)) {
    const at = path === '' ? key : `${path}.${key}`
    if (opaque.includes(key)) continue
    if (typeof inner !== 'string') walk(inner, at, see)
    else if (isTime(key)) {
      const moment = parseTime(inner)
      if (moment !== undefined) see(at, key === 'deletionTimestamp' ? moment - graceOf(value) : moment)
    }
  }
}

function isTime(key: string): boolean {
  return (
    key.endsWith('Time') || key.endsWith('Timestamp') || ['startedAt', 'finishedAt', 'timeAdded', 'time'].includes(key)
  )
}

function graceOf(metadata: object): number {
  const { deletionGracePeriodSeconds: seconds } = metadata as { readonly deletionGracePeriodSeconds?: unknown }
  return typeof seconds === 'number' ? seconds * 1000 : 0
}
