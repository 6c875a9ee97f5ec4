import type { Bench } from './harness.ts'
import { fill, machines } from './workload.ts'

const pods = 150_000

export const bench: Bench = {
  name: 'memory',
  run(context) {
    const cluster = machines(5000)
    cluster.settle()
    const before = context.memoryBytes()
    context.progress(`memory: filling 5,000 nodes with ${pods} pods`)
    fill(cluster, pods)
    const after = context.memoryBytes()
    const kept = cluster.revision
    return [
      {
        name: 'heap and external a running pod, events and history included',
        value: (after - before) / pods,
        unit: 'bytes',
        bar: { atMost: 1536 },
      },
      { name: 'revisions', value: kept, unit: '' },
    ]
  },
}
