import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  bestFit,
  type Cluster,
  createCluster,
  indexed,
  localOptimum,
  type Manifest,
  type Node,
  type Plugin,
  type Pod,
  randomizedBest,
  type SchedulerOptions,
} from '../../src/index.ts'
import { builtIn } from '../../src/options.ts'
import { crowd, priorities } from './arbitraries.ts'

type Terms = readonly object[]

/** Nodes without a machine behind them. */
function cluster(names: readonly string[], scheduler: SchedulerOptions = {}): Cluster {
  const made = createCluster({
    seed: 4,
    nodes: 0,
    disable: ['kubelet', 'node-lifecycle-controller'],
    schedulers: [scheduler],
  })
  for (const name of names) addNode(made, name)
  return made
}

function addNode(to: Cluster, name: string): void {
  to.nodes.create({ metadata: { name }, status: { capacity: { cpu: '4', memory: '8Gi', pods: '10' } } })
}

/** A term for each name: a field is compared with one value only. */
const named = (...names: readonly string[]): object[] =>
  names.map((name) => ({ matchFields: [{ key: 'metadata.name', operator: 'In', values: [name] }] }))

function pod(name: string, nodeSelectorTerms: Terms, cpu = '1'): Manifest<Pod> {
  const required = { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms } }
  return {
    metadata: { name },
    spec: {
      containers: [{ name: 'c', image: 'i', resources: { requests: { cpu } } }],
      ...(nodeSelectorTerms.length > 0 && { affinity: { nodeAffinity: required } }),
    },
  } as Manifest<Pod>
}

const nodeOf = (one: Cluster, name: string): string | undefined => one.pods.get(name).spec.nodeName
const said = (one: Cluster, name: string): string | undefined =>
  one.pods.get(name).status.conditions?.find(({ type }) => type === 'PodScheduled')?.message
const examined = (one: Cluster): number => one.schedulerStats()[0]!.examined

function tried(one: Cluster, ...pods: readonly Manifest<Pod>[]): void {
  for (const each of pods) one.pods.create(each)
  one.settle()
}

const strategies = [bestFit(), localOptimum({ feasible: 2 }), indexed(), randomizedBest({ among: 2 })]

describe.each(strategies)('with the strategy $name, a pod whose affinity names nodes', (strategy) => {
  test('goes to one of them, and no other node is looked at', () => {
    const one = cluster(['a', 'b', 'c', 'd'], { strategy })
    for (const name of ['p', 'q', 'r']) tried(one, pod(name, named('c')))
    expect(['p', 'q', 'r'].map((name) => nodeOf(one, name))).toEqual(['c', 'c', 'c'])
    expect(examined(one)).toBe(3)
    tried(one, pod('s', named('d', 'gone', 'd', 'b')))
    expect(['b', 'd']).toContain(nodeOf(one, 's'))
    expect(examined(one)).toBe(5)
  })
})

