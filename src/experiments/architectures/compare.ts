/** The founding documents' five comparisons, measured. */
import { type Duration, parseDuration } from '../../api/duration.ts'
import { badRequest } from '../../api/errors.ts'
import { checkFields, refuse } from '../../api/fields.ts'
import type { Manifest } from '../../api/manifest.ts'
import type { Node } from '../../api/types/core.ts'
import type { Architecture } from './architecture.ts'
import { ArchitectureComparison } from './comparison.ts'
import { type Scenario, type ScenarioOutcomes } from './comparisonMeasures.ts'
import { type JobArrival, jobsOfSeed, type JobWorkload } from './jobs.ts'
import type { ArchitectureOutcome } from './outcome.ts'
import { checkArchitecture, simulateArchitecture, type SimulationOptions, workloadOf } from './simulate.ts'

export interface ComparisonOptions {
  /** At least one; names of their own. */
  readonly architectures: readonly Architecture[]
  readonly nodes: readonly Manifest<Node>[]
  /** What comes; or jobs, the same ones for every seed. */
  readonly jobs: JobWorkload | readonly JobArrival[]
  /** Whole numbers, each once. Default 0 to 9. */
  readonly seeds?: readonly number[]
  /** How many times as long decisions on service jobs take where extensibility is asked for. Default 10. */
  readonly slowdown?: number
  /** When every run ends, whatever is left. Default when nothing is left to happen. */
  readonly until?: Duration
  /** Told of each run as it ends: the how manieth, from 1 on, of how many. */
  readonly progress?: (run: number, runs: number) => void
}

const fields = ['architectures', 'nodes', 'jobs', 'seeds', 'slowdown', 'until', 'progress'] as const

const usualSeeds: readonly number[] = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]

/**
 * The founding documents' five comparisons of Mesos and Kubernetes, asked of any architectures and answered by
 * measurement, with what the Omega paper measures besides. Of every architecture and seed there are four runs, all of the
 * same jobs:
 * - as they are: utilisation, latency, busyness and conflicts;
 * - with decisions on service jobs `slowdown` times as long, as a new and slower scheduler would take: extensibility, told
 *   by what that adds to the wait of batch jobs;
 * - with every job of more than one task a gang: all or nothing;
 * - all at once, tasks over as soon as they are placed: throughput.
 *
 * Throws BadRequest that names the place. `String()` of the result is a table; the same options give the same JSON, byte
 * for byte.
 */
export function compareArchitectures(options: ComparisonOptions): ArchitectureComparison {
  checkFields(options, 'compareArchitectures', 'options', fields)
  const { architectures, nodes, seeds = usualSeeds, slowdown = 10 } = options
  const workload = workloadOf(options.jobs)
  checkLists(architectures, seeds)
  if (!(slowdown >= 0 && slowdown < Infinity)) throw refuse('slowdown', slowdown, 'a number of at least 0')
  const untilMs = options.until === undefined ? null : parseDuration(options.until, 'until')
  const found = new Map<string, ScenarioOutcomes[]>(architectures.map(({ name }) => [name, []]))
  const runs = architectures.length * seeds.length * 4
  let run = 0
  for (const seed of seeds) {
    const jobs = jobsOfSeed(workload, seed)
    for (const architecture of architectures) {
      const simulate = (scenario: Scenario): ArchitectureOutcome => {
        const more = { architecture, nodes, seed, ...(untilMs === null ? {} : { until: untilMs }) }
        const outcome = simulateArchitecture({ ...more, ...scenarioOf(scenario, workload.name, jobs, slowdown) })
        options.progress?.(++run, runs)
        return outcome
      }
      found.get(architecture.name)!.push({
        usual: simulate('usual'),
        slow: simulate('slow'),
        gangs: simulate('gangs'),
        rush: simulate('rush'),
      })
    }
  }
  return new ArchitectureComparison({
    workload: workload.name,
    machines: nodes.length,
    seeds: [...seeds],
    slowdown,
    untilMs,
    architectures: architectures.map(({ name }) => name),
    values: ({ measure }, architecture) => found.get(architecture)!.map((outcomes) => measure(outcomes)),
  })
}

function scenarioOf(
  scenario: Scenario,
  name: string,
  jobs: readonly JobArrival[],
  slowdown: number,
): Pick<SimulationOptions, 'jobs' | 'slowdown'> {
  const changed = (change: (job: JobArrival) => JobArrival): JobWorkload => {
    const all = jobs.map(change)
    return { name, jobs: () => all }
  }
  switch (scenario) {
    case 'usual':
      return { jobs: changed((job) => job) }
    case 'slow':
      return { jobs: changed((job) => job), slowdown: { kind: 'service', times: slowdown } }
    case 'gangs':
      return { jobs: changed((job) => ({ ...job, gang: job.tasks > 1 })) }
    case 'rush':
      return { jobs: changed((job) => ({ ...job, at: 0, durationMs: 0, gang: false })) }
  }
}

function checkLists(architectures: readonly Architecture[], seeds: readonly number[]): void {
  if (!Array.isArray(architectures) || architectures.length === 0)
    throw badRequest('architectures: Required value: at least one, such as monolithic()')
  for (const [index, architecture] of architectures.entries())
    checkArchitecture(architecture, `architectures[${index}]`)
  const names = architectures.map(({ name }) => name)
  const twice = names.find((name, index) => names.indexOf(name) !== index)
  if (twice !== undefined)
    throw badRequest(`architectures: Duplicate value: ${JSON.stringify(twice)}: give each a name of its own`)
  if (!Array.isArray(seeds) || seeds.length === 0) throw badRequest('seeds: Required value: at least one')
  const same = seeds.find((seed, index) => seeds.indexOf(seed) !== index)
  if (same !== undefined) throw badRequest(`seeds: Duplicate value: ${same}`)
}
