import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  type Cluster,
  type ClusterOptions,
  createCluster,
  localOptimum,
  type Manifest,
  mostAllocated,
  type Pod,
} from '../../src/index.ts'
import { bare } from './support.ts'

function podAsking(name: string, cpu: string, more: Manifest<Pod['spec']> = {}): Manifest<Pod> {
  return {
    metadata: { name },
    spec: { containers: [{ name: 'main', image: 'web:1', resources: { requests: { cpu } } }], ...more },
  }
}

/** Two nodes of 4 cpus, the first half full, and a big one that wants to be tolerated. */
function threeNodes(options: ClusterOptions = {}): Cluster {
  const cluster = createCluster({
    nodes: [
      { name: 'node-0', cpu: '4' },
      { name: 'node-1', cpu: '4' },
      { name: 'node-2', cpu: '16', taints: [{ key: 'gpu', effect: 'NoSchedule' }] },
    ],
    ...options,
  })
  cluster.pods.create(podAsking('first', '2', { nodeName: 'node-0' }))
  cluster.settle()
  return cluster
}

describe('a pod that waits', () => {
  test('is told which filter refuses which node and why, in the words of its event', () => {
    const cluster = threeNodes()
    cluster.pods.create(podAsking('big', '8'))
    cluster.settle()
    const { standing, node, waiting, placing } = cluster.explain('big')
    expect({ standing, node }).toEqual({ standing: 'waiting', node: undefined })
    expect(waiting).toMatchObject({ state: 'unschedulable', attempts: 1 })
    expect(placing!.nodes.map(({ node: name, score, refusals }) => [name, score, refusals])).toEqual([
      ['node-0', undefined, [{ plugin: 'NodeResourcesFit', reasons: ['Insufficient cpu'], resolvable: false }]],
      ['node-1', undefined, [{ plugin: 'NodeResourcesFit', reasons: ['Insufficient cpu'], resolvable: false }]],
      [
        'node-2',
        undefined,
        [{ plugin: 'TaintToleration', reasons: ['node(s) had untolerated taint(s)'], resolvable: false }],
      ],
    ])
    const [event] = cluster.events.list({ fieldSelector: 'reason=FailedScheduling' }).items
    expect(placing!.message).toBe(event!.message)
  })

  test('is told every filter that refuses a node, not the first alone', () => {
    const cluster = threeNodes()
    cluster.pods.create(podAsking('huge', '32'))
    const verdict = cluster.explain('huge').placing!.nodes.find(({ node }) => node === 'node-2')!
    expect(verdict.refusals.map(({ plugin }) => plugin)).toEqual(['TaintToleration', 'NodeResourcesFit'])
  })

  test('is told the scores of the others, plugin by plugin, and where it would be put', () => {
    const cluster = threeNodes()
    cluster.pods.create(podAsking('next', '1'))
    const { node, waiting, placing } = cluster.explain('next')
    expect(node).toBe('node-1')
    expect(waiting!.state).toBe('unheard')
    expect(placing).toMatchObject({ strategy: 'bestFit', policy: 'leastAllocated', total: 3, feasible: 2 })
    for (const { score, shares } of placing!.nodes.filter(({ refusals }) => refusals.length === 0)) {
      expect(shares.map(({ plugin }) => plugin)).toContain('NodeResourcesFit')
      expect(shares.reduce((sum, share) => sum + share.weight * share.score, 0)).toBe(score)
    }
    expect(placing!.best).toEqual(['node-1'])
    cluster.settle()
    expect(cluster.pods.get('next').spec.nodeName).toBe('node-1')
  })

  test('that would be placed by lot is told between which nodes', () => {
    const cluster = createCluster({ nodes: 3, schedulers: [{ ties: 'random' }] })
    cluster.settle()
    cluster.pods.create(podAsking('any', '1'))
    const { node, placing, summary } = cluster.explain('any')
    expect(node).toBeUndefined()
    expect(placing!.best).toEqual(['node-0', 'node-1', 'node-2'])
    expect(summary).toContain('a lot would decide between node-0, node-1, node-2')
    cluster.settle()
    expect(placing!.best).toContain(cluster.pods.get('any').spec.nodeName)
  })

  test('is told by the scheduler that leads', () => {
    const cluster = createCluster({ nodes: 1, schedulers: [{ replicas: 2 }] })
    cluster.settle()
    cluster.controllers.crash('default-scheduler-0')
    cluster.advance('1m')
    cluster.pods.create(podAsking('big', '100'))
    cluster.settle()
    expect(cluster.explain('big').scheduler).toBe('default-scheduler-1')
    expect(cluster.explain('big').waiting).toMatchObject({ state: 'unschedulable', attempts: 1 })
  })

  test('is told when no scheduler runs', () => {
    const cluster = createCluster({ nodes: 1 })
    cluster.controllers.crash('default-scheduler')
    cluster.pods.create(podAsking('any', '1'))
    cluster.settle()
    expect(cluster.explain('any').summary).toContain('; the scheduler does not run')
  })

  test('under a strategy that stops early is told of the nodes that it looks at', () => {
    const cluster = createCluster({ nodes: 10, schedulers: [{ strategy: localOptimum({ feasible: 2 }) }] })
    cluster.settle()
    for (const expected of [
      ['node-0', 'node-1'],
      ['node-2', 'node-3'],
    ]) {
      cluster.pods.create(podAsking(`pod-${expected[0]}`, '1'))
      const { node, placing } = cluster.explain(`pod-${expected[0]}`)
      expect(placing!.nodes.map((verdict) => verdict.node)).toEqual(expected)
      cluster.settle()
      expect(cluster.pods.get(`pod-${expected[0]}`).spec.nodeName).toBe(node)
    }
  })
})

