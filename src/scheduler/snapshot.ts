/** The cluster as plugins see it, for a scheduler that runs and for an explanation of what it would do. */
import type { Node, Pod } from '../api/types/core.ts'
import type { Hands } from '../client/hands.ts'
import { CowMap } from '../kernel/cow.ts'
import { Memory } from '../kernel/memory.ts'
import { createStreams, type RandomStream } from '../kernel/random.ts'
import { createAccounts, fillTable, nodeOf } from './accounts.ts'
import type { Snapshot } from './cycle.ts'
import { NodeTable } from './nodeTable.ts'
import { Nominees } from './nominees.ts'
import { createPodInfos, createSubjects, type PodInfo } from './podInfo.ts'
import { Topology } from './topology/topology.ts'
import { Trials } from './trials.ts'
import { indexes } from './volumes/objects.ts'
import { WaitingPods } from './waitingPods.ts'

/** What there is besides nodes and pods. */
export interface Surroundings {
  readonly now: number
  readonly seed: number
  readonly list: Snapshot['list']
  readonly hands: Hands
  /** Whether a pod waits for the scheduler to find it a node. */
  readonly isOurs: (pod: Pod) => boolean
  /** What plugins of the scheduler keep. */
  readonly memoryOf: Snapshot['memoryOf']
}

/** A snapshot of lists: whatever plugins do with it stays there. */
export function snapshotOf(nodes: readonly Node[], pods: readonly Pod[], around: Surroundings): Snapshot {
  const table = new NodeTable()
  const infos = createPodInfos()
  fillTable(table, infos, nodes, pods)
  const byNode = new Map<string, Pod[]>()
  for (const pod of pods) {
    const node = nodeOf(pod)
    if (node === '') continue
    const list = byNode.get(node)
    if (list === undefined) byNode.set(node, [pod])
    else list.push(pod)
  }
  const nominees = new Nominees(new CowMap(), table)
  for (const pod of pods) {
    const { nominatedNodeName = '' } = pod.status
    if (nominatedNodeName !== '' && around.isOurs(pod)) nominees.set(pod, nominatedNodeName)
  }
  const { list } = around
  const find: Snapshot['find'] = (kind, namespace, name) =>
    list(kind, namespace).find(({ metadata }) => metadata.name === name)
  const placed: Snapshot['placed'] = () => trials.all(everyOne(byNode))
  const topology = new Topology({ nodes: table, placed, list, find })
  const trials: Trials = new Trials(table, createAccounts({ nodes: table, infos, assumed: new CowMap(), topology }))
  const memories = new Map<string, CowMap<unknown>>()
  return {
    nodes: table,
    infos,
    now: around.now,
    podsOn: (node) => trials.seen(node, byNode.get(node) ?? []),
    startedAfter: () => false,
    revision: 0,
    placed,
    list,
    find,
    byIndex: (kind, value) => list(kind).filter((object) => indexes[kind]?.(object) === value),
    link: undefined,
    topology,
    memoryOf: (plugin) => {
      let memory = memories.get(plugin)
      if (memory === undefined) memories.set(plugin, (memory = around.memoryOf(plugin).fork()))
      return memory
    },
    randomOf: streamsOf(around.seed),
    hands: around.hands,
    waiting: new WaitingPods(new Memory(), ''),
    nominees,
    trials,
  }
}

function* everyOne(byNode: ReadonlyMap<string, readonly Pod[]>): Iterable<readonly [Pod, string]> {
  for (const [node, list] of byNode) for (const pod of list) yield [pod, node]
}

function streamsOf(seed: number): (name: string) => RandomStream {
  return createStreams(new CowMap(), () => seed)
}

/** Which class a pod is of: that of its spec, or a narrower one where plugins look at more. */
export function classesOf(snapshot: Snapshot, tellsApart: boolean): (pod: Pod) => PodInfo {
  return tellsApart
    ? createSubjects(snapshot.infos, (pod) => snapshot.hands.object(pod))
    : ({ spec }) => snapshot.infos(spec)
}
