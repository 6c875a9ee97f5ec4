import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  generated,
  inflated,
  type InflatedOptions,
  merged,
  nodeManifests,
  partFull,
  type PartFullOptions,
  type PodShape,
  retimed,
  shuffled,
  type Workload,
} from '../../../src/experiments/index.ts'
import { createCluster } from '../../../src/index.ts'
import { listed, nameOf, refusal, sum } from './support.ts'

const nodes = nodeManifests([{ count: 10, cpu: 8, memory: '32Gi', extended: { 'nvidia.com/gpu': 4 } }])

const load = (count: number, sizes: PodShape | PodShape[] = { cpu: 1 }): Workload =>
  generated({
    name: 'web',
    count,
    arrivals: { poisson: { perSecond: 1 } },
    lifetimes: { exponential: { mean: '1h' } },
    sizes,
  })

const cpuOf = (workload: Workload, seed: number): number[] =>
  listed(workload, seed).map(({ pod }) => Number(pod.spec?.containers?.[0]?.resources?.requests?.['cpu'] ?? 0))

const anyShapes = fc.array(fc.record({ cpu: fc.integer({ min: 0, max: 9 }), weight: fc.integer({ min: 1, max: 5 }) }), {
  minLength: 1,
  maxLength: 4,
})

describe('an inflated workload', () => {
  test('reaches its target, and is over it by less than one pod', () => {
    const anyTarget = fc.double({ min: 0.05, max: 3, noNaN: true })
    fc.assert(
      fc.property(
        anyShapes,
        anyTarget,
        fc.nat({ max: 200 }),
        fc.boolean(),
        fc.integer(),
        (sizes, to, count, shuffle, seed) => {
          const own = load(count + 1, sizes)
          fc.pre(sum(cpuOf(own, seed)) > 0)
          const workload = inflated(own, { to, of: nodes, resource: 'cpu', shuffle })
          const asked = cpuOf(workload, seed)
          const largest = Math.max(...cpuOf(own, seed))
          expect(1000 * sum(asked)).toBeGreaterThanOrEqual(to * 80_000 - 1e-6)
          expect(1000 * (sum(asked) - largest)).toBeLessThan(to * 80_000)
          const arrivals = listed(workload, seed)
          expect(listed(workload, seed)).toEqual(arrivals)
          expect(new Set(arrivals.map(({ pod }) => nameOf(pod))).size).toBe(arrivals.length)
          for (const [index, { at }] of arrivals.entries())
            expect(at).toBeGreaterThanOrEqual(arrivals[index - 1]?.at ?? 0)
        },
      ),
    )
  })

  test('goes on as it was: its own pods first, then some of them again, round after round', () => {
    const own = listed(load(5), 3)
    const arrivals = listed(inflated(load(5), { to: 0.15, of: nodes, resource: 'cpu' }), 3)
    expect(arrivals).toHaveLength(12)
    expect(arrivals.slice(0, 5)).toEqual(own)
    const round = own[4]!.at * 1.25
    expect(arrivals.slice(5).map(({ at }) => at)).toEqual(
      [0, 1, 2, 3, 4, 5, 6].map((index) => own[index % 5]!.at + round * (index < 5 ? 1 : 2)),
    )
    expect(nameOf(arrivals[5]!.pod)).toMatch(/^web-\d-again-0$/u)
    const original = own.find(({ pod }) => nameOf(pod) === nameOf(arrivals[5]!.pod).slice(0, 5))!
    expect(arrivals[5]).toMatchObject({ lifetimeMs: original.lifetimeMs, pod: { spec: original.pod.spec } })
  })

  test('is not a pod over its target for a rounding error', () => {
    // 1.1 × 3,000 thousandths of a core are a little more than 3,300 in binary.
    const node = nodeManifests([{ cpu: 3 }])
    expect(listed(inflated(load(5, { cpu: '100m' }), { to: 1.1, of: node, resource: 'cpu' }), 1)).toHaveLength(33)
  })

  test('is drawn by the seed, and can be inflated again', () => {
    const workload = inflated(load(30), { to: 0.5, of: nodes, resource: 'cpu', shuffle: true })
    const fixed: Workload = { ...load(30), arrivals: () => listed(load(30), 1) }
    const of = (seed: number): string[] =>
      listed(inflated(fixed, { to: 0.5, of: nodes, resource: 'cpu', shuffle: true }), seed).map(({ pod }) =>
        nameOf(pod),
      )
    expect(of(1)).not.toEqual(of(2))
    const twice = listed(inflated(workload, { to: 1, of: nodes, resource: 'cpu' }), 1)
    expect(twice).toHaveLength(80)
    expect(new Set(twice.map(({ pod }) => nameOf(pod))).size).toBe(80)
  })

  test('leaves pods out where it asks for more, and keeps the others as they were', () => {
    const own = listed(load(100), 3)
    const left = listed(inflated(load(100), { to: 0.5, of: nodes, resource: 'cpu' }), 3)
    expect(left).toHaveLength(40)
    expect(own.filter((arrival) => left.some(({ pod }) => nameOf(pod) === nameOf(arrival.pod)))).toEqual(left)
    expect(left).not.toEqual(own.slice(0, 40))
  })

  test('counts extended resources, pods, and what else it is told to', () => {
    const gpus = load(10, [{ cpu: 1 }, { extended: { 'nvidia.com/gpu': 2 } }])
    const asked = listed(inflated(gpus, { to: 1, of: nodes, resource: 'nvidia.com/gpu' }), 1)
    expect(asked.filter(({ pod }) => pod.spec?.containers?.[0]?.resources?.limits)).toHaveLength(20)
    expect(listed(inflated(load(10), { to: 0.1, of: nodes, resource: 'pods' }), 1)).toHaveLength(110)
    expect(listed(inflated(load(10), { to: 1, of: nodes, resource: 'cpu', asks: () => 4000 }), 1)).toHaveLength(20)
  })

  test.each<[Partial<InflatedOptions> | undefined, string]>([
    [{ to: 0 }, 'inflated.to: Invalid value: 0: expected a number above 0, at most 100'],
    [{ to: 130 }, 'inflated.to: Invalid value: 130: expected a number above 0, at most 100'],
    [{ of: [] }, 'inflated.of: none of the 0 nodes has cpu'],
    [{ resource: 'amd.com/gpu' }, 'inflated.of: none of the 10 nodes has amd.com/gpu'],
    [{ resource: 'nvidia.com/gpu' }, 'workload "web": none of its 3 pods asks for nvidia.com/gpu'],
    [{ asks: () => -1 }, 'inflated.asks of Pod "web-0": Invalid value: -1: expected a number of at least 0'],
    [
      { of: [{ metadata: { name: 'a' }, status: { capacity: { cpu: 'four' } } }] },
      'Node "a": "four" is not a quantity',
    ],
    [{ shuffle: 1 as unknown as boolean }, 'inflated.shuffle: Invalid value: 1: expected true or false'],
  ])('refuses %j', (options, message) => {
    const make = (): Workload => inflated(load(3), { to: 1, of: nodes, resource: 'cpu', ...options })
    expect(refusal(() => listed(make(), 1))).toContain(message)
  })
})