describe('a pod on a node', () => {
  test('is told who put it there and when, and what the nodes were then', () => {
    const cluster = threeNodes()
    cluster.pods.create(podAsking('next', '1'))
    cluster.settle()
    const { at, revision } = cluster.explain('next').bound!
    // What came later changes nothing of it.
    cluster.pods.create(podAsking('later', '3', { nodeName: 'node-1' }))
    cluster.advance('1h')
    const explanation = cluster.explain('next')
    expect(explanation).toMatchObject({ standing: 'bound', node: 'node-1', scheduler: 'default-scheduler' })
    expect(explanation.bound).toMatchObject({ by: 'default-scheduler', at, revision })
    const [change] = cluster.history(revision - 1, revision)
    expect(change).toMatchObject({ at, actor: 'default-scheduler', object: { metadata: { name: 'next' } } })
    expect(explanation.placing).toMatchObject({ isPast: true, best: ['node-1'], total: 3, feasible: 2 })
  })

  test('that its creator put there has no search', () => {
    const { bound, placing, scheduler } = threeNodes().explain('first')
    expect(bound).toMatchObject({ by: 'kubernetes-admin' })
    expect([placing, scheduler]).toEqual([undefined, undefined])
  })

  test('that a binding from outside put there names the user', () => {
    const cluster = bare({ disable: ['scheduler'] })
    cluster.pods.create(podAsking('a', '1'))
    cluster.bindings.create({ metadata: { name: 'a' }, target: { kind: 'Node', name: 'anywhere' } })
    expect(cluster.explain('a')).toMatchObject({ node: 'anywhere', bound: { by: 'kubernetes-admin' } })
  })

  test('whose binding is no longer kept says so', () => {
    const cluster = createCluster({ nodes: 1, history: { revisions: 5 } })
    cluster.pods.create(podAsking('a', '1'))
    cluster.settle()
    for (let i = 0; i < 300; i++) cluster.configMaps.create({ metadata: { name: `c-${i}` } })
    cluster.settle()
    cluster.configMaps.create({ metadata: { name: 'last' } })
    const { bound, summary } = cluster.explain('a')
    expect(bound).toBeUndefined()
    expect(summary).toBe('pod default/a is on node-0; who put it there is no longer kept')
  })

  test('of the same name as one before it is told of itself', () => {
    const cluster = createCluster({ nodes: 2 })
    cluster.pods.create(podAsking('a', '1'))
    cluster.settle()
    cluster.pods.delete('a', { gracePeriodSeconds: 0 })
    cluster.settle()
    cluster.pods.create(podAsking('a', '1', { nodeName: 'node-1' }))
    expect(cluster.explain('a')).toMatchObject({ node: 'node-1', bound: { by: 'kubernetes-admin' } })
  })
})

describe('a pod that waits for no scheduler says why', () => {
  test.each([
    [
      { schedulingGates: [{ name: 'example.com/quota' }, { name: 'example.com/a' }] },
      'gated',
      'example.com/quota, example.com/a',
    ],
    [{ schedulerName: 'mine' }, 'unattended', 'there is no scheduler named mine'],
  ])('%o: %s', (spec, standing, why) => {
    const cluster = createCluster({ nodes: 1 })
    cluster.pods.create(podAsking('a', '1', spec))
    cluster.settle()
    const explanation = cluster.explain('a')
    expect(explanation).toMatchObject({ standing, placing: undefined, node: undefined })
    expect(explanation.summary).toContain(why)
  })

  test('deleted before it had a node', () => {
    const cluster = bare()
    cluster.pods.create({ ...podAsking('a', '1'), metadata: { name: 'a', finalizers: ['example.com/wait'] } })
    cluster.pods.delete('a')
    expect(cluster.explain('a')).toMatchObject({
      standing: 'deleting',
      summary: 'pod default/a is on no node: it is being deleted',
    })
  })
})

