import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  type Cluster,
  createCluster,
  isStatusError,
  loadCluster,
  type Pod,
  replay,
  type ResourceQuota,
} from '../../src/index.ts'
import { type QuotaDeed, quotaDeeds, setQuota } from './quotas.ts'
import { act, actions, lived, tries } from './world.ts'

/** Something that a quota may count comes, changes or goes; some while passes. */
type Step =
  | QuotaDeed
  | { readonly do: 'pod'; readonly name: string; readonly cpu: number; readonly image: string }
  | { readonly do: 'service'; readonly name: string; readonly type: string; readonly ports: number }
  | { readonly do: 'claim'; readonly name: string; readonly size: number }
  | { readonly do: 'set'; readonly name: string; readonly replicas: number }
  | { readonly do: 'resize'; readonly name: string; readonly cpu: number }
  | {
      readonly do: 'delete'
      readonly of: 'pods' | 'services' | 'persistentVolumeClaims' | 'replicaSets'
      readonly name: string
      readonly grace: number
    }
  | { readonly do: 'crash' | 'restart' }
  | { readonly do: 'advance'; readonly ms: number }

const name = fc.constantFrom('a', 'b', 'c', 'd', 'e')
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 3, arbitrary: quotaDeeds },
  fc.record({
    do: fc.constant('quota' as const),
    name: fc.constantFrom('q0', 'q1'),
    hard: fc.constantFrom({ cpu: '1', pods: '5' }, { 'requests.cpu': '700m', 'limits.cpu': '2' }),
    scope: fc.constantFrom('', 'NotBestEffort'),
  }),
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('pod' as const),
      name,
      cpu: fc.constantFrom(0, 100, 300, 500),
      image: fc.constantFrom('web:1', 'batch:1'),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('service' as const),
      name,
      type: fc.constantFrom('ClusterIP', 'NodePort', 'LoadBalancer'),
      ports: fc.integer({ min: 1, max: 3 }),
    }),
  },
  fc.record({ do: fc.constant('claim' as const), name, size: fc.integer({ min: 1, max: 3 }) }),
  fc.record({ do: fc.constant('set' as const), name, replicas: fc.nat(6) }),
  fc.record({ do: fc.constant('resize' as const), name, cpu: fc.constantFrom(50, 200, 600) }),
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('delete' as const),
      of: fc.constantFrom('pods', 'pods', 'services', 'persistentVolumeClaims', 'replicaSets'),
      name,
      grace: fc.constantFrom(0, 5),
    }),
  },
  fc.record({ do: fc.constantFrom('crash' as const, 'restart' as const) }),
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('advance' as const),
      ms: fc.oneof(fc.integer({ min: 0, max: 4 }), fc.integer({ min: 0, max: 9000 })),
    }),
  },
)
const steps = fc.array(step, { maxLength: 40, size: 'max' })

const controller = 'resourcequota-controller'

const make = (): Cluster =>
  createCluster({ nodes: [{ cpu: 4 }, { cpu: 4 }], history: 'all', behaviours: [{ image: 'batch:*', run: '2s' }] })

const containersOf = (cpu: number, image = 'web:1'): object[] => {
  const amounts = { cpu: `${cpu}m` }
  return [{ name: 'main', image, resources: cpu === 0 ? {} : { requests: amounts, limits: amounts } }]
}

function perform(cluster: Cluster, one: Step): void {
  switch (one.do) {
    case 'quota':
    case 'deleteQuota':
      return setQuota(cluster, one)
    case 'advance':
      return cluster.advance(one.ms)
    case 'crash':
    case 'restart':
      return cluster.controllers[one.do](controller)
    case 'pod': {
      const spec = { containers: containersOf(one.cpu, one.image), restartPolicy: 'Never' }
      return void cluster.pods.create({ metadata: { name: one.name }, spec: spec as never })
    }
    case 'service': {
      const ports = Array.from({ length: one.ports }, (_, index) => ({ name: `p${index}`, port: 80 + index }))
      if (cluster.services.find(one.name) === undefined)
        return void cluster.services.create({ metadata: { name: one.name }, spec: { type: one.type, ports } as never })
      return void cluster.services.update(one.name, (draft) => {
        draft.spec.type = one.type
        draft.spec.ports = ports
      })
    }
    case 'claim': {
      const resources = { requests: { storage: `${one.size}Gi` } }
      const spec = { accessModes: ['ReadWriteOnce'], storageClassName: 'none', resources }
      return void cluster.persistentVolumeClaims.create({ metadata: { name: one.name }, spec })
    }
    case 'set': {
      const { name: app } = one
      if (cluster.replicaSets.find(app) !== undefined) return void cluster.replicaSets.scale(app, one.replicas)
      const template = { metadata: { labels: { app } }, spec: { containers: containersOf(100) } }
      const spec = { replicas: one.replicas, selector: { matchLabels: { app } }, template }
      return void cluster.replicaSets.create({ metadata: { name: app }, spec: spec as never })
    }
    case 'resize': {
      const { resources } = containersOf(one.cpu)[0] as { resources: object }
      return void cluster.pods.updateResize(one.name, (draft) => void (draft.spec.containers[0]!.resources = resources))
    }
    case 'delete':
      return void cluster[one.of].delete(one.name, { gracePeriodSeconds: one.grace })
  }
}

