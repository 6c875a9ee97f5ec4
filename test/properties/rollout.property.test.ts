import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  type Cluster,
  type ClusterOptions,
  createCluster,
  type Deployment,
  isStatusError,
  type Manifest,
  type Pod,
  replay,
} from '../../src/index.ts'
import { tries } from './world.ts'

interface Plan {
  readonly replicas: number
  readonly maxSurge: number | string
  readonly maxUnavailable: number | string
  readonly minReadySeconds: number
  readonly ready: readonly [low: number, high: number]
  readonly stop: number
  readonly delivery: readonly [low: number, high: number]
  readonly seed: number
}

const limit = fc.oneof(
  fc.nat(4),
  fc.nat(100).map((share) => `${share}%`),
)
const span = (most: number): fc.Arbitrary<readonly [number, number]> =>
  fc.tuple(fc.nat(most), fc.nat(most)).map(([a, b]) => [Math.min(a, b), Math.max(a, b)] as const)
const plan: fc.Arbitrary<Plan> = fc
  .record({
    replicas: fc.nat(12),
    maxSurge: limit,
    maxUnavailable: limit,
    minReadySeconds: fc.oneof(fc.constant(0), fc.nat(5)),
    ready: span(9000),
    stop: fc.nat(9000),
    delivery: span(200),
    seed: fc.nat(99),
  })
  .filter(({ maxSurge, maxUnavailable }) => Number.parseInt(`${maxSurge}`) + Number.parseInt(`${maxUnavailable}`) > 0)

/** As many as a limit allows of so many pods, as Kubernetes rounds it. */
function allowed({ replicas, maxSurge, maxUnavailable }: Plan): { surge: number; unavailable: number } {
  const share = (value: number | string): number =>
    typeof value === 'number' ? value : (Number.parseInt(value) * replicas) / 100
  const [surge, unavailable] = [Math.ceil(share(maxSurge)), Math.floor(share(maxUnavailable))]
  return { surge, unavailable: Math.min(replicas, surge + unavailable === 0 ? 1 : unavailable) }
}

function manifest({ replicas, maxSurge, maxUnavailable, minReadySeconds }: Plan, image: string): Manifest<Deployment> {
  return {
    metadata: { name: 'web' },
    spec: {
      replicas,
      minReadySeconds,
      selector: { matchLabels: { app: 'web' } },
      strategy: { rollingUpdate: { maxSurge, maxUnavailable } },
      template: {
        metadata: { labels: { app: 'web', tier: 'front' } },
        spec: { containers: [{ name: 'main', image }] },
      },
    },
  }
}

const optionsOf = ({ ready, stop, delivery, seed }: Plan): ClusterOptions => ({
  seed,
  nodes: 4,
  behaviours: [{ image: 'web:*', ready: { uniform: ready }, stop }],
  latency: { watchDelivery: { uniform: delivery } },
  history: 'all',
})

const isWhole = (cluster: Cluster, replicas: number): boolean => {
  const { metadata, status } = cluster.deployments.get('web')
  const { observedGeneration, updatedReplicas = 0, availableReplicas = 0, replicas: all = 0 } = status
  return (
    observedGeneration === metadata.generation &&
    [updatedReplicas, availableReplicas, all].every((count) => count === replicas)
  )
}

function untilWhole(cluster: Cluster, replicas: number): void {
  cluster.runUntil(() => isWhole(cluster, replicas), { timeout: '30m' })
}

/** Calls `look` with the pods as they were at every revision after one, and the time it was. */
function atEveryRevision(cluster: Cluster, after: number, look: (pods: readonly Pod[], at: number) => void): void {
  const pods = new Map(
    cluster
      .at(after)
      .pods.list()
      .items.map((pod) => [pod.metadata.name, pod]),
  )
  for (const { type, object, at } of cluster.history(after)) {
    if (object.kind !== 'Pod') continue
    if (type === 'DELETED') pods.delete(object.metadata.name)
    else pods.set(object.metadata.name, object as Pod)
    look([...pods.values()], at)
  }
}

const isLeft = ({ metadata, status }: Pod): boolean =>
  metadata.deletionTimestamp === undefined && status.phase !== 'Failed' && status.phase !== 'Succeeded'

