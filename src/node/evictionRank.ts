/** Whom a kubelet evicts first, and what it says then. Mirrors pkg/kubelet/eviction/helpers.go. */
import { byCodeUnit } from '../api/order.ts'
import { bytes, canonicalQuantity, formatQuantity } from '../api/quantity.ts'
import type { Container } from '../api/types/core.ts'
import type { PodRequests } from '../api/podRequests.ts'
import { type Consumer, usedBy } from './memoryUse.ts'
import { containerAt } from './podRuntimes.ts'
import { pages, pressureWords, type Scarce } from './pressure.ts'
import type { PodRuntime } from './runtimeState.ts'

/** What ranking follows from. */
export interface Usages {
  readonly resource: Scarce
  /** What is known of the use of memory. */
  readonly consumers: readonly Consumer[]
  readonly requests: (spec: PodRuntime['spec']) => PodRequests
  readonly now: number
}

interface Ranked {
  readonly pod: PodRuntime
  readonly exceeds: boolean
  readonly priority: number
  /** What it uses beyond what it asked for. */
  readonly beyond: number
}

/**
 * Those first that use more than they requested, then those of the least priority, then by what they use beyond their
 * requests; among equals by name, where upstream leaves it open.
 */
export function rankForEviction(pods: readonly PodRuntime[], usages: Usages): readonly PodRuntime[] {
  const ranked: Ranked[] = pods.map((pod) => {
    const [used, requested] = [podUse(pod, usages), podRequest(pod, usages)]
    return { pod, exceeds: used > requested, priority: pod.spec.priority ?? 0, beyond: used - requested }
  })
  ranked.sort(
    (a, b) =>
      Number(b.exceeds) - Number(a.exceeds) ||
      a.priority - b.priority ||
      b.beyond - a.beyond ||
      byCodeUnit(`${a.pod.namespace}/${a.pod.name}`, `${b.pod.namespace}/${b.pod.name}`),
  )
  return ranked.map(({ pod }) => pod)
}

function podUse(pod: PodRuntime, { resource, consumers, now }: Usages): number {
  if (resource !== 'memory') return 0
  let used = 0
  for (const consumer of consumers) if (consumer.pod.uid === pod.uid) used += usedBy(consumer, now)
  return used
}

function podRequest({ spec }: PodRuntime, { resource, requests }: Usages): number {
  if (resource === 'memory') return requests(spec).memoryBytes
  if (resource === 'pids') return 0
  let disk = 0
  for (const container of spec.containers) disk += bytes(requestOf(container, 'ephemeral-storage'))
  return disk
}

/** Mirrors evictionMessage. */
export function evictionMessage(pod: PodRuntime, kept: number, available: number, usages: Usages): string {
  const { resource, consumers, now } = usages
  const { resource: name } = pressureWords[resource]
  const quantity = (value: number): string => amountText(value, resource)
  const containers = consumers.flatMap((consumer) => {
    if (resource !== 'memory' || consumer.pod.uid !== pod.uid) return []
    const container = containerAt(pod, consumer.place)
    const used = pages(usedBy(consumer, now))
    const requested = requestOf(container, 'memory') ?? '0'
    if (used <= bytes(requested)) return []
    const asked = canonicalQuantity(requested)
    return [`Container ${container.name} was using ${quantity(used)}, request is ${asked}, has larger consumption of ${name}. `] // prettier-ignore
  })
  const threshold = `Threshold quantity: ${quantity(kept)}, available: ${quantity(available)}. `
  return `The node was low on resource: ${name}. ${threshold}${containers.join('')}`
}

function requestOf({ resources }: Container, name: string): string | undefined {
  return resources?.requests?.[name]
}

function amountText(value: number, resource: Scarce): string {
  return formatQuantity({
    nano: BigInt(value) * 1_000_000_000n,
    format: resource === 'pids' ? 'DecimalSI' : 'BinarySI',
  })
}
