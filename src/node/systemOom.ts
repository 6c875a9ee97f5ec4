/** Whom Linux kills when a machine has no memory left at all. */
import { bytes } from '../api/quantity.ts'
import { hash128 } from '../kernel/hash.ts'
import { qosClassOf } from '../registries/qos.ts'
import { type Consumer, usedBy } from './memoryUse.ts'
import { containerAt } from './podRuntimes.ts'
import { isCritical } from './pressure.ts'

// pkg/kubelet/qos/policy.go: how willingly a process is killed, from -1000 to 1000.
const guaranteedScore = -997
const bestEffortScore = 1000

/** The container with the worst score, which is the share of the memory that it uses and what its kubelet adds. */
export function oomVictim(consumers: readonly Consumer[], memoryBytes: number, now: number): Consumer | undefined {
  let worst: Consumer | undefined
  let worstScore = -Infinity
  for (const consumer of consumers) {
    const used = usedBy(consumer, now)
    const score = (1000 * used) / memoryBytes + adjustment(consumer, memoryBytes)
    if (used === 0 || score <= worstScore) continue
    worst = consumer
    worstScore = score
  }
  return worst
}

/** Mirrors GetContainerOOMScoreAdjust. */
function adjustment({ pod, place }: Consumer, memoryBytes: number): number {
  const qos = qosClassOf(pod.spec)
  if (isCritical(pod.spec.priority) || qos === 'Guaranteed') return guaranteedScore
  if (qos === 'BestEffort') return bestEffortScore
  const requested = bytes(containerAt(pod, place).resources?.requests?.['memory'])
  const score = bestEffortScore - Math.floor((1000 * requested) / memoryBytes)
  return Math.min(Math.max(score, 1000 + guaranteedScore), bestEffortScore - 1)
}

/** Mirrors pkg/kubelet/oom/oom_watcher_linux.go; which number a process has is as good as any other. */
export function systemOomMessage({ pod, place }: Consumer): string {
  const { name } = containerAt(pod, place)
  const { attempt } = pod.containers[place]!
  const pid = 2 + (hash128(0, `pid/${pod.uid}/${name}/${attempt}`)[0] % 32_766)
  return `System OOM encountered, victim process: ${name}, pid: ${pid}`
}
