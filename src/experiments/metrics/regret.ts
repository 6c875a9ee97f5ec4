import type { Metric } from './metric.ts'

export const regret: Metric = {
  name: 'regret',
  about:
    'What a decision gave up against the best of all feasible nodes, in points of its policy; on decisions at equal distances.',
  unit: 'points',
  better: 'less',
  measure({ regrets }) {
    if (regrets.length === 0) return {}
    const lost = regrets.map(({ best, chosen }) => best - chosen)
    const mean = lost.reduce((sum, points) => sum + points, 0) / lost.length
    return { mean, most: lost.reduce((a, b) => Math.max(a, b)) }
  },
}
