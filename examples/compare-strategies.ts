import { bestFit, createCluster, localOptimum, type Pod, type Strategy } from '../src/index.ts'
import { formatTable } from '../scripts/lib/table.ts'

export interface Experiment {
  readonly nodes: number
  readonly pods: number
}

/** The same pods, in the same order, on the same nodes, placed by each strategy; a table. */
export function compareStrategies({ nodes, pods }: Experiment): string {
  const strategies: readonly (readonly [string, Strategy])[] = [
    ['best fit', bestFit()],
    ['local optimum of 100', localOptimum({ feasible: 100 })],
    ['local optimum of 10', localOptimum({ feasible: 10 })],
  ]
  measure(bestFit(), { nodes: Math.min(nodes, 50), pods: Math.min(pods, 500) }) // warms up
  const rows = strategies.map(([name, strategy]) => [name, ...measure(strategy, { nodes, pods })])
  const head = ['strategy', 'placed', 'pods/s', 'nodes examined a pod', 'cpu used a node: mean', 'σ', 'least', 'most']
  return formatTable(head, rows, [1, 2, 3, 4, 5, 6, 7])
}

/** From the first create until all are running, by the machine's clock. */
function measure(strategy: Strategy, { nodes, pods }: Experiment): string[] {
  const cluster = createCluster({
    seed: 7,
    nodes: [{ count: nodes, cpu: 8, memory: '32Gi' }],
    schedulers: [{ strategy }],
  })
  cluster.settle()
  const begin = performance.now()
  for (let number = 0; number < pods; number++) cluster.pods.create(podOf(number))
  cluster.advance('1m')
  const seconds = (performance.now() - begin) / 1000
  const running = cluster.pods.list().items.filter(({ status }) => status.phase === 'Running')
  const { decisions, examined } = cluster.schedulerStats()[0]!
  return [
    String(running.length),
    String(Math.round(pods / seconds)),
    (examined / decisions).toFixed(1),
    ...spread(running, nodes),
  ]
}

/** Sizes as they come in practice: many small ones, few large. */
function podOf(number: number): object {
  const cpu = [100, 100, 200, 250, 250, 500, 500, 1000, 1500, 2000][(number * 7) % 10]! + ((number * 13) % 8) * 10
  const requests = { cpu: `${cpu}m`, memory: `${cpu}Mi` }
  return {
    metadata: { name: `pod-${number}` },
    spec: { containers: [{ name: 'main', image: 'main:1', resources: { requests } }] },
  }
}

/** Mean, standard deviation, least and most of the share of its cpu that a node has given away, in per cent. */
function spread(running: readonly Pod[], nodes: number): string[] {
  const used = new Map<string, number>()
  for (const { spec } of running) {
    const cpu = Number.parseInt(String(spec.containers[0]!.resources?.requests?.['cpu']), 10)
    used.set(spec.nodeName!, (used.get(spec.nodeName!) ?? 0) + cpu)
  }
  const shares = [...used.values(), ...new Array<number>(nodes - used.size).fill(0)].map((milli) => milli / 80)
  const mean = shares.reduce((sum, share) => sum + share, 0) / nodes
  const deviation = Math.sqrt(shares.reduce((sum, share) => sum + (share - mean) ** 2, 0) / nodes)
  return [mean, deviation, Math.min(...shares), Math.max(...shares)].map((share) => `${share.toFixed(1)} %`)
}
