/** What holds of gangs among other pods, whatever comes and goes. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Cluster, gang, type Manifest, type Pod } from '../../src/index.ts'
import { type Step, type Story, story } from '../scheduler/arbitraries.ts'
import { eachBinding, lived } from '../scheduler/machineRoom.ts'
import { wrongWith } from '../scheduler/oracle.ts'
import { tries } from './world.ts'

const nameLabel = 'pod-group.scheduling.sigs.k8s.io/name'
const minimumLabel = 'pod-group.scheduling.sigs.k8s.io/min-available'
const minimums: Readonly<Record<string, number>> = { pair: 2, trio: 3, five: 5 }

/**
 * The stories of all pods, some in gangs. Rules between pods depend on who has a place and waits, and a place is not looked
 * at again when its node becomes another: the oracle knows of neither.
 */
const gangStory: fc.Arbitrary<Story> = fc
  .record({
    told: story,
    gangs: fc.array(fc.constantFrom(undefined, ...Object.keys(minimums)), { minLength: 1, maxLength: 7 }),
  })
  .map(({ told: { nodes, steps }, gangs }) => ({
    nodes,
    steps: steps
      .filter((step) => ['pods', 'node', 'deletePod', 'endPod'].includes(step.do))
      .map((step, i) => (step.do === 'pods' ? { ...step, pod: member(step.pod, gangs[i % gangs.length]) } : step)),
  }))

function member({ metadata, spec }: Manifest<Pod>, name: string | undefined): Manifest<Pod> {
  const { affinity: _, topologySpreadConstraints: __, ...plain } = spec!
  const labels = name === undefined ? {} : { [nameLabel]: name, [minimumLabel]: String(minimums[name]) }
  return { metadata: { ...metadata, labels: { ...metadata?.labels, ...labels } }, spec: plain }
}

/** A trio of which two fit, a pod that takes the place of none of them, and room for the third. */
const inTurns: Story = {
  nodes: [{ metadata: { name: 'node-0' }, status: { capacity: { cpu: '2', pods: '9' } } }],
  steps: [
    pods('1', 'trio', 3),
    pods('500m', undefined, 1),
    { do: 'node', node: { metadata: { name: 'node-1' }, status: { capacity: { cpu: '2', pods: '9' } } } },
  ],
}

function pods(cpu: string, name: string | undefined, count: number): Step {
  const containers = [{ name: 'main', image: 'app', resources: { requests: { cpu } } }]
  return { do: 'pods', count, pod: member({ spec: { containers, terminationGracePeriodSeconds: 0 } }, name) }
}

/** By gang, when its first pod was bound, and how many had been by the end of that moment. */
function beginnings(cluster: Cluster): ReadonlyMap<string, { readonly at: number; count: number }> {
  const begun = new Map<string, { readonly at: number; count: number }>()
  const bound = new Set<string>()
  for (const { object, at } of cluster.history()) {
    if (object.kind !== 'Pod') continue
    const { metadata, spec } = object as Pod
    const name = metadata.labels?.[nameLabel]
    if (name === undefined || !spec.nodeName || bound.has(metadata.uid)) continue
    bound.add(metadata.uid)
    const key = `${metadata.namespace!}/${name}`
    const known = begun.get(key)
    if (known === undefined) begun.set(key, { at, count: 1 })
    else if (known.at === at) known.count++
  }
  return begun
}

const scheduler = { plugins: [gang({ timeout: '20s' })] }

test('a gang begins whole and at once, and each of its pods where the oracle lets it', () => {
  let begun = 0
  fc.assert(
    fc.property(gangStory, (told) => {
      const cluster = lived(told, scheduler)
      cluster.advance('12m')
      eachBinding(cluster, (pod, on, before) => {
        const node = before.nodes.find(({ metadata }) => metadata.name === on)
        expect(node, `the node ${on}`).toBeDefined()
        expect(wrongWith(node!, pod, before), `${pod.metadata.name} on ${on}`).toEqual([])
      })
      for (const [name, { count }] of beginnings(cluster)) {
        begun++
        expect(count, name).toBeGreaterThanOrEqual(minimums[name.split('/')[1]!]!)
      }
    }),
    { ...tries(60), examples: [[inTurns]] },
  )
  expect(begun).toBeGreaterThan(0)
})
