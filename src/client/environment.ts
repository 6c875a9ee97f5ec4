import type { Kernel } from '../kernel/kernel.ts'
import type { Disturbances } from './disturbances.ts'
import type { Latency } from './latency.ts'
import type { Link } from './link.ts'
import type { Watches } from './watches.ts'

/** What every component is built from; the same for ours and for a user's. */
export interface Environment {
  readonly kernel: Kernel
  readonly watches: Watches
  readonly latency: Latency
  /** What stands between components and the API server. */
  readonly disturbances: Disturbances
  /** A way to the API server under an actor's name; `place` is `node/NAME` where the actor is the kubelet of a machine. */
  readonly link: (actor: string, place?: string) => Link
}
