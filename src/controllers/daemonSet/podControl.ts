/** Makes and deletes daemon pods. Mirrors syncNodes of daemon_controller.go. */
import { controllerReference } from '../../api/controllerRef.ts'
import { isStatusError, type StatusError } from '../../api/errors.ts'
import type { Pod } from '../../api/types/core.ts'
import { createInBatches, deletePods } from '../replicas/podControl.ts'
import { labelsOf, type Template } from './classify.ts'
import { affinityTo, daemonTolerations } from './placing.ts'
import type { Turn } from './turn.ts'

/** At most so many creations, and so many deletions, in one turn. */
const burst = 250

/** On which nodes to make a pod, and which pods to delete. */
export interface Plan {
  readonly nodes: readonly string[]
  readonly pods: readonly Pod[]
}

/** Does what a plan says. Throws the first refusal, when all has been tried that should be. */
export function carryOut(turn: Turn, { nodes, pods }: Plan, template: Template): void {
  const { set, context, known } = turn
  const wrote = (revision: number): void => void (known.pods = revision)
  let refusal: StatusError | undefined
  if (nodes.length > 0) {
    const podFor = podOf(turn, labelsOf(template))
    const count = Math.min(burst, nodes.length)
    refusal = refusalOf(() => createInBatches(set, count, (index) => podFor(nodes[index]!), context, wrote))
  }
  if (pods.length > 0) deletePods(set, pods.slice(0, burst), context, wrote)
  if (refusal !== undefined) throw refusal
}

/** What an act is refused with; all else is thrown. */
export function refusalOf(act: () => void): StatusError | undefined {
  try {
    act()
    return undefined
  } catch (error) {
    if (isStatusError(error)) return error
    throw error
  }
}

/** What a pod of the template is for a node: all but the affinity is shared. */
function podOf({ set }: Turn, labels: Readonly<Record<string, string>>): (node: string) => object {
  const { metadata = {}, spec } = set.spec.template
  const { annotations, finalizers } = metadata
  const own = {
    generateName: `${set.metadata.name}-`,
    labels: { ...metadata.labels, ...labels },
    ...(annotations === undefined ? {} : { annotations }),
    ...(finalizers === undefined ? {} : { finalizers }),
    ownerReferences: [controllerReference(set)],
  }
  const tolerations = daemonTolerations(spec)
  return (node) => ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: own,
    spec: { ...spec, tolerations, affinity: affinityTo(node, spec.affinity) },
  })
}
