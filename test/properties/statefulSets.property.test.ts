import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Cluster, createCluster, isStatusError, type Pod, replay } from '../../src/index.ts'
import { claimTemplate, isReady, podsOf, statefulSet } from '../support/statefulSets.ts'
import { storageClass } from '../support/volumes.ts'
import { tries } from './world.ts'

interface Plan {
  readonly replicas: number
  readonly policy: 'OrderedReady' | 'Parallel'
  readonly minReadySeconds: number
  readonly partition: number
  readonly whenScaled: 'Retain' | 'Delete'
  readonly ready: readonly [low: number, high: number]
  readonly stop: number
  readonly delivery: readonly [low: number, high: number]
  readonly seed: number
}

const span = (most: number): fc.Arbitrary<readonly [number, number]> =>
  fc.tuple(fc.nat(most), fc.nat(most)).map(([a, b]) => [Math.min(a, b), Math.max(a, b)] as const)
const plan: fc.Arbitrary<Plan> = fc.record({
  replicas: fc.nat(5),
  policy: fc.constantFrom('OrderedReady', 'Parallel'),
  minReadySeconds: fc.oneof(fc.constant(0), fc.nat(5)),
  partition: fc.oneof(fc.constant(0), fc.nat(3)),
  whenScaled: fc.constantFrom('Retain', 'Delete'),
  ready: span(9000),
  stop: fc.nat(9000),
  delivery: span(200),
  seed: fc.nat(99),
})

type Step =
  | { readonly do: 'image' | 'scale' | 'start'; readonly number: number }
  | { readonly do: 'advance'; readonly ms: number }
  | { readonly do: 'undo' | 'restart' }
  | { readonly do: 'kill' | 'lose' | 'crash' | 'loseClaim'; readonly number: number }

const asks: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ do: fc.constantFrom('image' as const, 'scale' as const, 'scale' as const), number: fc.nat(5) }),
  { weight: 2, arbitrary: fc.record({ do: fc.constant('advance' as const), ms: fc.nat(20_000) }) },
  fc.record({ do: fc.constantFrom('undo' as const, 'restart' as const) }),
)
const befalls: fc.Arbitrary<Step> = fc.record({
  do: fc.constantFrom('kill' as const, 'lose' as const, 'crash' as const, 'start' as const, 'loseClaim' as const),
  number: fc.nat(5),
})

/** Does one step; what kubectl would refuse is part of life. */
function take(cluster: Cluster, one: Step): void {
  try {
    perform(cluster, one)
  } catch (error) {
    if (!isStatusError(error)) throw error
  }
}

function perform(cluster: Cluster, one: Step): void {
  const { statefulSets, pods, persistentVolumeClaims, faults } = cluster
  switch (one.do) {
    case 'advance':
      return cluster.advance(one.ms)
    case 'scale':
      return void statefulSets.scale('web', one.number)
    case 'start':
      return void statefulSets.update('web', (draft) => void (draft.spec.ordinals = { start: one.number }))
    case 'image':
      return void statefulSets.update(
        'web',
        (draft) => void (draft.spec.template.spec.containers[0]!.image = `web:${one.number}`),
      )
    case 'undo':
      return void statefulSets.rollback('web')
    case 'restart':
      return void statefulSets.restart('web')
    case 'kill':
      return void pods.delete(`web-${one.number}`)
    case 'lose':
      return void pods.updateStatus(`web-${one.number}`, (draft) => void (draft.status.phase = 'Failed'))
    case 'loseClaim':
      return void persistentVolumeClaims.delete(`data-web-${one.number}`)
    case 'crash': {
      const controller = 'statefulset-controller'
      const restartAfterMs = one.number * 1000
      return void faults.inject({ type: 'crashController', controller, atCall: 1 + one.number, restartAfterMs })
    }
  }
}

function begun(one: Plan): Cluster {
  const { replicas, policy, minReadySeconds, partition, whenScaled, ready, stop, delivery, seed } = one
  const cluster = createCluster({
    seed,
    nodes: 4,
    behaviours: [{ image: 'web:*', ready: { uniform: ready }, stop }],
    latency: { watchDelivery: { uniform: delivery } },
    history: 'all',
  })
  cluster.apply(storageClass('disk'))
  cluster.statefulSets.create(
    statefulSet('web', replicas, {
      podManagementPolicy: policy,
      minReadySeconds,
      revisionHistoryLimit: 2,
      updateStrategy: { rollingUpdate: { partition } },
      persistentVolumeClaimRetentionPolicy: { whenScaled },
      volumeClaimTemplates: [claimTemplate('data')],
    }),
  )
  return cluster
}

