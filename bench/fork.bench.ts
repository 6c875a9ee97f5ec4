import type { Cluster } from '../src/index.ts'
import type { Bench, BenchContext, Row } from './harness.ts'
import { fill, machines } from './workload.ts'

const pods = 150_000

function writes(cluster: Cluster, names: readonly string[]): void {
  for (let number = 0; number < 1000; number++) {
    const name = names[(number * 7919) % names.length]!
    cluster.pods.updateStatus(name, (draft) => {
      draft.status.message = `write ${number}`
    })
  }
}

function median(times: number, measure: () => number): number {
  const all = Array.from({ length: times }, measure).sort((a, b) => a - b)
  return all[times >> 1]!
}

function copyOfColumns(context: BenchContext): number {
  const columns = Array.from({ length: 10 }, () => new Float64Array(5000))
  return context.time(() => void columns.map((column) => column.slice()), 10)
}

export const bench: Bench = {
  name: 'fork',
  run(context) {
    const cluster = machines(5000, { freeze: false })
    context.progress(`fork: filling 5,000 nodes with ${pods} pods`)
    fill(cluster, pods)
    const names = cluster.pods.list().items.map(({ metadata }) => metadata.name)
    cluster.advance('10s')
    context.progress('fork: forking')
    const rows: Row[] = []
    const limit = copyOfColumns(context)
    rows.push({
      name: 'fork at 150,000 running pods',
      value: median(21, () => context.time(() => void cluster.fork())),
      unit: 'ms',
      limit,
      bar: { atMost: 5 },
    })
    rows.push({
      name: '1,000 random writes after it',
      value: median(11, () => {
        const fork = cluster.fork()
        return context.time(() => writes(fork, names))
      }),
      unit: 'ms',
      bar: { atMost: 5 },
    })
    const forked: number[] = []
    const unforked: number[] = []
    for (let round = 0; round < 7; round++) {
      unforked.push(context.time(() => {
        writes(cluster, names)
        cluster.advance('10s')
      }))
      forked.push(context.time(() => {
        const fork = cluster.fork()
        writes(fork, names)
        fork.advance('10s')
      }))
    }
    const middle = (times: number[]): number => times.sort((a, b) => a - b)[times.length >> 1]!
    rows.push({ name: "1,000 writes and advance('10s'), unforked", value: middle(unforked), unit: 'ms' })
    rows.push({ name: 'the same after a fork', value: middle(forked), unit: 'ms' })
    rows.push({ name: 'after a fork against unforked', value: middle(forked) / middle(unforked), unit: '×', bar: { atMost: 1.1 } })
    return rows
  },
}
