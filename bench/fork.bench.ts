import type { Cluster, Pod } from '../src/index.ts'
import type { Bench, BenchContext, Row } from './harness.ts'
import { fill, machines } from './workload.ts'

const pods = 150_000

/** Statuses of pods here and there, written as a component writes them. */
function writes(cluster: Cluster, pods: readonly Pod[]): void {
  const { environment } = cluster.replayer().parts
  const link = environment.link('bench')
  for (let number = 0; number < 1000; number++) {
    const { metadata, status } = pods[(number * 7919) % pods.length]!
    // Not a spread, as in the components themselves: it would give every status a hidden class of its own.
    const next = Object.assign({}, status, { message: `write ${number}` })
    link.patchStatus('pods', metadata.namespace!, metadata.name, metadata.uid, next)
  }
  environment.watches.deliver()
}

/** The same through the public API, an immer draft each. */
function updates(cluster: Cluster, pods: readonly Pod[]): void {
  for (let number = 0; number < 1000; number++) {
    cluster.pods.updateStatus(pods[(number * 7919) % pods.length]!.metadata.name, (draft) => {
      draft.status.message = `update ${number}`
    })
  }
}

function median(times: readonly number[]): number {
  return times.toSorted((a, b) => a - b)[times.length >> 1]!
}

const repeated = (times: number, measure: () => number): number[] => Array.from({ length: times }, measure)

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
    const running = cluster.pods.list().items
    cluster.advance('10s')
    context.progress('fork: forking')
    // What filling left behind is not for forks to clear away.
    context.memoryBytes()
    const rows: Row[] = []
    const limit = copyOfColumns(context)
    rows.push({
      name: 'fork at 150,000 running pods',
      value: median(repeated(21, () => context.time(() => void cluster.fork()))),
      unit: 'ms',
      limit,
      bar: { atMost: 5 },
    })
    rows.push({
      name: '1,000 random writes after it',
      // The first two dozen warm up. Every 4,096 changes a chunk of the history is hashed, by the fork as by anyone: the
      // original moves on between forks, so that the median is that of forks from anywhere in a chunk.
      value: median(
        repeated(45, () => {
          const fork = cluster.fork()
          const ms = context.time(() => writes(fork, running))
          writes(cluster, running)
          return ms
        }),
      ),
      unit: 'ms',
      bar: { atMost: 5 },
    })
    rows.push({
      name: '1,000 updates through the public API after it',
      value: median(
        repeated(5, () => {
          const fork = cluster.fork()
          return context.time(() => updates(fork, running))
        }),
      ),
      unit: 'ms',
    })
    // Nor is what the updates left.
    context.memoryBytes()
    const forked: number[] = []
    const unforked: number[] = []
    const live = (one: Cluster): void => {
      writes(one, running)
      one.advance('10s')
    }
    for (let block = 0; block < 12; block++) {
      // Twice unmeasured: what the last forks share with it is its own again by then.
      for (let round = 0; round < 2; round++) live(cluster)
      for (let round = 0; round < 6; round++) unforked.push(context.time(() => live(cluster)))
      for (let round = 0; round < 6; round++) forked.push(context.time(() => live(cluster.fork())))
    }
    rows.push({ name: "1,000 writes and advance('10s'), unforked", value: median(unforked), unit: 'ms' })
    rows.push({ name: 'the same after a fork', value: median(forked), unit: 'ms' })
    rows.push({
      name: 'after a fork against unforked',
      value: median(forked) / median(unforked),
      unit: '×',
      bar: { atMost: 1.1 },
    })
    return rows
  },
}