describe('workloads of workloads', () => {
  test('shuffled: the same pods with their lifetimes, at the same times', () => {
    const own = listed(load(50), 9)
    const others = listed(shuffled(load(50)), 9)
    expect(others.map(({ at }) => at)).toEqual(own.map(({ at }) => at))
    expect(others).not.toEqual(own)
    const stays = (arrivals: typeof own): unknown[] =>
      arrivals.map(({ pod, lifetimeMs }) => [nameOf(pod), lifetimeMs]).sort()
    expect(stays(others)).toEqual(stays(own))
  })

  test('retimed: the same pods in the same order, at other times', () => {
    const own = listed(load(5), 9)
    const others = listed(retimed(load(5), { arrivals: { every: '1s' } }), 9)
    expect(others).toEqual(own.map((arrival, index) => ({ ...arrival, at: index * 1000 })))
    const short = retimed(load(5), { arrivals: 'at once', lifetimes: 10 })
    expect(listed(short, 9).map(({ at, lifetimeMs }) => [at, lifetimeMs])).toEqual(own.map(() => [0, 10]))
    const forever = retimed(load(5), { arrivals: 'at once', lifetimes: 'for ever' })
    expect(listed(forever, 9).every((arrival) => !('lifetimeMs' in arrival))).toBe(true)
  })

  test('merged: by time, and at one moment in the order given', () => {
    const every = (name: string, seconds: number): Workload =>
      generated({ name, duration: '5s', arrivals: { every: seconds * 1000 }, sizes: { cpu: 1 } })
    const both = listed(merged('both', [every('a', 2), every('b', 1)]), 0)
    expect(both.map(({ at, pod }) => `${at / 1000} ${nameOf(pod)}`)).toEqual([
      '0 a-0',
      '0 b-0',
      '1 b-1',
      '2 a-1',
      '2 b-2',
      '3 b-3',
      '4 a-2',
      '4 b-4',
    ])
    expect(refusal(() => listed(merged('both', [every('a', 2), every('a', 1)]), 0))).toBe(
      'workload "both": two of its workloads have a pod default/a-0',
    )
  })
})

