/**
 * What a pod asks of a node, in numbers, as schedulers and kubelets count it. Mirrors PodRequests of
 * staging/src/k8s.io/component-helpers/resource/helpers.go and pkg/scheduler/util/pod_resources.go (the defaults that
 * scoring assumes).
 */
import { byCodeUnit } from './order.ts'
import { add, type AmountsOf, type Arithmetic, isPodLevel, podTotal } from './podTotal.ts'
import { bytes, cpuMilli } from './quantity.ts'
import type { Container, PodSpec } from './types/core.ts'

/** Amounts by resource name: cpu in thousandths of a core, everything else in whole units. */
export type Amounts = AmountsOf<number>

export interface ExtendedAmount {
  readonly name: string
  readonly amount: number
}

export interface PodRequests {
  readonly cpuMilli: number
  readonly memoryBytes: number
  readonly storageBytes: number
  /** By name. */
  readonly extended: readonly ExtendedAmount[]
  /** What scoring counts: containers that say nothing count as 100m and 200Mi. */
  readonly nonzeroCpuMilli: number
  readonly nonzeroMemoryBytes: number
  /** What NodeResourcesFit adds to that of a node when it scores: what is asked for the pod as a whole it leaves out. */
  readonly weighedCpuMilli: number
  readonly weighedMemoryBytes: number
}

type ResourceList = Readonly<Record<string, string>>

const DEFAULT_CPU_MILLI = 100
const DEFAULT_MEMORY_BYTES = 200 * 1024 * 1024

/** Resources beside cpu, memory, ephemeral-storage and pods that nodes offer and the scheduler counts. */
export function isScalarResource(name: string): boolean {
  return name.includes('/') || name.startsWith('hugepages-') || name.startsWith('attachable-volumes-')
}

const NO_EXTENDED: readonly ExtendedAmount[] = Object.freeze([])

export function podRequests(spec: PodSpec): PodRequests {
  return plainRequests(spec) ?? fullRequests(spec)
}

/** The same as `fullRequests`, sooner, for pods of containers that ask for cpu and memory; undefined for others. */
function plainRequests({ containers, initContainers, overhead, resources }: PodSpec): PodRequests | undefined {
  if (initContainers !== undefined || overhead !== undefined || resources !== undefined) return undefined
  let cpu = 0
  let memory = 0
  let nonzeroCpu = 0
  let nonzeroMemory = 0
  for (const container of containers) {
    const requests = container.resources?.requests
    for (const name in requests) if (name !== 'cpu' && name !== 'memory') return undefined
    const ownCpu = cpuMilli(requests?.['cpu'])
    const ownMemory = bytes(requests?.['memory'])
    cpu += ownCpu
    memory += ownMemory
    nonzeroCpu += requests?.['cpu'] === undefined ? DEFAULT_CPU_MILLI : ownCpu
    nonzeroMemory += requests?.['memory'] === undefined ? DEFAULT_MEMORY_BYTES : ownMemory
  }
  return {
    cpuMilli: cpu,
    memoryBytes: memory,
    storageBytes: 0,
    extended: NO_EXTENDED,
    nonzeroCpuMilli: nonzeroCpu,
    nonzeroMemoryBytes: nonzeroMemory,
    weighedCpuMilli: nonzeroCpu,
    weighedMemoryBytes: nonzeroMemory,
  }
}

export function fullRequests(spec: PodSpec): PodRequests {
  const plain = effective(spec, false)
  const nonzero = effective(spec, true)
  const weighed = spec.resources === undefined ? nonzero : effective({ ...spec, resources: {} }, true)
  const extended: ExtendedAmount[] = []
  for (const [name, amount] of plain) if (isScalarResource(name) && amount > 0) extended.push({ name, amount })
  extended.sort((a, b) => byCodeUnit(a.name, b.name))
  return {
    cpuMilli: plain.get('cpu') ?? 0,
    memoryBytes: plain.get('memory') ?? 0,
    storageBytes: plain.get('ephemeral-storage') ?? 0,
    extended,
    nonzeroCpuMilli: nonzero.get('cpu') ?? 0,
    nonzeroMemoryBytes: nonzero.get('memory') ?? 0,
    weighedCpuMilli: weighed.get('cpu') ?? 0,
    weighedMemoryBytes: weighed.get('memory') ?? 0,
  }
}

const numbers: Arithmetic<number> = Object.freeze<Arithmetic<number>>({
  sum: (a, b) => a + b,
  isLess: (a, b) => a < b,
})

function effective(spec: PodSpec, assumeDefaults: boolean): Amounts {
  const total = podTotal(spec, (container) => containerRequests(container, assumeDefaults), numbers)
  for (const [name, amount] of amountsOf(spec.resources?.requests)) if (isPodLevel(name)) total.set(name, amount)
  add(total, amountsOf(spec.overhead), numbers)
  return total
}

function containerRequests(container: Container, assumeDefaults: boolean): Amounts {
  const amounts = amountsOf(container.resources?.requests)
  if (!assumeDefaults) return amounts
  if (!amounts.has('cpu')) amounts.set('cpu', DEFAULT_CPU_MILLI)
  if (!amounts.has('memory')) amounts.set('memory', DEFAULT_MEMORY_BYTES)
  return amounts
}

export function amountsOf(list: ResourceList | undefined): Amounts {
  const amounts: Amounts = new Map()
  for (const name in list) amounts.set(name, name === 'cpu' ? cpuMilli(list[name]) : bytes(list[name]))
  return amounts
}
