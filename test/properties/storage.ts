import fc from 'fast-check'
import type { Cluster } from '../../src/index.ts'
import { claim, ephemeral, lateClass, storageClass, user, volume } from '../support/volumes.ts'

const classes = ['now', 'late', 'hand'] as const

/** One thing done to volumes, claims and the pods that use them; `pick` chooses among those there are. */
export type Storage =
  | {
      readonly do: 'claim'
      readonly name: string
      readonly of: (typeof classes)[number]
      readonly size: number
      readonly alone: boolean
    }
  | { readonly do: 'disk'; readonly size: number; readonly node: number; readonly policy: string }
  | { readonly do: 'consumer'; readonly claims: readonly string[]; readonly own?: boolean }
  | { readonly do: 'driver'; readonly node: number; readonly count: number }
  | { readonly do: 'deleteClaim' | 'deleteDisk'; readonly pick: number }
  | { readonly do: 'grow'; readonly pick: number; readonly size: number }

const names = ['c0', 'c1', 'c2', 'c3'] as const

export const storage: fc.Arbitrary<Storage> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('claim' as const),
      name: fc.constantFrom(...names),
      of: fc.constantFrom(...classes),
      size: fc.integer({ min: 1, max: 3 }),
      alone: fc.constantFrom(false, false, true),
    }),
  },
  fc.record({
    do: fc.constant('disk' as const),
    size: fc.integer({ min: 1, max: 4 }),
    node: fc.nat(2),
    policy: fc.constantFrom('Retain', 'Delete', 'Recycle'),
  }),
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('consumer' as const),
      claims: fc.subarray([...names], { minLength: 1, maxLength: 2 }),
      own: fc.boolean(),
    }),
  },
  fc.record({ do: fc.constant('driver' as const), node: fc.nat(2), count: fc.nat(2) }),
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('grow' as const),
      pick: fc.nat(20),
      size: fc.integer({ min: 1, max: 6 }),
    }),
  },
  fc.record({ do: fc.constantFrom('deleteClaim' as const, 'deleteDisk' as const), pick: fc.nat(20) }),
)

/** Does it. Throws what the API refuses. */
export function store(cluster: Cluster, one: Storage): void {
  if (one.do === 'claim') return makeClaim(cluster, one)
  if (one.do === 'consumer') {
    const mounted = one.own === true ? ['own'] : one.claims.map((_, i) => `v${i}`)
    const volumeMounts = mounted.map((name) => ({ name, mountPath: `/${name}` }))
    const containers = [{ name: 'main', image: 'web:1', volumeMounts }]
    const own = one.own === true ? { volumes: [ephemeral('own', 'late')] } : {}
    const { metadata, ...pod } = user('', one.claims, { containers, ...own })
    return void cluster.pods.create({ ...pod, metadata: { generateName: 'user-', labels: metadata?.labels ?? {} } })
  }
  if (one.do === 'disk') {
    const { items } = cluster.persistentVolumes.list()
    const expression = { key: 'kubernetes.io/hostname', operator: 'In', values: [`n${one.node}`] }
    const spec = {
      storageClassName: 'hand',
      accessModes: ['ReadWriteOnce', 'ReadOnlyMany'],
      persistentVolumeReclaimPolicy: one.policy,
      nodeAffinity: { required: { nodeSelectorTerms: [{ matchExpressions: [expression] }] } },
    }
    return void cluster.persistentVolumes.create(volume(`disk-${items.length}`, `${one.size}Gi`, spec))
  }
  if (one.do === 'driver') {
    const driver = { name: 'disk.example.com', nodeID: 'x', allocatable: { count: one.count } }
    const made = { metadata: { name: `n${one.node}` }, spec: { drivers: [driver] } }
    if (cluster.csiNodes.find(made.metadata.name) === undefined) cluster.csiNodes.create(made)
    else cluster.csiNodes.update(made)
    return
  }
  if (one.do === 'grow') return resize(cluster, one.pick, `${one.size}Gi`)
  const kind = one.do === 'deleteClaim' ? cluster.persistentVolumeClaims : cluster.persistentVolumes
  const { items } = kind.list()
  if (items.length > 0) kind.delete(items[one.pick % items.length]!.metadata.name)
}

function resize(cluster: Cluster, pick: number, size: string): void {
  const { items } = cluster.persistentVolumeClaims.list()
  if (items.length === 0) return
  cluster.persistentVolumeClaims.update(items[pick % items.length]!.metadata.name, ({ spec }) => {
    spec.resources = { requests: { storage: size } }
  })
}

function makeClaim(cluster: Cluster, { name, of, size, alone }: Extract<Storage, { do: 'claim' }>): void {
  if (cluster.storageClasses.find('now') === undefined) {
    const hand = lateClass('hand', { provisioner: 'kubernetes.io/no-provisioner' })
    cluster.apply([storageClass('now', { allowVolumeExpansion: true }), lateClass('late'), hand])
  }
  const accessModes = [alone ? 'ReadWriteOncePod' : 'ReadWriteOnce']
  cluster.persistentVolumeClaims.create(claim(name, `${size}Gi`, { storageClassName: of, accessModes }))
}
