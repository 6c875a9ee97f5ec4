import type { KubeObject } from '../api/meta.ts'
import type { Node, Pod } from '../api/types/core.ts'
import type { NamedPredicate } from '../client/controller.ts'
import type { Environment } from '../client/environment.ts'
import { type Indexing, Informer } from '../client/informer.ts'
import type { CowMap } from '../kernel/cow.ts'
import { concernsScheduling, nodeOf } from './accounts.ts'
import { concernsPlacing } from './nodeTable.ts'
import { selecting, selectingKinds } from './topology/selectors.ts'
import { indexes } from './volumes/objects.ts'

/** Which updates schedulers hear of. */
export const schedulerPredicates: {
  readonly pods: NamedPredicate
  readonly nodes: NamedPredicate
  readonly selecting: NamedPredicate
} = Object.freeze({
  pods: Object.freeze({ name: 'scheduling', holds: concernsScheduling }),
  nodes: Object.freeze({ name: 'placing', holds: concernsPlacing }),
  selecting,
})

const nodeKind = 'v1/Node'
const podKind = 'v1/Pod'

/** What a scheduler watches, while it runs. */
export class SchedulerSources {
  /** The cursors by kind; none while it does not run. */
  private readonly cursors: CowMap<number>
  /** Caches, of as long as it runs. */
  private knownPods: Informer<Pod> | undefined
  private knownNodes: Informer<Node> | undefined
  private readonly others = new Map<string, Informer>()

  constructor(
    private readonly scheduler: string,
    private readonly environment: Environment,
  ) {
    this.cursors = environment.kernel.memory.map(`scheduler.${scheduler}.watches`)
  }

  open(): void {
    this.openOne(nodeKind, schedulerPredicates.nodes.name)
    this.openOne(podKind, schedulerPredicates.pods.name)
  }

  close(): void {
    for (const kind of this.cursors.sortedKeys()) {
      this.environment.watches.close(this.cursors.get(kind)!)
      this.cursors.delete(kind)
    }
    this.knownPods = undefined
    this.knownNodes = undefined
    this.others.clear()
  }

  pods(): Informer<Pod> {
    return (this.knownPods ??= this.informer<Pod>(podKind, byNode))
  }

  nodes(): Informer<Node> {
    return (this.knownNodes ??= this.informer<Node>(nodeKind))
  }

  /** Another kind, which is watched from the first time that somebody asks; undefined for one that is not served. */
  other(kind: string): Informer | undefined {
    const known = this.others.get(kind)
    if (known !== undefined) return known
    const { watches } = this.environment
    if (!this.cursors.has(kind)) {
      const resource = watches.records.findKind(kind)
      if (resource === undefined) return undefined
      const only = selectingKinds.includes(kind) ? { predicate: selecting.name } : {}
      this.cursors.set(kind, watches.open(this.scheduler, resource, kind, only))
    }
    const index = indexes[kind]
    const informer = this.informer(kind, index === undefined ? undefined : { index })
    this.others.set(kind, informer)
    return informer
  }

  private openOne(kind: string, predicate: string): void {
    const { watches } = this.environment
    this.cursors.set(kind, watches.open(this.scheduler, watches.records.ofKind(kind), kind, { predicate }))
  }

  private informer<T extends KubeObject>(kind: string, indexing?: Indexing): Informer<T> {
    const { watches } = this.environment
    return new Informer<T>(watches, watches.records.ofKind(kind), this.cursors.get(kind)!, indexing)
  }
}

/** Pods by the node on which they take room. */
const byNode: Indexing = Object.freeze({ index: (pod: KubeObject) => nodeOf(pod as Pod) || undefined })