const ordinalOf = ({ metadata }: Pod): number => Number(metadata.name.slice('web-'.length))
const isGone = ({ status }: Pod): boolean => status.phase === 'Failed' || status.phase === 'Succeeded'

test('in order, a pod is made when all before it are ready, and asked to go when all after it are ready or gone', () => {
  fc.assert(
    fc.property(plan, fc.array(asks, { maxLength: 12 }), (one, list) => {
      const cluster = begun({ ...one, policy: 'OrderedReady' })
      for (const each of [...list, { do: 'advance', ms: 300_000 } as const]) take(cluster, each)
      const pods = new Map<string, Pod>()
      let made = 0
      for (const { type, object, previous } of cluster.history(0)) {
        if (object.kind !== 'Pod') continue
        const pod = object as Pod
        const others = [...pods.values()].filter(({ metadata }) => metadata.name !== pod.metadata.name)
        if (type === 'ADDED') {
          const before = others.filter((other) => ordinalOf(other) < ordinalOf(pod))
          expect(before.filter(isReady)).toHaveLength(ordinalOf(pod))
          made++
        } else if (type === 'MODIFIED' && previous!.metadata.deletionTimestamp !== pod.metadata.deletionTimestamp) {
          const after = others.filter((other) => ordinalOf(other) > ordinalOf(pod))
          expect(after.filter((other) => !isReady(other))).toEqual([])
        }
        if (type === 'DELETED') pods.delete(pod.metadata.name)
        else pods.set(pod.metadata.name, pod)
      }
      expect(made).toBeGreaterThanOrEqual(podsOf(cluster).length)
    }),
    tries(50),
  )
})

test('whatever is asked for and happens meanwhile, a stateful set ends as it was last asked to be', () => {
  const steps = fc.array(fc.oneof({ weight: 2, arbitrary: asks }, befalls), {
    minLength: 1,
    maxLength: 20,
    size: 'max',
  })
  fc.assert(
    fc.property(plan, steps, (one, list) => {
      const cluster = begun(one)
      for (const each of list) take(cluster, each)
      cluster.faults.heal()
      cluster.controllers.restart('statefulset-controller')
      // The longest back-off of a key, and then one pod after the other.
      cluster.advance('30m')
      const { metadata, spec, status } = cluster.statefulSets.get('web')
      const { replicas = 1, ordinals, template } = spec
      const start = ordinals?.start ?? 0
      const names = Array.from({ length: replicas }, (_, index) => `web-${start + index}`)
      const pods = podsOf(cluster)
      expect(pods.map((pod) => pod.metadata.name)).toEqual(names)
      expect(pods.filter((pod) => !isReady(pod) || isGone(pod))).toEqual([])
      const updated = pods.filter(({ spec: own }) => own.containers[0]!.image === template.spec.containers[0]!.image)
      expect(updated.length).toBeGreaterThanOrEqual(Math.max(0, replicas - one.partition))
      expect(status).toMatchObject({ observedGeneration: metadata.generation, replicas, availableReplicas: replicas })
      const claims = cluster.persistentVolumeClaims.list().items
      const kept = claims.filter(({ status: { phase } }) => phase === 'Bound').map((claim) => claim.metadata.name)
      expect(kept).toEqual(expect.arrayContaining(names.map((name) => `data-${name}`)))
      const { items: revisions } = cluster.controllerRevisions.list()
      const used = new Set([
        status.currentRevision,
        status.updateRevision,
        ...pods.map((pod) => pod.metadata.labels!['controller-revision-hash']),
      ])
      expect(revisions.map((revision) => revision.metadata.name)).toEqual(expect.arrayContaining([...used]))
      expect(revisions.filter((revision) => !used.has(revision.metadata.name)).length).toBeLessThanOrEqual(2)
      expect(Math.max(...revisions.map(({ revision }) => revision))).toBe(
        revisions.find((revision) => revision.metadata.name === status.updateRevision)!.revision,
      )
      expect(replay(cluster.journal).historyHash()).toBe(cluster.historyHash())
    }),
    tries(40),
  )
})

test('whenScaled: Delete leaves the claims of the pods that there are, and no others', () => {
  fc.assert(
    fc.property(plan, fc.array(asks, { minLength: 1, maxLength: 12 }), (one, list) => {
      const cluster = begun({ ...one, whenScaled: 'Delete' })
      for (const each of list) take(cluster, each)
      cluster.advance('10m')
      const names = podsOf(cluster).map(({ metadata }) => metadata.name)
      expect(names).toHaveLength(cluster.statefulSets.get('web').spec.replicas!)
      const claims = cluster.persistentVolumeClaims.list().items.map(({ metadata }) => metadata.name)
      expect(claims).toEqual(names.map((name) => `data-${name}`))
    }),
    tries(30),
  )
})
