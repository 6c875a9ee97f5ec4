import { describe, expect, test } from 'vitest'
import type { PodSpec, Taint, Toleration } from '../../src/api/types/core.ts'
import { onNode } from '../../src/scheduler/podInfo.ts'
import { balanced, leastAllocated, mostAllocated, type Policy } from '../../src/scheduler/policy.ts'
import { NodeResourcesBalancedAllocation } from '../../src/scheduler/plugins/balancedAllocation.ts'
import { LeastAllocated } from '../../src/scheduler/plugins/leastAllocated.ts'
import { MostAllocated } from '../../src/scheduler/plugins/mostAllocated.ts'
import { nodeAffinity } from '../../src/scheduler/plugins/nodeAffinity.ts'
import { TaintToleration } from '../../src/scheduler/plugins/taintToleration.ts'
import type { RowPlugin } from '../../src/scheduler/plugin.ts'
import { deciderOf, info, node, type NodeOptions, spec, tableOf } from './objects.ts'

/** Why a pod does not fit on the one node there is; nothing if it does. */
function reasons(options: NodeOptions, wanted: PodSpec, taken: readonly PodSpec[] = []): string[] {
  const table = tableOf(
    [node('a', options)],
    taken.map((each) => ['a', each] as const),
  )
  return [...deciderOf(table).decide(info(wanted), 0).refusals.keys()]
}

function scoresOf(plugin: RowPlugin, nodes: readonly (readonly [NodeOptions, PodSpec?])[], wanted: PodSpec): number[] {
  const names = nodes.map((_, index) => `node-${index}`)
  const table = tableOf(
    nodes.map(([options], index) => node(names[index]!, options)),
    nodes.flatMap(([, taken], index) => (taken === undefined ? [] : [[names[index]!, taken] as const])),
  )
  const policy: Policy = { name: 'one', scores: [{ plugin, weight: 1 }] }
  const { scores } = deciderOf(table, { policy }).decide(info(wanted), 0, true)
  return names.map((name) => scores!.get(name)!)
}

const port = (hostPort: number, more: object = {}): PodSpec => ({
  containers: [{ name: 'c', ports: [{ containerPort: 80, hostPort, ...more }] }],
})
const taint = (effect: Taint['effect'], key = 'dedicated', value = 'db'): Taint => ({ key, value, effect })
const tolerating = (...tolerations: Toleration[]): PodSpec => spec({}, { tolerations })

describe('NodeResourcesFit', () => {
  test.each([
    ['cpu', { cpu: '5' }, ['Insufficient cpu']],
    ['memory', { memory: '17Gi' }, ['Insufficient memory']],
    ['both', { cpu: '5', memory: '17Gi' }, ['Insufficient cpu', 'Insufficient memory']],
    ['storage', { 'ephemeral-storage': '1Gi' }, ['Insufficient ephemeral-storage']],
    ['a GPU', { 'nvidia.com/gpu': '1' }, ['Insufficient nvidia.com/gpu']],
    ['exactly what is there', { cpu: '4', memory: '16Gi' }, []],
  ] as const)('a pod that asks for %s', (_what, requests, expected) => {
    expect(reasons({}, spec(requests))).toEqual(expected)
  })

  test('what other pods request is taken', () => {
    expect(reasons({}, spec({ cpu: '3' }), [spec({ cpu: '1001m' })])).toEqual(['Insufficient cpu'])
    expect(reasons({}, spec({ cpu: '3' }), [spec({ cpu: '1' })])).toEqual([])
  })

  test('a node takes only so many pods, whatever they request', () => {
    expect(reasons({ allocatable: { pods: '1' } }, spec(), [spec()])).toEqual(['Too many pods'])
  })

  test('a pod that requests nothing fits on an over-committed node', () => {
    expect(reasons({ allocatable: { cpu: '1' } }, spec(), [spec({ cpu: '2' })])).toEqual([])
  })
})

