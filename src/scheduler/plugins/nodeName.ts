/** Mirrors pkg/scheduler/framework/plugins/nodename/node_name.go. */
import { FITS, type Plugin } from '../plugin.ts'

export const NodeName: Plugin = Object.freeze<Plugin>({
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
