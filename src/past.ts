import { callOptions } from './api/callOptions.ts'
import { badRequest, expired, notFound } from './api/errors.ts'
import { isObject } from './api/object.ts'
import { said } from './api/said.ts'
import { parseTime, rfc3339 } from './api/time.ts'
import type { Parts } from './assemble.ts'
import type { Outside } from './client/outside.ts'
import { type ClusterView, ViewCore, viewAt } from './client/view.ts'
import { type Asked, askedKey, type WhyOptions } from './history/asked.ts'
import type { Causes } from './history/cause.ts'
import type { CommittedChange } from './history/committedChange.ts'
import { type Diff, diffOf } from './history/diff.ts'
import { askedChange, causesOfChange, type Recorded } from './history/why.ts'
import type { Listeners } from './listeners.ts'
import { suitedThen } from './explanation.ts'

/** A revision, or a moment: RFC 3339, or virtual milliseconds since the Unix epoch. */
export type Moment = number | { readonly time: string | number }

/** A state of a cluster: a moment of its own, a view of any, or any as it is now. */
export type State = Moment | ClusterView | Present

interface Present {
  readonly revision: number
  at(moment: number): ClusterView
}

/** Looks back over what the store keeps. */
export class Past {
  constructor(
    private readonly parts: Parts,
    private readonly outside: Outside,
    private readonly listeners: Listeners,
  ) {}

  at(moment: Moment): ClusterView {
    const { store } = this.parts
    if (!isObject(moment)) {
      const view = store.at(checkedRevision(moment))
      return viewAt(this.outside, view, () => this.momentOf(view.revision))
    }
    const time = this.checkedTime(callOptions<{ time: string | number }>('at', moment, ['time']).time)
    return viewAt(this.outside, store.at(store.revisionAt(time)), () => time)
  }

  history(after: number, upTo: number): CommittedChange[] {
    const changes = this.parts.store.changes(checkedRevision(after), checkedRevision(upTo))
    return this.outside.handOut(changes.map((change) => this.listeners.present(change)))
  }

  diff(from: State, to: State): Diff {
    const viewOf = (side: State): ClusterView => {
      if (side instanceof ViewCore) return side
      return isPresent(side) ? side.at(side.revision) : this.at(side as Moment)
    }
    return diffOf(viewOf(from), viewOf(to))
  }

  why(asked: Asked, options: WhyOptions | undefined): Causes {
    const { records, store, journal } = this.parts
    const { resource, directory, name } = askedKey(records, asked, options)
    const upTo = checkedRevision(options?.revision ?? store.revision)
    store.checkRevision(upTo)
    const recorded: Recorded = {
      records,
      journal,
      epoch: this.parts.epoch,
      present: (change) => this.listeners.present(change),
      suited: (pod, revision) => suitedThen(this.parts, pod, revision),
      faultText: (fault) => this.parts.faults.say(fault),
    }
    const change = askedChange(recorded, directory, name, upTo)
    if (change !== undefined) return causesOfChange(recorded, change)
    if (store.at(upTo).get(directory, name) === undefined) throw notFound(resource.key, name)
    throw expired(
      `${resource.key} ${JSON.stringify(name)} was last changed before what is kept: at or before revision ${store.compacted}`,
    )
  }

  /** Now for the last revision; for others, when the commit was made (or the one after the oldest that is kept). */
  private momentOf(revision: number): number {
    const { store, kernel } = this.parts
    if (revision === store.revision) return kernel.now
    const after = Math.max(revision - 1, store.compacted)
    return store.changes(after, after + 1)[0]!.at
  }

  private checkedTime(time: unknown): number {
    const moment = typeof time === 'string' ? parseTime(time) : time
    if (typeof moment !== 'number' || !Number.isFinite(moment))
      throw badRequest(`time: expected RFC 3339 or milliseconds since the Unix epoch, got ${said(time)}`)
    const { epoch, kernel } = this.parts
    const { now } = kernel
    if (moment > now) throw badRequest(`time: ${rfc3339(moment)} is yet to come; it is ${rfc3339(now)}`)
    if (moment < epoch) throw badRequest(`time: ${rfc3339(moment)} is before the cluster began, at ${rfc3339(epoch)}`)
    return moment
  }
}

function isPresent(side: State): side is Present {
  return isObject(side) && 'at' in side && 'revision' in side
}

/** Throws BadRequest. */
function checkedRevision(revision: unknown): number {
  if (typeof revision === 'number' && revision >= 0 && (Number.isInteger(revision) || revision === Infinity))
    return revision
  throw badRequest(`revision: expected a whole number, 0 or more, got ${said(revision)}`)
}
