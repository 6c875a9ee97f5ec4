import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Node, PodSpec } from '../../src/api/types/core.ts'
import { createPodInfos } from '../../src/scheduler/podInfo.ts'
import { NodeTable } from '../../src/scheduler/nodeTable.ts'
import { balanced, leastAllocated, mostAllocated } from '../../src/scheduler/policy.ts'
import { bestFit } from '../../src/scheduler/strategies/bestFit.ts'
import { localOptimum } from '../../src/scheduler/strategies/localOptimum.ts'
import { deciderOf, info, node, spec, tableOf } from './objects.ts'

const policies = [leastAllocated(), mostAllocated(), balanced()]
const infos = createPodInfos()

const anyNode = (name: string): fc.Arbitrary<Node> =>
  fc
    .record({
      cpu: fc.constantFrom('0', '1', '2', '4'),
      memory: fc.constantFrom('0', '1Gi', '4Gi'),
      pods: fc.constantFrom('1', '3', '110'),
      gpus: fc.constantFrom('0', '2'),
      zone: fc.constantFrom('a', 'b'),
      effect: fc.constantFrom('none', 'NoSchedule', 'PreferNoSchedule'),
      unschedulable: fc.boolean(),
    })
    .map(({ cpu, memory, pods, gpus, zone, effect, unschedulable }) =>
      node(name, {
        allocatable: { cpu, memory, pods, 'example.com/gpu': gpus },
        labels: { zone },
        ...(effect !== 'none' && { taints: [{ key: 'k', effect }] }),
        unschedulable: unschedulable && cpu !== '4',
      }),
    )

const anySpec: fc.Arbitrary<PodSpec> = fc
  .record({
    cpu: fc.constantFrom('0', '300m', '1'),
    memory: fc.constantFrom('0', '100Mi', '1Gi'),
    gpus: fc.constantFrom('0', '1'),
    zone: fc.option(fc.constantFrom('a', 'b'), { nil: undefined, freq: 3 }),
    tolerant: fc.boolean(),
    hostPort: fc.option(fc.constantFrom(80, 81), { nil: undefined, freq: 4 }),
  })
  .map(({ cpu, memory, gpus, zone, tolerant, hostPort }) => ({
    ...spec({}, { tolerations: tolerant ? [{ operator: 'Exists' }] : [] }),
    ...(zone !== undefined && { nodeSelector: { zone } }),
    containers: [
      {
        name: 'c',
        resources: { requests: { cpu, memory, 'example.com/gpu': gpus } },
        ...(hostPort !== undefined && { ports: [{ containerPort: 1, hostPort }] }),
      },
    ],
  }))

const anyNodes = fc
  .uniqueArray(fc.integer({ min: 0, max: 30 }), { minLength: 1, maxLength: 12 })
  .chain((numbers) => fc.tuple(...numbers.map((number) => anyNode(`node-${number}`))))
const anyCluster = fc.record({ nodes: anyNodes, pods: fc.array(anySpec, { maxLength: 60 }) })

const amounts: Readonly<Record<string, number>> = {
  '0': 0,
  '1': 1,
  '2': 2,
  '3': 3,
  '4': 4,
  '110': 110,
  '300m': 0.3,
  '100Mi': 0.1,
  '1Gi': 1,
  '4Gi': 4,
}

/** The rules said again, slowly, over the objects themselves. */
function naiveFits(on: Node, placed: readonly PodSpec[], wanted: PodSpec): boolean {
  const tolerant = wanted.tolerations?.length === 1
  if (on.spec.unschedulable === true && !tolerant) return false
  if (on.spec.taints?.some(({ effect }) => effect === 'NoSchedule') === true && !tolerant) return false
  if (wanted.nodeSelector !== undefined && on.metadata.labels?.['zone'] !== wanted.nodeSelector['zone']) return false
  const portOf = ({ containers }: PodSpec): number | undefined => containers[0]!.ports?.[0]?.hostPort
  if (portOf(wanted) !== undefined && placed.some((each) => portOf(each) === portOf(wanted))) return false
  if (placed.length >= Number(on.status.allocatable!['pods'])) return false
  return ['cpu', 'memory', 'example.com/gpu'].every((name) => {
    const of = (each: PodSpec): number => amounts[each.containers[0]!.resources!.requests![name]!]!
    const sum = placed.reduce((total, each) => total + of(each), 0)
    return of(wanted) === 0 || of(wanted) + sum <= amounts[on.status.allocatable![name]!]! + 1e-9
  })
}

/** Places pods one after the other and tells where each went. */
function placements(
  table: NodeTable,
  pods: readonly PodSpec[],
  decider: ReturnType<typeof deciderOf>,
): (string | undefined)[] {
  let from = 0
  return pods.map((each) => {
    const decision = decider.decide(infos(each), from)
    from = decision.next
    if (decision.node !== undefined) table.addPod(infos(each), decision.node)
    return decision.node
  })
}

