/** Objects that came and went in a cluster, over time: what simkube records. */
import { refuse } from '../../api/fields.ts'
import { isObject } from '../../api/object.ts'
import type { ManifestObject } from '../../client/manifests.ts'
import type { Cluster } from '../../cluster.ts'
import type { Workload } from '../workload.ts'

/** An object as it was applied, or what tells which one was deleted. */
export type TracedObject = ManifestObject & { readonly metadata: { readonly name: string } }

/** What changed at one time: first what is applied, then what is deleted. */
export interface ObjectChanges {
  /** Milliseconds since the trace began; not before the changes ahead of it. */
  readonly at: number
  readonly apply: readonly TracedObject[]
  readonly delete: readonly TracedObject[]
}

export interface ObjectTrace {
  readonly name: string
  /** RFC 3339: when 0 was. */
  readonly beganAt: string
  readonly changes: readonly ObjectChanges[]
  /**
   * The pods that the traced objects ask for, when they began to and until they stopped, without the controllers: of an
   * object that asks for fewer, the newest go; where its template changes, all of them, and new ones come. The same for
   * every seed.
   */
  readonly workload: Workload
  /** What the trace has that `workload` does not show, each in a sentence. */
  readonly notTaken: readonly string[]
}

/**
 * Plays a trace through the cluster's own controllers: applies and deletes at the times of the trace, from now on. Missing
 * namespaces are made; what is deleted but not there is passed over, for a trace may begin in the middle. Returns when the
 * last change was made. Throws what `apply` and `delete` throw.
 */
export function playObjects(cluster: Cluster, trace: Pick<ObjectTrace, 'changes'>): void {
  if (!isObject(trace) || !Array.isArray(trace.changes)) throw refuse('playObjects', trace, 'a trace with changes')
  const { changes } = trace
  const began = cluster.now
  for (const { at, apply, delete: gone } of changes) {
    cluster.advance(Math.max(0, began + at - cluster.now))
    for (const { metadata } of apply) {
      const name = metadata.namespace ?? 'default'
      if (cluster.namespaces.find(name) === undefined) cluster.namespaces.create({ metadata: { name } })
    }
    if (apply.length > 0) cluster.apply(apply)
    if (gone.length > 0) cluster.delete(gone, { ignoreNotFound: true })
  }
}
