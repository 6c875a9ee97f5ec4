import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Node, PodSpec } from '../../src/api/types/core.ts'
import type { Decision } from '../../src/scheduler/decide.ts'
import type { NodeTable } from '../../src/scheduler/nodeTable.ts'
import { createPodInfos, type PodInfo } from '../../src/scheduler/podInfo.ts'
import { balanced, leastAllocated, mostAllocated, type Policy } from '../../src/scheduler/policy.ts'
import { bestFit } from '../../src/scheduler/strategies/bestFit.ts'
import { indexed } from '../../src/scheduler/strategies/indexed.ts'
import type { Strategy } from '../../src/scheduler/strategy.ts'
import type { Plugin } from '../../src/scheduler/userPlugin.ts'
import { deciderOf, node, pod, spec, tableOf } from './objects.ts'

const digit = (more: Partial<Plugin> = {}): Plugin => ({
  name: 'Digit',
  scope: 'node',
  score: (_pod, { name }) => Number(name.at(-1)) / 4,
  ...more,
})
const withPlugin = (name: string, plugin: Plugin): Policy => ({
  name,
  scores: [...leastAllocated().scores, { plugin, weight: 2 }],
})
const policies: readonly Policy[] = [
  leastAllocated(),
  mostAllocated(),
  balanced(),
  withPlugin('bounded', digit({ bound: 9 / 4 })),
  withPlugin('unbounded', digit()),
  withPlugin('refusing', {
    ...digit({ bound: () => 2.25 }),
    filter: (_pod, { name }) => (name.endsWith('3') ? 'three' : undefined),
  }),
  withPlugin('normalized', digit({ normalize: (scores) => scores.map((score) => Math.min(100, score * 10)) })),
  withPlugin('looking around', { name: 'Digit', score: (_pod, { name }) => Number(name.at(-1)) }),
]

const named = (number: number): string => `node-${String(number).padStart(4, '0')}`
const from = <T>(...items: readonly T[]): fc.Arbitrary<T> => fc.constantFrom(...items)

const anyNode = (name: string): fc.Arbitrary<Node> =>
  fc
    .record({
      cpu: from('4', '4', '4', '16', '1', '0'),
      memory: from('16Gi', '16Gi', '16Gi', '4Gi', '0'),
      pods: from('110', '3'),
      gpus: from('0', '2'),
      taint: from('none', 'none', 'none', 'none', 'NoSchedule', 'PreferNoSchedule'),
      unschedulable: from(false, false, false, true),
    })
    .map(({ cpu, memory, pods, gpus, taint, unschedulable }) =>
      node(name, {
        allocatable: { cpu, memory, pods, 'example.com/gpu': gpus },
        ...(taint !== 'none' && { taints: [{ key: 'k', effect: taint }] }),
        unschedulable,
      }),
    )
/** Machines of a few sorts: of one, and many share every score. */
const anyNodes = (least: number, most: number): fc.Arbitrary<Node[]> =>
  fc
    .record({
      count: fc.integer({ min: least, max: most }),
      sorts: fc.array(anyNode('sort'), { minLength: 1, maxLength: 9 }),
      stride: fc.integer({ min: 1, max: 9 }),
    })
    .map(({ count, sorts, stride }) =>
      Array.from({ length: count }, (_, i) => {
        const { spec: nodeSpec, status } = sorts[Math.floor((i * i) / stride) % sorts.length]!
        return { ...node(named(i)), spec: nodeSpec, status }
      }),
    )

/** One of a few classes, or a class of its own. */
const anySpec: fc.Arbitrary<PodSpec> = fc.oneof(
  fc
    .record({ cpu: from('100m', '1'), memory: from('200Mi', '1Gi'), gpus: from('0', '0', '1') })
    .map(({ cpu, memory, gpus }) => spec({ cpu, memory, ...(gpus !== '0' && { 'example.com/gpu': gpus }) })),
  fc
    .record({
      cpu: fc.integer({ min: 0, max: 3000 }),
      memory: fc.integer({ min: 0, max: 9000 }),
      tolerant: fc.boolean(),
    })
    .map(({ cpu, memory, tolerant }) =>
      spec(
        { ...(cpu > 100 && { cpu: `${cpu}m` }), ...(memory > 100 && { memory: `${memory}Mi` }) },
        { tolerations: tolerant ? [{ operator: 'Exists' }] : [] },
      ),
    ),
)

type Step =
  | { readonly type: 'pods'; readonly specs: readonly PodSpec[] }
  | { readonly type: 'done'; readonly which: number }
  | { readonly type: 'node'; readonly node: Node }
  | { readonly type: 'gone'; readonly name: string }
  | { readonly type: 'clone' }

const anySteps = (nodes: number): fc.Arbitrary<Step[]> => {
  const anyName = fc.integer({ min: 0, max: nodes + 3 }).map(named)
  const pods = fc
    .oneof(fc.array(anySpec, { minLength: 1, maxLength: 20 }), fc.tuple(anySpec, from(3, 30)).map(repeated))
    .map((specs): Step => ({ type: 'pods', specs }))
  return fc.array(
    fc.oneof(
      { weight: 6, arbitrary: pods },
      { weight: 3, arbitrary: fc.record({ type: fc.constant('done' as const), which: fc.nat() }) },
      { weight: 2, arbitrary: anyName.chain(anyNode).map((each): Step => ({ type: 'node', node: each })) },
      { weight: 1, arbitrary: anyName.map((name): Step => ({ type: 'gone', name })) },
      { weight: 1, arbitrary: fc.constant<Step>({ type: 'clone' }) },
    ),
    { minLength: 1, maxLength: 20 },
  )
}

