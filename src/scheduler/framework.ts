/** Which plugins are asked, in kube-scheduler's order: pkg/scheduler/apis/config/v1/default_plugins.go. */
import { badRequest } from '../api/errors.ts'
import { isObject } from '../api/object.ts'
import { said } from '../api/said.ts'
import { checkPlugin } from './checkPlugin.ts'
import type { NodePlugin, RowPlugin, Steps } from './plugin.ts'
import type { PluginArgs } from './pluginArgs.ts'
import { balancedOver } from './plugins/balancedAllocation.ts'
import { defaultPreemption } from './plugins/defaultPreemption.ts'
import { interPodAffinity } from './plugins/interPodAffinity.ts'
import { nodeAffinity } from './plugins/nodeAffinity.ts'
import { NodeName } from './plugins/nodeName.ts'
import { NodePorts } from './plugins/nodePorts.ts'
import { nodeResourcesFit, scoredBy } from './plugins/nodeResourcesFit.ts'
import { NodeUnschedulable } from './plugins/nodeUnschedulable.ts'
import { podTopologySpread } from './plugins/podTopologySpread.ts'
import { SchedulingGates } from './plugins/schedulingGates.ts'
import { nodeVolumeLimits } from './plugins/nodeVolumeLimits.ts'
import { TaintToleration } from './plugins/taintToleration.ts'
import { volumeBinding } from './plugins/volumeBinding.ts'
import { VolumeRestrictions } from './plugins/volumeRestrictions.ts'
import { VolumeZone } from './plugins/volumeZone.ts'
import { leastAllocated, type Policy, type WeightedPlugin } from './policy.ts'
import type { Waiter } from './queue.ts'
import { isOfNode, type Rules } from './rules.ts'
import type { ProfileOptions } from './schedulerOptions.ts'
import { rowsOf } from './userPlugin.ts'

/** The plugins that have an extension point. */
type Having<P extends keyof Steps> = RowPlugin & { readonly [K in P]-?: NonNullable<Steps[K]> }

/** The plugins of one scheduler, by extension point. */
export interface Framework extends Rules {
  readonly all: readonly RowPlugin[]
  readonly preEnqueue: readonly Having<'preEnqueue'>[]
  /** Whether `a` comes before `b`; undefined: by priority and then age. */
  readonly less: ((a: Waiter, b: Waiter) => boolean) | undefined
  readonly postFilter: readonly Having<'postFilter'>[]
  readonly reserve: readonly Having<'reserve'>[]
  readonly unreserve: readonly Having<'unreserve'>[]
  readonly permit: readonly Having<'permit'>[]
  readonly preBind: readonly Having<'preBind'>[]
  readonly bind: readonly Having<'bind'>[]
  readonly postBind: readonly Having<'postBind'>[]
  /** The kinds, beside pods and nodes, of which a change may help a pod that a plugin refused, by plugin. */
  readonly watches: ReadonlyMap<string, readonly string[]>
  readonly byName: ReadonlyMap<string, RowPlugin>
  /** The names of the plugins whose filters look at more than the row. */
  readonly lookAround: ReadonlySet<string>
  /** Whether a plugin of a user's is remembered by class, so that classes are to be told apart by all that it may see. */
  readonly tellsApart: boolean
}

/** In the order in which they are asked; their scores are the policy's. */
function builtIn(args: PluginArgs): readonly RowPlugin[] {
  return [
    SchedulingGates,
    NodeUnschedulable,
    NodeName,
    TaintToleration,
    nodeAffinity(args.NodeAffinity),
    NodePorts,
    nodeResourcesFit(args.NodeResourcesFit),
    VolumeRestrictions,
    nodeVolumeLimits(),
    volumeBinding(args.VolumeBinding),
    VolumeZone,
    podTopologySpread(args.PodTopologySpread),
    interPodAffinity(args.InterPodAffinity),
    defaultPreemption(args.DefaultPreemption),
  ]
}

