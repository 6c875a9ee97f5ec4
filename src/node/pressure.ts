/** What a machine runs short of, and what its kubelet says and does because of it. */
import { bytes } from '../api/quantity.ts'
import type { Pod, Toleration } from '../api/types/core.ts'
import type { CowMap } from '../kernel/cow.ts'
import type { Memory } from '../kernel/memory.ts'
import type { MemoryUse } from './memoryUse.ts'
import type { Machine } from './nodeTemplate.ts'
import type { Machines } from './machines.ts'

/** In the order in which kubelets reclaim them: byEvictionPriority of pkg/kubelet/eviction/helpers.go. */
export const scarce = ['memory', 'disk', 'pids'] as const
export type Scarce = (typeof scarce)[number]

export interface PressureWords {
  readonly condition: string
  /** The resource as evictions name it. */
  readonly resource: string
  readonly events: { readonly begins: string; readonly ends: string }
}

/** Mirrors signalToNodeCondition and signalToResource of pkg/kubelet/eviction/helpers.go, and pkg/kubelet/events/event.go. */
export const pressureWords: Readonly<Record<Scarce, PressureWords>> = Object.freeze({
  memory: {
    condition: 'MemoryPressure',
    resource: 'memory',
    events: { begins: 'NodeHasInsufficientMemory', ends: 'NodeHasSufficientMemory' },
  },
  disk: {
    condition: 'DiskPressure',
    resource: 'ephemeral-storage',
    events: { begins: 'NodeHasDiskPressure', ends: 'NodeHasNoDiskPressure' },
  },
  pids: {
    condition: 'PIDPressure',
    resource: 'pids',
    events: { begins: 'NodeHasInsufficientPID', ends: 'NodeHasSufficientPID' },
  },
})

// pkg/kubelet/eviction/defaults_linux.go: memory.available<100Mi, nodefs.available<10%. Of process numbers kubelets keep
// nothing free unless told to: here a tenth of the 32,768 that Linux gives a small machine.
const keptMemory = 104_857_600
const keptDiskShare = 10
const keptPids = 3276

/** Something else on a machine leaves less than is needed: told by a fault. */
interface Shortage {
  readonly id: number
  readonly resource: Scarce
  readonly available: number
}

/** When a resource was last found short. */
export interface Short {
  readonly resource: Scarce
  readonly at: number
}

const NONE: readonly never[] = []
const pageBytes = 4096
const systemCritical = 2_000_000_000

export class Pressure {
  private readonly shortages: CowMap<readonly Shortage[]>
  private readonly conditions: CowMap<readonly Short[]>

  constructor(
    memory: Memory,
    private readonly machines: Machines,
    private readonly memoryUse: MemoryUse,
  ) {
    this.shortages = memory.map('node.shortages')
    this.conditions = memory.map('node.pressure')
  }

  begin(node: number, id: number, resource: Scarce, available: number): void {
    const key = String(node)
    this.shortages.set(key, [...(this.shortages.get(key) ?? NONE), { id, resource, available }])
  }

  end(node: number, id: number): void {
    const left = (this.shortages.get(String(node)) ?? NONE).filter((shortage) => shortage.id !== id)
    if (left.length === 0) this.shortages.delete(String(node))
    else this.shortages.set(String(node), left)
  }

  /** Whether something else leaves less of the machine than is needed. */
  isForced(node: number): boolean {
    return this.shortages.size > 0 && this.shortages.has(String(node))
  }

  /** How much is left of a resource; Infinity where nobody counts it. */
  available(node: number, resource: Scarce, now: number): number {
    let least = Infinity
    if (resource === 'memory') least = pages(this.machines.machine(node).memoryBytes - this.memoryUse.total(node, now))
    for (const shortage of this.shortages.get(String(node)) ?? NONE)
      if (shortage.resource === resource) least = Math.min(least, shortage.available)
    return Math.max(0, least)
  }

  /** What is less than the kubelet keeps free. */
  met(node: number, now: number): readonly Scarce[] {
    const machine = this.machines.machine(node)
    return scarce.filter((resource) => this.available(node, resource, now) < keptOf(machine, resource))
  }

  /** When there will be too little memory, as things are; Infinity: never. */
  memoryEndsAt(node: number, now: number): number {
    const machine = this.machines.machine(node)
    return this.memoryUse.exceeds(node, machine.memoryBytes - keptMemory, now)
  }

  /** How long until pods use more memory than the machine has, as things are, in milliseconds; Infinity: never. */
  memoryIsGoneIn(node: number, now: number): number {
    return Math.max(1, this.memoryUse.exceeds(node, this.machines.machine(node).memoryBytes, now) - now)
  }

  /** What the node's conditions say is short, and when it last was. */
  short(node: number): readonly Short[] {
    return this.conditions.size === 0 ? NONE : (this.conditions.get(String(node)) ?? NONE)
  }

  setShort(node: number, short: readonly Short[]): void {
    if (short.length > 0) this.conditions.set(String(node), short)
    else if (this.conditions.size > 0) this.conditions.delete(String(node))
  }

  /** Why a pod is not let in; undefined when it is. Mirrors Admit of pkg/kubelet/eviction/eviction_manager.go. */
  refusal(node: number, { spec, status }: Pick<Pod, 'spec' | 'status'>): string | undefined {
    const short = this.short(node)
    if (short.length === 0 || isCritical(spec.priority)) return undefined
    const { qosClass = 'BestEffort' } = status
    const isMemoryOnly = short.length === 1 && short[0]!.resource === 'memory'
    if (isMemoryOnly && (qosClass !== 'BestEffort' || spec.tolerations?.some(toleratesMemoryPressure) === true))
      return undefined
    return `The node had condition: [${short.map(({ resource }) => pressureWords[resource].condition).join(' ')}]. `
  }
}

/** Whole pages, in which memory is counted. */
export function pages(bytes: number): number {
  return Math.floor(bytes / pageBytes) * pageBytes
}

/** How much of a resource the kubelet keeps free. */
export function keptOf({ capacity }: Machine, resource: Scarce): number {
  if (resource === 'memory') return keptMemory
  return resource === 'pids' ? keptPids : Math.floor(bytes(capacity['ephemeral-storage']) / keptDiskShare)
}

/** Mirrors IsCriticalPod of pkg/kubelet/types/pod_update.go, for pods that are not static. */
export function isCritical(priority: number | undefined): boolean {
  return priority !== undefined && priority >= systemCritical
}

function toleratesMemoryPressure({ key, operator, value, effect }: Toleration): boolean {
  if (effect && effect !== 'NoSchedule') return false
  if (key && key !== 'node.kubernetes.io/memory-pressure') return false
  return operator === 'Exists' || (key !== undefined && !value)
}
