import { forbidden, notFound } from '../api/errors.ts'
import type { KubeObject, ObjectMeta } from '../api/meta.ts'
import type { Loose } from './loose.ts'
import type { Records, Resource } from './records.ts'

/**
 * Whether namespaces take new objects. Mirrors staging/src/k8s.io/apiserver/pkg/admission/plugin/namespace/lifecycle.
 * It is asked for every object that is created, so it remembers in which slot of the store each namespace stood.
 */
export class NamespaceGate {
  private readonly namespaces: Resource
  /** A cache: what stands in a slot says itself whether it is still the namespace meant. */
  private readonly slots = new Map<string, number>()

  constructor(private readonly records: Records) {
    this.namespaces = records.resource('namespaces')
  }

  /** Throws NotFound or Forbidden where a namespace does not take an object. */
  admit({ definition }: Resource, namespace: string, { metadata }: Loose): void {
    const found = this.find(namespace)
    if (found === undefined) throw notFound('namespaces', namespace)
    if (found.metadata.deletionTimestamp === undefined) return
    const { name, generateName } = metadata as Partial<ObjectMeta>
    const why = `unable to create new content in namespace ${namespace} because it is being terminated`
    const cause = {
      reason: 'NamespaceTerminating',
      message: `namespace ${namespace} is being terminated`,
      field: 'metadata.namespace',
    }
    throw forbidden(definition.plural, name || generateName || 'Unknown', why, definition.group, [cause])
  }

  /** The same as an answer. */
  isOpen(namespace: string): boolean {
    const found = this.find(namespace)
    return found !== undefined && found.metadata.deletionTimestamp === undefined
  }

  find(namespace: string): KubeObject | undefined {
    const slot = this.slots.get(namespace)
    const value = slot === undefined ? undefined : (this.records.store.currentValue(slot) as KubeObject | undefined)
    if (value?.kind === 'Namespace' && value.metadata.name === namespace) return value
    return this.search(namespace)
  }

  private search(namespace: string): KubeObject | undefined {
    const { records, namespaces } = this
    const directory = records.findDirectory(namespaces, '')
    const slot = directory === undefined ? -1 : records.store.keys.find(directory, namespace)
    if (slot === -1) return undefined
    this.slots.set(namespace, slot)
    return records.current(namespaces, slot)
  }
}
