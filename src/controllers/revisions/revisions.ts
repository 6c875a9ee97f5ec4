/**
 * Former templates of a controller's pods, kept as ControllerRevisions. Mirrors
 * pkg/controller/history/controller_history.go.
 */
import { controllerOf, controllerReference, controllerUid } from '../../api/controllerRef.ts'
import type { KubeObject } from '../../api/meta.ts'
import { isStatusError } from '../../api/errors.ts'
import { matchesLabelSelector } from '../../api/selectors.ts'
import { byCodeUnit } from '../../api/order.ts'
import type { ControllerRevision } from '../../api/types/apps.ts'
import type { PodTemplateSpec } from '../../api/types/core.ts'
import type { LabelSelector } from '../../api/types/meta.ts'
import type { LoopContext, LoopWatch } from '../../client/controller.ts'
import type { Link } from '../../client/link.ts'
import type { ObjectChange } from '../../client/watches.ts'
import { equal } from '../../registries/equal.ts'
import { controllerKeys, controllerOrOrphan, orphansOf } from '../controlled.ts'
import { hashOf } from '../contentHash.ts'

export const controllerRevisions = 'apps/v1/ControllerRevision'
const revisionsKey = 'controllerrevisions.apps'

/** The label of a revision that says its hash. */
export const revisionHash = 'controller.kubernetes.io/hash'

const longestPrefix = 223

/** A record whose pods are made of a template that changes, and whose former templates are kept. */
export interface Templated extends KubeObject {
  readonly spec: { readonly selector: LabelSelector; readonly template: PodTemplateSpec }
}

/** What a control loop hears of revisions: its cache has them by the uid of their owner. */
export function revisionWatch(kind: string): LoopWatch {
  return {
    kind: controllerRevisions,
    keys: (change: ObjectChange) => controllerKeys(kind, change),
    index: controllerOrOrphan,
    predicate: {
      name: `revisionsOf${kind}`,
      holds: (before, after) => isFor(before, kind) || isFor(after, kind),
      of: (revision) => isFor(revision, kind),
    },
  }
}

/** Whether a revision is, or could become, that of a record of this kind. */
function isFor(revision: KubeObject, kind: string): boolean {
  const owner = controllerOf(revision)
  return owner === undefined || owner.kind === kind
}

/** The revisions that are a record's, and those without an owner that it could take over, oldest first. */
export function revisionsOf(record: Templated, { cache }: LoopContext): readonly ControllerRevision[] {
  const { uid, namespace } = record.metadata
  return [...cache.byIndex(controllerRevisions, uid), ...cache.byIndex(controllerRevisions, orphansOf(namespace))]
    .filter(({ metadata }) => matchesLabelSelector(record.spec.selector, metadata.labels))
    .sort(byRevision)
}

function byRevision(a: ControllerRevision, b: ControllerRevision): number {
  return (
    a.revision - b.revision ||
    byCodeUnit(a.metadata.creationTimestamp, b.metadata.creationTimestamp) ||
    byCodeUnit(a.metadata.name, b.metadata.name)
  )
}

/** The number that a revision gets after these, which are in their order. */
export function nextRevision(revisions: readonly ControllerRevision[]): number {
  return (revisions.at(-1)?.revision ?? 0) + 1
}

/** The revision that would keep a record's template as it is now; it is not written yet. */
export function newRevision(record: Templated, revision: number, collisions: number | undefined): ControllerRevision {
  const { template } = record.spec
  // A strategic merge patch of the record, as upstream keeps it: what is not in the template is not in the past either.
  const data = { spec: { template: { ...template, $patch: 'replace' } } }
  const hash = hashOf(data, collisions)
  return {
    apiVersion: 'apps/v1',
    kind: 'ControllerRevision',
    metadata: {
      name: revisionName(record, hash),
      namespace: record.metadata.namespace!,
      labels: { ...template.metadata?.labels, [revisionHash]: hash },
      ownerReferences: [controllerReference(record)],
    },
    data,
    revision,
  } as unknown as ControllerRevision
}

function revisionName({ metadata }: KubeObject, hash: string): string {
  return `${metadata.name.slice(0, longestPrefix)}-${hash}`
}

/** The template that a revision keeps. */
export function templateOf({ data }: ControllerRevision): PodTemplateSpec | undefined {
  const { template } = (data as { spec?: { template?: PodTemplateSpec & { $patch?: string } } } | undefined)?.spec ?? {}
  if (template === undefined) return undefined
  const { $patch: _, ...said } = template
  return said
}

/** Whether two revisions keep the same. */
export function sameRevision(a: ControllerRevision, b: ControllerRevision): boolean {
  return equal(a.data, b.data)
}

/**
 * Writes a new revision, under another name for as long as there is one of that name that keeps something else. Returns
 * it as it stands, which may have been there already, and how many names were taken by now.
 */
export function createRevision(
  api: Link,
  record: KubeObject,
  revision: ControllerRevision,
  collisions: number,
): { readonly revision: ControllerRevision; readonly collisions: number } {
  const namespace = record.metadata.namespace!
  for (let taken = collisions; ; taken++) {
    const hash = hashOf(revision.data, taken)
    const named = { ...revision, metadata: { ...revision.metadata, name: revisionName(record, hash) } }
    try {
      return { revision: api.create<ControllerRevision>(revisionsKey, namespace, named), collisions: taken }
    } catch (error) {
      if (!isStatusError(error, 'AlreadyExists')) throw error
      const known = api.get<ControllerRevision>(revisionsKey, namespace, named.metadata.name)
      if (sameRevision(known, revision)) return { revision: known, collisions: taken }
    }
  }
}

/** Gives a revision another number, as one has that a record returns to. */
export function renumber(api: Link, revision: ControllerRevision, number: number): ControllerRevision {
  if (revision.revision === number) return revision
  const current = api.get<ControllerRevision>(revisionsKey, revision.metadata.namespace!, revision.metadata.name)
  return api.update<ControllerRevision>(revisionsKey, { ...current, revision: number })
}

/** Makes those revisions a record's that have no owner. */
export function adoptRevisions(record: KubeObject, revisions: readonly ControllerRevision[], api: Link): void {
  for (const revision of revisions) {
    if (controllerUid(revision) !== undefined) continue
    const { namespace, name } = revision.metadata
    const current = api.get<ControllerRevision>(revisionsKey, namespace!, name)
    const ownerReferences = [...(current.metadata.ownerReferences ?? []), controllerReference(record)]
    api.update(revisionsKey, { ...current, metadata: { ...current.metadata, ownerReferences } })
  }
}

/** Deletes the oldest of those that nothing uses, so that no more than `limit` of them are left. */
export function truncateRevisions(
  api: Link,
  revisions: readonly ControllerRevision[],
  isUsed: (revision: ControllerRevision) => boolean,
  limit: number,
): void {
  const unused = revisions.filter((revision) => !isUsed(revision))
  for (const { metadata } of unused.slice(0, Math.max(0, unused.length - limit))) {
    try {
      api.delete(revisionsKey, metadata.namespace!, metadata.name, { preconditions: { uid: metadata.uid } })
    } catch (error) {
      if (!isStatusError(error, 'NotFound')) throw error
    }
  }
}
