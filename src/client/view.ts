import { badRequest } from '../api/errors.ts'
import type { KubeObject } from '../api/meta.ts'
import { headerOf, printTable } from '../api/table.ts'
import type { Resource } from '../registries/records.ts'
import type { View } from '../store/view.ts'
import { type Kinds, resourceProperties, type ResourceProperties } from './kinds.ts'
import type { Outside } from './outside.ts'
import { createReader, listScope, type ResourceReader } from './reader.ts'

/** Everything of a view but the properties that `ClusterView` names. */
export class ViewCore {
  private readonly readers = new Map<string, ResourceReader<KubeObject>>()

  constructor(
    private readonly outside: Outside,
    private readonly view: View,
  ) {
    for (const [property, kind] of Object.entries(resourceProperties)) {
      Object.defineProperty(this, property, { get: () => this.resource(kind), enumerable: false })
    }
  }

  get revision(): number {
    return this.view.revision
  }

  /** The reader of a kind, such as `v1/Pod`. */
  resource<K extends keyof Kinds>(kind: K): ResourceReader<Kinds[K]>
  resource<T extends KubeObject>(kind: string & {}): ResourceReader<T>
  resource(kind: string): ResourceReader<KubeObject> {
    const known = this.readers.get(kind)
    if (known !== undefined) return known
    const made = createReader<KubeObject>(this.outside, this.outside.resource(kind), this.view)
    this.readers.set(kind, made)
    return made
  }

  /** `kubectl get` of a resource by plural, singular or short name; of all namespaces unless one is given. */
  table(name: string, { now, namespace, wide = false }: { now: number; namespace?: string; wide?: boolean }): string {
    const resource = this.outside.attempt(() => this.named(name))
    const { definition } = resource
    const options = namespace === undefined ? { allNamespaces: true } : { namespace }
    const list = this.outside.read((server) =>
      server.list(resource, { namespace: listScope(resource, options) }, this.view),
    )
    const columns = definition.columns.filter(({ priority }) => wide || priority !== 1)
    const withNamespace = definition.namespaced && namespace === undefined
    const headers = columns.map((column) => headerOf(column.name))
    const rows = (list.items as readonly KubeObject[]).map((object) => [
      ...(withNamespace ? [object.metadata.namespace ?? ''] : []),
      ...columns.map(({ cell }) => cell(object, now)),
    ])
    return printTable(withNamespace ? ['NAMESPACE', ...headers] : headers, rows)
  }

  private named(name: string): Resource {
    const lower = name.toLowerCase()
    const found = this.outside.server.records.all.find(
      ({ definition, key }) =>
        [key, definition.plural, definition.singular].includes(lower) || definition.shortNames.includes(lower),
    )
    if (found === undefined) throw badRequest(`the server doesn't have a resource type "${name}"`)
    return found
  }
}

type ResourceReaders = { readonly [P in keyof ResourceProperties]: ResourceReader<Kinds[ResourceProperties[P]]> }

/** The cluster as it was at one revision; it can only be read. */
export type ClusterView = ViewCore & ResourceReaders

/** The constructor defines the properties that the type names. */
export function viewAt(outside: Outside, view: View): ClusterView {
  return new ViewCore(outside, view) as ClusterView
}
