/** Node selectors, required and preferred node affinity. Mirrors pkg/scheduler/framework/plugins/nodeaffinity/node_affinity.go. */
import type { NodeSelectorTerm } from '../../api/types/core.ts'
import { always, requiredOf, requiredTerms, termTest } from '../nodeTests.ts'
import { normalizeToMax, type NodePlugin, type Refusal } from '../plugin.ts'
import type { PodInfo } from '../podInfo.ts'

/** Its terms want names that no node can have together. */
const CONFLICT: Refusal = Object.freeze({
  plugin: 'NodeAffinity',
  reasons: ['pod affinity terms conflict'],
  resolvable: false,
})

export const NodeAffinity: NodePlugin = Object.freeze<NodePlugin>({
  rows: true,
  scope: 'node',
  name: 'NodeAffinity',
  preFilter: (pod) => {
    const { nodeNames } = pod
    if (nodeNames !== undefined) return nodeNames.length === 0 ? CONFLICT : { nodeNames }
    return pod.nodeSelector === undefined && requiredTerms(pod) === undefined ? 'skip' : undefined
  },
  filter: (pod, nodes) => {
    const test = requiredOf(pod) ?? always
    return (row) => (test(nodes.rows[row]!) ? 0 : 1)
  },
  refusal: () => ({
    plugin: 'NodeAffinity',
    reasons: ["node(s) didn't match Pod's node affinity/selector"],
    resolvable: false,
  }),
  preScore: (pod) => (preferredTerms(pod).length === 0 ? 'skip' : undefined),
  score: (pod, nodes) => {
    const terms = preferredTerms(pod).map(({ weight, preference }) => ({ weight, test: termTest(preference) }))
    return (row) => {
      const node = nodes.rows[row]!
      let sum = 0
      for (const { weight, test } of terms) if (test(node)) sum += weight
      return sum
    }
  },
  normalize: normalizeToMax,
})

function preferredTerms(pod: PodInfo): readonly { readonly weight: number; readonly preference: NodeSelectorTerm }[] {
  return pod.nodeAffinity?.preferredDuringSchedulingIgnoredDuringExecution ?? []
}
