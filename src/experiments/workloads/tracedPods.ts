/** Which pods the objects of a trace ask for, over time. */
import type { Manifest } from '../../api/manifest.ts'
import type { Pod, PodSpec } from '../../api/types/core.ts'
import type { Arrival } from '../workload.ts'
import type { ObjectChanges, TracedObject } from './objectTrace.ts'

export interface TracedPods {
  readonly arrivals: readonly Arrival[]
  readonly notTaken: readonly string[]
}

/** A pod that came, and in the end how long it stayed. */
interface Stay {
  readonly at: number
  readonly pod: Manifest<Pod>
  lifetimeMs?: number
}

/** What an object asks for: how many pods, of which template. */
interface Wish {
  readonly replicas: number
  readonly template: Template
}

interface Template {
  readonly metadata?: Pick<NonNullable<Manifest<Pod>['metadata']>, 'labels' | 'annotations'>
  readonly spec?: Manifest<PodSpec>
}

/** Kinds of pods, and how many one that does not say asks for. */
const REPLICATED: readonly string[] = [
  'apps/v1.Deployment',
  'apps/v1.ReplicaSet',
  'apps/v1.StatefulSet',
  'v1.ReplicationController',
]

/** `paths`: where each kind has its pod template, as JSON pointers by `apps/v1.Deployment`. */
export function tracedPods(
  changes: readonly ObjectChanges[],
  paths: ReadonlyMap<string, readonly string[]>,
): TracedPods {
  const stays: Stay[] = []
  const names: Names = { taken: new Set(), next: new Map() }
  const running = new Map<string, { template: string; pods: Stay[] }>()
  const notTaken = new Map<string, number>()
  for (const { at, apply, delete: gone } of changes) {
    for (const object of apply) {
      const wish = wishOf(object, paths)
      if (wish === undefined) {
        const kind = kindOf(object)
        notTaken.set(kind, (notTaken.get(kind) ?? 0) + 1)
      } else follow(object, wish, at)
    }
    for (const object of gone) {
      end(running.get(keyOf(object))?.pods ?? [], at)
      running.delete(keyOf(object))
    }
  }
  return {
    arrivals: stays.filter(({ lifetimeMs }) => lifetimeMs !== 0),
    notTaken: [...notTaken].map(([kind, count]) => `${kind}: ${count} applied, whose pods are not known`),
  }

  function follow(object: TracedObject, { replicas, template }: Wish, at: number): void {
    const key = keyOf(object)
    const text = JSON.stringify(template)
    let now = running.get(key) ?? { template: text, pods: [] }
    if (now.template !== text) {
      end(now.pods, at)
      now = { template: text, pods: [] }
    }
    end(now.pods.splice(replicas), at)
    while (now.pods.length < replicas) {
      const stay: Stay = { at, pod: podOf(object, template, names) }
      now.pods.push(stay)
      stays.push(stay)
    }
    running.set(key, now)
  }
}

function end(pods: readonly Stay[], at: number): void {
  for (const stay of pods) stay.lifetimeMs = at - stay.at
}

/** As simkube names kinds. */
function kindOf({ apiVersion, kind }: TracedObject): string {
  return `${apiVersion}.${kind}`
}

function keyOf(object: TracedObject): string {
  return `${kindOf(object)} ${object.metadata.namespace ?? 'default'}/${object.metadata.name}`
}

function wishOf(object: TracedObject, paths: ReadonlyMap<string, readonly string[]>): Wish | undefined {
  const kind = kindOf(object)
  const { spec } = object as unknown as { readonly spec?: { readonly replicas?: unknown } }
  if (kind === 'v1.Pod') return { replicas: 1, template: object as unknown as Template }
  const replicas = spec?.replicas ?? (REPLICATED.includes(kind) ? 1 : undefined)
  const [path = '/spec/template', ...more] = paths.get(kind) ?? []
  if (!Number.isSafeInteger(replicas) || (replicas as number) < 0 || more.length > 0) return undefined
  const template = pointedAt(object, path)
  return template === undefined ? undefined : { replicas: replicas as number, template }
}

/** RFC 6901. */
function pointedAt(object: unknown, pointer: string): Template | undefined {
  let value = object
  for (const part of pointer.split('/').slice(1)) {
    if (typeof value !== 'object' || value === null) return undefined
    value = (value as Readonly<Record<string, unknown>>)[part.replace(/~1/gu, '/').replace(/~0/gu, '~')]
  }
  return typeof value === 'object' && value !== null ? (value as Template) : undefined
}

interface Names {
  readonly taken: Set<string>
  /** By owner, the number of its next pod. */
  readonly next: Map<string, number>
}

/** A bare pod's own name, else its owner's with the next number; never one that a pod has had. */
function nameOf({ metadata, kind }: TracedObject, { taken, next }: Names): string {
  const place = `${metadata.namespace ?? 'default'}/`
  const owner = place + metadata.name
  let name = kind === 'Pod' ? metadata.name : undefined
  while (name === undefined || taken.has(place + name)) {
    const ordinal = next.get(owner) ?? 0
    next.set(owner, ordinal + 1)
    name = `${metadata.name}-${ordinal}`
  }
  taken.add(place + name)
  return name
}

function podOf(object: TracedObject, template: Template, names: Names): Manifest<Pod> {
  const { namespace } = object.metadata
  const name = nameOf(object, names)
  const { labels, annotations } = template.metadata ?? {}
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name,
      ...(namespace === undefined ? {} : { namespace }),
      ...(labels === undefined ? {} : { labels }),
      ...(annotations === undefined ? {} : { annotations }),
    },
    ...(template.spec === undefined ? {} : { spec: template.spec }),
  }
}
