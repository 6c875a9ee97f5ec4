import type { KubeObject } from '../api/meta.ts'
import type { ResourceDefinition } from './definition.ts'

/** A resource as the API server serves it. */
export interface Resource {
  /** Of a custom resource, what its stored definition says by now; throws NotFound when that is gone. */
  readonly definition: ResourceDefinition
  /** `pods`, or `leases.coordination.k8s.io`; of one version of a custom resource, `widgets.example.com/v1`. */
  readonly key: string
  readonly apiVersion: string
  /** Of those that keep records: a small number of their own, from 0. */
  readonly number: number
  /** The resource that keeps the records, by whose key paths in the store begin: another one for a view. */
  readonly kept: Resource
  /** What the resource shows of a record of `kept`; undefined where it shows them as they are. */
  readonly shown?: (record: KubeObject) => KubeObject
  /** What `kept` keeps of an object of the resource; undefined where it keeps them as they are. */
  readonly recorded?: (object: KubeObject) => KubeObject
}
