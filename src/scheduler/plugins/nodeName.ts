/** Mirrors pkg/scheduler/framework/plugins/nodename/node_name.go. */
import { FITS, type NodePlugin } from '../plugin.ts'

export const NodeName: NodePlugin = Object.freeze<NodePlugin>({
  rows: true,
  scope: 'node',
  name: 'NodeName',
  filter: ({ nodeName }, nodes) => {
    if (nodeName === '') return FITS
    return (row) => (nodes.rows[row]!.name === nodeName ? 0 : 1)
  },
  refusal: () => ({
    plugin: 'NodeName',
    reasons: ["node(s) didn't match the requested node name"],
    resolvable: false,
  }),
})