function isAvailable(pod: Pod, minReadySeconds: number, at: number): boolean {
  const ready = pod.status.conditions?.find(({ type }) => type === 'Ready')
  if (!isLeft(pod) || ready?.status !== 'True') return false
  return minReadySeconds === 0 || Date.parse(ready.lastTransitionTime!) + minReadySeconds * 1000 <= at
}

test('a rolling update keeps enough pods available and makes none too many, at every revision', () => {
  fc.assert(
    fc.property(plan, (one) => {
      const cluster = createCluster(optionsOf(one))
      cluster.deployments.create(manifest(one, 'web:1'))
      untilWhole(cluster, one.replicas)
      const { revision } = cluster
      cluster.deployments.update('web', (draft) => void (draft.spec.template.spec.containers[0]!.image = 'web:2'))
      untilWhole(cluster, one.replicas)
      const { surge, unavailable } = allowed(one)
      let steps = 0
      atEveryRevision(cluster, revision, (pods, at) => {
        const available = pods.filter((pod) => isAvailable(pod, one.minReadySeconds, at)).length
        expect(available).toBeGreaterThanOrEqual(one.replicas - unavailable)
        expect(pods.filter(isLeft).length).toBeLessThanOrEqual(one.replicas + surge)
        steps++
      })
      if (one.replicas > 0) expect(steps).toBeGreaterThan(one.replicas)
      const images = cluster.pods
        .list()
        .items.filter(isLeft)
        .map(({ spec }) => spec.containers[0]!.image)
      expect(images).toEqual(Array<string>(one.replicas).fill('web:2'))
    }),
    tries(60),
  )
})

type Step =
  | { readonly do: 'image'; readonly tag: number }
  | { readonly do: 'scale'; readonly replicas: number }
  | { readonly do: 'advance'; readonly ms: number }
  | { readonly do: 'undo' | 'restart' | 'pause' | 'resume' | 'killPod' | 'deleteOldSet' }

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ do: fc.constant('image' as const), tag: fc.nat(3) }),
  fc.record({ do: fc.constant('scale' as const), replicas: fc.nat(8) }),
  { weight: 3, arbitrary: fc.record({ do: fc.constant('advance' as const), ms: fc.nat(15_000) }) },
  fc.record({ do: fc.constantFrom('undo', 'restart', 'pause', 'resume', 'killPod', 'deleteOldSet' as const) }),
)

/** Does one step; what kubectl would refuse is part of life. */
function take(cluster: Cluster, one: Step): void {
  try {
    perform(cluster, one)
  } catch (error) {
    if (!isStatusError(error)) throw error
  }
}

function perform(cluster: Cluster, one: Step): void {
  const { deployments, pods, replicaSets } = cluster
  if (one.do === 'advance') cluster.advance(one.ms)
  else if (one.do === 'scale') deployments.scale('web', one.replicas)
  else if (one.do === 'undo') deployments.rollback('web')
  else if (one.do === 'image')
    deployments.update('web', (draft) => void (draft.spec.template.spec.containers[0]!.image = `web:${one.tag}`))
  else if (one.do === 'killPod')
    pods
      .list()
      .items.slice(0, 1)
      .forEach(({ metadata }) => pods.delete(metadata.name))
  else if (one.do === 'deleteOldSet') {
    const empty = replicaSets.list().items.find(({ spec, status }) => spec.replicas === 0 && status.replicas === 0)
    if (empty !== undefined) replicaSets.delete(empty.metadata.name)
  } else deployments[one.do]('web')
}

