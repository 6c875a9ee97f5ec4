import { byCodeUnit } from '../api/order.ts'
import type { Pod } from '../api/types/core.ts'
import type { CowMap } from '../kernel/cow.ts'
import type { NodeTable } from './nodeTable.ts'

/** A pod that waits for room on a node, where it has been made. */
export interface Nominee {
  readonly pod: Pod
  readonly node: string
}

/**
 * The pods of one scheduler that are to come to a node: what `status.nominatedNodeName` says of them, and what the
 * scheduler has said since. Mirrors the nominator of pkg/scheduler/backend/queue/nominator.go.
 */
export class Nominees {
  /** A cache of the table: by node, and there by uid. */
  private byNode: Map<string, Nominee[]> | undefined
  private aside = ''
  /** A cache: how many of them have affinity to other pods or keep them away; undefined until first asked for. */
  private choosy: number | undefined

  constructor(
    private readonly table: CowMap<Nominee>,
    private readonly nodes: NodeTable,
  ) {}

  get isEmpty(): boolean {
    return this.table.size === 0
  }

  /** Whether none of them says anything of the pods beside it. */
  get arePlain(): boolean {
    if (this.table.size === 0) return true
    if (this.choosy === undefined) {
      this.choosy = 0
      for (const uid of this.table.sortedKeys()) this.choosy += choosiness(this.table.get(uid)!)
    }
    return this.choosy === 0
  }

  of(uid: string): Nominee | undefined {
    return this.table.size === 0 ? undefined : this.table.get(uid)
  }

  /** The pod is to come to the node, and to no other. */
  set(pod: Pod, node: string): void {
    const { uid } = pod.metadata
    this.drop(uid)
    const nominee = { pod, node }
    this.table.set(uid, nominee)
    if (this.choosy !== undefined) this.choosy += choosiness(nominee)
    if (this.byNode !== undefined) insert(this.byNode, nominee)
    this.nodes.touch(node)
  }

  /** Takes a newer state of the pod's object. */
  refresh(pod: Pod): void {
    const known = this.of(pod.metadata.uid)
    if (known !== undefined && !isSame(known.pod, pod)) this.set(pod, known.node)
  }

  drop(uid: string): Nominee | undefined {
    const known = this.of(uid)
    if (known === undefined) return undefined
    this.table.delete(uid)
    if (this.choosy !== undefined) this.choosy -= choosiness(known)
    const list = this.byNode?.get(known.node)
    if (list !== undefined) {
      const left = list.filter(({ pod }) => pod.metadata.uid !== uid)
      if (left.length === 0) this.byNode!.delete(known.node)
      else this.byNode!.set(known.node, left)
    }
    this.nodes.touch(known.node)
    return known
  }

  /** Those who are to come to a node, by uid. */
  to(node: string): readonly Nominee[] {
    if (this.table.size === 0) return none
    this.byNode ??= this.gather()
    return this.byNode.get(node) ?? none
  }

  /** Those of them that others of a priority must leave room for. */
  before(priority: number, node: string): readonly Nominee[] {
    const all = this.to(node)
    if (all.length === 0) return none
    return all.filter(({ pod: { spec, metadata } }) => (spec.priority ?? 0) >= priority && metadata.uid !== this.aside)
  }

  /** Asks as if a pod was not nominated. What is remembered of nodes must not be asked for meanwhile. */
  without<T>(uid: string, ask: () => T): T {
    this.aside = uid
    try {
      return ask()
    } finally {
      this.aside = ''
    }
  }

  private gather(): Map<string, Nominee[]> {
    const byNode = new Map<string, Nominee[]>()
    for (const uid of this.table.sortedKeys()) insert(byNode, this.table.get(uid)!)
    return byNode
  }
}

function choosiness({ pod }: Nominee): 0 | 1 {
  return pod.spec.affinity === undefined ? 0 : 1
}

/** Whether two states of a pod are the same to those who must leave room for it. */
function isSame(a: Pod, b: Pod): boolean {
  return a.spec === b.spec && a.metadata.labels === b.metadata.labels
}

const none: readonly never[] = Object.freeze([])

function insert(byNode: Map<string, Nominee[]>, nominee: Nominee): void {
  const list = byNode.get(nominee.node)
  if (list === undefined) byNode.set(nominee.node, [nominee])
  else
    byNode.set(
      nominee.node,
      [...list, nominee].sort((a, b) => byCodeUnit(a.pod.metadata.uid, b.pod.metadata.uid)),
    )
}
