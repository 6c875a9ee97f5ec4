/** The templates that a daemon set's pods are and were of. Mirrors pkg/controller/daemon/update.go. */
import { controllerUid } from '../../api/controllerRef.ts'
import { isStatusError } from '../../api/errors.ts'
import type { ControllerRevision, DaemonSet } from '../../api/types/apps.ts'
import type { Pod } from '../../api/types/core.ts'
import {
  adoptRevisions,
  newRevision,
  nextRevision,
  renumber,
  revisionHash,
  revisionsOf,
  sameRevision,
} from '../revisions/revisions.ts'
import { hashLabel } from './classify.ts'
import { daemonSetKind, type Turn } from './turn.ts'

const revisionsKey = 'controllerrevisions.apps'

/** The revision of the template, and those of former ones, oldest first. */
export interface History {
  readonly hash: string
  readonly old: readonly ControllerRevision[]
}

/**
 * Finds the revision of the template, or writes it, with a number above all others'. undefined where the name that it
 * should have is taken: that is counted in the status, which brings the daemon set back.
 */
export function constructHistory(turn: Turn, ownPods: () => readonly Pod[]): History | undefined {
  const { set, context } = turn
  const found = revisionsOf(set, context).filter((revision) => isMine(turn, revision))
  const wanted = newRevision(set, 0, set.status.collisionCount)
  const labelled = found.map((revision) => (hashOf(revision) === undefined ? label(turn, revision) : revision))
  const same = labelled.filter((revision) => sameRevision(revision, wanted))
  const old = labelled.filter((revision) => !same.includes(revision))
  const number = nextRevision(old)
  const current = same.length === 0 ? snapshot(turn, wanted, number) : keepOne(turn, same, ownPods)
  if (current === undefined) return undefined
  if (current.revision < number) wrote(turn, renumber(context.api, current, number))
  return { hash: hashOf(current)!, old }
}

/** Whether a revision belongs to the daemon set; takes it over if it is nobody's. */
function isMine({ set, context, known }: Turn, revision: ControllerRevision): boolean {
  if (controllerUid(revision) !== undefined) return true
  if (revision.metadata.deletionTimestamp !== undefined) return false
  const { namespace, name, uid } = set.metadata
  const fresh = context.api.find<DaemonSet>(daemonSetKind.resource, namespace!, name)
  if (fresh?.metadata.uid !== uid || fresh.metadata.deletionTimestamp !== undefined) return false
  adoptRevisions(set, [revision], context.api)
  known.revisions = context.api.revision
  return true
}

function hashOf({ metadata }: ControllerRevision): string | undefined {
  return metadata.labels?.[hashLabel]
}

function wrote({ known }: Turn, revision: ControllerRevision): ControllerRevision {
  known.revisions = Number(revision.metadata.resourceVersion)
  return revision
}

/** Whoever made a revision without the label has named it by its hash. */
function label(turn: Turn, { metadata }: ControllerRevision): ControllerRevision {
  const { api } = turn.context
  const current = api.get<ControllerRevision>(revisionsKey, metadata.namespace!, metadata.name)
  const labels = { ...current.metadata.labels, [hashLabel]: metadata.name }
  return wrote(turn, api.update(revisionsKey, { ...current, metadata: { ...current.metadata, labels } }))
}

function snapshot(turn: Turn, wanted: ControllerRevision, revision: number): ControllerRevision | undefined {
  const { set, context } = turn
  const { annotations, namespace } = set.metadata
  const labels = { ...set.spec.template.metadata?.labels, [hashLabel]: wanted.metadata.labels![revisionHash]! }
  const metadata = { ...wanted.metadata, labels, ...(annotations === undefined ? {} : { annotations }) }
  try {
    return wrote(turn, context.api.create(revisionsKey, namespace!, { ...wanted, metadata, revision }))
  } catch (error) {
    if (!isStatusError(error, 'AlreadyExists')) throw error
    const taken = context.api.get<ControllerRevision>(revisionsKey, namespace!, metadata.name)
    if (sameRevision(taken, wanted)) return taken
    countCollision(turn)
    return undefined
  }
}

function countCollision({ set, context: { api }, known }: Turn): void {
  const { namespace, name, uid } = set.metadata
  const { status } = api.get<DaemonSet>(daemonSetKind.resource, namespace!, name)
  // Somebody has counted it before; that change is on the way.
  if (status.collisionCount !== set.status.collisionCount) return
  const next = { ...status, collisionCount: (status.collisionCount ?? 0) + 1 }
  const counted = api.patchStatus(daemonSetKind.resource, namespace!, name, uid, next)
  known.set = Number(counted.metadata.resourceVersion)
  // So that it is looked at again.
  known.generation = 0
}

/** Of several revisions that keep the same the last one stays, and pods of the others are said to be of it. */
function keepOne(turn: Turn, same: readonly ControllerRevision[], ownPods: () => readonly Pod[]): ControllerRevision {
  const kept = same.at(-1)!
  if (same.length === 1) return kept
  const { api } = turn.context
  const hash = hashOf(kept)!
  for (const { metadata } of ownPods()) {
    if (metadata.labels?.[hashLabel] === hash) continue
    const patch = { metadata: { labels: { [hashLabel]: hash } } }
    const patched = api.patch<Pod>('pods', metadata.namespace!, metadata.name, patch, { type: 'merge' })
    turn.known.pods = Number(patched.metadata.resourceVersion)
  }
  for (const revision of same) if (revision !== kept) drop(turn, revision)
  return kept
}

function drop({ context: { api }, known }: Turn, { metadata }: ControllerRevision): void {
  try {
    api.delete(revisionsKey, metadata.namespace!, metadata.name, { preconditions: { uid: metadata.uid } })
    known.revisions = api.revision
  } catch (error) {
    if (!isStatusError(error, 'NotFound')) throw error
  }
}

/** Deletes the oldest former revisions beyond those to keep; none that a pod is of. */
export function cleanUp(turn: Turn, { old }: History, ownPods: () => readonly Pod[]): void {
  let beyond = old.length - (turn.set.spec.revisionHistoryLimit ?? 10)
  if (beyond <= 0) return
  const live = new Set(ownPods().map(({ metadata }) => metadata.labels?.[hashLabel]))
  for (const revision of old) {
    if (beyond <= 0) return
    if (live.has(hashOf(revision))) continue
    drop(turn, revision)
    beyond--
  }
}
