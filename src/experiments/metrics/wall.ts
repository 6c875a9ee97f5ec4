import type { Metric } from './metric.ts'

export const podsPerSecond: Metric = {
  name: 'podsPerSecond',
  about: 'Pods that schedulers bound, a second of the machine’s clock, from the first create to the last bind.',
  unit: 'pods/s',
  better: 'more',
  isWallClock: true,
  measure({ wall, pods, stats }) {
    if (wall === undefined || wall.totalMs === 0) return undefined
    const schedulers = new Set(stats.map(({ name }) => name))
    return pods.filter(({ boundBy }) => boundBy !== undefined && schedulers.has(boundBy)).length / (wall.totalMs / 1000)
  },
}

export const decisionTime: Metric = {
  name: 'decisionTime',
  about: 'Time of the machine’s clock, a decision, with the watch that tells of the pod and the bind that follows.',
  unit: 'µs',
  better: 'less',
  isWallClock: true,
  measure({ wall, stats }) {
    const decisions = stats.reduce((total, one) => total + one.decisions, 0)
    return wall === undefined || decisions === 0 ? undefined : (wall.advanceMs * 1000) / decisions
  },
}
