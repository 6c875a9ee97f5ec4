import type { Pod } from '../api/types/core.ts'
import type { Link } from '../client/link.ts'
import { type Framework, frameworkOf } from './framework.ts'
import { policyOf, strategyOf } from './named.ts'
import { leastAllocated } from './policy.ts'
import { createReports, type Reports } from './reports.ts'
import { defaultSchedulerName, type ProfileOptions, type SchedulerOptions } from './schedulerOptions.ts'
import { bestFit } from './strategies/bestFit.ts'
import type { Strategy } from './strategy.ts'

/** How the pods of one `spec.schedulerName` are placed: the options, with their definitions. */
export interface Profile {
  readonly name: string
  readonly options: ProfileOptions
  readonly framework: Framework
  readonly policy: string
  readonly strategy: Strategy
  readonly reports: Reports
}

/** By the name that pods give; the first is the scheduler's own. */
export type Profiles = ReadonlyMap<string, Profile>

/** Of options that were checked (`checkSchedulers`). `known` are those of the same options in another cluster. */
export function profilesOf(options: SchedulerOptions, link: Link, known: Profiles | undefined): Profiles {
  const all = [options, ...(options.profiles ?? [])]
  return new Map(
    all.map((one) => {
      const name = one.name ?? defaultSchedulerName
      // Plugins, policies and strategies keep nothing: what tells of what they do speaks to this cluster.
      return [name, { ...(known?.get(name) ?? defined(name, one)), reports: createReports(link, name) }]
    }),
  )
}

function defined(name: string, options: ProfileOptions): Omit<Profile, 'reports'> {
  const policy = policyOf(options.policy ?? leastAllocated())
  return {
    name,
    options,
    framework: frameworkOf(policy, options),
    policy: policy.name,
    strategy: strategyOf(options.strategy ?? bestFit()),
  }
}

/** Which plugin keeps a pod out of the queue, and why; undefined where none does. Throws what a plugin throws. */
export function keptOut({ preEnqueue }: Framework, pod: Pod): string | undefined {
  for (const plugin of preEnqueue) {
    const reason = plugin.preEnqueue(pod)
    if (reason !== undefined) return `plugin ${plugin.name} keeps it out of the queue: ${reason}`
  }
  return undefined
}
