import { callOptions } from './api/callOptions.ts'
import { badRequest, isStatusError } from './api/errors.ts'
import { isObject } from './api/object.ts'
import { said } from './api/said.ts'
import { lastMoment } from './api/time.ts'
import type { Cluster } from './cluster.ts'
import type { DumpObject } from './cluster/dump.ts'
import { createWith } from './create.ts'
import { definitionFields, type Definitions, optionsOf } from './definitions.ts'
import type { Journal, JournalEntry } from './kernel/journal.ts'
import type { Store } from './store/store.ts'

/** The same definitions that the journal's cluster was made with; a journal only names them. */
export interface ReplayOptions extends Definitions {
  /** Stops at the first moment at which the cluster is at or past this revision. */
  readonly until?: number | undefined
}

const ofReplays: readonly string[] = Object.freeze([...definitionFields, 'until'])

/** A replay that did not become what the journal says it was. */
export class ReplayDivergence extends Error {
  override readonly name = 'ReplayDivergence'
}

/**
 * Lives a life again. Throws BadRequest for a journal of another format or with definitions missing, before anything
 * is done, and ReplayDivergence, naming the first change that differs, if the history comes out another.
 */
export function replay(journal: Journal, options: ReplayOptions = {}): Cluster {
  checkJournal(journal)
  const { until = Infinity } = callOptions<ReplayOptions>('replay', options, ofReplays)
  const isRevision = until === Infinity || (Number.isSafeInteger(until) && until >= 0)
  if (!isRevision) throw badRequest(`until: expected a revision, got ${said(until)}`)
  const cluster = createWith(optionsOf('the journal', journal.options, options, { extra: true }), {})
  for (const [index, entry] of journal.entries.entries()) {
    if (cluster.revision >= until) return cluster
    step(journal, cluster, index, entry, until)
  }
  if (until === Infinity) compare(journal, cluster)
  return cluster
}

function step(journal: Journal, cluster: Cluster, index: number, entry: JournalEntry, until: number): void {
  const { parts, outside, injected, run, take } = cluster.replayer()
  const { taken } = parts.kernel
  if (entry.taken !== taken) {
    throw divergence(
      journal,
      cluster,
      `entry ${index} of the journal comes after ${entry.taken} tasks, the replay has taken ${taken}`,
    )
  }
  try {
    if ('run' in entry) run(entry.run.tasks, entry.run.now, until)
    else if ('request' in entry) outside.replay(entry.request.verb, entry.request.path, entry.request.body)
    else if ('fault' in entry) injected(entry.fault)
    else if ('imported' in entry) take(entry.imported as readonly DumpObject[])
    else parts.kernel.reseed(entry.reseed)
  } catch (error) {
    if (!isStatusError(error)) throw error
    throw divergence(journal, cluster, `entry ${index} of the journal is refused: ${error.message}`)
  }
}

function checkJournal(journal: Journal): void {
  if (typeof journal !== 'object' || journal === null || journal.format !== 'wavetank-journal') {
    throw badRequest('not a journal: expected format "wavetank-journal"')
  }
  if (journal.version !== 1)
    throw badRequest(`journal version ${String(journal.version)}: this version of Wavetank reads version 1`)
  const { entries, options, end } = journal
  if (
    !Array.isArray(entries) ||
    !isObject(options) ||
    !isObject(end) ||
    typeof end.hash !== 'string' ||
    !Array.isArray(end.prints)
  ) {
    throw badRequest('a damaged journal: entries, options or end are missing')
  }
  const begins = entries.map((entry) => isObject(entry) && 'imported' in entry)
  const isImported = (options as { readonly nodes?: unknown }).nodes === 'imported'
  if (begins.indexOf(true) !== (isImported ? 0 : -1) || begins.lastIndexOf(true) > 0)
    throw badRequest('a damaged journal: what was imported must be its first entry, and only where nodes were imported')
  const damaged = entries.findIndex((entry) => !isEntry(entry))
  if (damaged !== -1)
    throw badRequest(`a damaged journal: entry ${damaged} says neither request, fault, run, reseed nor import`)
}

function isEntry(entry: unknown): boolean {
  if (!isObject(entry)) return false
  const { taken, request, fault, run, reseed, imported } = entry as Readonly<Record<string, unknown>>
  const says =
    isRequest(request) || isObject(fault) || isRun(run) || Number.isSafeInteger(reseed) || Array.isArray(imported)
  return says && Number.isSafeInteger(taken)
}

/** A body is left out or there: JSON's null is none. */
function isRequest(request: unknown): boolean {
  return isObject(request) && (request as { readonly body?: unknown }).body !== null
}

function isRun(run: unknown): boolean {
  if (!isObject(run)) return false
  const { tasks, now } = run as { readonly tasks?: unknown; readonly now?: unknown }
  return Number.isSafeInteger(tasks) && typeof now === 'number' && now <= lastMoment
}

function compare(journal: Journal, cluster: Cluster): void {
  if (cluster.historyHash() !== journal.end.hash)
    throw divergence(journal, cluster, "the replayed history differs from the journal's")
}

function divergence(journal: Journal, cluster: Cluster, what: string): ReplayDivergence {
  return new ReplayDivergence(
    `${what}: ${firstDifference(journal.end, cluster.replayer().parts.store)} ${cluster.where()}`,
  )
}

/** By the prints of what both still keep. */
function firstDifference(end: Journal['end'], store: Store): string {
  const first = Math.max(end.after, store.compacted)
  const changes = store.changes(Math.min(first, store.revision))
  const prints = changes.length === 0 ? [] : store.prints().slice(-changes.length)
  const skipped = first - end.after
  for (const [index, change] of changes.entries()) {
    if (prints[index] === end.prints[index + skipped]) continue
    const path = `${store.keys.directoryPath(change.directory)}${change.name}`
    return `the first differing change is revision ${change.revision}, a ${change.type} of ${path} by ${change.actor}`
  }
  if (store.revision === end.revision) return 'no change that both still keep differs'
  return `the first differing change is revision ${Math.min(store.revision, end.revision) + 1}, which only the ${store.revision < end.revision ? 'journal' : 'replay'} has`
}
