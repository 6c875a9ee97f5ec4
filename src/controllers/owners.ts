import type { KubeObject, ObjectMeta, OwnerReference } from '../api/meta.ts'
import type { Link } from '../client/link.ts'
import type { CowMap } from '../kernel/cow.ts'
import { FOREGROUND } from '../registries/deletionFinalizers.ts'
import type { Records, Resource } from '../registries/records.ts'
import type { Item } from './garbageItems.ts'

/** The owners an object names. */
export interface Verdict {
  /** Those that exist. */
  readonly solid: readonly OwnerReference[]
  /** Those that do not, or not under this uid, or not in this namespace. */
  readonly dangling: readonly OwnerReference[]
  /** Those that are only waiting for their dependents to go. */
  readonly waiting: readonly OwnerReference[]
}

/** Whether an object is being deleted in the foreground. */
export function isWaiting({ metadata }: KubeObject): boolean {
  return metadata.deletionTimestamp !== undefined && metadata.finalizers?.includes(FOREGROUND) === true
}

/** Whether an update begins a deletion that this finalizer holds up: deletionStartsWithFinalizer of graph_builder.go. */
export function begins(finalizer: string, before: KubeObject | undefined, after: KubeObject): boolean {
  return isHeld(after.metadata, finalizer) && !(before !== undefined && isHeld(before.metadata, finalizer))
}

/** Whether an object is being deleted and held by a finalizer. */
export function isHeld({ deletionTimestamp, finalizers }: ObjectMeta, finalizer: string): boolean {
  return deletionTimestamp !== undefined && finalizers?.includes(finalizer) === true
}

/** Looks up the owners that objects name. */
export class Owners {
  constructor(
    private readonly records: Records,
    private readonly link: Link,
    /** The uids of owners that are there though nobody sees them: those that an imported cluster's dump lacked. */
    private readonly presumed: CowMap<true>,
  ) {}

  /**
   * Says for one turn of reading, in which nothing is written, whether an object names an owner that does not stand as
   * named or is about to go. Objects that were made together often share one list of owners, which is looked up once.
   */
  forTurn(): (object: KubeObject) => boolean {
    let last: { references: unknown; namespace: string | undefined; isDoubtful: boolean } | undefined
    return ({ metadata: { ownerReferences = [], namespace } }) => {
      if (last?.references === ownerReferences && last.namespace === namespace) return last.isDoubtful
      const isDoubtful = ownerReferences.some((reference) => {
        const owner = this.seen(reference, namespace)
        return owner === undefined ? !this.presumed.has(reference.uid) : isWaiting(owner)
      })
      last = { references: ownerReferences, namespace, isDoubtful }
      return isDoubtful
    }
  }

  /** The owner that a reference names, as the watch has it: no call, nothing that could fail. */
  private seen(reference: OwnerReference, namespace: string | undefined): KubeObject | undefined {
    const found = this.place(reference, namespace)
    if (found?.namespace === undefined) return undefined
    const object = this.records.findLean(found.resource, found.namespace, reference.name)
    return object?.metadata.uid === reference.uid ? object : undefined
  }

  /**
   * Asks the API server for each owner: classifyReferences of garbagecollector.go. 'unknown' when a kind is not served;
   * 'invalid' when an object without a namespace names an owner that has one, which nothing ever puts right.
   */
  classify({ namespace, object }: Item): Verdict | 'unknown' | 'invalid' {
    const verdict = { solid: [], dangling: [], waiting: [] } as { [K in keyof Verdict]: OwnerReference[] }
    for (const reference of object.metadata.ownerReferences ?? []) {
      if (this.presumed.has(reference.uid)) {
        verdict.solid.push(reference)
        continue
      }
      const found = this.place(reference, namespace === '' ? undefined : namespace)
      if (found === undefined) return 'unknown'
      if (found.namespace === undefined) return 'invalid'
      const owner = this.link.find(found.resource.key, found.namespace, reference.name)
      if (owner?.metadata.uid !== reference.uid) verdict.dangling.push(reference)
      else if (isWaiting(owner)) verdict.waiting.push(reference)
      else verdict.solid.push(reference)
    }
    return verdict
  }

  /** Whether the owner exists, in a namespace that is not its dependent's. */
  standsElsewhere(reference: OwnerReference, namespace: string): boolean {
    const resource = this.resource(reference)
    if (resource === undefined || !resource.definition.namespaced || this.seen(reference, namespace || undefined)) {
      return false
    }
    return this.records.directoriesOf(resource, undefined).some((directory) => {
      const slot = this.records.store.keys.find(directory, reference.name)
      return slot !== -1 && this.records.current(resource, slot)?.metadata.uid === reference.uid
    })
  }

  /** Where an owner would stand: owners with a namespace own only in it. */
  private place(
    reference: OwnerReference,
    namespace: string | undefined,
  ): { readonly resource: Resource; readonly namespace: string | undefined } | undefined {
    const resource = this.resource(reference)
    if (resource === undefined) return undefined
    return { resource, namespace: resource.definition.namespaced ? namespace : '' }
  }

  private resource({ apiVersion, kind }: OwnerReference): Resource | undefined {
    return this.records.findKind(`${apiVersion}/${kind}`)?.kept
  }
}
