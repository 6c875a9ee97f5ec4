// `npx tsx examples/best-fit-vs-local-optimum.ts > page.html`: what does it cost to look at ten nodes instead of all?
import { bestFit, localOptimum } from '../src/index.ts'
import { experiment, type ExperimentResult, generated } from '../src/experiments/index.ts'

/** On sixty nodes pods of three sizes come and go for a quarter of an hour, a little faster than there is room for. */
export function compare(seeds: number): ExperimentResult {
  return experiment({
    name: 'Best fit against local optimum',
    cluster: { nodes: [{ count: 60, cpu: 8, memory: '32Gi' }] },
    workload: generated({
      duration: '15m',
      arrivals: { poisson: { perSecond: 2 } },
      lifetimes: { logNormal: { median: '3m', sigma: 1 } },
      sizes: [
        { weight: 6, cpu: '250m', memory: '512Mi' },
        { weight: 3, cpu: 1, memory: '2Gi' },
        { cpu: 4, memory: '16Gi' },
      ],
    }),
    schedulers: {
      'best fit': { strategy: bestFit() },
      'local optimum of 10': { strategy: localOptimum({ feasible: 10 }) },
    },
    seeds,
    until: '15m',
  })
}

if (process.argv[1]?.endsWith('best-fit-vs-local-optimum.ts')) console.log(compare(10).toHtml())
