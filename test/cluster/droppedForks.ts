// Run with --expose-gc --no-incremental-marking, by itself: prints how many megabytes dead forks held at most, and at the end.
import { createCluster } from '../../src/index.ts'

const MEGABYTE = 1 << 20
/** `minor` goes through young memory alone, as happens every few milliseconds. */
const gc = (globalThis as unknown as { readonly gc: (options?: { readonly type: 'minor' }) => void }).gc
const weight = (): number => process.memoryUsage().arrayBuffers / MEGABYTE

const cluster = createCluster({ nodes: [{ count: 3, cpu: '4', memory: '8Gi' }] })
cluster.settle()

/**
 * So many forks, each with two megabytes that go when it does: what holds its kernel need not hold the rest. Returns the
 * most that there was at once.
 */
function drop(forks: number): number {
  let most = 0
  for (let count = 0; count < forks; count++) {
    const fork = cluster.fork()
    fork.advance('1s')
    for (const part of [fork, fork.replayer().parts.kernel]) Object.assign(part, { weight: new ArrayBuffer(MEGABYTE) })
    most = Math.max(most, weight())
  }
  return most
}

drop(3)
gc()
gc()
const before = weight()
const most = drop(10) - before
// What survives twice counts as old; the buffers of one time are freed by the next.
for (let time = 0; time < 3; time++) gc({ type: 'minor' })
console.log(JSON.stringify({ most, left: weight() - before }))
