import { badRequest } from './api/errors.ts'
import type { Controller } from './client/controller.ts'
import type { Cluster } from './cluster.ts'
import { createCluster } from './create.ts'
import { replayFault } from './faults/faults.ts'
import type { Journal, JournalEntry } from './kernel/journal.ts'
import type { ClusterOptions } from './options.ts'
import type { Store } from './store/store.ts'

export interface ReplayOptions {
  /** The same definitions that the journal's cluster was made with. */
  readonly controllers?: readonly Controller[] | undefined
  /** Stops at the first moment at which the cluster is at or past this revision. */
  readonly until?: number | undefined
}

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
  const { controllers, ...plain } = journal.options
  const cluster = createCluster({ ...plain, controllers: definitions(controllers, options.controllers ?? []) } as ClusterOptions)
  const { until = Infinity } = options
  for (const entry of journal.entries) {
    if (cluster.revision >= until) return cluster
    step(cluster, entry, until)
  }
  if (until === Infinity) compare(journal, cluster)
  return cluster
}

function step(cluster: Cluster, entry: JournalEntry, until: number): void {
  const { parts, outside, run } = cluster.replayer()
  const { taken } = parts.kernel
  if (entry.taken !== taken) {
    throw new ReplayDivergence(`the journal goes on after ${entry.taken} tasks, the replay has taken ${taken} (revision ${cluster.revision})`)
  }
  if ('run' in entry) run(entry.run.tasks, entry.run.now, until)
  else if ('request' in entry) outside.replay(entry.request.verb, entry.request.path, entry.request.body)
  else if ('fault' in entry) replayFault(cluster.faults, entry.fault)
  else parts.kernel.reseed(entry.reseed)
}

function checkJournal(journal: Journal): void {
  if (typeof journal !== 'object' || journal === null || journal.format !== 'wavetank-journal') {
    throw badRequest('not a journal: expected format "wavetank-journal"')
  }
  if (journal.version !== 1) throw badRequest(`journal version ${String(journal.version)}: this version of Wavetank reads version 1`)
  if (!Array.isArray(journal.entries) || typeof journal.options !== 'object' || typeof journal.end?.hash !== 'string') {
    throw badRequest('a damaged journal: entries, options or end are missing')
  }
}

function definitions(names: unknown, given: readonly Controller[]): readonly Controller[] {
  if (names === undefined) return given
  return (names as string[]).map((name) => {
    const found = given.find((controller) => controller.name === name)
    if (found === undefined) throw badRequest(`the journal needs a definition of controller ${JSON.stringify(name)}; pass it in controllers`)
    return found
  })
}

function compare(journal: Journal, cluster: Cluster): void {
  const { end } = journal
  if (cluster.historyHash() === end.hash) return
  throw new ReplayDivergence(`the replayed history differs from the journal's: ${firstDifference(end, cluster.replayer().parts.store)}`)
}

function firstDifference(end: Journal['end'], store: Store): string {
  const changes = store.changes(Math.max(end.after, store.compacted))
  const prints = store.prints().slice(-changes.length)
  const skipped = Math.max(0, store.compacted - end.after)
  for (const [index, change] of changes.entries()) {
    if (prints[index] === end.prints[index + skipped]) continue
    const path = `${store.keys.directoryPath(change.directory)}${change.name}`
    return `the first differing change is revision ${change.revision}, a ${change.type} of ${path} by ${change.actor}`
  }
  return `it ends at revision ${store.revision}, the journal's at ${end.revision}`
}
