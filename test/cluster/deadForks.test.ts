import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { expect, test } from 'vitest'
import { createCluster } from '../../src/index.ts'

const MEGABYTE = 1 << 20

/**
 * The collector of V8; `minor` goes through young memory alone, as happens every few milliseconds. Old memory is marked
 * only when it is asked for: what dies while V8 is at that stays until it is done.
 */
function collector(): (options?: { readonly type: 'minor' }) => void {
  setFlagsFromString('--expose-gc')
  setFlagsFromString('--no-incremental-marking')
  return runInNewContext('gc') as ReturnType<typeof collector>
}

// One that has been text before it is handed out is no fork but a cluster of its own.
test.skipIf(process.env['WAVETANK_FORKS'] === 'saved')('a dead fork is let go of with what is young', () => {
  const gc = collector()
  const cluster = createCluster({ nodes: [{ count: 3, cpu: '4', memory: '8Gi' }] })
  cluster.settle()
  const weight = (): number => process.memoryUsage().arrayBuffers / MEGABYTE
  /**
   * So many forks, each with two megabytes that go when it does: what holds its kernel need not hold the rest. Returns the
   * most that there was at once.
   */
  const drop = (forks: number): number => {
    let most = 0
    for (let count = 0; count < forks; count++) {
      const fork = cluster.fork()
      fork.advance('1s')
      for (const part of [fork, fork.replayer().parts.kernel])
        Object.assign(part, { weight: new ArrayBuffer(MEGABYTE) })
      most = Math.max(most, weight())
    }
    return most
  }
  drop(3)
  gc()
  gc()
  const before = weight()
  expect(drop(10) - before).toBeGreaterThanOrEqual(2)
  // What survives twice counts as old; the buffers of one time are freed by the next.
  for (let time = 0; time < 3; time++) gc({ type: 'minor' })
  expect(weight() - before).toBeLessThan(2)
})
