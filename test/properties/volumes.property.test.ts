import fc from 'fast-check'
import { expect, test } from 'vitest'
import { bytes, type Cluster, createCluster, isStatusError, loadCluster, replay } from '../../src/index.ts'
import { type Storage, storage, store } from './storage.ts'
import { tries } from './world.ts'

type Step =
  | Storage
  | { readonly do: 'advance'; readonly ms: number }
  | { readonly do: 'deletePod'; readonly pick: number; readonly isForced?: boolean }
  | { readonly do: 'machine'; readonly befalls: (typeof mishaps)[number]; readonly node: number }
  | { readonly do: 'restartController'; readonly name: string }

const mishaps = ['crash', 'crash', 'restart', 'restart', 'cutOff', 'shutDown', 'remove'] as const

const controllers = ['persistentvolume-attach-detach-controller', 'external-attacher', 'external-provisioner']

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 3, arbitrary: storage },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('advance' as const),
      ms: fc.oneof(
        fc.integer({ min: 0, max: 40 }).map((ms) => ms / 10),
        fc.integer({ min: 0, max: 20_000 }),
      ),
    }),
  },
  fc.record({ do: fc.constant('deletePod' as const), pick: fc.nat(20), isForced: fc.boolean() }),
  fc.record({ do: fc.constant('machine' as const), befalls: fc.constantFrom(...mishaps), node: fc.nat(2) }),
  fc.record({ do: fc.constant('restartController' as const), name: fc.constantFrom(...controllers) }),
)
const steps = fc.array(step, { maxLength: 20 })

const make = (): Cluster =>
  createCluster({
    nodes: ['a', 'b', 'b'].map((zone, i) => ({ name: `n${i}`, zone, labels: { 'kubernetes.io/hostname': `n${i}` } })),
  })

function befall(cluster: Cluster, node: string, what: (typeof mishaps)[number]): void {
  if (what === 'crash') cluster.faults.crashNode(node)
  else if (what === 'restart') cluster.faults.restartNode(node)
  else if (what === 'cutOff') cluster.faults.partitionNode(node, { for: '45s' })
  else if (what === 'shutDown') cluster.faults.shutdownNode(node)
  else cluster.nodes.delete(node)
}

function live(cluster: Cluster, list: readonly Step[]): Cluster {
  for (const one of list) {
    try {
      if (one.do === 'advance') cluster.advance(one.ms)
      else if (one.do === 'deletePod') {
        const { items } = cluster.pods.list()
        const options = one.isForced === true ? { gracePeriodSeconds: 0 } : {}
        if (items.length > 0) cluster.pods.delete(items[one.pick % items.length]!.metadata.name, options)
      } else if (one.do === 'restartController') cluster.controllers.restart(one.name)
      else if (one.do === 'machine') befall(cluster, `n${one.node}`, one.befalls)
      else store(cluster, one)
    } catch (error) {
      if (!isStatusError(error)) throw error
    }
  }
  return cluster
}

const claimed = (name: string, of: 'now' | 'late' | 'hand'): Step => ({ do: 'claim', name, of, size: 1, alone: false })
const used = (name: string): Step => ({ do: 'consumer', claims: [name] })
const wait = (ms: number): Step => ({ do: 'advance', ms })
const disk: Step = { do: 'disk', size: 2, node: 0, policy: 'Retain' }

const grown = (size: number): Step => ({ do: 'grow', pick: 0, size })

/** A volume that is being made, a disk that is promised, volumes that grow, and one that a pod has, when the story is cut in two. */
const tellers: [before: Step[], after: Step[]][] = [
  [[claimed('c0', 'late'), used('c0'), wait(500)], [wait(5_000)]],
  [
    [claimed('c0', 'now'), wait(2_000), used('c0'), wait(3_000), grown(4), wait(500)],
    [grown(6), wait(5_000)],
  ],
  [
    [claimed('c0', 'now'), used('c0'), wait(9_000), grown(4), wait(1_500)],
    [grown(6), wait(300), grown(3), wait(9_000)],
  ],
  [[claimed('c0', 'now'), wait(2_000), grown(4), wait(2_000), used('c0'), wait(200)], [wait(9_000)]],
  [[disk, claimed('c0', 'hand'), claimed('c1', 'hand'), wait(50), used('c0'), used('c1'), wait(1.15)], [wait(5_000)]],
  [
    [claimed('c0', 'late'), used('c0'), wait(15_000)],
    [{ do: 'deletePod', pick: 0 }, wait(60_000)],
  ],
]

test('run twice, forked, saved and loaded, or replayed: the same volumes come to the same claims', () => {
  fc.assert(
    fc.property(steps, steps, (before, after) => {
      const original = live(make(), before)
      const others = [original.fork(), loadCluster(original.save())]
      live(original, after)
      const expected = original.historyHash()
      for (const other of others) expect(live(other, after).historyHash()).toBe(expected)
      expect(live(make(), [...before, ...after]).historyHash()).toBe(expected)
      expect(replay(original.journal).historyHash()).toBe(expected)
    }),
    { ...tries(15), examples: tellers },
  )
})

