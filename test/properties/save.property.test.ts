import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Cluster, isStatusError, loadCluster, replay } from '../../src/index.ts'
import { act, actions, everything, live, lived, tries } from './world.ts'

const few = tries(15)
const parts = fc.tuple(actions, actions)

/** What `settle` answers, or how it says that it cannot. */
function settled(cluster: Cluster): unknown {
  try {
    return cluster.settle()
  } catch (error) {
    return String(error)
  }
}

test('a cluster that was saved and loaded goes on as the original would', () => {
  fc.assert(
    fc.property(parts, ([before, after]) => {
      const original = lived(before)
      const loaded = loadCluster(original.save())
      expect(everything(loaded)).toBe(everything(original))
      expect(settled(loaded.fork())).toEqual(settled(original.fork()))
      for (const one of after) {
        act(original, one)
        act(loaded, one)
      }
      expect(loaded.historyHash()).toBe(original.historyHash())
      expect(everything(loaded)).toBe(everything(original))
      expect(loaded.journal).toEqual(original.journal)
      expect(settled(loaded)).toEqual(settled(original))
      expect(loaded.schedulerStats()).toEqual(original.schedulerStats())
      expect(replay(loaded.journal).historyHash()).toBe(original.historyHash())
    }),
    few,
  )
})

test('its past is read as that of the original, as far back as that is kept', () => {
  fc.assert(
    fc.property(parts, fc.integer({ min: 20, max: 200 }), ([before, after], revisions) => {
      const original = lived(before, { history: { revisions } })
      const loaded = loadCluster(original.save())
      live(original, after)
      live(loaded, after)
      expect(loaded.history()).toEqual(original.history())
      for (let { revision } = original; revision >= 0; revision -= 5) {
        const was = pastOf(original, revision)
        expect(pastOf(loaded, revision)).toBe(was)
        if (was === undefined) break
      }
    }),
    few,
  )
})

function pastOf(cluster: Cluster, revision: number): string | undefined {
  try {
    return everything(cluster.at(revision))
  } catch (error) {
    if (isStatusError(error, 'Expired')) return undefined
    throw error
  }
}

test('saving changes nothing, and is the same every time: of a cluster, of its fork and of what was loaded', () => {
  fc.assert(
    fc.property(parts, ([before, after]) => {
      const cluster = lived(before)
      const text = cluster.save()
      const others = [cluster, cluster.fork(), loadCluster(text), loadCluster(text).fork(), lived(before)]
      for (const other of others) expect(other.save() === text).toBe(true)
      live(cluster, after)
      expect(cluster.historyHash()).toBe(lived([...before, ...after]).historyHash())
    }),
    few,
  )
})

test('a fork with a seed of its own is saved with what chance will bring it', () => {
  fc.assert(
    fc.property(parts, fc.integer({ min: 8, max: 99 }), ([before, after], seed) => {
      const fork = lived(before).fork({ seed })
      const loaded = loadCluster(fork.save())
      expect(loaded.seed).toBe(seed)
      for (const one of [fork, loaded]) live(one, after)
      expect(loaded.historyHash()).toBe(fork.historyHash())
      expect(replay(loaded.journal).historyHash()).toBe(fork.historyHash())
    }),
    few,
  )
})

test('saved and loaded after every step, it is a cluster like any other', () => {
  fc.assert(
    fc.property(actions, (list) => {
      let cluster = lived([])
      for (const one of list.slice(0, 12)) {
        act(cluster, one)
        cluster = loadCluster(cluster.save())
      }
      expect(cluster.historyHash()).toBe(lived(list.slice(0, 12)).historyHash())
    }),
    few,
  )
})
