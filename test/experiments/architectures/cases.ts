import { cpuMilli } from '../../../src/api/quantity.ts'
import { type JobArrival, simulateArchitecture, type SimulationOptions } from '../../../src/experiments/index.ts'

export const GIB = 1_073_741_824

/** Machines m0, m1, … of so many cores and as many GiB. */
export function machines(count: number, cores = 1): SimulationOptions['nodes'] {
  const allocatable = { cpu: String(cores), memory: `${cores}Gi` }
  return Array.from({ length: count }, (_, index) => ({ metadata: { name: `m${index}` }, status: { allocatable } }))
}

/** A batch job of one task of a core and a GiB that runs for a minute, at the beginning; or otherwise as it says. */
export function job(name: string, { cores = 1, ...rest }: Partial<JobArrival> & { cores?: number } = {}): JobArrival {
  const size = { cpuMilli: cpuMilli(cores), memoryBytes: cores * GIB }
  return { name, at: 0, tasks: 1, ...size, durationMs: 60_000, kind: 'batch', ...rest }
}

/** What happened, a line an event: `150 place a: m0 m1`. */
export function story(options: SimulationOptions): {
  lines: string[]
  outcome: ReturnType<typeof simulateArchitecture>
} {
  const lines: string[] = []
  const outcome = simulateArchitecture({
    ...options,
    observe: ({ at, type, job: name, machines: on }) => void lines.push(`${at} ${type} ${name}: ${on.join(' ')}`),
  })
  return { lines, outcome }
}
