/** Whether less memory may be given than is used. Mirrors validateMemoryResizeAction of pkg/kubelet/kuberuntime/kuberuntime_manager.go. */
import { isSidecar } from '../api/restartPolicy.ts'
import { bytes } from '../api/quantity.ts'
import type { PodSpec } from '../api/types/core.ts'
import { type Consumer, memoryLimit, usedBy } from './memoryUse.ts'
import { containerAt } from './podRuntimes.ts'
import { isAlive, type PodRuntime } from './runtimeState.ts'

/** Why a pod's limits of memory cannot be lowered from what they are; '' where they can. */
export function limitsFault(pod: PodRuntime, actual: PodSpec, consumers: readonly Consumer[], now: number): string {
  const own = consumers.filter((consumer) => consumer.pod.uid === pod.uid)
  const used = own.reduce((sum, consumer) => sum + usedBy(consumer, now), 0)
  const faults: string[] = []
  const [most, mostBefore] = [podLimit(pod.spec), podLimit(actual)]
  if (most < mostBefore && used >= most)
    faults.push(`attempting to set pod memory limit (${most}) below current usage (${Math.floor(used)})`)
  for (const consumer of own) {
    const { place } = consumer
    if (!isAlive(pod.containers[place]!)) continue
    const { name } = containerAt(pod, place)
    const limit = memoryLimit(pod.spec, containerAt(pod, place))
    const isLess = limit < memoryLimit(actual, containerAt({ spec: actual }, place))
    // Upstream tells what the whole pod uses.
    if (isLess && usedBy(consumer, now) >= limit)
      faults.push(
        `attempting to set container "${name}" memory limit (${limit}) below current usage (${Math.floor(used)})`,
      )
  }
  if (faults.length === 0) return ''
  return `cannot decrease memory limits: ${faults.length === 1 ? faults[0]! : `[${faults.join(', ')}]`}`
}

/** What the pod as a whole may use: without a limit of its own the sum of its containers', where each has one. */
function podLimit({ resources, containers, initContainers = [] }: PodSpec): number {
  const own = resources?.limits?.['memory']
  if (own !== undefined) return bytes(own)
  const all = [...containers, ...initContainers.filter(isSidecar)]
  const limits = all.map((container) => container.resources?.limits?.['memory'])
  return limits.includes(undefined) ? Infinity : limits.reduce((sum, limit) => sum + bytes(limit), 0)
}
