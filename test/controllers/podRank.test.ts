import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Pod } from '../../src/index.ts'
import { ranked } from '../../src/controllers/podRank.ts'

interface Traits {
  readonly node: string | undefined
  readonly phase: string
  readonly readyFor: number | undefined
  readonly cost: number
  readonly restarts: number
  readonly sidecarRestarts: number
  readonly age: number
}

const now = Date.parse('2020-06-01T00:00:00Z')
const ago = (seconds: number): string => new Date(now - seconds * 1000).toISOString().replace('.000Z', 'Z')

function podOf({ node, phase, readyFor, cost, restarts, sidecarRestarts, age }: Traits, uid: string): Pod {
  const annotations = { 'controller.kubernetes.io/pod-deletion-cost': String(cost) }
  const conditions =
    readyFor === undefined ? [] : [{ type: 'Ready', status: 'True', lastTransitionTime: ago(readyFor) }]
  return {
    metadata: { uid, creationTimestamp: ago(age), annotations },
    spec: { nodeName: node, initContainers: [{ name: 'setup' }, { name: 'proxy', restartPolicy: 'Always' }] },
    status: {
      phase,
      conditions,
      containerStatuses: [{ restartCount: restarts }],
      initContainerStatuses: [
        { name: 'setup', restartCount: 3 * age },
        { name: 'proxy', restartCount: sidecarRestarts },
      ],
    },
  } as unknown as Pod
}

/** What goes first, one criterion after the other, as upstream lists them. */
function criteria(
  { node, phase, readyFor, cost, restarts, sidecarRestarts, age }: Traits,
  all: readonly Traits[],
): readonly number[] {
  const scale = (seconds: number): number => (seconds <= 0 ? -1 : Math.floor(Math.log2(seconds * 1e9)))
  return [
    node === undefined ? 0 : 1,
    ['Pending', 'Unknown', 'Running'].indexOf(phase),
    readyFor === undefined ? 0 : 1,
    cost,
    -all.filter((other) => node !== undefined && other.node === node).length,
    scale(readyFor ?? 0),
    -restarts,
    -sidecarRestarts,
    scale(age),
  ]
}

const traits: fc.Arbitrary<Traits> = fc.record({
  node: fc.constantFrom(undefined, 'a', 'b', 'c'),
  phase: fc.constantFrom('Pending', 'Unknown', 'Running'),
  readyFor: fc.constantFrom(undefined, 0, 1, 2, 3, 4, 70_000),
  cost: fc.constantFrom(0, 0, -2_147_483_648, 2_147_483_647),
  restarts: fc.constantFrom(0, 1, 70_000),
  sidecarRestarts: fc.constantFrom(0, 1, 2),
  age: fc.constantFrom(0, 1, 5, 6, 9, 400_000),
})

test("pods are given up by state, cost, neighbours, readiness, restarts, sidecars' restarts and age, in this order", () => {
  fc.assert(
    fc.property(fc.array(traits, { minLength: 2, maxLength: 12 }), (all) => {
      const pods = all.map((one, index) => podOf(one, String.fromCharCode(97 + index)))
      const keys = new Map(pods.map((pod, index) => [pod, criteria(all[index]!, all)]))
      const order = ranked(pods, pods, now).map((pod) => [...keys.get(pod)!, pod.metadata.uid.charCodeAt(0)])
      const capped = order.map((key) => key.map((value, place) => (place === 6 ? Math.max(value, -65_535) : value)))
      const sorted = [...capped].sort(
        (a, b) => a[a.findIndex((value, i) => value !== b[i])]! - b[a.findIndex((value, i) => value !== b[i])]!,
      )
      expect(capped).toEqual(sorted)
    }),
  )
})
