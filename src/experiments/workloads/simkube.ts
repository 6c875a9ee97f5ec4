/** Traces of simkube: docs/content/docs/ref/file_format.md of acrlabs/simkube, version 2, as JSON. */
import { badRequest } from '../../api/errors.ts'
import { checkFields } from '../../api/fields.ts'
import { said } from '../../api/said.ts'
import { readYaml } from '../../client/readYaml.ts'
import { podName } from './checks.ts'
import type { ObjectChanges, ObjectTrace, TracedObject } from './objectTrace.ts'
import { inFile, namedText, type NamedText, type Source } from './source.ts'
import { tracedPods } from './tracedPods.ts'

export interface ReadSimkubeOptions {
  /** The name of the trace and its workload. Default `simkube`. */
  readonly name?: string
}

type Json = Readonly<Record<string, unknown>>

/**
 * Reads a trace: which objects were applied and deleted when, for `playObjects`, and which pods those ask for, for an
 * experiment. `index`, a hash of each object, is not needed. Lifecycles of pods are not taken: they are keyed by a hash of
 * simkube's own and, by a pair of kind and name, have no form in JSON; `notTaken` says so where there are some. A `.sktrace`
 * is the same as MessagePack: convert it, with `msgpack2json` of msgpack-tools.
 *
 * Throws BadRequest that names file and line, or file and path: `trace.json: events[3].ts: expected …`.
 */
export function readSimkube(source: Source, options: ReadSimkubeOptions = {}): ObjectTrace {
  checkFields(options, 'readSimkube', 'options', ['name'])
  const name = podName(options.name ?? 'simkube', 'readSimkube.name')
  const file = namedText(source, 'trace.json')
  return inFile(file.name, () => traceOf(jsonOf(file), name))
}

function traceOf(trace: Json, name: string): ObjectTrace {
  if (trace['version'] !== 2) throw badRequest(`version: expected 2, got ${said(trace['version'])}`)
  const events = listOf(trace['events'], 'events').map((event, index) => eventOf(event, `events[${index}]`))
  const began = events[0]?.at ?? 0
  const late = events.findIndex(({ at }, index) => index > 0 && at < events[index - 1]!.at)
  if (late > 0) throw badRequest(`events[${late}].ts: expected a time not before that of events[${late - 1}]`)
  const changes = events.map((event) => ({ ...event, at: event.at - began }))
  const { arrivals, notTaken } = tracedPods(changes, pathsOf(trace['config']))
  const lifecycles = Object.keys(objectOf(trace['pod_lifecycles'] ?? {}, 'pod_lifecycles')).length
  return {
    name,
    beganAt: new Date(began).toISOString(),
    changes,
    workload: { name, arrivals: () => arrivals },
    notTaken: lifecycles === 0 ? notTaken : [...notTaken, `pod_lifecycles of ${lifecycles} objects`],
  }
}

function jsonOf({ text }: NamedText): Json {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    if (!/^\s*[[{]/u.test(text))
      throw badRequest(
        'line 1, column 1: expected JSON that begins with {; a .sktrace is MessagePack: convert it first',
      )
    // JSON is YAML, whose reader tells the place.
    readYaml(text)
    throw badRequest('line 1, column 1: expected JSON, got YAML')
  }
  return objectOf(value, 'the trace')
}

function objectOf(value: unknown, path: string): Json {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Json
  throw badRequest(`${path}: expected an object, got ${said(value)}`)
}

function listOf(value: unknown, path: string): readonly unknown[] {
  if (Array.isArray(value)) return value
  throw badRequest(`${path}: expected a list, got ${said(value)}`)
}

/** The largest number of seconds that a Date can tell. */
const LAST = 8_640_000_000_000

function eventOf(value: unknown, path: string): ObjectChanges {
  const event = objectOf(value, path)
  const { ts } = event
  if (!Number.isSafeInteger(ts) || (ts as number) < 0 || (ts as number) > LAST)
    throw badRequest(`${path}.ts: expected seconds since 1970 as a whole number, got ${said(ts)}`)
  return {
    at: (ts as number) * 1000,
    apply: tracedObjects(event['applied_objs'], `${path}.applied_objs`),
    delete: tracedObjects(event['deleted_objs'], `${path}.deleted_objs`),
  }
}

function tracedObjects(value: unknown, path: string): TracedObject[] {
  return listOf(value, path).map((each, index) => {
    const object = objectOf(each, `${path}[${index}]`)
    const metadata = objectOf(object['metadata'], `${path}[${index}].metadata`)
    for (const [field, text] of [
      ['apiVersion', object['apiVersion']],
      ['kind', object['kind']],
      ['metadata.name', metadata['name']],
    ])
      if (typeof text !== 'string' || text === '')
        throw badRequest(`${path}[${index}].${String(field)}: expected a text that is not empty, got ${said(text)}`)
    return asNew(object, metadata)
  })
}

/** What the server writes is its own to write. */
const SERVERS: readonly string[] = [
  'uid',
  'resourceVersion',
  'generation',
  'creationTimestamp',
  'deletionTimestamp',
  'managedFields',
  'selfLink',
  'ownerReferences',
]

function asNew(object: Json, metadata: Json): TracedObject {
  const { status: _, ...rest } = object
  const kept = Object.fromEntries(Object.entries(metadata).filter(([field]) => !SERVERS.includes(field)))
  return { ...rest, metadata: kept } as unknown as TracedObject
}

/** Where each kind has its pod template: `apps/v1.Deployment` → `/spec/template`. */
function pathsOf(config: unknown): ReadonlyMap<string, readonly string[]> {
  const tracked = objectOf(objectOf(config ?? {}, 'config')['trackedObjects'] ?? {}, 'config.trackedObjects')
  return new Map(
    Object.entries(tracked).map(([kind, value]) => {
      const at = `config.trackedObjects[${kind}]`
      const { podSpecTemplatePaths: paths = [] } = objectOf(value ?? {}, at)
      const list = listOf(paths ?? [], `${at}.podSpecTemplatePaths`)
      if (list.every((path) => typeof path === 'string')) return [kind, list as readonly string[]]
      throw badRequest(`${at}.podSpecTemplatePaths: expected JSON pointers`)
    }),
  )
}
