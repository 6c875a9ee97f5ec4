// As goOn.ts, of clusters that are left alone: without fast-check, which needs more than the language.
import { loadCluster } from '../../src/index.ts'

declare const cases: readonly string[]

console.log(
  JSON.stringify(
    cases.map((saved) => {
      const cluster = loadCluster(saved)
      const isSame = cluster.save() === saved
      cluster.advance('10m')
      return { isSame, hash: cluster.historyHash() }
    }),
  ),
)
