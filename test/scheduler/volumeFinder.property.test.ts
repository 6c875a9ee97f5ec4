import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { PersistentVolume, PersistentVolumeClaim } from '../../src/api/types/core.ts'
import { matchingVolume } from '../../src/api/volumes/matching.ts'
import { VolumeFinder } from '../../src/scheduler/volumes/finder.ts'

const requirement = fc.record({
  key: fc.constantFrom('host', 'zone'),
  operator: fc.constantFrom('In', 'In', 'In', 'NotIn', 'Exists'),
  values: fc.subarray(['a', 'b', 'c'], { minLength: 1 }),
})

const volumes = fc.array(
  fc.record({
    size: fc.integer({ min: 1, max: 4 }),
    terms: fc.option(fc.array(fc.array(requirement, { minLength: 1, maxLength: 2 }), { minLength: 1, maxLength: 2 })),
    isReserved: fc.constantFrom(false, false, false, false, false, true),
    isAvailable: fc.constantFrom(true, true, true, false),
    modes: fc.subarray(['ReadWriteOnce', 'ReadOnlyMany'], { minLength: 1 }),
  }),
  { maxLength: 8 },
)

const claim = {
  apiVersion: 'v1',
  kind: 'PersistentVolumeClaim',
  metadata: { name: 'data', namespace: 'default', uid: 'u' },
  spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '2Gi' } }, storageClassName: 'x' },
  status: { phase: 'Pending' },
} as unknown as PersistentVolumeClaim

test('what is found node by node is what FindMatchingVolume finds there', () => {
  fc.assert(
    fc.property(
      volumes,
      fc.record({ host: fc.constantFrom('a', 'b'), zone: fc.constantFrom('a', 'c', 'd') }),
      fc.subarray(['v0', 'v1', 'v2']),
      (given, labels, taken) => {
        const reserved = given.findIndex(({ isReserved }) => isReserved)
        const all = given.map(
          ({ size, terms, isAvailable, modes }, i) =>
            ({
              metadata: { name: `v${i}`, uid: `u${i}` },
              spec: {
                capacity: { storage: `${size}Gi` },
                accessModes: modes,
                storageClassName: 'x',
                ...(i === reserved && { claimRef: { namespace: 'default', name: 'data' } }),
                ...(terms && {
                  nodeAffinity: {
                    required: { nodeSelectorTerms: terms.map((matchExpressions) => ({ matchExpressions })) },
                  },
                }),
              },
              status: { phase: isAvailable ? 'Available' : 'Bound' },
            }) as unknown as PersistentVolume,
        )
        const place = { name: 'n', labels }
        const finder = new VolumeFinder(claim, all)
        const expected = matchingVolume(claim, all, { place, delayed: true, taken: new Set(taken) })
        const isReservedTaken = reserved !== -1 && taken.includes(`v${reserved}`)
        // A claim's own volume is taken by nobody else.
        fc.pre(!isReservedTaken)
        expect(finder.best(place, new Set(taken))?.metadata.name).toBe(expected?.metadata.name)
      },
    ),
    { numRuns: 500 },
  )
})
