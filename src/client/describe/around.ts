import type { KubeObject } from '../../api/meta.ts'
import type { Lookup, LookupOptions } from '../lookup.ts'
import type { Lines } from './lines.ts'

/** The cluster around the object that is described. Kinds that are not served have no objects. */
export interface Around {
  /** Virtual milliseconds since the Unix epoch, for ages. */
  readonly now: number
  /** Objects of a kind such as `v1/Pod`, by namespace and name. */
  list<T extends KubeObject>(kind: string, options: LookupOptions): readonly T[]
  find<T extends KubeObject>(kind: string, namespace: string, name: string): T | undefined
}

/** Everything that is said of an object but its events. Pure: a function of the object and of what is around it. */
export type Describer<T extends KubeObject = KubeObject> = (object: T, around: Around) => Lines

export function aroundOf(lookup: Lookup): Around {
  const ofKind = (kind: string): (typeof lookup.resources)[number] | undefined =>
    lookup.resources.find(({ apiVersion, definition }) => `${apiVersion}/${definition.kind}` === kind)
  return {
    now: lookup.now,
    list: <T extends KubeObject>(kind: string, options: LookupOptions) => {
      const resource = ofKind(kind)
      return resource === undefined ? [] : (lookup.list(resource, options) as readonly T[])
    },
    find: <T extends KubeObject>(kind: string, namespace: string, name: string) => {
      const resource = ofKind(kind)
      return resource === undefined ? undefined : (lookup.find(resource, namespace, name) as T | undefined)
    },
  }
}
