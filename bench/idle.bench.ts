import { createWith } from '../src/create.ts'
import type { Controller } from '../src/client/defineController.ts'
import type { Bench, BenchContext } from './harness.ts'

/** Reads every Lease change, as node lifecycle does, and keeps nothing. */
const reader: Controller = {
  name: 'lease-reader',
  watches: [{ kind: 'coordination.k8s.io/v1/Lease', keys: () => [] }],
  reconcile: () => undefined,
}

function speed(context: BenchContext, nodes: number, seconds: number): number {
  const cluster = createWith({ seed: 1, nodes, controllers: [reader] }, {})
  cluster.advance('10m')
  const ms = context.time(() => {
    cluster.advance(seconds * 1000)
    cluster.historyHash()
  })
  return seconds / (ms / 1000)
}

function hashesAgree(): boolean {
  const [folded, plain] = [true, false].map((runs) => {
    const cluster = createWith({ seed: 1, nodes: 50, controllers: [reader] }, { runs })
    cluster.advance('1h')
    return cluster.historyHash()
  })
  return folded === plain
}

/** A typed-array scan that renews as many times: what the arithmetic alone would allow. */
function bare(context: BenchContext, nodes: number, seconds: number): number {
  const times = new Float64Array(nodes)
  const ms = context.time(() => {
    for (let at = 0; at < seconds; at += 10) for (let node = 0; node < nodes; node++) times[node] = at * 1000
  })
  return seconds / (ms / 1000)
}

export const bench: Bench = {
  name: 'idle',
  run(context) {
    const limit = bare(context, 5000, 100_000)
    return [
      {
        name: 'simulated seconds a second, 5,000 nodes',
        value: speed(context, 5000, 20_000),
        unit: 's/s',
        limit,
        bar: { atLeast: 3000 },
      },
      { name: 'simulated seconds a second, 500 nodes', value: speed(context, 500, 200_000), unit: 's/s' },
      {
        name: 'equal hashes with every renewal written one by one, 50 nodes',
        value: hashesAgree() ? 1 : 0,
        unit: '',
        bar: { atLeast: 1 },
      },
    ]
  },
}
