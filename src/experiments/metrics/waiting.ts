import type { PodRecord } from '../run/podRecord.ts'
import { quantile } from '../statistics.ts'
import type { Metric } from './metric.ts'

/** How long pods waited for their nodes, in milliseconds, sorted; those who came with a node did not wait. */
export function waits(pods: readonly PodRecord[]): Float64Array {
  const all = pods.filter(
    ({ boundMs, arrivedMs, boundBy }) => boundMs !== undefined && isDecided(boundBy, boundMs, arrivedMs),
  )
  return Float64Array.from(all, ({ boundMs, arrivedMs }) => boundMs! - arrivedMs).sort()
}

function isDecided(boundBy: string | undefined, boundMs: number, arrivedMs: number): boolean {
  return boundBy !== 'kubernetes-admin' || boundMs > arrivedMs
}

export const pending: Metric = {
  name: 'pending',
  about: 'Virtual time from a pod’s creation until it is bound, of those that were bound.',
  unit: 'ms',
  better: 'less',
  measure({ pods }) {
    const sorted = waits(pods)
    if (sorted.length === 0) return {}
    const mean = sorted.reduce((sum, wait) => sum + wait, 0) / sorted.length
    const [p50, p95, p99] = [0.5, 0.95, 0.99].map((share) => quantile(sorted, share))
    return { p50, p95, p99, mean, most: sorted.at(-1) }
  },
}

export const makespan: Metric = {
  name: 'makespan',
  about: 'Virtual time from the first pod’s creation until the last one is gone, or, of those that stay, bound.',
  unit: 'ms',
  better: 'less',
  measure({ pods }) {
    const first = pods[0]?.arrivedMs ?? 0
    const ends = pods.flatMap(({ boundMs, goneMs }) => (boundMs === undefined ? [] : [goneMs ?? boundMs]))
    return ends.length === 0 ? undefined : ends.reduce((a, b) => Math.max(a, b)) - first
  },
}