/**
 * The built-in plugins with the scores of a policy; `plugins` come after them, each scoring with weight 1 unless the policy
 * or `weights` say otherwise. Throws BadRequest for what is no plugin, for two of one name, and for a name that none has.
 */
export function frameworkOf(policy: Policy, options: FrameworkOptions = {}): Framework {
  const { plugins = [], disable = [], weights = {}, args = {} } = options
  const own = plugins.map((plugin, index) => {
    if (isRows(plugin)) return plugin
    checkPlugin(plugin, `plugins[${index}]`)
    return rowsOf(plugin)
  })
  const given = builtIn(args)
  refuseTwice([...given, ...own])
  const scored = scoresOf(policy, own, args)
  const names = new Set([...given, ...own, ...scored.map(({ plugin }) => plugin)].map(({ name }) => name))
  refuseUnknown(names, disable, weights)
  const scores = scored.flatMap(({ plugin, weight }) => {
    const own = weights[plugin.name] ?? weight
    return own === 0 || isOff(disable, plugin.name, 'score') ? [] : [{ plugin, weight: own }]
  })
  return composed([...given.flatMap((plugin) => without(disable, plugin)), ...own], scores, own)
}

export type FrameworkOptions = Pick<ProfileOptions, 'plugins' | 'disable' | 'weights' | 'args'>

/** The policy's scores, as the arguments have them, and those of the user's plugins that the policy does not name. */
function scoresOf(policy: Policy, own: readonly RowPlugin[], args: PluginArgs): readonly WeightedPlugin[] {
  const weighted = policy.scores.map(({ plugin, weight }, index) => {
    if (isRows(plugin)) return { plugin: withArgs(plugin, args), weight }
    checkPlugin(plugin, `policy.scores[${index}].plugin`)
    return { plugin: own.find(({ name }) => name === plugin.name) ?? rowsOf(plugin), weight }
  })
  const others = own.filter((plugin) => plugin.score !== undefined && !weighted.some((one) => one.plugin === plugin))
  return [...weighted, ...others.map((plugin) => ({ plugin, weight: 1 }))]
}

function withArgs(plugin: RowPlugin, args: PluginArgs): RowPlugin {
  const { NodeResourcesFit: fit, NodeResourcesBalancedAllocation: balanced } = args
  if (plugin.name === 'NodeResourcesFit' && fit?.scoringStrategy !== undefined) return scoredBy(fit.scoringStrategy)
  if (plugin.name === 'NodeResourcesBalancedAllocation' && balanced?.resources !== undefined)
    return balancedOver(balanced.resources)
  if (plugin.name === 'PodTopologySpread' && args.PodTopologySpread) return podTopologySpread(args.PodTopologySpread)
  if (plugin.name === 'NodeAffinity' && args.NodeAffinity) return nodeAffinity(args.NodeAffinity)
  if (plugin.name === 'InterPodAffinity' && args.InterPodAffinity) return interPodAffinity(args.InterPodAffinity)
  return plugin
}

function composed(all: readonly RowPlugin[], scores: readonly WeightedPlugin[], own: readonly RowPlugin[]): Framework {
  const filters = all.filter(({ filter }) => filter !== undefined)
  const having = <P extends keyof Steps>(point: P): readonly Having<P>[] =>
    all.filter((plugin): plugin is Having<P> => plugin[point] !== undefined)
  const sorting = having('less')
  if (sorting.length > 1)
    throw badRequest(`plugins: expected one plugin with less, got ${sorting.map(({ name }) => name).join(' and ')}`)
  return {
    all,
    filters: [...filters.filter(isOfNode), ...filters.filter((plugin) => !isOfNode(plugin))],
    scores,
    preEnqueue: having('preEnqueue'),
    less: sorting[0]?.less,
    postFilter: having('postFilter'),
    reserve: having('reserve'),
    unreserve: having('unreserve'),
    permit: having('permit'),
    preBind: having('preBind'),
    bind: having('bind'),
    postBind: having('postBind'),
    watches: new Map(all.flatMap(({ name, watches }) => (watches === undefined ? [] : [[name, watches] as const]))),
    byName: new Map(all.map((plugin) => [plugin.name, plugin])),
    lookAround: new Set(filters.filter((plugin) => !isOfNode(plugin)).map(({ name }) => name)),
    tellsApart: [...own, ...scores.map(({ plugin }) => plugin)].some(
      (plugin) => isOfNode(plugin) && !isBuiltIn(plugin),
    ),
  }
}

