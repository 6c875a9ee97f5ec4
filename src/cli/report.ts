import type { KubeObject } from '../api/meta.ts'
import type { Cluster } from '../cluster.ts'
import type { SkippedIn } from './applyFiles.ts'
import { print } from './output.ts'

/** How a run is told; it listens from the moment it is made. */
export interface Report {
  begin(
    applied: readonly KubeObject[],
    skipped: readonly SkippedIn[],
    about: { readonly nodes: number; readonly seed: number },
  ): void
  fault(at: number, node: string, what: string): void
  /** Returns whether everything is ready. */
  end(): boolean
}

/** What there is in the end: pods and nodes; controllers and endpoints where there are any. */
export function printTables(cluster: Cluster): void {
  const { replicationControllers, endpoints } = cluster
  print('')
  print(cluster.table('pods', { wide: true }))
  print(cluster.table('nodes'))
  if (isAny(replicationControllers)) print(cluster.table('replicationcontrollers'))
  if (isAny(endpoints)) print(cluster.table('endpoints'))
}

function isAny(resource: {
  list: (options: { allNamespaces: true; limit: number }) => { items: readonly unknown[] }
}): boolean {
  return resource.list({ allNamespaces: true, limit: 1 }).items.length > 0
}