describe('a cluster that is part full', () => {
  const machines = [
    { count: 6, cpu: 8, memory: '32Gi', pods: 12 },
    { count: 2, name: 'gpu', cpu: 16, memory: '64Gi', extended: { 'nvidia.com/gpu': 4 } },
  ]
  const some = nodeManifests(machines)

  test('is filled to its share, by less than a pod more, and no node beyond what it has', () => {
    const anyShape = fc.record({
      cpu: fc.integer({ min: 0, max: 4 }),
      memory: fc.integer({ min: 0, max: 9 }).map((gi) => `${gi}Gi`),
      extended: fc.constantFrom({}, { 'nvidia.com/gpu': 1 }),
    })
    const anyShare = fc.double({ min: 0.01, max: 1, noNaN: true })
    fc.assert(
      fc.property(fc.array(anyShape, { minLength: 1, maxLength: 4 }), anyShare, fc.integer(), (sizes, share, seed) => {
        const options: PartFullOptions = { share, resource: 'cpu', sizes, seed }
        let pods: ReturnType<typeof partFull>
        try {
          pods = partFull(some, options)
        } catch (error) {
          expect(String(error)).toMatch(/no shape that asks for it fits on any node|shapes asks for cpu/u)
          return
        }
        expect(partFull(some, options)).toEqual(pods)
        const used = new Map(some.map(({ metadata }) => [metadata!.name!, { cpu: 0, memory: 0, gpus: 0, pods: 0 }]))
        for (const { spec } of pods) {
          const { requests = {} } = spec!.containers![0]!.resources ?? {}
          const node = used.get(spec!.nodeName!)!
          node.cpu += Number(requests['cpu'])
          node.memory += Number.parseInt(String(requests['memory']))
          node.gpus += Number(requests['nvidia.com/gpu'] ?? 0)
          node.pods++
        }
        for (const [name, { cpu, memory, gpus, pods: count }] of used) {
          const isGpu = name.startsWith('gpu')
          expect(cpu).toBeLessThanOrEqual(isGpu ? 16 : 8)
          expect(memory).toBeLessThanOrEqual(isGpu ? 64 : 32)
          expect(gpus).toBeLessThanOrEqual(isGpu ? 4 : 0)
          expect(count).toBeLessThanOrEqual(isGpu ? 110 : 12)
        }
        const full = sum([...used.values()].map(({ cpu }) => cpu))
        expect(1000 * full).toBeGreaterThanOrEqual(share * 80_000 - 1e-6)
        expect(1000 * (full - 4)).toBeLessThan(share * 80_000)
      }),
    )
  })

  test('runs: every kubelet takes the pods that it is given', () => {
    const cluster = createCluster({ nodes: machines, disable: ['scheduler'] })
    const pods = partFull(some, { share: 0.9, resource: 'cpu', sizes: [{ cpu: 1 }, { cpu: '500m' }], seed: 4 })
    for (const pod of pods) cluster.pods.create(pod)
    cluster.advance('10s')
    const phases = cluster.pods.list().items.map(({ status }) => status.phase)
    expect(phases).toEqual(pods.map(() => 'Running'))
  })

  test('is another for another seed', () => {
    const of = (seed: number): unknown => partFull(some, { share: 0.5, resource: 'cpu', sizes: { cpu: 1 }, seed })
    expect(of(1)).not.toEqual(of(2))
  })

  test('keeps clear of nodes that are cordoned or whose taints a pod does not tolerate', () => {
    const taint = { key: 'gpu', value: 'yes', effect: 'NoSchedule' as const }
    const [first, second, third] = nodeManifests([
      {},
      { taints: [taint] },
      { taints: [{ ...taint, effect: 'PreferNoSchedule' }] },
    ])
    const cordoned = { ...first!, spec: { unschedulable: true } }
    const sizes: PodShape = { cpu: 1 }
    const on = (shape: PodShape): Set<unknown> =>
      new Set(
        partFull([cordoned, second!, third!], { share: 0.3, resource: 'cpu', sizes: shape, seed: 1 }).map(
          ({ spec }) => spec!.nodeName,
        ),
      )
    expect(on(sizes)).toEqual(new Set(['node-2']))
    const tolerant: PodShape = { ...sizes, pod: { spec: { tolerations: [{ key: 'gpu', operator: 'Exists' }] } } }
    expect(on(tolerant)).toEqual(new Set(['node-1', 'node-2']))
  })

  test.each<[Partial<PartFullOptions>, string]>([
    [{ share: 0 }, 'partFull.share: Invalid value: 0: expected a number above 0, at most 1'],
    [{ share: 1.1 }, 'partFull.share: Invalid value: 1.1'],
    [{ resource: 'amd.com/gpu' }, 'partFull: none of the 8 nodes has amd.com/gpu'],
    [{ resource: 'memory' }, 'partFull.sizes: none of the 1 shapes asks for memory'],
    [
      { sizes: { cpu: 3 } },
      'partFull: cpu can be filled to 82.5 % of the 95 % asked for: then no shape that asks for it fits on any node',
    ],
    [{ sizes: { cpu: 1, pod: { spec: { nodeSelector: { a: 'b' } } } } }, 'spec.nodeSelector would not be heeded'],
    [
      {
        sizes: {
          cpu: 1,
          pod: { spec: { containers: [{ name: 'a', image: 'a', ports: [{ containerPort: 1, hostPort: 1 }] }] } },
        },
      },
      'a hostPort would not be heeded',
    ],
    [{ seed: NaN }, 'seed: Invalid value'],
    [{ name: '' }, 'partFull.name: Invalid value: ""'],
  ])('refuses %j', (options, message) => {
    expect(
      refusal(() => partFull(some, { share: 0.95, resource: 'cpu', sizes: { cpu: 1 }, seed: 1, ...options })),
    ).toContain(message)
  })

  test('refuses a node without a name', () => {
    expect(
      refusal(() =>
        partFull([{ status: { capacity: { cpu: 1 } } }], { share: 1, resource: 'cpu', sizes: { cpu: 1 }, seed: 1 }),
      ),
    ).toContain('partFull.nodes[0].metadata.name')
  })
})
