/** How much memory containers use: only of those whose behaviour says so is anything known or kept. */
import { bytes } from '../api/quantity.ts'
import type { Container, PodSpec } from '../api/types/core.ts'
import type { CowMap } from '../kernel/cow.ts'
import type { Memory } from '../kernel/memory.ts'
import type { ResolvedBehaviour } from './behaviour.ts'
import type { Machines } from './machines.ts'
import { containerAt, withSpec } from './podRuntimes.ts'
import type { Resizes } from './resizes.ts'
import { type ContainerRuntime, isAlive, type PodRuntime } from './runtimeState.ts'
import { amountAt, type Curve, firstAbove, totalAt, type Use } from './usage.ts'

/** One run of a container that uses memory. */
interface Run {
  readonly uid: string
  readonly sandbox: number
  readonly place: number
  readonly attempt: number
  /** When it began, in milliseconds since the Unix epoch. */
  readonly since: number
}

/** A container that runs, and what it uses. */
export interface Consumer {
  readonly pod: PodRuntime
  readonly place: number
  readonly use: Use
}

export interface MemoryUseParts {
  readonly machines: Machines
  readonly resizes: Resizes
  readonly behaviours: (image: string) => ResolvedBehaviour
}

const NONE: readonly never[] = []

export class MemoryUse {
  private readonly runs: CowMap<readonly Run[]>

  constructor(
    memory: Memory,
    private readonly parts: MemoryUseParts,
  ) {
    this.runs = memory.map('node.memoryUse')
  }

  /** A container has begun to run. */
  began(node: number, pod: PodRuntime, place: number, since: number): void {
    const key = String(node)
    const run: Run = { uid: pod.uid, sandbox: pod.attempt, place, attempt: pod.containers[place]!.attempt, since }
    const known = (this.runs.get(key) ?? NONE).filter((other) => this.alive(node, other) !== undefined)
    this.runs.set(key, [...known, run])
  }

  /** Whatever ran on a machine is gone. */
  lost(node: number): void {
    if (this.runs.size > 0) this.runs.delete(String(node))
  }

  /** Whether anything is known of what a container uses, now that it runs. */
  isCounted(pod: PodRuntime, place: number): boolean {
    return this.runs.size > 0 && this.curve(pod, place) !== undefined
  }

  consumers(node: number): readonly Consumer[] {
    const runs = this.runs.size === 0 ? undefined : this.runs.get(String(node))
    if (runs === undefined) return NONE
    return runs.flatMap((run) => {
      const pod = this.alive(node, run)
      const curve = pod && this.curve(pod, run.place)
      if (pod === undefined || curve === undefined) return []
      return [{ pod, place: run.place, use: { curve, since: run.since, limit: this.limitOf(pod, run.place) } }]
    })
  }

  /** How many bytes all of a node use together. */
  total(node: number, now: number): number {
    const consumers = this.consumers(node)
    return consumers.length === 0 ? 0 : totalAt(consumers.map(useOf), now)
  }

  /** The same on all nodes. */
  totalOfAll(now: number): number {
    let total = 0
    for (let node = 0; node < this.parts.machines.count; node++) total += this.total(node, now)
    return total
  }

  /** When all of a node will use more than `level`, as things are; Infinity: never. */
  exceeds(node: number, level: number, from: number): number {
    const consumers = this.consumers(node)
    return consumers.length === 0 ? Infinity : firstAbove(consumers.map(useOf), level, from)
  }

  /** How long after its start a container passes its limit; Infinity: never. */
  overLimitAfter(pod: PodRuntime, place: number): number {
    const curve = this.curve(pod, place)
    if (curve === undefined) return Infinity
    const limit = this.limitOf(pod, place)
    return limit === Infinity ? Infinity : firstAbove([{ curve, since: 0, limit: Infinity }], limit, 0)
  }

  /** How many bytes a container may use as it runs; Infinity: as many as there are. */
  limitOf(pod: PodRuntime, place: number): number {
    const actual = this.parts.resizes.actual(pod)
    return memoryLimit(actual, containerAt(actual === pod.spec ? pod : withSpec(pod, actual), place))
  }

  /** When a container began to run; undefined of one of whose use nothing is known. */
  since(node: number, pod: PodRuntime, place: number): number | undefined {
    const runs = this.runs.size === 0 ? undefined : this.runs.get(String(node))
    return runs?.find((run) => run.uid === pod.uid && run.place === place && this.alive(node, run) !== undefined)?.since
  }

  private curve(pod: PodRuntime, place: number): Curve | undefined {
    return this.parts.behaviours(containerAt(pod, place).image ?? '').memory
  }

  private alive(node: number, { uid, sandbox, place, attempt }: Run): PodRuntime | undefined {
    const pod = this.parts.machines.pod(node, uid)
    const container: ContainerRuntime | undefined = pod?.containers[place]
    return pod?.attempt === sandbox && container?.attempt === attempt && isAlive(container) ? pod : undefined
  }
}

export function usedBy({ use }: Consumer, now: number): number {
  return Math.min(amountAt(use.curve, now - use.since), use.limit)
}

function useOf({ use }: Consumer): Use {
  return use
}

/** A container without a limit has that of its pod; Infinity: none. */
export function memoryLimit({ resources }: PodSpec, container: Container): number {
  const limit = container.resources?.limits?.['memory'] ?? resources?.limits?.['memory']
  const most = limit === undefined ? 0 : bytes(limit)
  return most === 0 ? Infinity : most
}