describe('the other filters', () => {
  test('a cordoned node refuses, unless its taint is tolerated', () => {
    expect(reasons({ unschedulable: true }, spec())).toEqual(['node(s) were unschedulable'])
    const tolerated = tolerating({ key: 'node.kubernetes.io/unschedulable', operator: 'Exists' })
    expect(reasons({ unschedulable: true }, tolerated)).toEqual([])
  })

  test.each([
    ['none', [], false],
    ['an equal one', [{ key: 'dedicated', value: 'db', effect: 'NoSchedule' }], true],
    ['one without effect', [{ key: 'dedicated', operator: 'Equal', value: 'db' }], true],
    ['another value', [{ key: 'dedicated', value: 'web' }], false],
    ['another effect', [{ key: 'dedicated', operator: 'Exists', effect: 'NoExecute' }], false],
    ['the key, whatever its value', [{ key: 'dedicated', operator: 'Exists' }], true],
    ['everything', [{ operator: 'Exists' }], true],
  ] as const)('a NoSchedule taint meets a pod whose tolerations are %s', (_what, tolerations, fits) => {
    const expected = fits ? [] : ['node(s) had untolerated taint(s)']
    expect(reasons({ taints: [taint('NoSchedule')] }, tolerating(...tolerations))).toEqual(expected)
  })

  test('NoExecute keeps pods away too; PreferNoSchedule does not', () => {
    expect(reasons({ taints: [taint('NoExecute')] }, spec())).toEqual(['node(s) had untolerated taint(s)'])
    expect(reasons({ taints: [taint('PreferNoSchedule')] }, spec())).toEqual([])
  })

  test('every pair of a node selector must be among the labels', () => {
    const wanted = spec({}, { nodeSelector: { disk: 'ssd', zone: 'a' } })
    expect(reasons({ labels: { disk: 'ssd', zone: 'a', more: '1' } }, wanted)).toEqual([])
    expect(reasons({ labels: { disk: 'ssd' } }, wanted)).toEqual(["node(s) didn't match Pod's node affinity/selector"])
  })

  test.each([
    [[{ matchExpressions: [{ key: 'zone', operator: 'In', values: ['a', 'b'] }] }], true],
    [[{ matchExpressions: [{ key: 'zone', operator: 'NotIn', values: ['a'] }] }], false],
    [[{ matchExpressions: [{ key: 'cores', operator: 'Gt', values: ['7'] }] }], true],
    [[{ matchExpressions: [{ key: 'cores', operator: 'Lt', values: ['8'] }] }], false],
    [[{ matchFields: [{ key: 'metadata.name', operator: 'In', values: ['a'] }] }], true],
    [[{ matchFields: [{ key: 'metadata.name', operator: 'NotIn', values: ['a'] }] }], false],
    [[{}], false],
    [[{}, { matchExpressions: [{ key: 'zone', operator: 'Exists' }] }], true],
  ])('of required node affinity one term must match: %j', (nodeSelectorTerms, fits) => {
    const nodeAffinity = { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms } }
    const found = reasons({ labels: { zone: 'a', cores: '8' } }, spec({}, { affinity: { nodeAffinity } }))
    expect(found).toEqual(fits ? [] : ["node(s) didn't match Pod's node affinity/selector"])
  })

  test.each([
    ['the same port', port(80), port(80), false],
    ['another port', port(81), port(80), true],
    ['another protocol', port(80, { protocol: 'UDP' }), port(80), true],
    ['another address', port(80, { hostIP: '10.0.0.1' }), port(80, { hostIP: '10.0.0.2' }), true],
    ['every address', port(80), port(80, { hostIP: '10.0.0.2' }), false],
    ['an address, where all are taken', port(80, { hostIP: '10.0.0.1' }), port(80), false],
  ])('a host port: %s', (_what, wanted, taken, fits) => {
    const expected = fits ? [] : ["node(s) didn't have free ports for the requested pod ports"]
    expect(reasons({}, wanted, [taken])).toEqual(expected)
  })

  test('a host port is free again when its pod is gone', () => {
    const table = tableOf([node('a')], [['a', port(80)]])
    table.removePod(info(port(80)), 'a')
    expect(deciderOf(table).decide(info(port(80)), 0).node).toBe('a')
  })

  test('a pod that names a node fits on that one only', () => {
    const table = tableOf([node('a'), node('b')])
    const { node: chosen, refusals } = deciderOf(table).decide(onNode(info(spec()), 'b'), 0, true)
    expect(chosen).toBe('b')
    expect([...refusals]).toEqual([["node(s) didn't match the requested node name", 1]])
  })
})

