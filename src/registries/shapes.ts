import type { ObjectMeta } from '../api/meta.ts'

/**
 * Copies whose fields lie in the object itself and whose hidden class is shared by all copies. A spread of a larger
 * object gives every copy a hidden class of its own (Node 20: 700 bytes each, and every later access is slow), so the
 * objects that are written a million times are made here. What comes out are plain objects like any other.
 */

/** What a client may leave out of metadata. */
export type GivenMeta = Partial<ObjectMeta>

interface MetaConstructor {
  new (
    from: GivenMeta,
    name: string,
    uid: string,
    resourceVersion: string,
    generation: number | undefined,
    created: string,
  ): ObjectMeta
}

function fillMeta(
  this: { -readonly [K in keyof ObjectMeta]: ObjectMeta[K] },
  from: GivenMeta,
  name: string,
  uid: string,
  resourceVersion: string,
  generation: number | undefined,
  created: string,
): void {
  this.name = name
  if (from.generateName !== undefined) this.generateName = from.generateName
  if (from.namespace !== undefined) this.namespace = from.namespace
  this.uid = uid
  this.resourceVersion = resourceVersion
  if (generation !== undefined) this.generation = generation
  this.creationTimestamp = created
  if (from.deletionTimestamp !== undefined) this.deletionTimestamp = from.deletionTimestamp
  if (from.deletionGracePeriodSeconds !== undefined) this.deletionGracePeriodSeconds = from.deletionGracePeriodSeconds
  if (from.labels !== undefined) this.labels = from.labels
  if (from.annotations !== undefined) this.annotations = from.annotations
  if (from.ownerReferences !== undefined) this.ownerReferences = from.ownerReferences
  if (from.finalizers !== undefined) this.finalizers = from.finalizers
  if (from.managedFields !== undefined && from.managedFields.length > 0) this.managedFields = from.managedFields
}
fillMeta.prototype = Object.prototype

const Meta = fillMeta as unknown as MetaConstructor

/** The metadata of a new object: what was given, and what only the server may say. */
export function newMeta(
  given: GivenMeta,
  name: string,
  uid: string,
  resourceVersion: string,
  generation: number | undefined,
  creationTimestamp: string,
): ObjectMeta {
  if (isUsual(given) && generation !== undefined) {
    const { namespace, generateName, labels, ownerReferences } = given
    if (generateName === undefined && ownerReferences === undefined) {
      return { name, namespace, uid, resourceVersion, generation, creationTimestamp, labels }
    }
    if (generateName !== undefined && ownerReferences !== undefined) {
      return {
        name,
        generateName,
        namespace,
        uid,
        resourceVersion,
        generation,
        creationTimestamp,
        labels,
        ownerReferences,
      }
    }
  }
  return new Meta(given, name, uid, resourceVersion, generation, creationTimestamp)
}

type Usual = GivenMeta & Required<Pick<ObjectMeta, 'namespace' | 'labels'>>

/** Nearly all pods: written out above, since a literal takes the least space of all. */
function isUsual(given: GivenMeta): given is Usual {
  return (
    given.namespace !== undefined &&
    given.labels !== undefined &&
    given.annotations === undefined &&
    given.finalizers === undefined &&
    given.managedFields === undefined &&
    given.deletionTimestamp === undefined &&
    given.deletionGracePeriodSeconds === undefined
  )
}

/** The same metadata at another version. */
export function metaAt(meta: ObjectMeta, resourceVersion: string): ObjectMeta {
  return newMeta(meta, meta.name, meta.uid, resourceVersion, meta.generation, meta.creationTimestamp)
}
