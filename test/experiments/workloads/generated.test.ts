import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Arrivals, generated, type GeneratedOptions, type PodShape } from '../../../src/experiments/index.ts'
import { createCluster } from '../../../src/index.ts'
import { listed, nameOf, refusal, sum } from './support.ts'

const one: PodShape = { cpu: '500m', memory: '1Gi' }
const poisson: Arrivals = { poisson: { perSecond: 10 } }

const times = (options: Partial<GeneratedOptions>, seed = 1): number[] =>
  listed(generated({ arrivals: poisson, sizes: one, ...options }), seed).map(({ at }) => at)

const anyArrivals: fc.Arbitrary<Arrivals> = fc.oneof(
  fc.constant('at once' as const),
  fc.record({ every: fc.integer({ min: 1, max: 60_000 }) }),
  fc.record({ poisson: fc.record({ perSecond: fc.double({ min: 0.01, max: 1000, noNaN: true }) }) }),
  fc.record({
    bursts: fc.record({
      perSecond: fc.double({ min: 0.01, max: 100, noNaN: true }),
      size: fc.oneof(fc.integer({ min: 1, max: 30 }), fc.constant([2, 5] as const)),
    }),
  }),
  fc.record({
    modulated: fc.record({
      calm: fc.record({ perSecond: fc.double({ min: 0, max: 5, noNaN: true }), lasting: fc.constant('10s') }),
      busy: fc.record({ perSecond: fc.double({ min: 10, max: 500, noNaN: true }), lasting: fc.constant('1s') }),
    }),
  }),
)

const anySizes = fc.constantFrom<PodShape | PodShape[]>(one, [one, { cpu: 4, weight: 0.5 }, { memory: '64Mi' }])

const anyOptions: fc.Arbitrary<GeneratedOptions> = fc.record({
  count: fc.integer({ min: 0, max: 300 }),
  arrivals: anyArrivals,
  lifetimes: fc.constantFrom(
    'for ever' as const,
    '5m',
    { exponential: { mean: '1m' } },
    { uniform: ['1s', '2s'] as const },
  ),
  sizes: anySizes,
})

describe('a generated workload', () => {
  test('is the same for a seed, in order of time, with as many pods as asked, each of a name of its own', () => {
    fc.assert(
      fc.property(anyOptions, fc.integer(), (options, seed) => {
        const workload = generated(options)
        const arrivals = listed(workload, seed)
        expect(listed(workload, seed)).toEqual(arrivals)
        expect(listed(generated(structuredClone(options)), seed)).toEqual(arrivals)
        expect(arrivals).toHaveLength(options.count!)
        expect(new Set(arrivals.map(({ pod }) => nameOf(pod))).size).toBe(options.count)
        for (const [index, { at, lifetimeMs = 0 }] of arrivals.entries()) {
          expect(at).toBeGreaterThanOrEqual(index === 0 ? 0 : arrivals[index - 1]!.at)
          expect(lifetimeMs).toBeGreaterThanOrEqual(0)
        }
      }),
    )
  })

  test('is what it was in every version: a seed stands for its arrivals', () => {
    const drawn = generated({
      count: 3,
      arrivals: { modulated: { calm: { perSecond: 1, lasting: '5s' }, busy: { perSecond: 20, lasting: '1s' } } },
      lifetimes: { logNormal: { mean: '1m', sigma: 2 } },
      sizes: [{ cpu: 1 }, { cpu: 2 }],
    })
    const said = listed(drawn, 7).map(({ at, lifetimeMs, pod }) => [
      at,
      lifetimeMs,
      pod.spec?.containers?.[0]?.resources?.requests?.['cpu'],
    ])
    expect(said).toEqual([
      [79.54942126545008, 12889.344550551188, '1'],
      [95.44800983694907, 20696.217794059146, '2'],
      [1836.7016413378944, 20098.571626343186, '2'],
    ])
  })

  test('can be asked twice at once, and again while it is read', () => {
    const arrivals = generated({ count: 3, arrivals: poisson, sizes: one }).arrivals(5)
    const [first, second] = [arrivals[Symbol.iterator](), arrivals[Symbol.iterator]()]
    first.next()
    expect(second.next().value).toEqual([...arrivals][0])
  })

  test('is another for another seed, and for another name', () => {
    const of = (name: string, seed: number): number[] => times({ name, count: 20 }, seed)
    expect(of('a', 1)).not.toEqual(of('a', 2))
    expect(of('a', 1)).not.toEqual(of('b', 1))
  })

  test('comes at the same times when sizes or lifetimes change', () => {
    const plain = times({ count: 50 })
    expect(times({ count: 50, sizes: [one, { cpu: 3 }], lifetimes: { exponential: { mean: '1h' } } })).toEqual(plain)
  })

  test('ends before its duration, or with its count, whichever is first', () => {
    const within = times({ duration: '10s' })
    expect(within.length).toBeGreaterThan(70)
    expect(within.at(-1)).toBeLessThan(10_000)
    expect(times({ duration: '10s', count: 4 })).toEqual(within.slice(0, 4))
    expect(times({ arrivals: { every: '2s' }, duration: '10s' })).toEqual([0, 2000, 4000, 6000, 8000])
    expect(times({ arrivals: { every: '2s' }, duration: 0 })).toEqual([])
    expect(times({ arrivals: 'at once', count: 3 })).toEqual([0, 0, 0])
  })
})