test('no volume is ever of two claims, no claim of two volumes, and pods run where theirs can be reached', () => {
  fc.assert(
    fc.property(steps, (list) => {
      const cluster = live(make(), list)
      cluster.advance('5m')
      const claims = cluster.persistentVolumeClaims.list().items
      const volumes = cluster.persistentVolumes.list().items
      const holders = claims.flatMap(({ spec }) => spec.volumeName ?? [])
      expect(new Set(holders).size).toBe(holders.length)
      for (const { metadata, spec, status } of claims) {
        if (status.phase !== 'Bound') continue
        const found = volumes.filter((one) => one.spec.claimRef?.uid === metadata.uid)
        expect(found.map((one) => [one.metadata.name, one.status.phase])).toEqual([[spec.volumeName, 'Bound']])
      }
      for (const { spec } of cluster.pods.list().items) {
        if (spec.nodeName === undefined) continue
        const labels = cluster.nodes.get(spec.nodeName).metadata.labels ?? {}
        for (const { persistentVolumeClaim } of spec.volumes ?? []) {
          if (persistentVolumeClaim === undefined) continue
          const mine = claims.find(({ metadata }) => metadata.name === persistentVolumeClaim.claimName)
          expect(mine?.status.phase).toBe('Bound')
          const terms = volumes.find(({ metadata }) => metadata.name === mine?.spec.volumeName)?.spec.nodeAffinity
          for (const { key, values } of terms?.required?.nodeSelectorTerms[0]?.matchExpressions ?? [])
            expect(values).toContain(labels[key])
        }
      }
    }),
    tries(25),
  )
})

test('what grows never shrinks, is never larger than its volume, and is at last as large as it was asked to be', () => {
  fc.assert(
    fc.property(steps, (list) => {
      const cluster = make()
      const reached = new Map<string, number>()
      for (const one of [...list, wait(300_000)]) {
        live(cluster, [one])
        for (const { metadata, spec, status } of cluster.persistentVolumeClaims.list().items) {
          if (status.phase !== 'Bound') continue
          const size = bytes(status.capacity?.['storage'])
          expect(size).toBeGreaterThanOrEqual(reached.get(metadata.uid) ?? 0)
          const { capacity } = cluster.persistentVolumes.get(spec.volumeName!).spec
          expect(size).toBeLessThanOrEqual(bytes(capacity?.['storage']))
          reached.set(metadata.uid, size)
        }
      }
      const pods = cluster.pods.list().items.filter(({ status }) => status.phase === 'Running')
      for (const { metadata, spec, status } of cluster.persistentVolumeClaims.list().items) {
        if (status.phase !== 'Bound') continue
        const isMounted = pods.some(({ spec: { volumes, containers } }) =>
          volumes?.some(
            ({ name, persistentVolumeClaim: source }) =>
              source?.claimName === metadata.name && containers[0]!.volumeMounts?.some((mount) => mount.name === name),
          ),
        )
        const isServed = spec.storageClassName === 'now'
        const size = bytes(status.capacity?.['storage'])
        const asked = bytes(spec.resources?.requests?.['storage'])
        if (isServed && isMounted) expect(size).toBeGreaterThanOrEqual(asked)
        // Where nothing mounts it, the file system alone is behind.
        else if (isServed && size < asked)
          expect(status.conditions?.map(({ type }) => type)).toContain('FileSystemResizePending')
      }
    }),
    { ...tries(25), examples: tellers.map(([before, after]) => [[...before, ...after]] as [Step[]]) },
  )
})

test('a volume for one node is never attached to two, and what runs on a machine has its volumes there', () => {
  fc.assert(
    fc.property(steps, fc.integer({ min: 0, max: 900_000 }), (list, ms) => {
      // One that begins anew does not know what is on its way, here as upstream.
      const cluster = live(
        make(),
        list.filter((one) => one.do !== 'restartController'),
      )
      cluster.advance(ms)
      const attached = cluster.volumeAttachments.list().items.map(({ spec }) => spec)
      const volumes = attached.map(({ source }) => source.persistentVolumeName)
      expect(new Set(volumes).size).toBe(volumes.length)
      for (const { metadata, spec, status } of cluster.pods.list().items) {
        if (status.containerStatuses?.[0]?.state?.running === undefined) continue
        const claims = (spec.volumes ?? []).flatMap(({ name, persistentVolumeClaim, ephemeral }) =>
          ephemeral === undefined ? (persistentVolumeClaim?.claimName ?? []) : `${metadata.name}-${name}`,
        )
        for (const name of claims) {
          const { volumeName } = cluster.persistentVolumeClaims.get(name).spec
          const volume = cluster.persistentVolumes.find(volumeName!)
          if (volume?.spec.csi === undefined) continue
          const where = attached.find(({ source }) => source.persistentVolumeName === volume.metadata.name)
          expect(where?.nodeName).toBe(spec.nodeName)
        }
      }
    }),
    tries(25),
  )
})