describe('a pod whose affinity names nodes', () => {
  test('is told of the others in kube-scheduler’s words, and that preemption would help with none of them', () => {
    const one = cluster(['a', 'b', 'c', 'd'])
    tried(one, pod('first', named('c'), '3'), pod('second', named('c'), '3'))
    expect(said(one, 'second')).toBe(
      "0/4 nodes are available: 1 Insufficient cpu, 3 node(s) didn't satisfy plugin(s) [NodeAffinity]. " +
        'no new claims to deallocate, preemption: 0/4 nodes are available: ' +
        '1 No preemption victims found for incoming pod, 3 Preemption is not helpful for scheduling.',
    )
    tried(one, pod('lost', named('gone')))
    expect(said(one, 'lost')).toMatch(
      /^0\/4 nodes are available: 4 node\(s\) didn't satisfy plugin\(s\) \[NodeAffinity\]\. /u,
    )
  })

  test('is placed as soon as there is such a node, or room on it, and is not tried for any other', () => {
    const one = cluster(['a', 'c'])
    tried(one, pod('full', named('c'), '3'), pod('late', named('c'), '2'), pod('lost', named('d')))
    const { decisions } = one.schedulerStats()[0]!
    one.advance('20s')
    addNode(one, 'b')
    one.pods.create(pod('other', named('b')))
    one.advance('1s')
    expect(one.schedulerStats()[0]!.decisions).toBe(decisions + 1)
    addNode(one, 'd')
    one.pods.delete('full', { gracePeriodSeconds: 0 })
    one.advance('1s')
    expect([nodeOf(one, 'late'), nodeOf(one, 'lost')]).toEqual(['c', 'd'])
  })

  test('is refused whole where no node can have the names that its terms want together', () => {
    const one = cluster(['a', 'b'])
    const fields = ['a', 'b'].map((name) => ({ key: 'metadata.name', operator: 'In', values: [name] }))
    tried(one, pod('p', [{ matchFields: fields }]))
    expect(said(one, 'p')).toBe('0/2 nodes are available: pod affinity terms conflict. not found')
  })

  test('may go anywhere if one of its terms names none', () => {
    const one = cluster(['a', 'b'])
    const unnamed = { matchExpressions: [{ key: 'missing', operator: 'DoesNotExist' }] }
    tried(one, pod('p', [...named('b'), unnamed]))
    expect([nodeOf(one, 'p'), examined(one)]).toEqual(['a', 2])
  })

  test('takes room from pods of lower priority on that node, and on no other', () => {
    const one = cluster(['a', 'b'])
    one.resource('scheduling.k8s.io/v1/PriorityClass').create({ metadata: { name: 'high' }, value: 10 })
    tried(one, pod('on-a', named('a'), '4'), pod('on-b', named('b'), '4'))
    const high = pod('high', named('b'), '4')
    tried(one, { ...high, spec: { ...high.spec, priorityClassName: 'high' } } as Manifest<Pod>)
    expect(one.pods.get('high').status.nominatedNodeName).toBe('b')
    expect(one.pods.get('on-b').metadata.deletionTimestamp).toBeDefined()
    expect(one.pods.get('on-a').metadata.deletionTimestamp).toBeUndefined()
  })

  test('is explained with every node: those that were looked at, and then those that were not', () => {
    const one = cluster(['a', 'b', 'c'])
    tried(one, pod('huge', named('c'), '5'), pod('p', named('b')))
    const waiting = one.explain('huge').placing!
    expect([waiting.examined, waiting.nodes.map(({ node }) => node)]).toEqual([1, ['c', 'a', 'b']])
    expect(String(one.explain('huge'))).toContain('looks at 1 of 3 nodes')
    expect(waiting.nodes[1]!.refusals).toEqual([
      { plugin: 'NodeAffinity', reasons: ["node(s) didn't satisfy plugin(s) [NodeAffinity]"], resolvable: false },
    ])
    const bound = one.explain('p').placing!
    expect(bound.nodes.map(({ node, score }) => [node, score !== undefined])).toEqual([
      ['a', false],
      ['b', true],
      ['c', false],
    ])
  })
})