describe('arrivals', () => {
  const gaps = (at: readonly number[]): number[] => at.slice(1).map((time, index) => time - at[index]!)
  const mean = (numbers: readonly number[]): number => sum(numbers) / numbers.length
  /** Variance over the square of the mean: 1 where gaps are exponential. */
  const dispersion = (numbers: readonly number[]): number => {
    const middle = mean(numbers)
    return mean(numbers.map((each) => (each / middle - 1) * (each / middle - 1)))
  }

  test('of a Poisson process have exponential gaps of the mean asked for', () => {
    const found = gaps(times({ count: 20_000 }))
    expect(mean(found)).toBeGreaterThan(98)
    expect(mean(found)).toBeLessThan(102)
    expect(dispersion(found)).toBeGreaterThan(0.95)
    expect(dispersion(found)).toBeLessThan(1.05)
  })

  test('in bursts come together, as many as asked', () => {
    const bursts = new Map<number, number>()
    for (const at of times({ count: 6000, arrivals: { bursts: { perSecond: 2, size: [2, 4] } } }))
      bursts.set(at, (bursts.get(at) ?? 0) + 1)
    const sizes = [...bursts.values()].slice(0, -1)
    expect(new Set(sizes)).toEqual(new Set([2, 3, 4]))
    expect(mean(sizes)).toBeCloseTo(3, 1)
    expect(mean(gaps([...bursts.keys()])) / 500).toBeCloseTo(1, 1)
  })

  test('of a modulated process come at the mean rate of its two, in clusters', () => {
    const arrivals: Arrivals = {
      modulated: { calm: { perSecond: 0, lasting: '9s' }, busy: { perSecond: 100, lasting: '1s' } },
    }
    const found = times({ arrivals, duration: '2h' })
    expect(found.length / 7200 / 10).toBeGreaterThan(0.9)
    expect(found.length / 7200 / 10).toBeLessThan(1.1)
    expect(dispersion(gaps(found))).toBeGreaterThan(10)
  })
})

describe('lifetimes', () => {
  const stays = (lifetimes: NonNullable<GeneratedOptions['lifetimes']>): number[] =>
    listed(generated({ count: 20_000, arrivals: poisson, sizes: one, lifetimes }), 3).map(
      ({ lifetimeMs }) => lifetimeMs!,
    )
  const mean = (numbers: readonly number[]): number => sum(numbers) / numbers.length

  test('that are log-normal have the median, or the mean, asked for', () => {
    const byMedian = stays({ logNormal: { median: '10s', sigma: 1 } }).sort((a, b) => a - b)
    expect(byMedian[10_000]! / 10_000).toBeCloseTo(1, 1)
    // e^(1/2)
    expect(mean(byMedian) / 10_000).toBeCloseTo(1.65, 1)
    expect(mean(stays({ logNormal: { mean: '10s', sigma: 1 } })) / 10_000).toBeCloseTo(1, 1)
  })

  test('are exponential, uniform, fixed or for ever', () => {
    expect(mean(stays({ exponential: { mean: '10s' } })) / 10_000).toBeCloseTo(1, 1)
    const uniform = stays({ uniform: ['10s', '20s'] })
    expect(mean(uniform) / 15_000).toBeCloseTo(1, 2)
    expect(Math.min(...uniform)).toBeGreaterThanOrEqual(10_000)
    expect(Math.max(...uniform)).toBeLessThanOrEqual(20_000)
    expect(new Set(stays('90s'))).toEqual(new Set([90_000]))
    expect(new Set(stays('for ever'))).toEqual(new Set([undefined]))
  })
})

