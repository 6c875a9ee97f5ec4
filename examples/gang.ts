// `npx tsx examples/gang.ts`: two training jobs of three workers each, and room for four workers.
import { argv } from 'node:process'
import { pathToFileURL } from 'node:url'
import { createCluster, gang, type SchedulerOptions } from '../src/index.ts'

/** How many workers of each job run after a minute. */
export function workersOf(scheduler: SchedulerOptions): Readonly<Record<string, number>> {
  const cluster = createCluster({ nodes: [{ name: 'gpu', count: 4, cpu: '1' }], schedulers: [scheduler] })
  for (const worker of [0, 1, 2]) for (const job of ['blue', 'red']) cluster.apply(workerOf(job, worker))
  cluster.advance('1m')
  const running = cluster.pods.list().items.filter(({ status }) => status.phase === 'Running')
  const count = (job: string): number => running.filter(({ metadata }) => metadata.labels?.['job'] === job).length
  return { blue: count('blue'), red: count('red') }
}

function workerOf(job: string, worker: number): object {
  const labels = {
    job,
    'pod-group.scheduling.sigs.k8s.io/name': job,
    'pod-group.scheduling.sigs.k8s.io/min-available': '3',
  }
  const containers = [{ name: 'worker', image: 'train:1', resources: { requests: { cpu: '1' } } }]
  return { apiVersion: 'v1', kind: 'Pod', metadata: { name: `${job}-${worker}`, labels }, spec: { containers } }
}

const [, script = ''] = argv
if (import.meta.url === pathToFileURL(script).href) {
  console.log('kube-scheduler', workersOf({}))
  console.log('with gang()   ', workersOf({ plugins: [gang({ timeout: '10s' })] }))
}
