import type { Link } from '../client/link.ts'
import { type Framework, frameworkOf } from './framework.ts'
import { policyOf, strategyOf } from './named.ts'
import { leastAllocated } from './policy.ts'
import { createReports, type Reports } from './reports.ts'
import { defaultSchedulerName, type ProfileOptions } from './schedulerOptions.ts'
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

/** Of options that were checked (`checkSchedulers`). */
export function profileOf(options: ProfileOptions, link: Link): Profile {
  const name = options.name ?? defaultSchedulerName
  const policy = policyOf(options.policy ?? leastAllocated())
  return {
    name,
    options,
    framework: frameworkOf(policy, options),
    policy: policy.name,
    strategy: strategyOf(options.strategy ?? bestFit()),
    reports: createReports(link, name),
  }
}