describe('sizes', () => {
  test('are drawn by their weights', () => {
    const sizes = [{ cpu: 1, weight: 3 }, { cpu: 2 }, { cpu: 4, weight: 0.5 }]
    const found = new Map<unknown, number>()
    for (const { pod } of listed(generated({ count: 9000, arrivals: 'at once', sizes }), 8)) {
      const cpu = pod.spec?.containers?.[0]?.resources?.requests?.['cpu']
      found.set(cpu, (found.get(cpu) ?? 0) + 1 / 2000)
    }
    expect(found.get('1')).toBeCloseTo(3, 0)
    expect(found.get('2')).toBeCloseTo(1, 1)
    expect(found.get('4')).toBeCloseTo(0.5, 1)
  })

  test('say all that a pod does, and the API server takes it', () => {
    const shape: PodShape = {
      cpu: 2,
      memory: '1Gi',
      extended: { 'nvidia.com/gpu': 1 },
      labels: { app: 'train' },
      priorityClassName: 'high',
      pod: {
        metadata: { name: 'unused', labels: { team: 'a', app: 'b' }, annotations: { note: 'x' } },
        spec: {
          nodeSelector: { disk: 'ssd' },
          containers: [
            { name: 'work', image: 'work:1', resources: { limits: { cpu: 4 } } },
            { name: 'side', image: 'side:1' },
          ],
        },
      },
    }
    const [arrival] = listed(generated({ name: 'train', count: 1, arrivals: 'at once', sizes: shape }), 0)
    const cluster = createCluster({ nodes: 0 })
    cluster.apply({ apiVersion: 'scheduling.k8s.io/v1', kind: 'PriorityClass', metadata: { name: 'high' }, value: 7 })
    const pod = cluster.pods.create(arrival!.pod)
    expect(pod.metadata).toMatchObject({
      name: 'train-0',
      labels: { team: 'a', app: 'train' },
      annotations: { note: 'x' },
    })
    expect(pod.spec).toMatchObject({ nodeSelector: { disk: 'ssd' }, priority: 7 })
    expect(pod.spec.containers.map(({ name, image, resources }) => ({ name, image, resources }))).toEqual([
      {
        name: 'work',
        image: 'work:1',
        resources: {
          requests: { cpu: '2', memory: '1Gi', 'nvidia.com/gpu': '1' },
          limits: { cpu: '4', 'nvidia.com/gpu': '1' },
        },
      },
      { name: 'side', image: 'side:1', resources: {} },
    ])
  })

  test('share what is the same from pod to pod', () => {
    const [first, second] = listed(generated({ count: 2, arrivals: 'at once', sizes: one }), 0)
    expect(first!.pod.spec).toBe(second!.pod.spec)
  })
})

