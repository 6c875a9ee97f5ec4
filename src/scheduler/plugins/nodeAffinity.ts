/** Node selectors, required and preferred node affinity. Mirrors pkg/scheduler/framework/plugins/nodeaffinity/node_affinity.go. */
import type { NodeAffinity, NodeSelectorTerm } from '../../api/types/core.ts'
import { always, requiredOf, requiredTerms, termTest } from '../../api/nodeTests.ts'
import { normalizeToMax, type NodePlugin, type Refusal } from '../plugin.ts'
import type { NodeAffinityArgs } from '../pluginArgs.ts'

const name = 'NodeAffinity'
const mismatch = "node(s) didn't match Pod's node affinity/selector"
const enforced = "node(s) didn't match scheduler-enforced node affinity"

/** Its terms want names that no node can have together. */
const CONFLICT: Refusal = Object.freeze({ plugin: name, reasons: ['pod affinity terms conflict'], resolvable: false })

export function nodeAffinity({ addedAffinity }: NodeAffinityArgs = {}): NodePlugin {
  const added = requiredOf({ nodeSelector: undefined, nodeAffinity: addedAffinity })
  const preferred = preferredTerms(addedAffinity)
  return Object.freeze<NodePlugin>({
    rows: true,
    scope: 'node',
    name,
    preFilter: (pod) => {
      const { nodeNames } = pod
      if (nodeNames !== undefined) return nodeNames.length === 0 ? CONFLICT : { nodeNames }
      const isFree = pod.nodeSelector === undefined && requiredTerms(pod) === undefined
      return isFree && added === undefined ? 'skip' : undefined
    },
    filter: (pod, nodes) => {
      const test = requiredOf(pod) ?? always
      if (added === undefined) return (row) => (test(nodes.rows[row]!) ? 0 : 1)
      return (row) => {
        const node = nodes.rows[row]!
        if (!added(node)) return 2
        return test(node) ? 0 : 1
      }
    },
    refusal: (code) => ({ plugin: name, reasons: [code === 2 ? enforced : mismatch], resolvable: false }),
    preScore: ({ nodeAffinity: own }) => (preferred.length + preferredTerms(own).length === 0 ? 'skip' : undefined),
    score: ({ nodeAffinity: own }, nodes) => {
      const terms = [...preferred, ...preferredTerms(own)].map(({ weight, preference }) => ({
        weight,
        test: termTest(preference),
      }))
      return (row) => {
        const node = nodes.rows[row]!
        let sum = 0
        for (const { weight, test } of terms) if (test(node)) sum += weight
        return sum
      }
    },
    normalize: normalizeToMax,
  })
}

interface Preferred {
  readonly weight: number
  readonly preference: NodeSelectorTerm
}

function preferredTerms(affinity: NodeAffinity | undefined): readonly Preferred[] {
  return affinity?.preferredDuringSchedulingIgnoredDuringExecution ?? []
}
