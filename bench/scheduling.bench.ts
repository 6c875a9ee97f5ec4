import { performance } from 'node:perf_hooks'
import {
  bestFit,
  type Cluster,
  createCluster,
  indexed,
  localOptimum,
  type SchedulerOptions,
  type SchedulerStats,
} from '../src/index.ts'
import type { Bench, BenchContext, Row } from './harness.ts'
import { pod } from './workload.ts'

/** API server and scheduler alone. */
const disable = [
  'kubelet',
  'node-lifecycle-controller',
  'taint-eviction-controller',
  'pod-garbage-collector-controller',
  'endpoint-controller',
  'endpointslice-controller',
  'replication-controller',
  'replicaset-controller',
  'deployment-controller',
  'garbage-collector-controller',
  'service-controller',
  'disruption-controller',
  'persistentvolume-binder-controller',
  'persistentvolumeclaim-protection-controller',
  'persistentvolume-protection-controller',
  'external-provisioner',
] as const

function bareNodes(count: number, scheduler: SchedulerOptions): Cluster {
  const cluster = createCluster({ seed: 1, nodes: 0, disable, schedulers: [scheduler] })
  const allocatable = { cpu: '32', memory: '256Gi', pods: '250' }
  for (let number = 0; number < count; number++) {
    const metadata = { name: `node-${String(number).padStart(6, '0')}` }
    cluster.nodes.create({ metadata, spec: {}, status: { allocatable, capacity: allocatable } })
  }
  cluster.settle()
  return cluster
}

interface Measured {
  readonly podsPerSecond: number
  readonly stats: SchedulerStats
  readonly pods: number
}

/** From the first decision to the last binding and the history's hash; the best of the batches after the first. */
function measure(context: BenchContext, nodes: number, scheduler: SchedulerOptions, load: Load): Measured {
  const cluster = bareNodes(nodes, scheduler)
  let best = 0
  for (let round = 0; round < load.batches; round++) {
    for (let number = 0; number < load.pods; number++)
      cluster.pods.create(pod(`pod-${round}-${number}`, load.isDistinct, round * load.pods + number))
    cluster.historyHash()
    const ms = context.time(() => {
      cluster.settle()
      cluster.historyHash()
    })
    const rate = (load.pods / ms) * 1000
    if (round > 0 || load.batches === 1) best = Math.max(best, rate)
    context.progress(
      `scheduling: ${nodes} nodes, ${scheduler.strategy!.name}, batch ${round + 1}: ${Math.round(rate)} pods/s`,
    )
  }
  const [stats] = cluster.schedulerStats()
  if (stats!.decisions !== load.pods * load.batches)
    throw new Error(`expected ${load.pods * load.batches} decisions, got ${stats!.decisions}`)
  return { podsPerSecond: best, stats: stats!, pods: load.pods * load.batches }
}

interface Load {
  readonly pods: number
  readonly batches: number
  readonly isDistinct: boolean
}

/** Decisions a second of a loop over bare arrays that looks at so many nodes. */
function bareScan(nodes: number, looks: number, decisions: number): number {
  const cpu = new Float64Array(nodes).fill(32_000)
  const memory = new Float64Array(nodes).fill(262_144)
  let start = 0
  const began = performance.now()
  for (let decision = 0; decision < decisions; decision++) {
    const own = 100 + (decision % 190)
    let best = -1
    let most = -Infinity
    for (let seen = 0; seen < looks; seen++) {
      const node = (start + seen) % nodes
      if (cpu[node]! < own || memory[node]! < own) continue
      const score = cpu[node]! / 32_000 + memory[node]! / 262_144
      if (score > most) {
        most = score
        best = node
      }
    }
    cpu[best]! -= own
    memory[best]! -= own
    start = looks === nodes ? 0 : (start + looks) % nodes
  }
  return (decisions / (performance.now() - began)) * 1000
}

function sharesOf({ methods, decisions }: SchedulerStats): string {
  return (['tree', 'bound', 'scan'] as const)
    .filter((method) => methods[method] > 0)
    .map((method) => `${method} ${Math.round((100 * methods[method]) / decisions)} %`)
    .join(', ')
}

type Bars = Readonly<Record<string, number>>
const bars: Bars = {
  'local optimum, 5,000 nodes': 100_000,
  'indexed, 5,000 nodes': 100_000,
  'indexed, distinct, 5,000 nodes': 30_000,
  'local optimum, 80,000 nodes': 75_000,
  'indexed, 80,000 nodes': 75_000,
  'indexed, distinct, 80,000 nodes': 2_000,
}

function rowsOf(context: BenchContext, nodes: number): readonly Row[] {
  const size = `${nodes.toLocaleString('en-US')} nodes`
  const pods = Math.min(nodes * 20, 20_000)
  const whole = bareScan(nodes, nodes, Math.max(100, Math.min(20_000, 40_000_000 / nodes)))
  const sampled = bareScan(nodes, Math.min(nodes, 100), 20_000)
  const slow = Math.max(200, Math.min(pods, Math.floor(20_000_000 / nodes)))
  const row = (what: string, strategy: SchedulerOptions, isDistinct: boolean, count: number, limit: number): Row => {
    const name = `${what}, ${size}`
    const {
      podsPerSecond,
      stats,
      pods: all,
    } = measure(context, nodes, strategy, { pods: count, batches: 3, isDistinct })
    const each = (cost: number): string => (cost / all).toFixed(1)
    context.progress(
      `${name}: ${sharesOf(stats)}; a pod: ${each(stats.examined)} nodes, ${each(stats.filterCalls)} filter and ${each(stats.scoreCalls)} score calls`,
    )
    const atLeast = bars[name]
    return { name, value: podsPerSecond, unit: 'pods/s', limit, ...(atLeast === undefined ? {} : { bar: { atLeast } }) }
  }
  const local = localOptimum({ feasible: 100 })
  return [
    row('best fit', { strategy: bestFit() }, false, pods, whole),
    row('best fit, distinct', { strategy: bestFit() }, true, slow, whole),
    row('best fit, distinct, all predicates', { strategy: bestFit(), failFast: false }, true, slow, whole),
    row('local optimum', { strategy: local }, false, pods, sampled),
    row('local optimum, distinct', { strategy: local }, true, pods, sampled),
    row('indexed', { strategy: indexed() }, false, pods, whole),
    row('indexed, distinct', { strategy: indexed() }, true, slow, whole),
  ]
}

/** 65,000 pods on as many nodes, from the first decision to the last binding. */
function onePodANode(context: BenchContext): Row {
  const count = 65_000
  const load = { pods: count, batches: 1, isDistinct: false }
  const { podsPerSecond } = measure(context, count, { strategy: indexed() }, load)
  return { name: '65,000 pods on 65,000 nodes', value: count / podsPerSecond, unit: 's', bar: { atMost: 5 } }
}

export const bench: Bench = {
  name: 'scheduling',
  run: (context) => [...[100, 1_000, 5_000, 80_000].flatMap((nodes) => rowsOf(context, nodes)), onePodANode(context)],
}
