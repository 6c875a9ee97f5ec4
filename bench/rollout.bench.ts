import type { Bench, BenchContext, Row } from './harness.ts'
import { machines, pod } from './workload.ts'

const replicas = 5000
const nodes = 500

interface Times {
  /** From the create of the Deployment until every pod of it is available, in milliseconds of the wall clock. */
  readonly up: number
  /** From a changed template until every pod is of it, the same. */
  readonly over: number
}

function rollOut(context: BenchContext): Times {
  const cluster = machines(nodes)
  cluster.settle()
  const template = { metadata: { labels: { app: 'web', tier: 'front' } }, spec: pod('', false, 0)!.spec! }
  const done = (): void => {
    cluster.settle()
    cluster.historyHash()
    const { updatedReplicas, availableReplicas } = cluster.deployments.get('web').status
    if (updatedReplicas !== replicas || availableReplicas !== replicas)
      throw new Error(`expected ${replicas} available pods of the template, got ${availableReplicas}`)
  }
  const up = context.time(() => {
    cluster.deployments.create({
      metadata: { name: 'web' },
      spec: { replicas, selector: { matchLabels: { app: 'web' } }, template },
    })
    done()
  })
  const over = context.time(() => {
    cluster.deployments.update('web', (draft) => void (draft.spec.template.spec.containers[0]!.image = 'web:2'))
    done()
  })
  return { up, over }
}

/** What bare arrays take to write as many small objects a pod. */
function bare(context: BenchContext): number {
  const writes = 8
  return context.time(() => {
    const log: object[] = []
    for (let number = 0; number < replicas; number++) {
      for (let write = 0; write < writes; write++) {
        const status = { phase: 'Running', at: number }
        log.push({ revision: log.length, name: `pod-${number}`, node: number % nodes, write, status })
      }
    }
  }, 3)
}

export const bench: Bench = {
  name: 'rollout',
  run(context) {
    const limit = bare(context)
    // The first two warm up.
    const times = Array.from({ length: 6 }, () => rollOut(context))
    for (const [round, { up, over }] of times.entries())
      context.progress(`rollout: round ${round + 1}: up in ${Math.round(up)} ms, over in ${Math.round(over)} ms`)
    const best = (of: keyof Times): number => Math.min(...times.slice(2).map((one) => one[of]))
    const about = '5,000 replicas, 500 nodes'
    const rows: Row[] = [
      { name: `a Deployment comes up, ${about}`, value: best('up'), unit: 'ms', limit, bar: { atMost: 1000 } },
      { name: `the first of a process, ${about}`, value: times[0]!.up, unit: 'ms', limit },
      { name: `it rolls to another template, ${about}`, value: best('over'), unit: 'ms', limit: 2 * limit },
    ]
    return rows
  },
}
