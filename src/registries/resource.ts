import type { KubeObject } from '../api/meta.ts'
import type { ResourceDefinition } from './definition.ts'

/** A resource as the API server serves it. */
export interface Resource {
  /** Of a custom resource, what its stored definition says by now; throws NotFound when that is gone. */
  readonly definition: ResourceDefinition
  /** `pods`, or `leases.coordination.k8s.io`; of one version of a custom resource, `widgets.example.com/v1`. */
  readonly key: string
  readonly apiVersion: string
  /** The resource that keeps the records, by whose key paths in the store begin: another one for a view. */
  readonly kept: Resource
  /** What the resource shows of a record of `kept`; undefined where it shows them as they are. */
  readonly shown?: (record: KubeObject) => KubeObject
  /** What `kept` keeps of an object of the resource; undefined where it keeps them as they are. */
  readonly recorded?: (object: KubeObject) => KubeObject
  /** Directory numbers already looked up, by namespace. A cache. */
  readonly directories: Map<string, number>
  /** The namespace last found to have no directory, and how many directories there were then. A cache. */
  readonly missing: { namespace: string; count: number }
}
