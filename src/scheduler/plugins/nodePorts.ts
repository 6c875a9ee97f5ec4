/** Mirrors pkg/scheduler/framework/plugins/nodeports/node_ports.go. */
import { portsConflict } from '../../api/hostPorts.ts'
import type { NodePlugin } from '../plugin.ts'

export const NodePorts: NodePlugin = Object.freeze<NodePlugin>({
  rows: true,
  scope: 'node',
  name: 'NodePorts',
  preFilter: (pod) => (pod.hostPorts.length === 0 ? 'skip' : undefined),
  filter: (pod, nodes) => (row) => (portsConflict(pod.hostPorts, nodes.rows[row]!.ports) ? 1 : 0),
  refusal: () => ({
    plugin: 'NodePorts',
    reasons: ["node(s) didn't have free ports for the requested pod ports"],
    resolvable: true,
  }),
})
