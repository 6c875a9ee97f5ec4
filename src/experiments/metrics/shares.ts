import type { Run } from '../run/run.ts'
import type { Over, ResourceTally } from '../run/tallies.ts'
import type { Measured, Metric } from './metric.ts'

/** `cpu.mean`, `cpu.peak`, `cpu.end`, `memory.mean`, … */
function byResource({ resources }: Run, of: (tally: ResourceTally) => Over): Measured {
  const all = [...resources].flatMap(([resource, tally]) => {
    const { mean, peak, end } = of(tally)
    return [[`${resource}.mean`, mean] as const, [`${resource}.peak`, peak] as const, [`${resource}.end`, end] as const]
  })
  return Object.fromEntries(all)
}

export const allocated: Metric = {
  name: 'allocated',
  about: 'Of what all nodes offer, the share that pods asked for and got: over time, at its peak, in the end.',
  unit: 'share',
  better: 'more',
  measure: (run) => byResource(run, ({ allocated }) => allocated),
}

export const fragmentation: Metric = {
  name: 'fragmentation',
  about:
    'Of what is free, the share on nodes where a pod drawn from the workload would not fit (Weng et al., ATC 2023).',
  unit: 'share',
  better: 'less',
  measure: (run) => byResource(run, ({ fragmentation }) => fragmentation),
}

export const imbalance: Metric = {
  name: 'imbalance',
  about: 'Standard deviation over nodes of the shares of them that pods have.',
  unit: 'share',
  better: 'less',
  measure: (run) => byResource(run, ({ imbalance }) => imbalance),
}

export const used: Metric = {
  name: 'used',
  about: 'Of the memory that all nodes offer, the share that containers use, as their behaviours say.',
  unit: 'share',
  needsMachines: true,
  measure({ memoryUsed }) {
    if (memoryUsed === undefined) return {}
    const { mean, peak, end } = memoryUsed
    return { 'memory.mean': mean, 'memory.peak': peak, 'memory.end': end }
  },
}
