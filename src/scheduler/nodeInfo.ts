import type { Node, Pod } from '../api/types/core.ts'
import type { Snapshot } from './cycle.ts'

/** Amounts of what nodes offer and pods request. */
export interface NodeAmounts {
  readonly cpuMilli: number
  readonly memoryBytes: number
  readonly storageBytes: number
  readonly pods: number
}

/** A node as a user's plugin sees it: with what the scheduler has put there and not yet been told of. */
export interface NodeInfo {
  readonly name: string
  /** Frozen, as the scheduler was last told of it. */
  readonly node: Node
  readonly allocatable: NodeAmounts
  /** The sum over the pods on it. */
  readonly requested: NodeAmounts
  /** What the node has of any other resource, such as `nvidia.com/gpu`, and what is requested of it; 0 for none. */
  readonly allocatableOf: (resource: string) => number
  readonly requestedOf: (resource: string) => number
  /** The pods that take room on it, frozen. */
  readonly pods: readonly Pod[]
}

/** Row by row, worked out when it is asked for. */
export class RowInfo implements NodeInfo {
  constructor(
    private readonly snapshot: Snapshot,
    readonly row: number,
  ) {}

  get name(): string {
    return this.snapshot.nodes.rows[this.row]!.name
  }

  get node(): Node {
    return this.snapshot.hands.object(this.snapshot.nodes.rows[this.row]!.node!)
  }

  get allocatable(): NodeAmounts {
    const { row } = this
    const { allocatableCpu, allocatableMemory, allocatableStorage, allocatablePods } = this.snapshot.nodes.columns
    return {
      cpuMilli: allocatableCpu[row]!,
      memoryBytes: allocatableMemory[row]!,
      storageBytes: allocatableStorage[row]!,
      pods: allocatablePods[row]!,
    }
  }

  get requested(): NodeAmounts {
    const { row } = this
    const { requestedCpu, requestedMemory, requestedStorage, pods } = this.snapshot.nodes.columns
    return {
      cpuMilli: requestedCpu[row]!,
      memoryBytes: requestedMemory[row]!,
      storageBytes: requestedStorage[row]!,
      pods: pods[row]!,
    }
  }

  allocatableOf(resource: string): number {
    return this.snapshot.nodes.extendedColumn(resource)?.allocatable[this.row] ?? 0
  }

  requestedOf(resource: string): number {
    return this.snapshot.nodes.extendedColumn(resource)?.requested[this.row] ?? 0
  }

  get pods(): readonly Pod[] {
    return this.snapshot.hands.objects(this.snapshot.podsOn(this.name))
  }
}