/** The extension points that can be disabled one by one, and what of a plugin each of them is. */
const points = {
  preEnqueue: ['preEnqueue'],
  queueSort: ['less'],
  preFilter: ['preFilter'],
  filter: ['filter', 'preFilter'],
  postFilter: ['postFilter'],
  preScore: ['preScore'],
  score: [],
  reserve: ['reserve', 'unreserve'],
  permit: ['permit'],
  preBind: ['preBind'],
  bind: ['bind'],
  postBind: ['postBind'],
} as const

export type Point = keyof typeof points

/** The built-in plugins, by name, with the extension points that each has. */
export function builtInPoints(): ReadonlyMap<string, readonly Point[]> {
  const scored = new Set(leastAllocated().scores.map(({ plugin }) => plugin.name))
  const all = new Map(builtIn({}).map((plugin) => [plugin.name, plugin]))
  const names = [...all.keys(), ...[...scored].filter((name) => !all.has(name))]
  return new Map(
    names.map((name) => {
      const own = (Object.keys(points) as Point[]).filter((point) =>
        point === 'score' ? scored.has(name) : points[point].some((field) => all.get(name)?.[field] !== undefined),
      )
      return [name, own]
    }),
  )
}

function isOff(disable: readonly string[], plugin: string, point: keyof typeof points): boolean {
  return ['*', plugin, `*.${point}`, `${plugin}.${point}`].some((name) => disable.includes(name))
}

/** What is left of a built-in plugin. */
function without(disable: readonly string[], plugin: RowPlugin): readonly RowPlugin[] {
  const names = Object.keys(points) as (keyof typeof points)[]
  const off = new Set<string>(names.flatMap((point) => (isOff(disable, plugin.name, point) ? points[point] : [])))
  if (off.size === 0) return [plugin]
  const kept = Object.entries(plugin).filter(([field]) => !off.has(field))
  return [Object.fromEntries(kept) as unknown as RowPlugin]
}

function refuseUnknown(
  names: ReadonlySet<string>,
  disable: readonly string[],
  weights: Readonly<Record<string, number>>,
): void {
  const known = [...names].join(', ')
  for (const name of disable) {
    const [plugin, point, ...more] = name.split('.')
    if (plugin !== '*' && !names.has(plugin!))
      throw badRequest(`disable: no plugin ${JSON.stringify(plugin)}; there are ${known}`)
    if (more.length > 0 || (point !== undefined && !Object.hasOwn(points, point)))
      throw badRequest(
        `disable: ${JSON.stringify(name)}: expected one of ${Object.keys(points).join(', ')} after the name`,
      )
  }
  for (const [name, weight] of Object.entries(weights)) {
    if (!names.has(name)) throw badRequest(`weights: no plugin ${JSON.stringify(name)}; there are ${known}`)
    if (!Number.isInteger(weight) || weight < 0)
      throw badRequest(`weights.${name}: expected a whole number of at least 0, got ${said(weight)}`)
  }
}

function isRows(plugin: object): plugin is RowPlugin {
  return isObject(plugin) && 'rows' in plugin
}

/** Built-in plugins see of a pod what its class tells. */
function isBuiltIn(plugin: NodePlugin): boolean {
  return plugin.seesSubject !== true
}

function refuseTwice(plugins: readonly RowPlugin[]): void {
  const names = new Set<string>()
  for (const { name } of plugins) {
    if (names.has(name)) throw badRequest(`plugins: Duplicate value: ${JSON.stringify(name)}`)
    names.add(name)
  }
}
