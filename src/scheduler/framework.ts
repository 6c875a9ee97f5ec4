/** Which plugins are asked, in kube-scheduler's order: pkg/scheduler/apis/config/v1/default_plugins.go. */
import { badRequest } from '../api/errors.ts'
import { isOfNode, type Rules } from './candidates.ts'
import type { NodePlugin, RowPlugin, Steps } from './plugin.ts'
import { NodeAffinity } from './plugins/nodeAffinity.ts'
import { NodeName } from './plugins/nodeName.ts'
import { NodePorts } from './plugins/nodePorts.ts'
import { nodeResourcesFit } from './plugins/nodeResourcesFit.ts'
import { NodeUnschedulable } from './plugins/nodeUnschedulable.ts'
import { SchedulingGates } from './plugins/schedulingGates.ts'
import { TaintToleration } from './plugins/taintToleration.ts'
import type { Policy, WeightedPlugin } from './policy.ts'
import type { Waiter } from './queue.ts'
import { checkPlugin, type Plugin, rowsOf } from './userPlugin.ts'

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
  /** The names of the plugins whose filters look at more than the row. */
  readonly lookAround: ReadonlySet<string>
  /** Whether a plugin of a user's is remembered by class, so that classes are to be told apart by all that it may see. */
  readonly tellsApart: boolean
}

/** In the order in which they are asked; their scores are the policy's. */
const builtIn: readonly RowPlugin[] = Object.freeze([
  SchedulingGates,
  NodeUnschedulable,
  NodeName,
  TaintToleration,
  NodeAffinity,
  NodePorts,
  nodeResourcesFit(),
])

/**
 * The built-in plugins with the scores of a policy; `plugins` come after them, each scoring with weight 1 unless the policy
 * weighs it. Throws BadRequest for what is no plugin, and for two of one name.
 */
export function frameworkOf(policy: Policy, plugins: readonly Plugin[] = []): Framework {
  const own = plugins.map((plugin, index) => {
    checkPlugin(plugin, `plugins[${index}]`)
    return rowsOf(plugin)
  })
  const weighted = policy.scores.map(({ plugin, weight }, index) => {
    if (isRows(plugin)) return { plugin, weight }
    checkPlugin(plugin, `policy.scores[${index}].plugin`)
    return { plugin: own.find(({ name }) => name === plugin.name) ?? rowsOf(plugin), weight }
  })
  const all = [...builtIn, ...own]
  refuseTwice(all)
  const others = own.filter((plugin) => plugin.score !== undefined && !weighted.some((one) => one.plugin === plugin))
  const filters = all.filter(({ filter }) => filter !== undefined)
  const scores: readonly WeightedPlugin[] = [...weighted, ...others.map((plugin) => ({ plugin, weight: 1 }))]
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
    lookAround: new Set(filters.filter((plugin) => !isOfNode(plugin)).map(({ name }) => name)),
    tellsApart: [...own, ...scores.map(({ plugin }) => plugin)].some(
      (plugin) => isOfNode(plugin) && !isBuiltIn(plugin),
    ),
  }
}

function isRows(plugin: RowPlugin | Plugin): plugin is RowPlugin {
  return 'rows' in plugin
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
