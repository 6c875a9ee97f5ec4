// `npx tsx examples/architectures.ts`: Mesos against Omega against Kubernetes, by the founding documents' five comparisons.
import {
  type ArchitectureComparison,
  compareArchitectures,
  generatedJobs,
  monolithic,
  type MonolithicOptions,
  nodeManifests,
  sharedState,
  twoLevel,
} from '../src/experiments/index.ts'

/** Many short batch jobs, and few service jobs that stay and are thought over: together more than fits. */
const jobs = generatedJobs({
  name: 'batch and service jobs',
  duration: '30m',
  batch: {
    arrivals: { poisson: { perSecond: 0.3 } },
    tasks: { exponential: { mean: 8 } },
    sizes: { cpu: 2, memory: '2Gi' },
    lifetimes: { exponential: { mean: '1m' } },
  },
  service: { arrivals: { poisson: { perSecond: 0.01 } }, tasks: [2, 10], sizes: { cpu: 1, memory: '8Gi' } },
})

const batch = { perJob: '100ms', perTask: '5ms' }
const service = { perJob: '2s', perTask: '5ms' }
const paths = [
  { name: 'batch', takes: ['batch'], decision: batch },
  { name: 'service', takes: ['service'], decision: service },
] as const

/** Pod by pod, each put off for longer each time it finds no room. */
const kubernetes: MonolithicOptions = {
  name: 'Kubernetes',
  unit: 'task',
  policy: 'leastAllocated',
  decision: { batch, service },
  retry: { initial: '1s', max: '10s' },
}

export function compare(seeds: readonly number[]): ArchitectureComparison {
  return compareArchitectures({
    architectures: [
      monolithic(kubernetes),
      monolithic({ name: 'one path', decision: service }),
      twoLevel({ name: 'Mesos', frameworks: paths }),
      sharedState({ name: 'Omega', schedulers: paths }),
      ...(['spread', 'binpack', 'random'] as const).map((policy) =>
        monolithic({ name: `Swarm, ${policy}`, policy, decision: { batch, service } }),
      ),
    ],
    nodes: nodeManifests([{ count: 20, cpu: 16, memory: '64Gi' }]),
    jobs,
    seeds,
    until: '40m',
  })
}

if (process.argv[1]?.endsWith('architectures.ts') === true) console.log(String(compare([1, 2, 3, 4, 5])))
