// `npx tsx examples/explain.ts`: why a pod is on its node, and why another is on none.
import { createCluster, type Manifest, type Pod } from '../src/index.ts'

function pod(name: string, requests: Record<string, string>, more: Manifest<Pod['spec']> = {}): Manifest<Pod> {
  return {
    metadata: { name },
    spec: { containers: [{ name: 'main', image: 'web:1', resources: { requests } }], ...more },
  }
}

/** Asks four times, and prints the answers. */
export function explain(print: (text: string) => void): void {
  const cluster = createCluster({
    nodes: [
      { name: 'small-0', cpu: '4', memory: '16Gi', labels: { disk: 'ssd' } },
      { name: 'small-1', cpu: '4', memory: '16Gi' },
      { name: 'large-0', cpu: '32', memory: '128Gi', taints: [{ key: 'gpu', value: 'a100', effect: 'NoSchedule' }] },
    ],
  })
  cluster.pods.create(pod('db', { cpu: '2', memory: '8Gi' }, { nodeSelector: { disk: 'ssd' } }))
  cluster.settle()
  cluster.pods.create(pod('web', { cpu: '1', memory: '1Gi' }))

  print('# Where would it go? Nothing has reacted yet.')
  print(String(cluster.explain('web')))
  cluster.settle()
  print('\n# Who put it there?')
  print(cluster.explain('web').summary)

  cluster.pods.create(pod('train', { cpu: '16' }))
  cluster.settle()
  print('\n# Why is this one on no node?')
  print(String(cluster.explain('train')))

  print('\n# And if it tolerated the taint? A fork knows.')
  const whatIf = cluster.fork()
  whatIf.pods.create(pod('train-2', { cpu: '16' }, { tolerations: [{ key: 'gpu', operator: 'Exists' }] }))
  print(whatIf.explain('train-2').summary)
}

if (process.argv[1]?.endsWith('explain.ts')) explain(console.log)
