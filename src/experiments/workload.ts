/** What an experiment is about: machines, and pods that come and go. */
import type { Manifest } from '../api/manifest.ts'
import type { Node, Pod } from '../api/types/core.ts'

/** A pod, when it comes, and how long it stays. */
export interface Arrival {
  /** Milliseconds since the workload began; not before the arrival ahead of it. */
  readonly at: number
  /** A whole Pod manifest with a name of its own within its namespace and the workload. */
  readonly pod: Manifest<Pod>
  /** Milliseconds from when it is bound until it is gone; for ever unless given. */
  readonly lifetimeMs?: number | undefined
}

/** Pods in the order in which they come: of one seed, always the same ones. */
export interface Workload {
  readonly name: string
  /** `seed`: a whole number. */
  readonly arrivals: (seed: number) => Iterable<Arrival>
}

/** Machines with what came to them: what a trace or a dump holds. */
export interface Trace {
  readonly name: string
  readonly nodes: readonly Manifest<Node>[]
  readonly workload: Workload
}
