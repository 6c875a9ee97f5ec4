import type { Cluster } from '../cluster.ts'
import type { JournalEntry } from '../kernel/journal.ts'
import { policyOf, strategyOf } from '../scheduler/named.ts'
import { describeTask, type WaitingTask } from '../timeout.ts'
import { findUnready, type Unready } from './unready.ts'

/** How many of something. */
export interface Counted {
  readonly name: string
  readonly count: number
}

/** What `wavetank inspect` tells of a cluster. */
export interface Facts {
  readonly seed: number
  readonly time: string
  /** The same in milliseconds since the Unix epoch. */
  readonly now: number
  readonly revision: number
  /** The oldest revision that can still be read. */
  readonly oldest: number
  readonly hash: string
  /** What code the cluster was made with beside the built-in: `controller labeller`. */
  readonly definitions: readonly string[]
  /** By kind; the kinds with none are left out. */
  readonly objects: readonly Counted[]
  readonly nodes: { readonly count: number; readonly ready: number }
  /** Pods by phase. */
  readonly pods: readonly Counted[]
  readonly unready: readonly Unready[]
  /** What came from outside, by verb. */
  readonly calls: readonly Counted[]
  /** Work that is to be done before the cluster is settled. */
  readonly work: number
  /** What comes next, soonest first. */
  readonly next: readonly WaitingTask[]
}

/** Of so many of the tasks that wait it is said what they are. */
const shownTasks = 10

export function factsOf(cluster: Cluster): Facts {
  const { kernel, store } = cluster.replayer().parts
  const { entries, options } = cluster.journal
  const nodes = cluster.nodes.list().items
  const pods = cluster.pods.list({ allNamespaces: true }).items
  return {
    seed: cluster.seed,
    time: cluster.time,
    now: cluster.now,
    revision: cluster.revision,
    oldest: store.compacted,
    hash: cluster.historyHash(),
    definitions: definitionNames(options),
    objects: objectsOf(cluster),
    nodes: { count: nodes.length, ready: nodes.filter(({ status }) => isReady(status.conditions)).length },
    pods: tally(pods.map(({ status }) => status.phase ?? 'Unknown')),
    unready: findUnready(cluster),
    calls: tally(entries.flatMap(callOf)),
    work: kernel.work,
    next: kernel.waiting().slice(0, shownTasks).map(describeTask),
  }
}

function isReady(conditions: readonly { readonly type: string; readonly status: string }[] = []): boolean {
  return conditions.some(({ type, status }) => type === 'Ready' && status === 'True')
}

function objectsOf(cluster: Cluster): Counted[] {
  const { records, store } = cluster.replayer().parts
  const kept = records.all().filter((resource) => resource.kept === resource)
  const counts = kept.map(({ key, definition }) => {
    const directories = store.keys.directoriesUnder(`${key}/`)
    return { name: definition.kind, count: directories.reduce((sum, one) => sum + store.keys.live(one), 0) }
  })
  return counts.filter(({ count }) => count > 0).sort((a, b) => (a.name < b.name ? -1 : 1))
}

function callOf(entry: JournalEntry): string[] {
  if ('request' in entry) return [entry.request.verb]
  if ('imported' in entry) return ['import']
  return 'fault' in entry ? ['fault'] : []
}

/** How often each name occurs, by name. */
function tally(names: readonly string[]): Counted[] {
  const counts = new Map<string, number>()
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1)
  return [...counts].map(([name, count]) => ({ name, count })).sort((a, b) => (a.name < b.name ? -1 : 1))
}

interface NamedScheduler {
  readonly strategy?: { readonly name: string }
  readonly policy?: { readonly name: string }
  readonly plugins?: readonly string[]
  readonly profiles?: readonly NamedScheduler[]
}

function definitionNames(options: Readonly<Record<string, unknown>>): string[] {
  const { controllers = [], schedulers = [] } = options as {
    readonly controllers?: readonly string[]
    readonly schedulers?: readonly NamedScheduler[]
  }
  const all = [...controllers.map((name) => `controller ${name}`), ...schedulers.flatMap(codeOf)]
  return [...new Set(all)]
}

/** What code a scheduler was made with, its profiles included. */
function codeOf({ strategy, policy, plugins = [], profiles = [] }: NamedScheduler): string[] {
  return [
    ...plugins.map((name) => `plugin ${name}`),
    ...(strategy === undefined || isKnown(() => strategyOf(strategy)) ? [] : [`strategy ${strategy.name}`]),
    ...(policy === undefined || isKnown(() => policyOf(policy)) ? [] : [`policy ${policy.name}`]),
    ...profiles.flatMap(codeOf),
  ]
}

function isKnown(make: () => unknown): boolean {
  try {
    make()
    return true
  } catch {
    return false
  }
}
