/** The templates of a StatefulSet, now and before. Mirrors getStatefulSetRevisions and truncateHistory of stateful_set_control.go. */
import { controllerUid } from '../../api/controllerRef.ts'
import { withoutNulls } from '../../api/patches/directives.ts'
import type { ControllerRevision, StatefulSet } from '../../api/types/apps.ts'
import type { Pod, PodTemplateSpec } from '../../api/types/core.ts'
import { defaultPodTemplate } from '../../registries/podTemplates.ts'
import { sameValue } from '../../registries/validation/equal.ts'
import {
  adoptRevisions,
  controllerRevisions,
  createRevision,
  newRevision,
  nextRevision,
  renumber,
  revisionsOf,
  templateOf,
  truncateRevisions,
} from '../revisions/revisions.ts'
import { revisionOf } from './podState.ts'
import { setsKey, type Turn, type Version, writing } from './turn.ts'

/** The template that pods are of, and the one that they are to be of. */
export interface Versions {
  readonly current: Version
  readonly update: Version
  /** How many names of revisions were taken so far. */
  readonly collisions: number
}

/** The revisions of a set, oldest first; those that are nobody's become its own. */
export function ownRevisions(turn: Turn): readonly ControllerRevision[] {
  const { set, context } = turn
  const known = revisionsOf(set, context)
  const orphans = known.filter((revision) => controllerUid(revision) === undefined)
  if (orphans.length === 0) return known
  const { namespace, name, uid } = set.metadata
  const fresh = context.api.find<StatefulSet>(setsKey, namespace!, name)
  if (fresh?.metadata.uid === uid && fresh.metadata.deletionTimestamp === undefined)
    writing(turn, controllerRevisions, (api) => adoptRevisions(set, orphans, api))
  return known
}

/** Writes the template down as the newest revision, unless it is; one that was there before becomes it once more. */
export function versionsOf(turn: Turn, revisions: readonly ControllerRevision[]): Versions {
  const { spec, status } = turn.set
  const { revision, collisions } = updateRevision(turn, revisions)
  const update = { name: revision.metadata.name, template: spec.template }
  const before = revisions.find(({ metadata }) => metadata.name === status.currentRevision)
  if (before === undefined || before.metadata.name === update.name) return { current: update, update, collisions }
  // A revision is a patch: one that says nothing of the template leaves it as it is.
  const template = withoutNulls(templateOf(before) ?? spec.template) as PodTemplateSpec
  return { current: { name: before.metadata.name, template }, update, collisions }
}

function updateRevision(
  turn: Turn,
  revisions: readonly ControllerRevision[],
): { readonly revision: ControllerRevision; readonly collisions: number } {
  const { set } = turn
  const collisions = set.status.collisionCount ?? 0
  const last = revisions.at(-1)
  if (last !== undefined && (isKnown(last, set) || keeps(last, set))) return { revision: last, collisions }
  const same = revisions.findLast((revision) => keeps(revision, set))
  const number = nextRevision(revisions)
  if (same !== undefined)
    return { revision: writing(turn, controllerRevisions, (api) => renumber(api, same, number)), collisions }
  const made = newRevision(set, number, collisions)
  const { annotations } = set.metadata
  const whole = annotations === undefined ? made : { ...made, metadata: { ...made.metadata, annotations } }
  return writing(turn, controllerRevisions, (api) => createRevision(api, set, whole, collisions))
}

/** Whether this was found to keep the template since that was last changed. */
function isKnown({ metadata: { name } }: ControllerRevision, { metadata, status }: StatefulSet): boolean {
  return status.observedGeneration === metadata.generation && status.updateRevision === name
}

/**
 * Whether a revision keeps the template that a set has. One that was written down elsewhere may say it otherwise, and
 * leave out what is filled in: setMatchesLatestExistingRevision, of any revision.
 */
function keeps(revision: ControllerRevision, { spec }: StatefulSet): boolean {
  return sameValue(defaultPodTemplate(templateOf(revision)), spec.template)
}

/** Deletes former revisions beyond the limit; those that pods are of stay. */
export function truncate(
  turn: Turn,
  revisions: readonly ControllerRevision[],
  pods: readonly Pod[],
  { current, update }: Versions,
): void {
  const limit = turn.set.spec.revisionHistoryLimit ?? 10
  if (limit < 0 || revisions.length <= limit) return
  const used = new Set([current.name, update.name, ...pods.map(revisionOf)])
  writing(turn, controllerRevisions, (api) =>
    truncateRevisions(api, revisions, ({ metadata }) => used.has(metadata.name), limit),
  )
}
