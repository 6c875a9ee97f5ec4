import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Cluster, createCluster, type Pod } from '../../src/index.ts'

const values = { low: -10, usual: 0, high: 10, top: 1000 } as const
type Priority = keyof typeof values
const NODE_MILLI = 4000

interface Wish {
  readonly priority: Priority
  readonly milli: number
}

const wish = (...priorities: readonly Priority[]): fc.Arbitrary<Wish> =>
  fc.record({ priority: fc.constantFrom(...priorities), milli: fc.constantFrom(500, 1000, 1500, 2500, 4000) })

function clusterOf(nodes: number): Cluster {
  // Nothing ends at once, so that it can be seen who is to go.
  const cluster = createCluster({ nodes, behaviours: [{ image: '*', stop: '1h' }] })
  for (const [name, value] of Object.entries(values))
    cluster.resource('scheduling.k8s.io/v1/PriorityClass').create({ metadata: { name }, value })
  return cluster
}

function create(cluster: Cluster, name: string, { priority, milli }: Wish): void {
  cluster.pods.create({
    metadata: { name },
    spec: {
      priorityClassName: priority,
      terminationGracePeriodSeconds: 3600,
      containers: [{ name: 'app', image: 'app:1', resources: { requests: { cpu: `${milli}m` } } }],
    },
  })
}

const milliOf = ({ metadata }: Pod, wishes: ReadonlyMap<string, Wish>): number => wishes.get(metadata.name)!.milli
const valueOf = ({ metadata }: Pod, wishes: ReadonlyMap<string, Wish>): number =>
  values[wishes.get(metadata.name)!.priority]

/** What it costs to make room on a node: the highest priority of who goes, the sum, how many. Worked out in the plainest way. */
function naiveCost(on: readonly Pod[], strong: Wish, wishes: ReadonlyMap<string, Wish>): readonly number[] | undefined {
  let free = NODE_MILLI
  const lower: Pod[] = []
  for (const pod of on) {
    if (valueOf(pod, wishes) < values[strong.priority]) lower.push(pod)
    else free -= milliOf(pod, wishes)
  }
  if (lower.length === 0 || free < strong.milli) return undefined
  free -= strong.milli
  lower.sort((a, b) => {
    const [x, y] = [a.status.startTime ?? '~', b.status.startTime ?? '~']
    return (
      valueOf(b, wishes) - valueOf(a, wishes) || (x < y ? -1 : x > y ? 1 : a.metadata.name < b.metadata.name ? -1 : 1)
    )
  })
  const victims: Pod[] = []
  for (const pod of lower) {
    const milli = milliOf(pod, wishes)
    if (milli <= free) free -= milli
    else victims.push(pod)
  }
  const priorities = victims.map((pod) => valueOf(pod, wishes))
  return [Math.max(...priorities), priorities.reduce((sum, one) => sum + one + 2 ** 31, 0), victims.length]
}

test('who is preempted is of lower priority, no more go than must, and they go where it costs least', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 4 }),
      fc.array(wish('low', 'usual', 'high', 'top'), { minLength: 4, maxLength: 16 }),
      wish('usual', 'high', 'top'),
      (nodes, present, strong) => {
        const cluster = clusterOf(nodes)
        const wishes = new Map<string, Wish>()
        present.forEach((each, i) => {
          wishes.set(`p-${i}`, each)
          create(cluster, `p-${i}`, each)
          cluster.advance('700ms')
        })
        cluster.advance('10s')
        // Whoever found no place, or makes room already, is none of this.
        for (const pod of cluster.pods.list().items)
          if (pod.spec.nodeName === undefined) cluster.pods.delete(pod.metadata.name, { gracePeriodSeconds: 0 })
        for (const pod of cluster.pods.list().items)
          if (pod.metadata.deletionTimestamp !== undefined)
            cluster.pods.delete(pod.metadata.name, { gracePeriodSeconds: 0 })
        cluster.advance('10s')
        const before = cluster.pods.list().items
        const names = cluster.nodes.list().items.map(({ metadata }) => metadata.name)
        const on = (node: string): readonly Pod[] => before.filter(({ spec }) => spec.nodeName === node)
        wishes.set('strong', strong)
        create(cluster, 'strong', strong)
        cluster.advance('100ms')
        const { nodeName, nominated } = placeOf(cluster)
        const costs = new Map(names.map((name) => [name, naiveCost(on(name), strong, wishes)]))
        const isFree = names.some((name) => used(on(name), wishes) + strong.milli <= NODE_MILLI)
        expect(nodeName !== undefined).toBe(isFree)
        const victims = cluster.pods.list().items.filter(({ metadata }) => metadata.deletionTimestamp !== undefined)
        if (isFree || [...costs.values()].every((cost) => cost === undefined)) {
          expect([nominated, victims]).toEqual([undefined, []])
          return
        }
        const best = [...costs.values()].filter((cost) => cost !== undefined).sort(inOrder)[0]!
        const gone = victims.map((pod) => valueOf(pod, wishes))
        expect(victims.every(({ spec }) => spec.nodeName === nominated)).toBe(true)
        expect(Math.max(...gone)).toBeLessThan(values[strong.priority])
        expect([Math.max(...gone), gone.reduce((sum, one) => sum + one + 2 ** 31, 0), gone.length]).toEqual(best)
        const left = used(on(nominated!), wishes) - used(victims, wishes) + strong.milli
        expect(left).toBeLessThanOrEqual(NODE_MILLI)
        for (const victim of victims) expect(left + milliOf(victim, wishes)).toBeGreaterThan(NODE_MILLI)
      },
    ),
    {
      numRuns: 40 * Number(process.env['WAVETANK_SOAK'] ?? 1),
      examples: [
        [
          1,
          [
            { priority: 'low', milli: 1000 },
            { priority: 'usual', milli: 1500 },
            { priority: 'usual', milli: 1500 },
            { priority: 'top', milli: 4000 },
          ],
          { priority: 'high', milli: 1000 },
        ],
      ],
    },
  )
})

function placeOf(cluster: Cluster): { readonly nodeName: string | undefined; readonly nominated: string | undefined } {
  const { spec, status } = cluster.pods.get('strong')
  return { nodeName: spec.nodeName, nominated: status.nominatedNodeName }
}

function used(pods: readonly Pod[], wishes: ReadonlyMap<string, Wish>): number {
  return pods.reduce((sum, pod) => sum + milliOf(pod, wishes), 0)
}

function inOrder(a: readonly number[], b: readonly number[]): number {
  const at = a.findIndex((one, i) => one !== b[i])
  return at === -1 ? 0 : a[at]! - b[at]!
}
