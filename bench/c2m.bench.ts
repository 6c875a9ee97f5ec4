import { createCluster, localOptimum } from '../src/index.ts'
import { builtIn } from '../src/options.ts'
import type { Bench } from './harness.ts'

// Nomad's C2M: two million containers on 6,100 machines, https://www.hashicorp.com/c2m. WAVETANK_QUICK=1: a tenth of it.
const share = process.env['WAVETANK_QUICK'] === '1' ? 10 : 1
const pods = 2_000_000 / share
const nodes = 6_100 / share
const perController = 5_000
const atOnce = 10

/** Who is needed to make pods and to bind them. */
const enabled = ['scheduler', 'replication-controller']

export const bench: Bench = {
  name: 'c2m',
  run(context) {
    const began = context.now()
    const cluster = createCluster({
      seed: 1,
      nodes: 0,
      disable: builtIn.filter((name) => !enabled.includes(name)),
      schedulers: [{ strategy: localOptimum({ percentage: 0 }) }],
      history: { revisions: 10_000 },
    })
    for (let number = 0; number < nodes; number++) {
      const capacity = { cpu: '32', memory: '128Gi', pods: '400' }
      const status = { capacity, conditions: [{ type: 'Ready', status: 'True' }] }
      cluster.nodes.create({ metadata: { name: `node-${number}` }, status })
    }
    for (let first = 0; first < pods; first += perController) {
      const name = `c2m-${first / perController}`
      const resources = { requests: { cpu: '20m', memory: '32Mi' } }
      const template = {
        metadata: { labels: { app: name } },
        spec: { containers: [{ name: 'sleep', image: 'busybox', resources }] },
      }
      cluster.replicationControllers.create({ metadata: { name }, spec: { replicas: perController, template } })
      if ((first / perController) % atOnce < atOnce - 1) continue
      cluster.settle()
      context.progress(`c2m: ${first + perController} pods after ${Math.round((context.now() - began) / 1000)} s`)
    }
    cluster.settle()
    const seconds = (context.now() - began) / 1000
    const bound = cluster.revision
    const [stats] = cluster.schedulerStats()
    if (stats!.decisions !== pods) throw new Error(`expected ${pods} decisions, got ${stats!.decisions}`)
    const pending = cluster.pods.list({ fieldSelector: 'spec.nodeName=', limit: 1 }).items.length
    if (pending > 0) throw new Error('expected every pod to be bound')
    const size = `${pods.toLocaleString('en')} pods on ${nodes.toLocaleString('en')} nodes`
    return [
      { name: size, value: seconds, unit: 's', bar: { atMost: 120 } },
      { name: 'pods made and bound', value: pods / seconds, unit: 'pods/s' },
      { name: 'nodes examined a decision', value: stats!.examined / stats!.decisions, unit: '' },
      { name: 'heap and external a pod, events included', value: context.memoryBytes() / pods, unit: 'bytes' },
      { name: 'revisions', value: bound, unit: '' },
    ]
  },
}
