/** A real kube-scheduler's configuration, unchanged: kubescheduler.config.k8s.io/v1. */
import { callOptions } from '../api/callOptions.ts'
import { badRequest } from '../api/errors.ts'
import { checkKnown, type Fields, objectAt } from '../api/fields.ts'
import { said } from '../api/said.ts'
import { readYaml } from '../client/readYaml.ts'
import { checkSchedulers } from './checkOptions.ts'
import { builtInPoints, type Point } from './framework.ts'
import type { PluginArgs } from './pluginArgs.ts'
import type { ProfileOptions, SchedulerOptions } from './schedulerOptions.ts'
import { bestFit } from './strategies/bestFit.ts'
import { localOptimum } from './strategies/localOptimum.ts'
import type { Strategy } from './strategy.ts'
import type { Plugin } from './userPlugin.ts'

const version = 'kubescheduler.config.k8s.io/v1'

/** What a configuration says of a process, and nothing of where pods go. */
const ofTheProcess: readonly string[] = Object.freeze([
  'apiVersion',
  'kind',
  'parallelism',
  'leaderElection',
  'clientConnection',
  'healthzBindAddress',
  'metricsBindAddress',
  'enableProfiling',
  'enableContentionProfiling',
  'delayCacheUntilActive',
])
const known: readonly string[] = Object.freeze([...ofTheProcess, 'profiles', 'percentageOfNodesToScore'])

/** Plugins of kube-scheduler that are part of the scheduler here: they can be left as they are. */
const inherent: ReadonlyMap<string, Point> = new Map([
  ['PrioritySort', 'queueSort'],
  ['DefaultBinder', 'bind'],
])

export interface ConfigurationDefinitions {
  /** The plugins that the configuration enables and that kube-scheduler has not. */
  readonly plugins?: readonly Plugin[] | undefined
}

/**
 * The scheduler that a KubeSchedulerConfiguration describes, as text or as an object: its profiles, with what they enable,
 * disable, weigh and configure. `percentageOfNodesToScore` is kube-scheduler's 0, adaptive, unless given. What is said of
 * the process (ports, leader election, clients) is left aside. Throws BadRequest for extenders, for back-offs other than the
 * default, and for whatever kube-scheduler would refuse.
 */
export function schedulerConfiguration(
  given: string | object,
  definitions?: ConfigurationDefinitions,
): SchedulerOptions {
  const { plugins = [] } = callOptions('schedulerConfiguration', definitions, ['plugins'])
  const config = objectAt(typeof given === 'string' ? onlyDocument(given) : given, 'configuration')
  const { apiVersion, kind, profiles = [{}], percentageOfNodesToScore } = config
  if (apiVersion !== version) throw badRequest(`apiVersion: expected ${version}, got ${said(apiVersion)}`)
  if (kind !== 'KubeSchedulerConfiguration')
    throw badRequest(`kind: expected KubeSchedulerConfiguration, got ${said(kind)}`)
  refuseOthers(config)
  if (!Array.isArray(profiles) || profiles.length === 0)
    throw badRequest(`profiles: expected a list of at least one, got ${said(profiles)}`)
  const all = profiles.map((profile, index) =>
    profileOf(objectAt(profile, `profiles[${index}]`), `profiles[${index}]`, percentageOfNodesToScore, plugins),
  )
  const [first, ...others] = all
  const options: SchedulerOptions = others.length === 0 ? first! : { ...first, profiles: others }
  checkSchedulers([options])
  return options
}

function onlyDocument(text: string): unknown {
  const documents = readYaml(text)
  if (documents.length !== 1) throw badRequest(`configuration: expected one document, got ${documents.length}`)
  return documents[0]
}

function refuseOthers(config: Fields): void {
  if (Array.isArray(config['extenders']) && config['extenders'].length > 0)
    throw badRequest('extenders: webhooks are not simulated; write a plugin')
  for (const [field, usual] of [
    ['podInitialBackoffSeconds', 1],
    ['podMaxBackoffSeconds', 10],
  ] as const) {
    const seconds = config[field]
    if (seconds !== undefined && seconds !== usual)
      throw badRequest(`${field}: only ${usual}, the default, is simulated, got ${said(seconds)}`)
  }
  checkKnown(config, '', [...known, 'extenders', 'podInitialBackoffSeconds', 'podMaxBackoffSeconds'])
}

function profileOf(profile: Fields, path: string, percentage: unknown, plugins: readonly Plugin[]): ProfileOptions {
  checkKnown(profile, path, ['schedulerName', 'percentageOfNodesToScore', 'plugins', 'pluginConfig'])
  const { schedulerName = 'default-scheduler', pluginConfig = [] } = profile
  if (typeof schedulerName !== 'string' || schedulerName === '')
    throw badRequest(`${path}.schedulerName: expected a name, got ${said(schedulerName)}`)
  const sets = pluginSets(objectAt(profile['plugins'] ?? {}, `${path}.plugins`), `${path}.plugins`)
  const own = plugins.filter(({ name }) => [...sets.values()].some(({ enabled }) => enabled.has(name)))
  refuseStrangers(sets, own, `${path}.plugins`)
  const weights = weightsOf(sets)
  const args = argsOf(pluginConfig, `${path}.pluginConfig`)
  const disable = disabledIn(sets)
  return {
    name: schedulerName,
    strategy: strategyOf(profile['percentageOfNodesToScore'] ?? percentage, path),
    ...(own.length > 0 ? { plugins: own } : {}),
    ...(disable.length > 0 ? { disable } : {}),
    ...(Object.keys(weights).length > 0 ? { weights } : {}),
    ...(Object.keys(args).length > 0 ? { args } : {}),
  }
}

