import type { PodSpec } from '../api/types/core.ts'
import type { QueuedPod } from './queuedPod.ts'

/** Unschedulable pods of one class, of one profile, that the same plugins refused. */
export interface AlikePods {
  readonly refusedBy: readonly string[]
  /** By uid; at least one. */
  readonly pods: ReadonlyMap<string, QueuedPod>
}

interface Group extends AlikePods {
  readonly pods: Map<string, QueuedPod>
  /** Where it stands: by its class, and there by its key. */
  readonly of: object
  readonly key: string
}

/**
 * The unschedulable pods of a queue, in groups: whatever a change means to one of them as far as it goes by the class, the
 * profile and who refused it, it means to all. A cache.
 */
export class Unschedulable {
  private readonly groupOf = new Map<string, Group>()
  private readonly byClass = new Map<object, Map<string, Group>>()

  constructor(private readonly classOf: (spec: PodSpec) => object) {}

  get size(): number {
    return this.groupOf.size
  }

  /** Adds a pod, or takes its newer state. */
  set(queued: QueuedPod): void {
    const { uid } = queued.pod.metadata
    const group = this.groupFor(queued)
    if (this.groupOf.get(uid) !== group) {
      this.delete(uid)
      this.groupOf.set(uid, group)
    }
    group.pods.set(uid, queued)
  }

  delete(uid: string): void {
    const group = this.groupOf.get(uid)
    if (group === undefined) return
    this.groupOf.delete(uid)
    group.pods.delete(uid)
    if (group.pods.size > 0) return
    const alike = this.byClass.get(group.of)!
    alike.delete(group.key)
    if (alike.size === 0) this.byClass.delete(group.of)
  }

  /** In no particular order. */
  *groups(): Iterable<AlikePods> {
    for (const alike of this.byClass.values()) yield* alike.values()
  }

  private groupFor({ pod: { spec }, failures: { refusedBy } }: QueuedPod): Group {
    const of = this.classOf(spec)
    const key = [spec.schedulerName, ...refusedBy].join('\n')
    let alike = this.byClass.get(of)
    if (alike === undefined) this.byClass.set(of, (alike = new Map<string, Group>()))
    let group = alike.get(key)
    if (group === undefined) alike.set(key, (group = { refusedBy, pods: new Map(), of, key }))
    return group
  }
}
