import { loadCluster } from '../src/index.ts'
import type { Bench } from './harness.ts'
import { fill, machines } from './workload.ts'

const pods = 150_000

export const bench: Bench = {
  name: 'save',
  run(context) {
    const before = context.memoryBytes()
    const cluster = machines(5000)
    context.progress(`save: filling 5,000 nodes with ${pods} pods`)
    fill(cluster, pods)
    const memory = context.memoryBytes() - before
    context.progress('save: saving')
    let text = ''
    const save = context.time(() => void (text = cluster.save()))
    context.memoryBytes()
    context.progress('save: loading')
    let loaded = cluster
    const load = context.time(() => void (loaded = loadCluster(text)))
    const both = context.memoryBytes() - before
    for (const one of [cluster, loaded]) one.advance('10m')
    if (loaded.historyHash() !== cluster.historyHash()) throw new Error('the loaded cluster went on otherwise')
    return [
      { name: 'save 150,000 running pods on 5,000 nodes', value: save / 1000, unit: 's', bar: { atMost: 5 } },
      { name: 'load them', value: load / 1000, unit: 's', bar: { atMost: 5 } },
      { name: 'text a pod', value: text.length / pods, unit: 'bytes' },
      { name: 'memory once loaded, against before', value: (both - memory - text.length) / memory, unit: '×' },
    ]
  },
}
