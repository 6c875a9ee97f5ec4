import type { Kernel } from '../kernel/kernel.ts'
import type { Latency } from './latency.ts'
import type { Link } from './link.ts'
import type { Watches } from './watches.ts'

/** What every component is built from; the same for ours and for a user's. */
export interface Environment {
  readonly kernel: Kernel
  readonly watches: Watches
  readonly latency: Latency
  /** A way to the API server under an actor's name. */
  readonly link: (actor: string) => Link
}
