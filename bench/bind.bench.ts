import type { Bench, BenchContext, Row } from './harness.ts'
import { machines, pod } from './workload.ts'

const batch = 10_000

/** Create → bind → Running, everything on; the best of the batches after the first, which warms up. */
function rate(context: BenchContext, nodes: number, distinct: boolean, batches: number): number {
  const cluster = machines(nodes)
  cluster.settle()
  let best = 0
  for (let round = 0; round < batches; round++) {
    const ms = context.time(() => {
      for (let number = 0; number < batch; number++) {
        cluster.pods.create(pod(`pod-${round}-${number}`, distinct, round * batch + number))
      }
      cluster.settle()
      cluster.historyHash()
    })
    context.progress(
      `bind: ${nodes} nodes, ${distinct ? 'distinct' : 'equal'} pods, batch ${round + 1} of ${batches}: ${Math.round((batch / ms) * 1000)} pods/s`,
    )
    if (round > 0) best = Math.max(best, (batch / ms) * 1000)
  }
  const running = cluster.pods.list({ fieldSelector: 'status.phase=Running' }).items.length
  if (running !== batch * batches) throw new Error(`expected ${batch * batches} running pods, got ${running}`)
  return best
}

/** What bare arrays reach with as many writes of as many small objects a pod, and a look at 100 nodes. */
function bare(context: BenchContext): number {
  const writes = 8
  const free = new Float64Array(5000).fill(32_000)
  const log: object[] = []
  let start = 0
  const ms = context.time(() => {
    for (let number = 0; number < batch; number++) {
      let best = start
      for (let seen = 0; seen < 100; seen++) {
        const node = (start + seen) % 5000
        if (free[node]! > free[best]!) best = node
      }
      free[best]! -= 100
      start = (start + 100) % 5000
      for (let write = 0; write < writes; write++) {
        log.push({
          revision: log.length,
          name: `pod-${number}`,
          node: best,
          write,
          status: { phase: 'Running', at: number },
        })
      }
    }
  }, 3)
  return (batch / ms) * 1000
}

export const bench: Bench = {
  name: 'bind',
  run(context) {
    const limit = bare(context)
    const same = rate(context, 5000, false, 6)
    const distinct = rate(context, 5000, true, 5)
    const small = rate(context, 1000, false, 4)
    const rows: Row[] = [
      { name: 'same template, 5,000 nodes', value: same, unit: 'pods/s', limit, bar: { atLeast: 50_000 } },
      { name: 'all distinct, 5,000 nodes', value: distinct, unit: 'pods/s', limit, bar: { atLeast: 30_000 } },
      { name: 'same template, 1,000 nodes', value: small, unit: 'pods/s', limit },
      { name: 'time a pod, 5,000 against 1,000 nodes', value: small / same, unit: '×', bar: { atMost: 4 / 3 } },
    ]
    return rows
  },
}