function strategyOf(percentage: unknown, path: string): Strategy {
  if (percentage === undefined || percentage === 0) return localOptimum({ percentage: 'adaptive' })
  if (!Number.isInteger(percentage) || (percentage as number) < 0 || (percentage as number) > 100)
    throw badRequest(`${path}.percentageOfNodesToScore: expected a whole number from 0 to 100, got ${said(percentage)}`)
  return percentage === 100 ? bestFit() : localOptimum({ percentage: percentage as number })
}

/** What is enabled (with what it weighs, if that is said) and disabled at one extension point. */
interface PluginSet {
  readonly enabled: ReadonlyMap<string, number | undefined>
  readonly disabled: ReadonlySet<string>
}

const pointNames: readonly string[] = Object.freeze([
  ...new Set([...builtInPoints().values()].flat()),
  'queueSort',
  'bind',
])

function pluginSets(plugins: Fields, path: string): ReadonlyMap<string, PluginSet> {
  const sets = new Map<string, PluginSet>()
  for (const [point, value] of Object.entries(plugins)) {
    const at = `${path}.${point}`
    const { enabled = [], disabled = [] } = objectAt(value, at, ['enabled', 'disabled'])
    sets.set(point, {
      enabled: new Map(listOf(enabled, `${at}.enabled`).map(({ name, weight }) => [name, weight])),
      disabled: new Set(listOf(disabled, `${at}.disabled`).map(({ name }) => name)),
    })
  }
  return sets
}

function listOf(value: unknown, path: string): { readonly name: string; readonly weight: number | undefined }[] {
  if (!Array.isArray(value)) throw badRequest(`${path}: expected a list, got ${said(value)}`)
  return value.map((one: unknown, index) => {
    const { name, weight } = objectAt(one, `${path}[${index}]`)
    if (typeof name !== 'string' || name === '')
      throw badRequest(`${path}[${index}].name: expected a name, got ${said(name)}`)
    if (weight !== undefined && !(Number.isInteger(weight) && (weight as number) >= 0))
      throw badRequest(`${path}[${index}].weight: expected a whole number of at least 0, got ${said(weight)}`)
    // kube-scheduler takes 0 for what is not said.
    return { name, weight: weight === 0 ? undefined : (weight as number | undefined) }
  })
}

function refuseStrangers(sets: ReadonlyMap<string, PluginSet>, own: readonly Plugin[], path: string): void {
  const builtIn = builtInPoints()
  const isKnown = (name: string): boolean => builtIn.has(name) || inherent.has(name)
  for (const [point, { enabled, disabled }] of sets) {
    if (point !== 'multiPoint' && !pointNames.includes(point) && enabled.size + disabled.size > 0)
      if (![...enabled.keys()].every((name) => own.some((plugin) => plugin.name === name)))
        throw badRequest(`${path}.${point}: unknown; expected one of multiPoint, ${pointNames.join(', ')}`)
    for (const name of enabled.keys())
      if (!isKnown(name) && !own.some((plugin) => plugin.name === name))
        throw badRequest(
          `${path}.${point}.enabled: no plugin ${JSON.stringify(name)}; there are ${[...builtIn.keys()].join(', ')}, and those passed in plugins`,
        )
    for (const [name, inherentPoint] of inherent)
      if ((disabled.has(name) || disabled.has('*')) && point === inherentPoint && !enabled.has(name))
        if (!own.some((plugin) => inherentPoint === 'queueSort' && plugin.less !== undefined))
          throw badRequest(`${path}.${point}.disabled: ${name} can only make way for another plugin of that point`)
  }
}

/** Of each built-in plugin the points at which it is off; its name alone where it is off everywhere. */
function disabledIn(sets: ReadonlyMap<string, PluginSet>): readonly string[] {
  const multi = sets.get('multiPoint')
  return [...builtInPoints()].flatMap(([name, points]) => {
    const isOff = (set: PluginSet | undefined): boolean =>
      set !== undefined && !set.enabled.has(name) && (set.disabled.has(name) || set.disabled.has('*'))
    const off = points.filter((point) => {
      const own = sets.get(point)
      if (own?.enabled.has(name) === true) return false
      return isOff(own) || isOff(multi)
    })
    return off.length === points.length ? [name] : off.map((point) => `${name}.${point}`)
  })
}

function weightsOf(sets: ReadonlyMap<string, PluginSet>): Readonly<Record<string, number>> {
  const weights: Record<string, number> = {}
  for (const point of ['multiPoint', 'score'])
    for (const [name, weight] of sets.get(point)?.enabled ?? []) if (weight !== undefined) weights[name] = weight
  return weights
}

function argsOf(pluginConfig: unknown, path: string): PluginArgs {
  if (!Array.isArray(pluginConfig)) throw badRequest(`${path}: expected a list, got ${said(pluginConfig)}`)
  const args: Record<string, unknown> = {}
  for (const [index, one] of pluginConfig.entries()) {
    const at = `${path}[${index}]`
    const { name, args: own = {} } = objectAt(one, at)
    if (typeof name !== 'string' || name === '') throw badRequest(`${at}.name: expected a name, got ${said(name)}`)
    if (Object.hasOwn(args, name)) throw badRequest(`${at}.name: Duplicate value: ${JSON.stringify(name)}`)
    const { apiVersion: _version, kind: _kind, ...plain } = objectAt(own, `${at}.args`)
    if (Object.keys(plain).length > 0) args[name] = plain
  }
  return args as PluginArgs
}