describe('a plugin of a user whose preFilter names nodes', () => {
  const naming = (name: string, ...nodeNames: readonly string[]): Plugin => ({ name, preFilter: () => ({ nodeNames }) })

  test('has only those looked at that all such plugins name', () => {
    const plugins = [naming('Mine', 'c', 'b'), naming('Yours', 'd', 'c', 'b')]
    const one = cluster(['a', 'b', 'c', 'd'], { plugins })
    tried(one, pod('p', []), pod('huge', [], '5'), pod('named', named('c', 'd')))
    expect([nodeOf(one, 'p'), nodeOf(one, 'named'), examined(one)]).toEqual(['b', 'c', 7])
    expect(said(one, 'huge')).toMatch(
      /^0\/4 nodes are available: 2 Insufficient cpu, 2 node\(s\) didn't satisfy plugin\(s\) \[Mine Yours\]\. /u,
    )
    const { refusals } = one.explain('huge').placing!.nodes.find(({ node }) => node === 'a')!
    expect(refusals.map(({ plugin }) => plugin)).toEqual(['Mine, Yours'])
  })

  test('refuses the pod whole where they name none together, or one of them none', () => {
    const apart = cluster(['a', 'b'], { plugins: [naming('Yours', 'b'), naming('Mine', 'a')] })
    tried(apart, pod('p', []))
    expect(said(apart, 'p')).toMatch(
      /^0\/2 nodes are available: node\(s\) didn't satisfy plugin\(s\) \[Mine Yours\] simultaneously\. .*2 Preemption is not helpful/u,
    )
    const none = cluster(['a', 'b'], { plugins: [naming('Mine')] })
    tried(none, pod('p', []))
    expect(said(none, 'p')).toMatch(/^0\/2 nodes are available: node\(s\) didn't satisfy plugin Mine\. /u)
  })

  test('may be remembered by class, with the scope of a node', () => {
    const byLabel: Plugin = {
      name: 'ByLabel',
      scope: 'node',
      preFilter: ({ metadata }) => {
        const wanted = metadata.labels?.['on']
        return wanted === undefined ? 'skip' : wanted === 'nowhere' ? 'no such place' : { nodeNames: [wanted] }
      },
      filter: (_, { name }) => (name === 'b' ? 'node(s) were b' : undefined),
    }
    const one = cluster(['a', 'b', 'c'], { plugins: [byLabel] })
    const on = (place: string): Manifest<Pod> => ({
      ...pod(`on-${place}`, []),
      metadata: { name: `on-${place}`, labels: { on: place } },
    })
    tried(one, on('c'), on('b'), on('nowhere'))
    expect(nodeOf(one, 'on-c')).toBe('c')
    expect(said(one, 'on-b')).toMatch(
      /^0\/3 nodes are available: 1 node\(s\) were b, 2 node\(s\) didn't satisfy plugin\(s\) \[ByLabel\]\. /u,
    )
    expect(said(one, 'on-nowhere')).toMatch(/^0\/3 nodes are available: no such place\. /u)
  })

  test('fails the decision if it answers with anything else', () => {
    const wrong = { name: 'Wrong', preFilter: () => ({ nodeNames: 'a' }) } as unknown as Plugin
    const one = cluster(['a'], { plugins: [wrong] })
    one.pods.create(pod('p', []))
    one.advance('1s')
    expect(said(one, 'p')).toBe('running PreFilter plugin "Wrong": nodeNames: expected a list of names, got "a"')
  })
})

describe('looking at named nodes only', () => {
  const names = fc.uniqueArray(
    fc.integer({ min: 0, max: 8 }).map((number) => `node-${number}`),
    {
      minLength: 1,
      maxLength: 4,
    },
  )
  const wishes = fc.array(fc.option(names, { nil: undefined }), {
    minLength: 20,
    maxLength: 20,
  })

  /** Where each pod goes. */
  function placed(
    nodes: readonly Manifest<Node>[],
    pods: readonly Manifest<Pod>[],
    scheduler: SchedulerOptions,
  ): readonly (string | undefined)[] {
    const disable = builtIn.filter((name) => name !== 'scheduler')
    const one = createCluster({ seed: 3, nodes: 0, disable, schedulers: [scheduler] })
    one.namespaces.create({ metadata: { name: 'other', labels: { team: 't' } } })
    one.resource('v1/ServiceAccount').create({ metadata: { name: 'default', namespace: 'other' } })
    for (const [name, value] of Object.entries(priorities))
      one.resource('scheduling.k8s.io/v1/PriorityClass').create({ metadata: { name }, value })
    for (const node of nodes) one.nodes.create(node)
    const made = pods.map((each, index) =>
      one.pods.create({ ...each, metadata: { ...each.metadata, name: `pod-${index}` } }),
    )
    one.settle()
    return made.map(({ metadata }) => one.pods.find(metadata.name, { namespace: metadata.namespace! })?.spec.nodeName)
  }

  const exact = fc.constantFrom<SchedulerOptions>(
    { strategy: bestFit() },
    { strategy: bestFit(), ties: 'random' },
    { strategy: localOptimum({ feasible: Infinity }), failFast: false },
    { strategy: indexed() },
    { strategy: randomizedBest({ among: 3 }) },
  )

  test('changes no placement, whether an affinity names them', () => {
    fc.assert(
      fc.property(crowd, wishes, exact, ({ nodes, pods }, wanted, scheduler) => {
        const wishing = pods.map((each, index) => {
          if (wanted[index] === undefined) return each
          const nodeSelectorTerms = named(...wanted[index])
          const required = { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms } }
          return { ...each, spec: { ...each.spec, affinity: { ...each.spec?.affinity, nodeAffinity: required } } }
        }) as readonly Manifest<Pod>[]
        expect(placed(nodes, wishing, scheduler)).toEqual(
          placed(nodes, wishing, { ...scheduler, disable: ['NodeAffinity.preFilter'] }),
        )
      }),
      { numRuns: 60 },
    )
  })

  test('or a plugin', () => {
    fc.assert(
      fc.property(crowd, wishes, exact, ({ nodes, pods }, wanted, scheduler) => {
        const wishOf = ({ metadata }: Pod): readonly string[] | undefined => wanted[Number(metadata.name.slice(4))]
        const naming: Plugin = {
          name: 'Wishes',
          preFilter: (each) => {
            const nodeNames = wishOf(each)
            return nodeNames === undefined ? 'skip' : { nodeNames }
          },
        }
        const filtering: Plugin = {
          name: 'Wishes',
          filter: (each, { name }) =>
            wishOf(each)?.includes(name) === false ? { reasons: ['not wanted'], resolvable: false } : undefined,
        }
        expect(placed(nodes, pods, { ...scheduler, plugins: [naming] })).toEqual(
          placed(nodes, pods, { ...scheduler, plugins: [filtering] }),
        )
      }),
      { numRuns: 60 },
    )
  })
})