test('it reads well', () => {
  const cluster = threeNodes({ schedulers: [{ policy: mostAllocated() }] })
  cluster.pods.create(podAsking('next', '1'))
  expect(String(cluster.explain('next'))).toBe(
    `pod default/next waits for default-scheduler: it would be put on node-0; the scheduler has not heard of it yet
strategy bestFit looks at 3 of 3 nodes, policy mostAllocated; 2 suit

NODE     SCORE   TaintToleration   NodeResourcesFit   NodeResourcesBalancedAllocation
node-0   406     3 × 100           38                 68
node-1   381     3 × 100           13                 68

REFUSED BY        BECAUSE                            TIMES   NODES
TaintToleration   node(s) had untolerated taint(s)   1       node-2`,
  )
})

test.each([
  ['nothing', 'pods "nothing" not found'],
  ['', "name: expected a string that is not empty, got ''"],
  [{}, 'expected a pod or its name, such as "web-1", got an object'],
  [undefined, 'expected a pod or its name, such as "web-1", got undefined'],
])('explain(%j) is refused: %s', (pod, message) => {
  expect(() => bare().explain(pod as string)).toThrow(message)
})

test('a pod is named, named with its kind, or handed over', () => {
  const cluster = bare()
  cluster.namespaces.create({ metadata: { name: 'shop' } })
  const pod = cluster.pods.create({ ...podAsking('a', '1'), metadata: { name: 'a', namespace: 'shop' } })
  for (const explanation of [
    cluster.explain(pod),
    cluster.explain('a', { namespace: 'shop' }),
    cluster.explain('pod/a', { namespace: 'shop' }),
  ])
    expect(explanation.pod).toBe('shop/a')
})

const cpus = fc.constantFrom('0', '500m', '1', '3')
const clusters = fc.record({
  seed: fc.nat(),
  sizes: fc.array(fc.constantFrom('2', '4', '8'), { minLength: 1, maxLength: 5 }),
  pods: fc.array(cpus, { minLength: 1, maxLength: 12 }),
  stopEarly: fc.boolean(),
})

test('a pod is put where the explanation says, and the explanation of the past finds its node among the best', () => {
  fc.assert(
    fc.property(clusters, ({ seed, sizes, pods, stopEarly }) => {
      const cluster = createCluster({
        seed,
        nodes: sizes.map((cpu, i) => ({ name: `node-${i}`, cpu })),
        schedulers: [stopEarly ? { strategy: localOptimum({ feasible: 2 }) } : {}],
      })
      cluster.settle()
      for (const [i, cpu] of pods.entries()) {
        cluster.pods.create(podAsking(`pod-${i}`, cpu))
        const foretold = cluster.explain(`pod-${i}`).node
        cluster.advance('5s')
        expect(cluster.pods.get(`pod-${i}`).spec.nodeName).toBe(foretold)
        if (foretold !== undefined && !stopEarly) expect(cluster.explain(`pod-${i}`).placing!.best).toContain(foretold)
      }
    }),
    { numRuns: 20 },
  )
})

test('explaining changes nothing: neither now nor later', () => {
  fc.assert(
    fc.property(clusters, fc.constantFrom('first', 'random'), ({ seed, sizes, pods, stopEarly }, ties) => {
      const make = (): Cluster =>
        createCluster({
          seed,
          nodes: sizes.map((cpu, i) => ({ name: `node-${i}`, cpu })),
          schedulers: [
            { ties: ties as 'first' | 'random', ...(stopEarly && { strategy: localOptimum({ feasible: 2 }) }) },
          ],
        })
      const [asked, unasked] = [make(), make()]
      for (const [i, cpu] of pods.entries()) {
        for (const cluster of [asked, unasked]) cluster.pods.create(podAsking(`pod-${i}`, cpu))
        const hash = asked.historyHash()
        for (let j = 0; j <= i; j++) asked.explain(`pod-${j}`)
        expect(asked.historyHash()).toBe(hash)
        for (const cluster of [asked, unasked]) cluster.advance('700ms')
      }
      for (const cluster of [asked, unasked]) cluster.advance('1m')
      expect(asked.historyHash()).toBe(unasked.historyHash())
      expect(asked.fork().historyHash()).toBe(unasked.fork().historyHash())
    }),
    { numRuns: 20 },
  )
})
