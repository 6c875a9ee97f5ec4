import { badRequest, isStatusError } from '../api/errors.ts'
import { objectAt } from '../api/fields.ts'
import { isObject } from '../api/object.ts'
import { said } from '../api/said.ts'
import { checkReplicas } from '../client/takeControllers.ts'
import { checkArgs } from './checkArgs.ts'
import { frameworkOf } from './framework.ts'
import { policyOf, strategyOf } from './named.ts'
import { leastAllocated } from './policy.ts'
import { defaultSchedulerName, type ProfileOptions } from './schedulerOptions.ts'
import { bestFit } from './strategies/bestFit.ts'

const profileFields: readonly string[] = Object.freeze([
  'name',
  'strategy',
  'policy',
  'plugins',
  'disable',
  'weights',
  'args',
  'ties',
  'failFast',
])
const schedulerFields: readonly string[] = Object.freeze([...profileFields, 'replicas', 'profiles'])

/** Throws BadRequest for what is no scheduler, and for two that serve the same pods. */
export function checkSchedulers(schedulers: readonly unknown[]): void {
  const names = new Set<string>()
  for (const [index, scheduler] of schedulers.entries()) {
    const path = `options.schedulers[${index}]`
    const { replicas, profiles = [] } = objectAt(scheduler, path, schedulerFields)
    checkReplicas(replicas as number | undefined, `${path}.replicas`)
    checkProfile(scheduler, path, schedulerFields, names)
    if (!Array.isArray(profiles)) throw badRequest(`${path}.profiles: expected a list, got ${said(profiles)}`)
    for (const [place, profile] of profiles.entries())
      checkProfile(profile, `${path}.profiles[${place}]`, profileFields, names)
    const sorted = [scheduler as ProfileOptions, ...(profiles as ProfileOptions[])].map(({ plugins }) =>
      plugins?.find(({ less }) => less !== undefined),
    )
    if (sorted.some((plugin) => plugin !== sorted[0]))
      throw badRequest(`${path}.profiles: expected the same plugin with less in every profile: they share one queue`)
  }
}

function checkProfile(given: unknown, path: string, known: readonly string[], names: Set<string>): void {
  const profile = objectAt(given, path, known)
  const { name = defaultSchedulerName, strategy, policy, plugins, ties, failFast, disable, weights, args } = profile
  if (typeof name !== 'string' || name === '') throw badRequest(`${path}.name: expected a name, got ${said(name)}`)
  if (names.has(name)) throw badRequest(`${path}.name: Duplicate value: ${JSON.stringify(name)}`)
  names.add(name)
  if (strategy !== undefined && !isObject(strategy))
    throw badRequest(`${path}.strategy: expected a strategy such as bestFit(), got ${said(strategy)}`)
  if (policy !== undefined && !isObject(policy))
    throw badRequest(`${path}.policy: expected a policy such as leastAllocated(), got ${said(policy)}`)
  if (plugins !== undefined && !Array.isArray(plugins))
    throw badRequest(`${path}.plugins: expected a list, got ${said(plugins)}`)
  if (ties !== undefined && ties !== 'first' && ties !== 'random')
    throw badRequest(`${path}.ties: expected 'first' or 'random', got ${said(ties)}`)
  if (failFast !== undefined && typeof failFast !== 'boolean')
    throw badRequest(`${path}.failFast: expected true or false, got ${said(failFast)}`)
  if (disable !== undefined && !(Array.isArray(disable) && disable.every((one) => typeof one === 'string')))
    throw badRequest(`${path}.disable: expected a list of plugins such as "ImageLocality", got ${said(disable)}`)
  if (weights !== undefined && !isObject(weights))
    throw badRequest(`${path}.weights: expected weights by plugin, got ${said(weights)}`)
  if (args !== undefined) checkArgs(args, `${path}.args`)
  checkTogether(profile as ProfileOptions, path)
}

/** What can only be told with the definitions. */
function checkTogether(profile: ProfileOptions, path: string): void {
  const { policy, strategy, args } = profile
  if (policy !== undefined && args?.NodeResourcesFit?.scoringStrategy !== undefined)
    throw badRequest(`${path}.policy: expected a policy, or args.NodeResourcesFit.scoringStrategy, and not both`)
  try {
    strategyOf(strategy ?? bestFit())
    frameworkOf(policyOf(policy ?? leastAllocated()), profile)
  } catch (error) {
    if (isStatusError(error, 'BadRequest')) throw badRequest(`${path}.${error.message}`)
    throw error
  }
}
