import type { Cluster } from '../cluster.ts'
import type { SkippedIn } from './applyFiles.ts'
import { print } from './output.ts'

/** How a run is told; it listens from the moment it is made. */
export interface Report {
  begin(
    skipped: readonly SkippedIn[],
    warnings: readonly string[],
    about: { readonly nodes: number; readonly seed: number },
  ): void
  fault(at: number, node: string, what: string): void
  /** Returns whether everything is ready. */
  end(): boolean
}

/** What is shown in the end, in whatever namespace, where there is any. */
const shown: readonly string[] = Object.freeze([
  'nodes',
  'deployments',
  'statefulsets',
  'daemonsets',
  'replicationcontrollers',
  'cronjobs',
  'jobs',
  'services',
  'endpoints',
])

/** What there is in the end, as kubectl shows it. */
export function printTables(cluster: Cluster): void {
  print('')
  print(cluster.table('pods', { allNamespaces: true, wide: true }))
  for (const resource of shown) {
    const table = cluster.table(resource, { allNamespaces: true })
    if (!table.startsWith('No resources found')) print(table)
  }
}
