/** What `kubectl get … -A -o yaml` prints of a cluster: one List, without managers. */
import { dump } from 'js-yaml'
import type { Cluster, KubeObject } from '../../src/index.ts'
import { definitions } from '../../src/registries/all.ts'

/** Every object of every built-in kind, or of some: `v1/Pod`. */
export function objectsOf(cluster: Cluster, kinds?: readonly string[]): KubeObject[] {
  return definitions
    .filter(({ viewOf, isAction, verbs }) => viewOf === undefined && isAction !== true && verbs.includes('list'))
    .map(({ group, version, kind }) => `${group === '' ? '' : `${group}/`}${version}/${kind}`)
    .filter((gvk) => kinds?.includes(gvk) !== false)
    .flatMap((gvk) => cluster.resource<KubeObject>(gvk).list({ allNamespaces: true }).items)
}

export function dumpOf(cluster: Cluster, kinds?: readonly string[]): string {
  const items = objectsOf(cluster, kinds).map(({ metadata: { managedFields: _, ...metadata }, ...object }) => ({
    ...object,
    metadata,
  }))
  const list = { apiVersion: 'v1', kind: 'List', metadata: { resourceVersion: '' }, items }
  return dump(list, { lineWidth: -1, seqNoIndent: true, noRefs: true, quoteStyle: 'double' })
}

/** An object without what is not the same in two clusters: its version, and who manages its fields. */
export function bare(object: KubeObject): object {
  const { resourceVersion: _, managedFields: _managers, ...metadata } = object.metadata
  return { ...object, metadata }
}