test('whatever is asked for meanwhile, a deployment ends as it was last asked to be', () => {
  const steps = fc.array(step, { minLength: 1, maxLength: 25, size: 'max' })
  const kind = fc.constantFrom('RollingUpdate', 'Recreate')
  fc.assert(
    fc.property(plan, kind, steps, fc.nat(3), (one, type, list, revisionHistoryLimit) => {
      const cluster = createCluster(optionsOf(one))
      const failures: string[] = []
      cluster.on('failure', (failure) => failures.push(String(failure)))
      const { metadata, spec } = manifest(one, 'web:0')
      const strategy = type === 'Recreate' ? { type } : spec!.strategy
      cluster.deployments.create({ metadata, spec: { ...spec, strategy, revisionHistoryLimit } })
      for (const each of list) take(cluster, each)
      if (cluster.deployments.get('web').spec.paused === true) cluster.deployments.resume('web')
      const { replicas, template } = cluster.deployments.get('web').spec
      untilWhole(cluster, replicas!)
      cluster.advance('1m')
      expect(failures).toEqual([])
      expect(isWhole(cluster, replicas!)).toBe(true)
      const pods = cluster.pods.list().items
      expect(pods.map(({ spec }) => spec.containers[0]!.image)).toEqual(
        Array<string>(replicas!).fill(template.spec.containers[0]!.image!),
      )
      const sets = cluster.replicaSets.list().items
      expect(sets.length).toBeLessThanOrEqual(revisionHistoryLimit + 1)
      const revisions = sets.map(({ metadata }) => Number(metadata.annotations!['deployment.kubernetes.io/revision']))
      expect(new Set(revisions).size).toBe(sets.length)
      expect(cluster.deployments.get('web').metadata.annotations!['deployment.kubernetes.io/revision']).toBe(
        String(Math.max(...revisions)),
      )
      const reasons = cluster.deployments.get('web').status.conditions!.map(({ reason }) => reason)
      expect(reasons.sort()).toEqual(['MinimumReplicasAvailable', 'NewReplicaSetAvailable'])
      expect(replay(cluster.journal).historyHash()).toBe(cluster.historyHash())
    }),
    tries(40),
  )
})

test('a deployment that recreates never runs two templates', () => {
  const tags = fc.array(fc.tuple(fc.nat(2), fc.nat(12_000)), { minLength: 1, maxLength: 5 })
  fc.assert(
    fc.property(plan, tags, (one, list) => {
      const cluster = createCluster(optionsOf(one))
      const { metadata, spec } = manifest(one, 'web:0')
      cluster.deployments.create({ metadata, spec: { ...spec, strategy: { type: 'Recreate' } } })
      for (const [tag, ms] of list) {
        cluster.advance(ms)
        take(cluster, { do: 'image', tag })
      }
      untilWhole(cluster, one.replicas)
      const seen = new Set<string>()
      atEveryRevision(cluster, 0, (pods) => {
        const images = new Set(pods.map(({ spec }) => spec.containers[0]!.image!))
        expect(images.size).toBeLessThanOrEqual(1)
        for (const image of images) seen.add(image)
      })
      if (one.replicas > 0) expect(seen).toContain(`web:${list.at(-1)![0]}`)
    }),
    tries(30),
  )
})

test('a roll-out that cannot get on says so when its deadline has passed, and is undone to the very template', () => {
  fc.assert(
    // Longer than it takes until nothing moves any more: an old pod may take 9 s to stop.
    fc.property(plan, fc.integer({ min: 20, max: 90 }), (one, progressDeadlineSeconds) => {
      fc.pre(one.replicas > 0)
      const options = optionsOf(one)
      const behaviours = [{ image: 'never:*', ready: false as const }, ...options.behaviours!]
      const cluster = createCluster({ ...options, behaviours })
      const { metadata, spec } = manifest(one, 'web:1')
      cluster.deployments.create({ metadata, spec: { ...spec, progressDeadlineSeconds } })
      untilWhole(cluster, one.replicas)
      const { template } = cluster.deployments.get('web').spec
      const before = cluster.replicaSets.list().items.map(({ metadata }) => metadata.uid)
      cluster.deployments.update('web', (draft) => void (draft.spec.template.spec.containers[0]!.image = 'never:1'))
      const progress = (): unknown => {
        const { conditions = [] } = cluster.deployments.get('web').status
        return conditions.find(({ type }) => type === 'Progressing')!.reason
      }
      cluster.settle()
      expect(['NewReplicaSetCreated', 'ReplicaSetUpdated']).toContain(progress())
      cluster.advance((progressDeadlineSeconds + 2) * 1000)
      expect(progress()).toBe('ProgressDeadlineExceeded')
      cluster.deployments.rollback('web')
      untilWhole(cluster, one.replicas)
      expect(cluster.deployments.get('web').spec.template).toEqual(template)
      const active = cluster.replicaSets.list().items.filter(({ spec }) => spec.replicas! > 0)
      expect(active.map(({ metadata }) => metadata.uid)).toEqual(before)
      cluster.advance('1m')
      expect(progress()).toBe('NewReplicaSetAvailable')
    }),
    tries(25),
  )
})
