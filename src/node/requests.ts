import { add, amountsOf, containerAmounts, isPodLevel } from '../api/containerAmounts.ts'
import { bytes, cpuMilli, formatQuantity } from '../api/quantity.ts'
import type { Container, PodSpec } from '../api/types/core.ts'

/** CPU and memory. */
interface Basics {
  readonly cpuMilli: number
  readonly memoryBytes: number
}

/** What a pod takes of its node. */
export interface Requests extends Basics {
  /** What else it asks for, in whole units, by name; undefined for nothing. */
  readonly others: ReadonlyMap<string, number> | undefined
}

const NONE: Basics = Object.freeze({ cpuMilli: 0, memoryBytes: 0 })

/** How many lists of containers are remembered. */
const remembered = 8

/** A pod's requests, worked out once for pods that share a list of containers and come one after the other. */
export function createRequests(): (spec: PodSpec) => Requests {
  const known: { readonly containers: readonly Container[]; readonly requests: Requests }[] = []
  let oldest = 0
  return (spec) => {
    if (spec.initContainers !== undefined || spec.overhead !== undefined || spec.resources !== undefined)
      return podRequests(spec)
    const { containers } = spec
    for (let index = 0; index < known.length; index++)
      if (known[index]!.containers === containers) return known[index]!.requests
    const requests = podRequests(spec)
    known[oldest] = { containers, requests }
    oldest = (oldest + 1) % remembered
    return requests
  }
}

/**
 * Init containers run one after another, before all others but beside the sidecars started earlier.
 * Mirrors PodRequests of staging/src/k8s.io/component-helpers/resource/helpers.go.
 */
export function podRequests(spec: PodSpec): Requests {
  const { initContainers = [], overhead, resources } = spec
  const sidecars = initContainers.filter(isSidecar)
  const running = total([...spec.containers, ...sidecars])
  let cpu = running.cpuMilli
  let memory = running.memoryBytes
  let before: Basics = NONE
  for (const container of initContainers) {
    const own = of(container)
    const together = { cpuMilli: before.cpuMilli + own.cpuMilli, memoryBytes: before.memoryBytes + own.memoryBytes }
    cpu = Math.max(cpu, together.cpuMilli)
    memory = Math.max(memory, together.memoryBytes)
    if (isSidecar(container)) before = together
  }
  const asked = resources?.requests
  if (asked?.['cpu'] !== undefined) cpu = cpuMilli(asked['cpu'])
  if (asked?.['memory'] !== undefined) memory = bytes(asked['memory'])
  return {
    cpuMilli: cpu + cpuMilli(overhead?.['cpu']),
    memoryBytes: memory + bytes(overhead?.['memory']),
    others: otherRequests(spec),
  }
}

function otherRequests(spec: PodSpec): Requests['others'] {
  const { containers, initContainers = [], overhead, resources } = spec
  const lists = [...containers, ...initContainers].map((container) => container.resources?.requests)
  if (![...lists, overhead, resources?.requests].some(namesOthers)) return undefined
  const total = containerAmounts(spec, 'requests')
  for (const [name, amount] of amountsOf(resources?.requests)) if (isPodLevel(name)) total.set(name, amount)
  add(total, amountsOf(overhead))
  const others = [...total].filter(([name]) => isOther(name))
  return new Map(others.map(([name, amount]) => [name, bytes(formatQuantity(amount))]))
}

function namesOthers(list: Readonly<Record<string, string>> | undefined): boolean {
  for (const name in list) if (isOther(name)) return true
  return false
}

function isOther(name: string): boolean {
  return name !== 'cpu' && name !== 'memory'
}

/** An init container that keeps running beside the others. */
export function isSidecar(container: Container): boolean {
  return container.restartPolicy === 'Always'
}

function of({ resources }: Container): Basics {
  const requests = resources?.requests
  if (requests === undefined) return NONE
  return { cpuMilli: cpuMilli(requests['cpu']), memoryBytes: bytes(requests['memory']) }
}

function total(containers: readonly Container[]): Basics {
  let cpu = 0
  let memory = 0
  for (const container of containers) {
    const own = of(container)
    cpu += own.cpuMilli
    memory += own.memoryBytes
  }
  return { cpuMilli: cpu, memoryBytes: memory }
}
