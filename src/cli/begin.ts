import type { Cluster } from '../cluster.ts'
import { createCluster } from '../create.ts'
import { importCluster } from '../importCluster.ts'
import type { ClusterOptions } from '../options.ts'
import type { SkippedIn } from './applyFiles.ts'
import { aboutFile } from './open.ts'
import { readSources } from './sources.ts'

/** A cluster to begin with, and what is to be said of it. */
export interface Begun {
  readonly cluster: Cluster
  readonly skipped: readonly SkippedIn[]
  readonly warnings: readonly string[]
}

/** A new cluster, or the one of a dump. */
export async function begin(dump: string | undefined, options: ClusterOptions): Promise<Begun> {
  if (dump === undefined) return { cluster: createCluster(options), skipped: [], warnings: [] }
  const { nodes: _, ...others } = options
  const texts = (await readSources([dump])).map(({ text }) => text)
  const { cluster, skipped, assumed } = aboutFile(dump, () => importCluster(texts, others))
  return {
    cluster,
    skipped: skipped.map((one) => ({ ...one, file: dump })),
    warnings: assumed.map(({ kind, name, reason }) => `${kind.toLowerCase()}/${name} is not in ${dump}: ${reason}`),
  }
}