function repeated([each, times]: readonly [PodSpec, number]): PodSpec[] {
  return Array.from({ length: times }, () => each)
}

type Ties = 'first' | 'random'

/** Decides by one strategy and remembers every lot that was drawn. */
function asking(
  table: NodeTable,
  strategy: Strategy,
  policy: Policy,
  ties: Ties,
): { decide: (info: PodInfo) => Decision; lots: number[] } {
  const lots: number[] = []
  const lot = (count: number): number => (lots.push(count), (lots.length * 7919) % count)
  const decider = deciderOf(table, { strategy, policy, ties, lot })
  return { decide: (info) => decider.decide(info, 0), lots }
}

/** Takes the steps, deciding twice about every pod; the methods by which the index decided, in order. */
function compare(nodes: readonly Node[], steps: readonly Step[], policy: Policy, ties: Ties): Set<string> {
  let table = tableOf(nodes)
  const infos = createPodInfos()
  const subjects = new Map<PodInfo, PodInfo>()
  const infoOf = (podSpec: PodSpec): PodInfo => {
    const info = infos(podSpec)
    if (!subjects.has(info)) subjects.set(info, { ...info, subject: pod('subject', podSpec) })
    return subjects.get(info)!
  }
  let exact = asking(table, bestFit(), policy, ties)
  let index = asking(table, indexed(), policy, ties)
  const placed: (readonly [PodInfo, string])[] = []
  const methods = new Set<string>()
  const place = (info: PodInfo): void => {
    const expected = exact.decide(info)
    const decision = index.decide(info)
    methods.add(decision.method)
    expect([decision.node, index.lots]).toEqual([expected.node, exact.lots])
    if (decision.method !== 'bound') expect(decision.feasible).toBe(expected.feasible)
    expect(decision.examined).toBeLessThanOrEqual(expected.examined)
    expect([decision.refusals, decision.refusedBy]).toEqual([expected.refusals, expected.refusedBy])
    if (decision.node === undefined) return
    table.addPod(info, decision.node)
    placed.push([info, decision.node])
  }
  for (const step of steps) {
    if (step.type === 'pods') step.specs.map(infoOf).forEach(place)
    else if (step.type === 'done') {
      const [gone] = placed.splice(step.which % Math.max(1, placed.length), 1)
      if (gone !== undefined) table.removePod(...gone)
    } else if (step.type === 'node') table.upsertNode(step.node)
    else if (step.type === 'gone') table.removeNode(step.name)
    else {
      table = table.clone()
      const before = [exact.lots, index.lots] as const
      exact = asking(table, bestFit(), policy, ties)
      index = asking(table, indexed(), policy, ties)
      exact.lots.push(...before[0])
      index.lots.push(...before[1])
    }
  }
  return methods
}

const sizes = [
  { least: 1, most: 40, runs: 300 },
  { least: 100, most: 1400, runs: 30 },
]

describe('an index makes the placement that best fit makes', () => {
  test.each(sizes)('of $least to $most nodes, whatever happens', ({ least, most, runs }) => {
    const story = anyNodes(least, most).chain((nodes) =>
      fc.record({ nodes: fc.constant(nodes), steps: anySteps(nodes.length) }),
    )
    const anyTies = from<Ties>('first', 'random')
    fc.assert(
      fc.property(story, from(...policies), anyTies, ({ nodes, steps }, policy, ties) => {
        compare(nodes, steps, policy, ties)
      }),
      { numRuns: runs },
    )
  })

  const machines = Array.from({ length: 1500 }, (_, i) => node(named(i)))
  const distinct = Array.from({ length: 300 }, (_, i) =>
    spec({ cpu: `${100 + ((i * 37) % 400)}m`, memory: `${90 + i}Mi` }),
  )
  const again = repeated([spec({ cpu: '100m' }), 50])

  test.each(policies.map((policy) => [policy.name, policy] as const))('by the policy %s', (_name, policy) => {
    const steps: Step[] = [
      { type: 'pods', specs: distinct },
      { type: 'pods', specs: again },
      { type: 'node', node: node('node-00005') },
      { type: 'gone', name: 'node-0700' },
      { type: 'pods', specs: again },
      { type: 'pods', specs: distinct.slice(0, 20) },
    ]
    for (const ties of ['first', 'random'] as const) compare(machines, steps, policy, ties)
  })

  test('past blocks for what is new, through a tree for what comes again, one by one for what must be compared', () => {
    const pods: Step[] = [{ type: 'pods', specs: [...distinct, ...again] }]
    expect([...compare(machines, pods, leastAllocated(), 'first')]).toEqual(['bound', 'tree'])
    expect([...compare(machines, pods, policies.at(-1)!, 'first')]).toEqual(['scan'])
    const [wary] = [node('node-2000', { taints: [{ key: 'k', effect: 'PreferNoSchedule' }] })]
    expect([...compare([...machines, wary], pods, leastAllocated(), 'first')]).toEqual(['scan'])
  })

  test('and looks at few nodes', () => {
    const table = tableOf(machines)
    const { decide } = asking(table, indexed(), leastAllocated(), 'first')
    const infos = createPodInfos()
    const cost = (specs: readonly PodSpec[]): number =>
      specs.reduce((sum, each) => {
        const { node: chosen, examined } = decide(infos(each))
        table.addPod(infos(each), chosen!)
        return sum + examined
      }, 0) / specs.length
    expect(cost(distinct)).toBeLessThan(200)
    decide(infos(again[0]!))
    expect(cost(again)).toBeLessThan(1500 / 50 + 2)
  })
})
