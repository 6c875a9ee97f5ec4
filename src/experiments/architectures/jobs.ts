/** What comes to a cell: jobs of equal tasks. */
import { badRequest } from '../../api/errors.ts'
import { objectAt, refuse } from '../../api/fields.ts'

/** Batch jobs are many, short and soon decided on; service jobs are few, long and thought over. */
export type JobKind = 'batch' | 'service'

export const jobKinds: readonly JobKind[] = ['batch', 'service']

/** A job: tasks that arrive together and ask for the same. */
export interface JobArrival {
  /** A name of its own within the workload. */
  readonly name: string
  /** Milliseconds since the workload began; not before the job ahead of it. */
  readonly at: number
  /** How many; at least 1. */
  readonly tasks: number
  /** Of each task. */
  readonly cpuMilli: number
  /** Of each task. */
  readonly memoryBytes: number
  /** Milliseconds that each task runs once it has begun; for ever unless given. */
  readonly durationMs?: number | undefined
  readonly kind: JobKind
  /** Its tasks begin together, once all of them have a machine, or not at all. Default false. */
  readonly gang?: boolean
}

/** Jobs in the order in which they come: of one seed, always the same ones. */
export interface JobWorkload {
  readonly name: string
  /** `seed`: a whole number. */
  readonly jobs: (seed: number) => Iterable<JobArrival>
}

/** The jobs of one seed, checked. Throws BadRequest that names the job. */
export function jobsOfSeed(workload: JobWorkload, seed: number): readonly JobArrival[] {
  const given = workload.jobs(seed) as Partial<Iterable<JobArrival>> | undefined
  if (typeof given?.[Symbol.iterator] !== 'function')
    throw refuse('jobs', given, 'jobs in the order in which they come')
  const jobs = [...(given as Iterable<JobArrival>)]
  const names = new Set<string>()
  let last = 0
  for (const [index, job] of jobs.entries()) {
    const { name } = objectAt(job, `jobs[${index}]`)
    if (typeof name !== 'string' || name === '') throw refuse(`jobs[${index}].name`, name, 'a name of its own')
    const path = `job ${JSON.stringify(job.name)}`
    if (names.has(job.name)) throw badRequest(`${path}: Duplicate value`)
    names.add(job.name)
    if (!(job.at >= last && job.at < Infinity)) throw refuse(`${path}.at`, job.at, `a time not before ${last}`)
    last = job.at
    checkJob(job, path)
  }
  return jobs
}

function checkJob({ tasks, cpuMilli, memoryBytes, durationMs, kind }: JobArrival, path: string): void {
  if (!(Number.isSafeInteger(tasks) && tasks > 0)) throw refuse(`${path}.tasks`, tasks, 'a whole number of at least 1')
  for (const [field, amount] of Object.entries({ cpuMilli, memoryBytes }))
    if (!(Number.isSafeInteger(amount) && amount >= 0))
      throw refuse(`${path}.${field}`, amount, 'a whole number of at least 0')
  if (durationMs !== undefined && !(durationMs >= 0 && durationMs < Infinity))
    throw refuse(`${path}.durationMs`, durationMs, 'milliseconds, at least 0')
  if (!jobKinds.includes(kind)) throw refuse(`${path}.kind`, kind, `one of ${jobKinds.join(', ')}`)
}
