import type { Node, Pod, PodSpec, Taint } from '../../src/api/types/core.ts'
import { Immer } from 'immer'
import { Hands } from '../../src/client/hands.ts'
import { CowMap } from '../../src/kernel/cow.ts'
import type { Cycle } from '../../src/scheduler/cycle.ts'
import { createDecider, type DeciderOptions, type Decision } from '../../src/scheduler/decide.ts'
import { roomFor } from '../../src/scheduler/failure.ts'
import { unschedulableMessage } from '../../src/scheduler/fitError.ts'
import { frameworkOf } from '../../src/scheduler/framework.ts'
import { NodeTable } from '../../src/scheduler/nodeTable.ts'
import { createPodInfos, type PodInfo } from '../../src/scheduler/podInfo.ts'
import { leastAllocated, type Policy } from '../../src/scheduler/policy.ts'
import { snapshotOf } from '../../src/scheduler/snapshot.ts'
import { bestFit } from '../../src/scheduler/strategies/bestFit.ts'
import type { Strategy } from '../../src/scheduler/strategy.ts'

type Amounts = Readonly<Record<string, string>>

export interface NodeOptions {
  readonly allocatable?: Amounts
  readonly labels?: Amounts
  readonly taints?: readonly Taint[]
  readonly unschedulable?: boolean
}

const usual: Amounts = { cpu: '4', memory: '16Gi', pods: '110' }

export function node(name: string, options: NodeOptions = {}): Node {
  const { allocatable, labels, taints, unschedulable } = options
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: {
      name,
      uid: `uid-${name}`,
      resourceVersion: '1',
      creationTimestamp: '2020-01-01T00:00:00Z',
      labels: labels ?? {},
    },
    spec: { ...(taints && { taints }), ...(unschedulable && { unschedulable }) },
    status: { allocatable: { ...usual, ...allocatable } },
  }
}

export function spec(requests: Amounts = {}, more: Partial<PodSpec> = {}): PodSpec {
  return { containers: [{ name: 'app', image: 'app', resources: { requests } }], ...more }
}

export function pod(name: string, podSpec: PodSpec, status: Pod['status'] = { phase: 'Pending' }): Pod {
  const metadata = { name, namespace: 'default', uid: `uid-${name}`, resourceVersion: '1' }
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { ...metadata, creationTimestamp: '2020-01-01T00:00:00Z' },
    spec: podSpec,
    status,
  }
}

export function info(podSpec: PodSpec): PodInfo {
  return createPodInfos()(podSpec)
}

/** A table of nodes with pods counted on them. */
export function tableOf(nodes: readonly Node[], pods: readonly (readonly [string, PodSpec])[] = []): NodeTable {
  const table = new NodeTable()
  for (const each of nodes) table.upsertNode(each)
  for (const [name, podSpec] of pods) table.addPod(info(podSpec), name)
  return table
}

/** Decides about classes of pods over a table, where there is nothing else. */
export function deciderOf(
  nodes: NodeTable,
  {
    strategy = bestFit(),
    policy = leastAllocated(),
    lot = noLot,
    ...more
  }: { strategy?: Strategy; policy?: Policy } & Partial<Pick<DeciderOptions, 'failFast' | 'lot' | 'ties'>> = {},
): {
  decide: (info: PodInfo, from: number, details?: boolean) => Decision
  fits: (info: PodInfo, row: number) => boolean
  /** What is said of a pod that fits nowhere. */
  message: (spec: PodSpec) => string
} {
  const framework = frameworkOf(policy)
  const decider = createDecider({ nodes, rules: framework, strategy, lot, ...more })
  const nothing = {
    now: 0,
    seed: 0,
    list: () => [],
    isOurs: () => false,
    hands: new Hands(new Immer(), true),
    memoryOf: () => new CowMap<unknown>(),
  }
  const snapshot = { ...snapshotOf([], [], nothing), nodes }
  const cycle = (info: PodInfo): Cycle => ({ pod: pod('incoming', spec()), info, snapshot })
  return {
    decide: (info, from, details) => decider.decide(cycle(info), from, details),
    fits: (info, row) => decider.fitsAlone(cycle(info), row) && decider.fitsAround(cycle(info), row),
    message: (podSpec) => {
      const own = { ...cycle(info(podSpec)), pod: pod('incoming', podSpec) }
      const decision = decider.decide(own, 0)
      return unschedulableMessage(decision, roomFor(framework.postFilter, own, decider.failure(own)).words)
    },
  }
}

function noLot(): number {
  throw new Error('there is nothing to draw a lot for')
}
