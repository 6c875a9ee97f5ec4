/** `wavetank/experiments`: the public names, listed by hand. */
export type { Arrival, Trace, Workload } from './workload.ts'