test.each<[unknown, string]>([
  [undefined, 'generated: Invalid value: undefined: expected options'],
  [{ arrivals: poisson, sizes: one }, 'generated: expected a count, a duration or both: it would never end'],
  [
    { count: -1, arrivals: poisson, sizes: one },
    'generated.count: Invalid value: -1: expected a whole number of at least 0',
  ],
  [{ count: 1.5, arrivals: poisson, sizes: one }, 'generated.count: Invalid value: 1.5'],
  [{ duration: 'soon', arrivals: poisson, sizes: one }, 'generated.duration: invalid duration "soon"'],
  [{ duration: '1m', arrivals: 'at once', sizes: one }, 'generated.count: Required value: all pods come at one moment'],
  [
    { duration: '1m', arrivals: { every: 0 }, sizes: one },
    'generated.count: Required value: all pods come at one moment',
  ],
  [
    { count: 1, name: 'Pod', arrivals: poisson, sizes: one },
    'generated.name: Invalid value: "Pod": expected the name of a pod',
  ],
  [{ count: 1, name: 'x'.repeat(201), arrivals: poisson, sizes: one }, 'must be no more than 200 bytes'],
  [
    { count: 1, number: 2, arrivals: poisson, sizes: one },
    'generated: Invalid value: "number": expected one of the fields name, count',
  ],
  [{ count: 1, sizes: one }, 'generated.arrivals: Invalid value: undefined: expected "at once", or one of'],
  [
    { count: 1, arrivals: {}, sizes: one },
    'generated.arrivals: Invalid value: {}: expected exactly one of every, poisson',
  ],
  [
    { count: 1, arrivals: { ...poisson, every: 1 }, sizes: one },
    'expected exactly one of every, poisson, bursts, modulated',
  ],
  [
    { count: 1, arrivals: { poisson: { perSecond: 0 } }, sizes: one },
    'generated.arrivals.poisson.perSecond: Invalid value: 0',
  ],
  [
    { count: 1, arrivals: { poisson: { perSecond: NaN } }, sizes: one },
    'generated.arrivals.poisson.perSecond: Invalid value: NaN:',
  ],
  [
    { count: 1, arrivals: { poisson: { perMinute: 1 } }, sizes: one },
    'generated.arrivals.poisson: Invalid value: "perMinute"',
  ],
  [
    { count: 1, arrivals: { bursts: { perSecond: 1, size: 0 } }, sizes: one },
    'generated.arrivals.bursts.size: Invalid value: 0',
  ],
  [{ count: 1, arrivals: { bursts: { perSecond: 1, size: [3, 2] } }, sizes: one }, 'expected the lower bound first'],
  [
    { count: 1, arrivals: { bursts: { perSecond: 1, size: [3] } }, sizes: one },
    'generated.arrivals.bursts.size: Invalid value: [3]',
  ],
  [
    {
      count: 1,
      sizes: one,
      arrivals: { modulated: { calm: { perSecond: 0, lasting: 1 }, busy: { perSecond: 0, lasting: 1 } } },
    },
    'expected one of the rates above 0',
  ],
  [
    {
      count: 1,
      sizes: one,
      arrivals: { modulated: { calm: { perSecond: 1, lasting: 0 }, busy: { perSecond: 2, lasting: 1 } } },
    },
    'generated.arrivals.modulated.calm.lasting: Invalid value: 0: expected a time above 0',
  ],
  [
    { count: 1, arrivals: poisson, sizes: one, lifetimes: 'forever' },
    'generated.lifetimes: invalid duration "forever"',
  ],
  [
    { count: 1, arrivals: poisson, sizes: one, lifetimes: { logNormal: { sigma: 1 } } },
    'expected either a median or a mean',
  ],
  [
    { count: 1, arrivals: poisson, sizes: one, lifetimes: { logNormal: { median: 1, mean: 1, sigma: 1 } } },
    'expected either a median or a mean',
  ],
  [
    { count: 1, arrivals: poisson, sizes: one, lifetimes: { logNormal: { mean: 1, sigma: -1 } } },
    'generated.lifetimes.logNormal.sigma: Invalid value: -1: expected a number from 0 to 20',
  ],
  [
    { count: 1, arrivals: poisson, sizes: one, lifetimes: { gamma: {} } },
    'generated.lifetimes: Invalid value: "gamma"',
  ],
  [{ count: 1, arrivals: poisson, sizes: [] }, 'generated.sizes: Invalid value: []: expected at least one shape'],
  [
    { count: 1, arrivals: poisson, sizes: [one, { cpu: '-1' }] },
    'generated.sizes[1].cpu: Invalid value: "-1": expected a quantity that is not negative',
  ],
  [
    { count: 1, arrivals: poisson, sizes: { memory: '1 GB' } },
    'generated.sizes.memory: Invalid value: "1 GB": expected a quantity',
  ],
  [{ count: 1, arrivals: poisson, sizes: { cpu: 1, weight: 0 } }, 'generated.sizes.weight: Invalid value: 0'],
  [
    { count: 1, arrivals: poisson, sizes: { extended: { gpu: 1 } } },
    'generated.sizes.extended: Invalid value: "gpu": expected the name of an extended resource',
  ],
  [
    { count: 1, arrivals: poisson, sizes: { priority: 3 } },
    'generated.sizes: Invalid value: "priority": expected one of the fields weight',
  ],
  [
    { count: 1, arrivals: poisson, sizes: { pod: { kind: 'Node' } } },
    'generated.sizes.pod: Invalid value: "v1 Node": expected a v1 Pod',
  ],
])('%j is refused', (options, message) => {
  expect(refusal(() => generated(options as GeneratedOptions))).toContain(message)
})

test('a seed is a whole number', () => {
  expect(refusal(() => listed(generated({ count: 1, arrivals: poisson, sizes: one }), 0.5))).toContain(
    'seed: Invalid value: 0.5',
  )
})