describe('scores', () => {
  // The worked examples of least_allocated_test.go and most_allocated_test.go: 4000m and 10000 bytes a node.
  const small: NodeOptions = { allocatable: { cpu: '4', memory: '10000' } }
  const wide: NodeOptions = { allocatable: { cpu: '6', memory: '10000' } }
  const wanted: PodSpec = {
    containers: [
      { name: 'one', resources: { requests: { cpu: '1', memory: '2000' } } },
      { name: 'two', resources: { requests: { cpu: '2', memory: '3000' } } },
    ],
  }
  const nothing: PodSpec = { containers: [{ name: 'zero', resources: { requests: { cpu: '0', memory: '0' } } }] }

  test('LeastAllocated is the share that stays free, rounded down for each resource', () => {
    // (4000 − 3000) / 4000 = 25 and (10000 − 5000) / 10000 = 50; (6000 − 3000) / 6000 = 50.
    expect(scoresOf(LeastAllocated, [[small], [wide]], wanted)).toEqual([37, 50])
    expect(scoresOf(LeastAllocated, [[small], [small]], nothing)).toEqual([100, 100])
    expect(scoresOf(LeastAllocated, [[small, spec({ cpu: '1', memory: '5000' })], [wide]], nothing)).toEqual([62, 100])
  })

  test('MostAllocated is the share that is used', () => {
    expect(scoresOf(MostAllocated, [[small], [wide]], wanted)).toEqual([62, 50])
    expect(scoresOf(MostAllocated, [[small], [small]], nothing)).toEqual([0, 0])
  })

  test('silent containers count with their defaults, and a node overfull by defaults is full', () => {
    const tiny: NodeOptions = { allocatable: { cpu: '50m', memory: '100Mi' } }
    expect(scoresOf(MostAllocated, [[tiny], [small]], spec())).toEqual([100, 51])
    expect(scoresOf(LeastAllocated, [[tiny]], spec())).toEqual([0])
  })

  test('BalancedAllocation weighs the change that the pod makes: 75 for none, more for a node it evens out', () => {
    const even: NodeOptions = { allocatable: { cpu: '4', memory: '4000' } }
    const half = spec({ cpu: '1', memory: '1000' })
    expect(scoresOf(NodeResourcesBalancedAllocation, [[even]], half)).toEqual([75])
    // Before: 0.75 against 0, (1 − 0.375) · 100 = 62; after: 0.75 against 0.75, 100. 50 + (50 + 100 − 62) / 2 = 94.
    expect(scoresOf(NodeResourcesBalancedAllocation, [[even, spec({ cpu: '3' })]], spec({ memory: '3000' }))).toEqual([
      94,
    ])
    // From even to one-sided: 50 + (50 + 62 − 100) / 2 = 56.
    expect(scoresOf(NodeResourcesBalancedAllocation, [[even]], spec({ cpu: '3' }))).toEqual([56])
  })

  test('BalancedAllocation says nothing of a pod that requests nothing', () => {
    expect(scoresOf(NodeResourcesBalancedAllocation, [[small], [wide]], spec())).toEqual([0, 0])
  })

  test('TaintToleration likes nodes with the fewest untolerated PreferNoSchedule taints', () => {
    const one: NodeOptions = { taints: [taint('PreferNoSchedule')] }
    const two: NodeOptions = { taints: [taint('PreferNoSchedule'), taint('PreferNoSchedule', 'slow')] }
    expect(scoresOf(TaintToleration, [[{}], [one], [two]], spec())).toEqual([100, 50, 0])
    expect(scoresOf(TaintToleration, [[one], [one]], tolerating({ key: 'dedicated', operator: 'Exists' }))).toEqual([
      100, 100,
    ])
    const other = tolerating({ key: 'dedicated', operator: 'Exists', effect: 'NoSchedule' })
    expect(scoresOf(TaintToleration, [[one], [{}]], other)).toEqual([0, 100])
  })

  test('NodeAffinity adds up the weights of the preferences that match, and scales to the highest sum', () => {
    const term = (key: string, weight: number): object => ({
      weight,
      preference: { matchExpressions: [{ key, operator: 'Exists' }] },
    })
    const preferred = { preferredDuringSchedulingIgnoredDuringExecution: [term('a', 40), term('b', 20)] }
    const preferring = spec({}, { affinity: { nodeAffinity: preferred } } as Partial<PodSpec>)
    const nodes = [[{ labels: { a: '' } }], [{ labels: { b: '' } }], [{ labels: { a: '', b: '' } }], [{}]] as const
    expect(scoresOf(nodeAffinity(), nodes, preferring)).toEqual([66, 33, 100, 0])
  })

  test('a policy adds its plugins up by weight, as kube-scheduler’s defaults do', () => {
    const table = tableOf([node('a', small)])
    const score = (policy: Policy): number | undefined =>
      deciderOf(table, { policy }).decide(info(wanted), 0, true).scores?.get('a')
    // 3 · 100 for taints; 0.75 cpu against 0.5 memory: balance 87 after 100, so 50 + (50 + 87 − 100) / 2 = 68.
    expect(score(leastAllocated())).toBe(300 + 37 + 68)
    expect(score(mostAllocated())).toBe(300 + 62 + 68)
    expect(score(balanced())).toBe(300 + 68)
  })
})
