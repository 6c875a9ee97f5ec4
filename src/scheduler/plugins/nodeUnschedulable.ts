/** Mirrors pkg/scheduler/framework/plugins/nodeunschedulable/node_unschedulable.go. */
import type { Taint } from '../../api/types/core.ts'
import { FITS, type NodePlugin } from '../plugin.ts'
import { tolerates } from '../taints.ts'

const TAINT: Taint = Object.freeze({ key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' })

export const NodeUnschedulable: NodePlugin = Object.freeze<NodePlugin>({
  rows: true,
  scope: 'node',
  name: 'NodeUnschedulable',
  filter: (pod, nodes) => {
    if (!nodes.hasCordoned || tolerates(pod.tolerations, TAINT)) return FITS
    const { unschedulable } = nodes.columns
    return (row) => unschedulable[row]!
  },
  refusal: () => ({ plugin: 'NodeUnschedulable', reasons: ['node(s) were unschedulable'], resolvable: false }),
})
