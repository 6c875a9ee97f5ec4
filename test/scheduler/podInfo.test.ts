import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Affinity, PodSpec } from '../../src/api/types/core.ts'
import { createPodInfos } from '../../src/scheduler/podInfo.ts'

const named = (...values: readonly string[]): object => ({
  matchFields: [{ key: 'metadata.name', operator: 'In', values }],
})
const required = (...nodeSelectorTerms: readonly object[]): Affinity =>
  ({ nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms } } }) as Affinity
const expression = { matchExpressions: [{ key: 'zone', operator: 'Exists' }] }
const anti = { requiredDuringSchedulingIgnoredDuringExecution: [] }

/** Pods of one template share what they have in common, and some of them name a node in one way or another. */
const affinities: readonly (Affinity | undefined)[] = [
  undefined,
  {},
  required(named('a')),
  required(named('a')),
  required(named('b')),
  required(named('a'), named('b')),
  required({ ...named('a'), ...expression }),
  required(expression),
  { ...required(named('a')), podAntiAffinity: anti },
  { podAntiAffinity: anti },
  {
    nodeAffinity: {
      ...required(named('a')).nodeAffinity,
      preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 1, preference: expression }],
    },
  } as Affinity,
]
const containers = ['100m', '1'].map((cpu) => [{ name: 'c', image: 'i', resources: { requests: { cpu } } }])
const tolerations = [undefined, [{ operator: 'Exists' }]]

const anySpec: fc.Arbitrary<PodSpec> = fc
  .record({
    containers: fc.constantFrom(...containers),
    affinity: fc.constantFrom(...affinities),
    tolerations: fc.constantFrom(...tolerations),
    priority: fc.constantFrom(undefined, 0, 5),
    nodeSelector: fc.constantFrom(undefined, { zone: 'a' }),
  })
  .map(
    (spec) => Object.fromEntries(Object.entries(spec).filter(([, value]) => value !== undefined)) as unknown as PodSpec,
  )

describe('what placing a pod needs to know of its spec', () => {
  test('is what would be worked out anew, whatever came before; those that are alike have one class', () => {
    fc.assert(
      fc.property(fc.array(anySpec, { minLength: 1, maxLength: 40 }), (specs) => {
        const infos = createPodInfos()
        const classes = new Map<string, unknown>()
        for (const spec of specs) {
          const info = infos(spec)
          expect(info).toEqual(createPodInfos()(spec))
          expect(info.nodeAffinity).toEqual(spec.affinity?.nodeAffinity)
          expect(info.hasPodTerms).toBe(spec.affinity?.podAntiAffinity !== undefined)
          const key = JSON.stringify(info)
          expect(info).toBe(classes.get(key) ?? info)
          classes.set(key, info)
        }
      }),
    )
  })

  test('stays so where more pods name a node of their own than are remembered', () => {
    const infos = createPodInfos()
    for (let round = 0; round < 2; round++)
      for (let number = 0; number < 5000; number++) {
        const name = `node-${number}`
        expect(infos({ containers: containers[0]!, affinity: required(named(name)) }).nodeNames).toEqual([name])
      }
  })
})
