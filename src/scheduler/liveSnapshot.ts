import type { Pod } from '../api/types/core.ts'
import type { Hands } from '../client/hands.ts'
import type { Informer } from '../client/informer.ts'
import type { Link } from '../client/link.ts'
import type { CowMap } from '../kernel/cow.ts'
import type { Kernel } from '../kernel/kernel.ts'
import { type Accounts, type Assumed, nodeOf } from './accounts.ts'
import type { Snapshot } from './cycle.ts'
import type { NodeTable } from './nodeTable.ts'
import type { Nominees } from './nominees.ts'
import type { PodInfos } from './podInfo.ts'
import type { SchedulerSources } from './sources.ts'
import type { Topology } from './topology/topology.ts'
import type { Trials } from './trials.ts'
import type { WaitingPods } from './waitingPods.ts'

export interface LiveParts {
  readonly scheduler: string
  /** Whose plugins look at it. */
  readonly profile: string
  readonly kernel: Kernel
  readonly nodes: NodeTable
  readonly infos: PodInfos
  readonly accounts: Accounts
  readonly assumed: CowMap<Assumed>
  readonly nominees: Nominees
  readonly trials: Trials
  readonly sources: SchedulerSources
  readonly waiting: WaitingPods
  readonly topology: Topology
  readonly hands: Hands
  readonly link: Link
}

/**
 * The cluster as a scheduler that runs knows it: it goes on with what the scheduler is told and what it decides. A class
 * for its getters' sake: docs/decisions/0001-memory-tables-and-forks.md.
 */
export class LiveSnapshot implements Snapshot {
  readonly nodes: NodeTable
  readonly infos: PodInfos
  readonly topology: Topology
  readonly link: Link
  readonly hands: Hands
  readonly waiting: WaitingPods
  readonly nominees: Nominees
  readonly trials: Trials
  readonly placed: Snapshot['placed']
  readonly list: Snapshot['list']
  readonly find: Snapshot['find']
  private readonly memories = new Map<string, CowMap<unknown>>()

  constructor(private readonly parts: LiveParts) {
    const { nodes, infos, topology, link, hands, waiting, nominees, trials, sources, assumed } = parts
    this.nodes = nodes
    this.infos = infos
    this.topology = topology
    this.link = link
    this.hands = hands
    this.waiting = waiting
    this.nominees = nominees
    this.trials = trials
    const { placed, list, find } = known(sources, assumed, trials)
    this.placed = placed
    this.list = list
    this.find = find
  }

  get now(): number {
    return this.parts.kernel.now
  }

  get revision(): number {
    return this.parts.sources.pods().revision
  }

  readonly podsOn = (node: string): readonly Pod[] => {
    const { trials, sources, accounts } = this.parts
    return trials.seen(node, joined(sources.pods().byIndex(node), accounts.assumedOn(node)))
  }

  readonly startedAfter = (revision: number, visit: (node: string) => void): boolean =>
    startedAfter(this.parts.sources.pods(), revision, visit)

  readonly byIndex: Snapshot['byIndex'] = (kind, value) => this.parts.sources.other(kind)?.byIndex(value) ?? []

  readonly memoryOf = (plugin: string): CowMap<unknown> => {
    const { kernel, scheduler, profile } = this.parts
    let memory = this.memories.get(plugin)
    if (memory === undefined) this.memories.set(plugin, (memory = pluginMemory(kernel, scheduler, profile, plugin)))
    return memory
  }

  readonly randomOf: Snapshot['randomOf'] = (plugin) => {
    const { kernel, scheduler, profile } = this.parts
    return kernel.random(`scheduler/${scheduler}/${profile}/${plugin}`)
  }
}

function startedAfter(pods: Informer<Pod>, revision: number, visit: (node: string) => void): boolean {
  return !pods.hasChanged(revision, (before, now) => {
    if (before !== undefined && now !== undefined && before.status.startTime !== now.status.startTime)
      visit(nodeOf(now))
    return false
  })
}

function joined(pods: readonly Pod[], others: readonly Pod[]): readonly Pod[] {
  return others.length === 0 ? pods : [...pods, ...others]
}

/** Pods and other objects, as a scheduler that runs was told of them, with what is tried. */
export function known(
  sources: SchedulerSources,
  assumed: CowMap<Assumed>,
  trials: Pick<Trials, 'all'>,
): Pick<Snapshot, 'placed' | 'list' | 'find'> {
  return {
    placed: () => trials.all(placed(sources, assumed)),
    list: (kind, namespace) => sources.other(kind)?.list(namespace) ?? [],
    find: (kind, namespace, name) => sources.other(kind)?.get(namespace, name),
  }
}

/** What a plugin of a profile keeps. */
export function pluginMemory({ memory }: Kernel, scheduler: string, profile: string, plugin: string): CowMap<unknown> {
  return memory.map(`scheduler.${scheduler}.${profile}.${plugin}`)
}

function* placed(sources: SchedulerSources, assumed: CowMap<Assumed>): Iterable<readonly [Pod, string]> {
  for (const pod of sources.pods().list()) {
    const node = nodeOf(pod)
    if (node !== '') yield [pod, node]
  }
  for (const uid of assumed.sortedKeys()) {
    const { pod, node } = assumed.get(uid)!
    yield [pod, node]
  }
}
