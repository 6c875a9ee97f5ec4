/** Where daemon pods run. Mirrors NodeShouldRunDaemonPod and pkg/controller/daemon/util/daemonset_util.go. */
import { requiredOf } from '../../api/nodeTests.ts'
import { toleratesTaint } from '../../api/tolerations.ts'
import type { DaemonSet } from '../../api/types/apps.ts'
import type { Affinity, Node, Pod, PodSpec, Taint, Toleration } from '../../api/types/core.ts'

/** What a node is to a daemon set, as a bit each: that a pod is to run there, and that one that runs there may stay. */
export const verdicts = { run: 1, stay: 2 } as const

const none: Readonly<Record<string, string>> = Object.freeze({})

/** The taints by which a node says that it is in trouble: a daemon stays, and comes, all the same. */
const tolerated: readonly (readonly [key: string, effect: string])[] = Object.freeze([
  Object.freeze(['node.kubernetes.io/not-ready', 'NoExecute'] as const),
  Object.freeze(['node.kubernetes.io/unreachable', 'NoExecute'] as const),
  Object.freeze(['node.kubernetes.io/disk-pressure', 'NoSchedule'] as const),
  Object.freeze(['node.kubernetes.io/memory-pressure', 'NoSchedule'] as const),
  Object.freeze(['node.kubernetes.io/pid-pressure', 'NoSchedule'] as const),
  Object.freeze(['node.kubernetes.io/unschedulable', 'NoSchedule'] as const),
])
const ofHostNetwork = Object.freeze(['node.kubernetes.io/network-unavailable', 'NoSchedule'] as const)

/** A template's tolerations with those that every daemon pod has: each in the place of its like, or at the end. */
export function daemonTolerations({ tolerations = [], hostNetwork }: PodSpec): readonly Toleration[] {
  const all = hostNetwork === true ? [...tolerated, ofHostNetwork] : tolerated
  return all.reduce<readonly Toleration[]>((found, [key, effect]) => {
    const added: Toleration = { key, operator: 'Exists', effect }
    const isLike = (one: Toleration): boolean =>
      one.key === key && one.effect === effect && one.operator === 'Exists' && !one.value
    return found.some(isLike) ? found.map((one) => (isLike(one) ? added : one)) : [...found, added]
  }, tolerations)
}

/** Says of nodes, by their names, labels and taints, what they are to a daemon set: `verdicts`. */
export function judgeOf({ spec: { template } }: DaemonSet): (node: Node) => number {
  const { nodeName, nodeSelector, affinity } = template.spec
  const required = requiredOf({ nodeSelector, nodeAffinity: affinity?.nodeAffinity })
  const tolerations = daemonTolerations(template.spec)
  const isBarred = (taint: Taint, effect: string): boolean =>
    taint.effect === effect && !tolerations.some((toleration) => toleratesTaint(toleration, taint))
  return ({ metadata: { name, labels = none }, spec: { taints } }) => {
    if (nodeName && nodeName !== name) return 0
    if (required !== undefined && !required({ name, labels })) return 0
    if (taints === undefined) return verdicts.run | verdicts.stay
    if (taints.some((taint) => isBarred(taint, 'NoExecute'))) return 0
    return taints.some((taint) => isBarred(taint, 'NoSchedule')) ? verdicts.stay : verdicts.run | verdicts.stay
  }
}

/** A template's affinity with one node as the only one that will do: ReplaceDaemonSetPodNodeNameNodeAffinity. */
export function affinityTo(node: string, affinity: Affinity | undefined): Affinity {
  const nodeSelectorTerms = [{ matchFields: [{ key: 'metadata.name', operator: 'In', values: [node] }] }]
  const nodeAffinity = {
    ...affinity?.nodeAffinity,
    requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms },
  }
  return { ...affinity, nodeAffinity }
}

/** The node that a pod is on or meant for; undefined where it does not say: GetTargetNodeName. */
export function targetOf({ spec: { nodeName, affinity } }: Pod): string | undefined {
  if (nodeName) return nodeName
  const terms = affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms ?? []
  for (const { matchFields = [] } of terms) {
    for (const { key, operator, values = [] } of matchFields) {
      if (key === 'metadata.name' && operator === 'In') return values.length === 1 ? values[0] : undefined
    }
  }
  return undefined
}