function live(cluster: Cluster, list: readonly Step[]): Cluster {
  for (const one of list) {
    try {
      perform(cluster, one)
    } catch (error) {
      if (!isStatusError(error)) throw error
    }
  }
  return cluster
}

/** Nothing here is shared with quotas: amounts are read from the manifest's own words. */
const number = (text: string | undefined): number => {
  if (text === undefined) return 0
  if (text.endsWith('m')) return Number(text.slice(0, -1)) / 1000
  return text.endsWith('Gi') ? Number(text.slice(0, -2)) * 2 ** 30 : Number(text)
}
const cpuOf = ({ spec, status }: Pod, side: 'requests' | 'limits'): number => {
  const [state] = status.containerStatuses ?? []
  const own = number(spec.containers[0]!.resources?.[side]?.['cpu'])
  return Math.max(own, number(state?.resources?.[side]?.['cpu']))
}
const sum = <T>(items: readonly T[], of: (item: T) => number): number =>
  items.reduce((total, one) => total + of(one), 0)

function counted(cluster: Cluster, what: string, scopes: readonly string[]): number {
  const inScope = ({ status: { qosClass } }: Pod): boolean =>
    scopes.every((scope) => (scope === 'BestEffort') === (qosClass === 'BestEffort'))
  const pods = cluster.pods.list().items.filter(inScope)
  const alive = pods.filter(({ status: { phase } }) => phase !== 'Succeeded' && phase !== 'Failed')
  // In a scope there are none but pods.
  const services = scopes.length > 0 ? [] : cluster.services.list().items
  const claims = scopes.length > 0 ? [] : cluster.persistentVolumeClaims.list().items
  switch (what) {
    case 'pods':
      return alive.length
    case 'count/pods':
      return pods.length
    case 'cpu':
    case 'requests.cpu':
      return sum(alive, (pod) => cpuOf(pod, 'requests'))
    case 'limits.cpu':
      return sum(alive, (pod) => cpuOf(pod, 'limits'))
    case 'requests.ephemeral-storage':
      return 0
    case 'services':
      return services.length
    case 'services.nodeports':
      return sum(services, ({ spec }) => (spec.type === 'ClusterIP' ? 0 : (spec.ports ?? []).length))
    case 'persistentvolumeclaims':
      return claims.length
    case 'requests.storage':
      return sum(claims, ({ spec }) => number(spec.resources?.requests?.['storage']))
    case 'count/configmaps':
      return scopes.length > 0 ? 0 : cluster.configMaps.list().items.length
    case 'count/replicasets.apps':
      return scopes.length > 0 ? 0 : cluster.replicaSets.list().items.length
    default:
      throw new Error(`nobody counts ${what} here`)
  }
}

function expectRight(cluster: Cluster): void {
  for (const { metadata, spec, status } of cluster.resourceQuotas.list().items) {
    expect(status.hard, metadata.name).toEqual(spec.hard)
    for (const what of Object.keys(spec.hard ?? {}))
      expect(number(status.used?.[what]), `${metadata.name}: ${what}`).toBeCloseTo(
        counted(cluster, what, spec.scopes ?? []),
        6,
      )
  }
}

test('whatever comes and goes, in whatever order: once all is at rest, what is used is what is there', () => {
  fc.assert(
    fc.property(steps, (list) => {
      const cluster = live(make(), list)
      cluster.controllers.restart(controller)
      cluster.settle()
      expectRight(cluster)
    }),
    tries(60),
  )
})

test('what is let in never raises what is used above what is allowed', () => {
  fc.assert(
    fc.property(steps, (list) => {
      const cluster = live(make(), list)
      for (const { object, previous, actor, revision } of cluster.history()) {
        if (object.kind !== 'ResourceQuota' || actor !== 'kube-apiserver') continue
        const { hard, used } = (object as ResourceQuota).status
        const before = (previous as ResourceQuota).status.used
        for (const [what, text] of Object.entries(used ?? {})) {
          const isRaised = before?.[what] !== undefined && number(text) > number(before[what])
          if (isRaised) expect(number(text), `${what} at ${revision}`).toBeLessThanOrEqual(number(hard?.[what]))
        }
      }
    }),
    tries(40),
  )
})

test('run twice, forked, saved and loaded, or replayed: quotas let in and count the same', () => {
  fc.assert(
    fc.property(steps, steps, (before, after) => {
      const original = live(make(), before)
      const copies = [original.fork(), loadCluster(original.save())]
      for (const one of [original, ...copies]) live(one, after)
      for (const other of [...copies, live(make(), [...before, ...after]), replay(original.journal)])
        expect(other.historyHash()).toBe(original.historyHash())
    }),
    tries(15),
  )
})

test('in whatever a cluster lives through, a quota that nothing disturbs any more comes to what is there', () => {
  fc.assert(
    fc.property(actions, (list) => {
      const cluster = lived(list)
      cluster.faults.heal()
      for (const { name } of cluster.controllers.list()) cluster.controllers.restart(name)
      act(cluster, { do: 'advance', ms: 20 * 60_000 })
      for (const { metadata, spec, status } of cluster.resourceQuotas.list().items) {
        const pods =
          spec.hard?.['count/pods'] === undefined ? undefined : counted(cluster, 'count/pods', spec.scopes ?? [])
        if (pods !== undefined) expect(number(status.used?.['count/pods']), metadata.name).toBe(pods)
      }
    }),
    tries(10),
  )
})
