import type { ResourceDefinition } from './definition.ts'
import type { Resource } from './resource.ts'

/** The resources that are there from the beginning and for ever: the same for every fork. */
export class BuiltIn {
  private readonly byKey = new Map<string, Resource>()
  private readonly byKind = new Map<string, Resource>()

  constructor(definitions: readonly ResourceDefinition[]) {
    for (const definition of definitions) this.add(definition)
  }

  /** In the order of definition. */
  get all(): readonly Resource[] {
    return [...this.byKey.values()]
  }

  get count(): number {
    return this.byKey.size
  }

  /** By key: see Resource. */
  resource(key: string): Resource | undefined {
    return this.byKey.get(key)
  }

  /** By apiVersion and kind, such as `v1/Pod`. */
  ofKind(gvk: string): Resource | undefined {
    return this.byKind.get(gvk)
  }

  private add(definition: ResourceDefinition): void {
    const { group, version, plural, viewOf, view } = definition
    const key = group === '' ? plural : `${plural}.${group}`
    const apiVersion = group === '' ? version : `${group}/${version}`
    const resource = { definition, key, apiVersion, number: this.count } as {
      -readonly [K in keyof Resource]: Resource[K]
    }
    const kept = viewOf === undefined ? resource : this.byKey.get(viewOf)!
    resource.kept = kept
    if (kept !== resource) {
      resource.shown = view?.shown ?? ((record) => ({ ...record, kind: definition.kind }))
      resource.recorded = view?.recorded ?? ((object) => ({ ...object, kind: kept.definition.kind }))
    }
    this.byKey.set(key, resource)
    this.byKind.set(`${apiVersion}/${definition.kind}`, resource)
  }
}
