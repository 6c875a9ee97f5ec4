import type { KubeObject } from '../api/meta.ts'
import { rfc3339 } from '../api/time.ts'
import type { Resource } from '../registries/records.ts'
import type { View } from '../store/view.ts'
import type { Lookup } from './lookup.ts'
import { type DescribeOptions, describeRef } from './describe/describe.ts'
import { defineResourceProperties, type Kinds, type ResourceProperties } from './kinds.ts'
import type { Outside } from './outside.ts'
import { createReader, type ResourceReader } from './reader.ts'
import { type TableOptions, tablesOf } from './tables.ts'

/** Everything of a view but the properties that `ClusterView` names. */
export class ViewCore {
  private readonly readers = new Map<string, ResourceReader<KubeObject>>()

  constructor(
    private readonly outside: Outside,
    private readonly view: View,
    private readonly moment: () => number,
  ) {}

  static {
    defineResourceProperties(this.prototype)
  }

  get revision(): number {
    return this.view.revision
  }

  /** The moment that was asked for, or that of the revision, in virtual milliseconds since the Unix epoch. */
  get now(): number {
    return this.moment()
  }

  /** The same as RFC 3339, whole seconds. */
  get time(): string {
    return rfc3339(this.now)
  }

  /** @internal What it looks at, and whose it is. */
  source(): { readonly view: View; readonly outside: Outside } {
    return { view: this.view, outside: this.outside }
  }

  /** The reader of a kind, such as `v1/Pod`. */
  resource<K extends keyof Kinds>(kind: K): ResourceReader<Kinds[K]>
  resource<T extends KubeObject>(kind: string & {}): ResourceReader<T>
  resource(kind: string): ResourceReader<KubeObject> {
    const known = this.readers.get(kind)
    if (known !== undefined) return known
    const made = createReader<KubeObject>(
      this.outside,
      this.outside.attempt(() => this.outside.server.records.ofKind(kind, this.view)),
      this.view,
    )
    this.readers.set(kind, made)
    return made
  }

  /**
   * What `kubectl get` prints: the table of a resource by plural, singular, kind or short name, such as `po`,
   * `deployments.apps`, `po,svc` or `all`. Ages are told from the moment of this revision. Throws BadRequest and NotFound.
   */
  table(types: string, options?: TableOptions): string {
    return this.outside.attempt(() => tablesOf(this.lookup(), types, options))
  }

  /**
   * What `kubectl describe` prints of `pod/web-1` (one object), `pod web` (the one of that name, or else those whose
   * names begin so) or `pods` (all). Throws BadRequest and NotFound.
   */
  describe(ref: string, options?: DescribeOptions): string {
    return this.outside.attempt(() => describeRef(this.lookup(), ref, options))
  }

  private lookup(): Lookup {
    const { server } = this.outside
    return {
      now: this.now,
      resources: server.records.all(this.view),
      list: (resource, { namespace, ...selection }) =>
        server.list(resource, { ...selection, namespace: resource.definition.namespaced ? namespace : '' }, this.view)
          .items as readonly KubeObject[],
      find: (resource, namespace, name) => server.find(resource, namespaceIn(resource, namespace), name, this.view),
      get: (resource, namespace, name) => server.get(resource, namespaceIn(resource, namespace), name, this.view),
    }
  }
}

function namespaceIn({ definition }: Resource, namespace: string): string {
  return definition.namespaced ? namespace : ''
}

type ResourceReaders = { readonly [P in keyof ResourceProperties]: ResourceReader<Kinds[ResourceProperties[P]]> }

/** The cluster as it was at one revision; it can only be read. */
export type ClusterView = ViewCore & ResourceReaders

/** The class has a getter for each property that the type names. */
export function viewAt(outside: Outside, view: View, moment: () => number): ClusterView {
  return new ViewCore(outside, view, moment) as ClusterView
}