describe('decisions, whatever the cluster', () => {
  test('a pod goes where it fits by the rules, and stays out only if it fits nowhere', () => {
    fc.assert(
      fc.property(anyCluster, fc.integer({ min: 1, max: 4 }), ({ nodes, pods }, feasible) => {
        const table = tableOf(nodes)
        const strategy = localOptimum({ feasible })
        const placed = new Map<string, PodSpec[]>(nodes.map(({ metadata }) => [metadata.name, []]))
        placements(table, pods, deciderOf(table, { strategy })).forEach((where, index) => {
          const fits = nodes.filter((each) => naiveFits(each, placed.get(each.metadata.name)!, pods[index]!))
          if (where === undefined) expect(fits).toEqual([])
          else expect(fits.map(({ metadata }) => metadata.name)).toContain(where)
          placed.get(where ?? '')?.push(pods[index]!)
        })
      }),
    )
  })

  test('a local optimum over all feasible nodes is the best fit', () => {
    fc.assert(
      fc.property(anyCluster, fc.constantFrom(...policies), ({ nodes, pods }, policy) => {
        const one = tableOf(nodes)
        const other = tableOf(nodes)
        const strategy = localOptimum({ feasible: Infinity })
        expect(placements(one, pods, deciderOf(one, { policy, strategy }))).toEqual(
          placements(other, pods, deciderOf(other, { policy, strategy: bestFit() })),
        )
      }),
    )
  })

  test('the best fit has the highest score, and of equals the first name', () => {
    fc.assert(
      fc.property(anyCluster, fc.constantFrom(...policies), ({ nodes, pods }, policy) => {
        const table = tableOf(nodes)
        for (const each of pods) {
          const { node: chosen, scores } = deciderOf(table, { policy }).decide(infos(each), 0, true)
          const best = [...(scores ?? [])].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1))[0]
          expect(chosen).toBe(best?.[0])
          if (chosen !== undefined) table.addPod(infos(each), chosen)
        }
      }),
    )
  })

  test('what is remembered of earlier decisions changes none', () => {
    fc.assert(
      fc.property(anyCluster, fc.constantFrom(...policies), ({ nodes, pods }, policy) => {
        const one = tableOf(nodes)
        const other = tableOf(nodes)
        const fresh = {
          ...deciderOf(other),
          decide: (...args: Parameters<ReturnType<typeof deciderOf>['decide']>) =>
            deciderOf(other, { policy }).decide(...args),
        }
        expect(placements(one, pods, deciderOf(one, { policy }))).toEqual(placements(other, pods, fresh))
      }),
    )
  })

  test('the order in which nodes became known is irrelevant', () => {
    fc.assert(
      fc.property(anyCluster, fc.infiniteStream(fc.nat()), ({ nodes, pods }, ranks) => {
        const one = tableOf(nodes)
        const shuffled = nodes.map((each) => [ranks.next().value as number, each] as const).sort(([a], [b]) => a - b)
        const other = tableOf(shuffled.map(([, each]) => each))
        const strategy = localOptimum({ feasible: 2 })
        expect(placements(one, pods, deciderOf(one, { strategy }))).toEqual(
          placements(other, pods, deciderOf(other, { strategy })),
        )
      }),
    )
  })
})

type Step =
  | { readonly type: 'node'; readonly node: Node }
  | { readonly type: 'gone'; readonly name: string }
  | { readonly type: 'pod'; readonly name: string; readonly spec: PodSpec }
  | { readonly type: 'done'; readonly which: number }
  | { readonly type: 'clone' }

const anyName = fc.integer({ min: 0, max: 5 }).map((number) => `node-${number}`)
const anySteps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    anyName.chain(anyNode).map((each): Step => ({ type: 'node', node: each })),
    anyName.map((name): Step => ({ type: 'gone', name })),
    fc.record({ type: fc.constant('pod' as const), name: anyName, spec: anySpec }),
    fc.record({ type: fc.constant('pod' as const), name: anyName, spec: anySpec }),
    fc.record({ type: fc.constant('done' as const), which: fc.nat() }),
    fc.constant<Step>({ type: 'clone' }),
  ),
  { maxLength: 80 },
)

describe('the node table', () => {
  test('kept up step by step, it says what one filled from lists says', () => {
    fc.assert(
      fc.property(anySteps, fc.array(anySpec, { minLength: 1, maxLength: 5 }), (steps, asked) => {
        let table = new NodeTable()
        const nodes = new Map<string, Node>()
        const pods: (readonly [string, PodSpec])[] = []
        const others: { table: NodeTable; answers: unknown }[] = []
        const answers = (of: NodeTable): unknown => asked.map((each) => deciderOf(of).decide(info(each), 0, true))
        for (const step of steps) {
          if (step.type === 'node') {
            nodes.set(step.node.metadata.name, step.node)
            table.upsertNode(step.node)
          } else if (step.type === 'gone') {
            nodes.delete(step.name)
            table.removeNode(step.name)
          } else if (step.type === 'pod') {
            pods.push([step.name, step.spec])
            table.addPod(infos(step.spec), step.name)
          } else if (step.type === 'done') {
            const [gone] = pods.splice(step.which % Math.max(1, pods.length), 1)
            if (gone !== undefined) table.removePod(infos(gone[1]), gone[0])
          } else {
            others.push({ table, answers: answers(table) })
            table = table.clone()
          }
        }
        expect(answers(table)).toEqual(answers(tableOf([...nodes.values()], pods)))
        for (const other of others) expect(answers(other.table)).toEqual(other.answers)
      }),
    )
  })
})
