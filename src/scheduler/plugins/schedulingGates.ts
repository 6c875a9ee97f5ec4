/** Mirrors pkg/scheduler/framework/plugins/schedulinggates/scheduling_gates.go. */
import type { RowPlugin } from '../plugin.ts'

export const SchedulingGates: RowPlugin = Object.freeze<RowPlugin>({
  name: 'SchedulingGates',
  rows: true,
  scope: 'node',
  preEnqueue: ({ spec }) => {
    const gates = spec.schedulingGates ?? []
    if (gates.length === 0) return undefined
    return `waiting for scheduling gates: [${gates.map(({ name }) => name).join(' ')}]`
  },
})
