import type { KubeObject } from '../api/meta.ts'
import type { LabelSelectorInput } from '../api/selectors.ts'
import type { Resource } from '../registries/records.ts'

export interface LookupOptions {
  /** All namespaces unless given; without effect on resources without namespaces. */
  readonly namespace?: string | undefined
  readonly labelSelector?: LabelSelectorInput | undefined
  readonly fieldSelector?: string | undefined
}

/** The objects of one moment, as those who print them look them up. */
export interface Lookup {
  /** Virtual milliseconds since the Unix epoch, for ages. */
  readonly now: number
  /** Every resource that is served, in the order of definition. */
  readonly resources: readonly Resource[]
  /** By namespace and name. Throws BadRequest for a selector it does not understand. */
  list(resource: Resource, options: LookupOptions): readonly KubeObject[]
  find(resource: Resource, namespace: string, name: string): KubeObject | undefined
  /** Throws NotFound. */
  get(resource: Resource, namespace: string, name: string): KubeObject
}
