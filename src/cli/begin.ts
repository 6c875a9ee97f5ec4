import type { Cluster } from '../cluster.ts'
import type { DumpedRef } from '../cluster/dump.ts'
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

const named = ({ kind, name }: DumpedRef): string => `${kind.toLowerCase()}/${name}`

/** A new cluster, or the one of a dump. */
export async function begin(dump: string | undefined, options: ClusterOptions): Promise<Begun> {
  if (dump === undefined) return { cluster: createCluster(options), skipped: [], warnings: [] }
  const { nodes: _, ...others } = options
  const texts = (await readSources([dump])).map(({ text }) => text)
  const { cluster, skipped, dropped, assumed } = aboutFile(dump, () => importCluster(texts, others))
  return {
    cluster,
    skipped: skipped.map((one) => ({ ...one, file: dump })),
    warnings: [
      ...dropped.map((one) => `${named(one)} of ${dump} is taken without what is not known: ${one.reason}`),
      ...assumed.map((one) => `${named(one)} is not in ${dump}: ${one.reason}`),
    ],
  }
}
