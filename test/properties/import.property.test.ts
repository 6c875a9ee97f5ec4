import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Cluster, importCluster, loadCluster, replay } from '../../src/index.ts'
import { bare, dumpOf, objectsOf } from '../support/dump.ts'
import { type Action, actions, everything, live, lived, options, tries } from './world.ts'

const { nodes: _, ...without } = options

/** A cluster that has lived, and whose API server answers whoever dumps it. */
function dumpable(list: readonly Action[]): Cluster {
  const cluster = lived(list)
  cluster.faults.heal()
  return cluster
}

/** A cluster of a dump of one that has lived; a moment later, so that its controllers have said what there is. */
function imported(list: readonly Action[]): { original: Cluster; cluster: Cluster } {
  const original = dumpable(list)
  original.advance('1s')
  const { cluster, skipped } = importCluster(dumpOf(original), without)
  expect(skipped).toEqual([])
  return { original, cluster }
}

test('what is dumped and imported again is what it was', () => {
  fc.assert(
    fc.property(actions, (list) => {
      const { original, cluster } = imported(list)
      const before = objectsOf(original).map(bare)
      const after = new Map(objectsOf(cluster).map((object) => [object.metadata.uid, bare(object)]))
      for (const object of before as { metadata: { uid: string } }[])
        expect(after.get(object.metadata.uid)).toEqual(object)
    }),
    tries(15),
  )
})

test('an imported cluster forks, replays, and is saved and loaded, like any other', () => {
  fc.assert(
    fc.property(actions, actions, (before, after) => {
      const { cluster } = imported(before)
      const [fork, loaded] = [cluster.fork(), loadCluster(cluster.save())]
      for (const one of [cluster, fork, loaded]) live(one, after)
      expect(fork.historyHash()).toBe(cluster.historyHash())
      expect(loaded.historyHash()).toBe(cluster.historyHash())
      expect(everything(loaded)).toBe(everything(cluster))
      expect(replay(cluster.journal).historyHash()).toBe(cluster.historyHash())
      expect(importCluster(dumpOf(dumpable(before)), without).cluster.historyHash()).toBe(
        importCluster(dumpOf(dumpable(before)), without).cluster.historyHash(),
      )
    }),
    tries(10),
  )
})
