/** Jobs of pods. */
import { badRequest } from '../../api/errors.ts'
import { checkFields, refuse } from '../../api/fields.ts'
import type { Manifest } from '../../api/manifest.ts'
import { isObject } from '../../api/object.ts'
import type { Pod } from '../../api/types/core.ts'
import type { Arrival, Workload } from '../workload.ts'
import { askedBy } from '../workloads/amounts.ts'
import { again } from '../workloads/streams.ts'
import { type JobArrival, type JobKind, jobKinds, type JobWorkload } from './jobs.ts'

export interface JobsOfOptions {
  /** The pods' label that names their job; a pod without it is a job of its own. Default `job`. */
  readonly label?: string
  /** Default: `batch` for pods that stay for a time, `service` for those that stay for ever. */
  readonly kind?: (arrival: Arrival) => JobKind
  /** Whether a pod's job is a gang. Default none is. */
  readonly gang?: (pod: Manifest<Pod>) => boolean
}

/**
 * The jobs that a workload's pods are tasks of: those of one namespace and one value of the label. A job's tasks arrive
 * together and are alike, so pods of one value that come at different times, or ask for or stay differently, are several
 * jobs, `NAME`, `NAME+1`, …; but for a gang, which comes with the last of them and must be alike. Requests of cpu and memory
 * count, as the scheduler counts them. Throws BadRequest that names the option, or when jobs are asked for, the gang.
 *
 * `jobsOf(readOpenb({ … }).workload, { label: 'app' })`
 */
export function jobsOf(workload: Workload, options: JobsOfOptions = {}): JobWorkload {
  if (!isObject(workload) || typeof workload.arrivals !== 'function') throw refuse('jobsOf', workload, 'a workload')
  checkFields(options, 'jobsOf', 'options', ['label', 'kind', 'gang'])
  for (const field of ['kind', 'gang'] as const)
    if (options[field] !== undefined && typeof options[field] !== 'function')
      throw refuse(`jobsOf.${field}`, options[field], 'a function')
  const { label = 'job', kind = usualKind, gang = () => false } = options
  if (typeof label !== 'string' || label === '') throw refuse('jobsOf.label', label, 'the key of a label')
  return {
    name: workload.name,
    jobs: (seed) => again(() => grouped(workload.arrivals(seed), { label, kind, gang })[Symbol.iterator]()),
  }
}

function usualKind({ lifetimeMs }: Arrival): JobKind {
  return lifetimeMs === undefined ? 'service' : 'batch'
}

function grouped(arrivals: Iterable<Arrival>, options: Required<JobsOfOptions>): readonly JobArrival[] {
  const jobs = new Map<string, JobArrival>()
  const taken = new Map<string, number>()
  for (const arrival of arrivals) {
    const one = taskOf(arrival, options)
    const key = one.gang === true ? one.name : JSON.stringify(one)
    const known = jobs.get(key)
    if (known !== undefined) {
      jobs.set(key, joined(known, one))
      continue
    }
    const before = taken.get(one.name) ?? 0
    taken.set(one.name, before + 1)
    jobs.set(key, before === 0 ? one : { ...one, name: `${one.name}+${before}` })
  }
  return [...jobs.values()].toSorted((a, b) => a.at - b.at)
}

function taskOf(arrival: Arrival, { label, kind, gang }: Required<JobsOfOptions>): JobArrival {
  const { at, pod, lifetimeMs } = arrival
  const { name = '', namespace = 'default', labels } = pod.metadata ?? {}
  const value = (labels as Readonly<Record<string, string>> | undefined)?.[label]
  const asked = askedBy(pod)
  const of = kind(arrival)
  if (!jobKinds.includes(of)) throw refuse('jobsOf.kind', of, `one of ${jobKinds.join(', ')}`)
  return {
    // No label has a slash in its value, and no pod in its name.
    name: value === undefined ? `${namespace}/${name}` : `${namespace}/${label}=${value}`,
    at,
    tasks: 1,
    cpuMilli: asked.get('cpu') ?? 0,
    memoryBytes: asked.get('memory') ?? 0,
    ...(lifetimeMs === undefined ? {} : { durationMs: lifetimeMs }),
    kind: of,
    ...(gang(pod) && value !== undefined ? { gang: true } : {}),
  }
}

function joined(known: JobArrival, one: JobArrival): JobArrival {
  for (const field of ['cpuMilli', 'memoryBytes', 'durationMs', 'kind'] as const)
    if (known[field] !== one[field])
      throw badRequest(
        `gang ${JSON.stringify(known.name)}: its pods differ in ${field} (${known[field]} and ${one[field]}): the tasks of a gang are alike`,
      )
  return { ...known, at: one.at, tasks: known.tasks + 1 }
}
