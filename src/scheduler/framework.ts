/** Which plugins are asked, in kube-scheduler's order: pkg/scheduler/apis/config/v1/default_plugins.go. */
import { badRequest } from '../api/errors.ts'
import type { Framework } from './candidates.ts'
import type { Plugin } from './plugin.ts'
import { NodeAffinity } from './plugins/nodeAffinity.ts'
import { NodeName } from './plugins/nodeName.ts'
import { NodePorts } from './plugins/nodePorts.ts'
import { nodeResourcesFit } from './plugins/nodeResourcesFit.ts'
import { NodeUnschedulable } from './plugins/nodeUnschedulable.ts'
import { TaintToleration } from './plugins/taintToleration.ts'
import type { Policy } from './policy.ts'

const FILTERS: readonly Plugin[] = Object.freeze([
  NodeUnschedulable,
  NodeName,
  TaintToleration,
  NodeAffinity,
  NodePorts,
  nodeResourcesFit(),
])

/**
 * The built-in filters with the scores of a policy; `plugins` come after them, each scoring with weight 1. Throws
 * BadRequest for a plugin that neither filters nor scores.
 */
export function frameworkOf(policy: Policy, plugins: readonly Plugin[] = []): Framework {
  for (const { name, filter, score } of plugins) {
    if (filter === undefined && score === undefined)
      throw badRequest(`plugin ${JSON.stringify(name)}: expected a filter or a score`)
  }
  return {
    filters: [...FILTERS, ...plugins.filter(({ filter }) => filter !== undefined)],
    scores: [
      ...policy.scores,
      ...plugins.filter(({ score }) => score !== undefined).map((plugin) => ({ plugin, weight: 1 })),
    ],
  }
}
