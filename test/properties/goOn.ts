// Prints, of each case, what becomes of a saved cluster that goes on; wherever it runs, nothing of Node.js is imported.
// Whoever bundles it puts before it what the cases are.
import { loadCluster } from '../../src/index.ts'
import { type Action, everything, live } from './world.ts'

export interface Case {
  readonly saved: string
  readonly after: readonly Action[]
}

declare const cases: readonly Case[]

console.log(
  JSON.stringify(
    cases.map(({ saved, after }) => {
      const cluster = loadCluster(saved)
      const isSame = cluster.save() === saved
      live(cluster, after)
      return { isSame, hash: cluster.historyHash(), all: everything(cluster) }
    }),
  ),
)
