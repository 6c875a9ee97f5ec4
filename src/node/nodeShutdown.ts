import type { Kernel } from '../kernel/kernel.ts'
import type { Heartbeats } from './heartbeats.ts'
import type { Machines } from './machines.ts'
import type { ShutdownLookMessage, ShutdownMessage } from './messages.ts'
import type { NodeEvents } from './nodeEvents.ts'
import type { PodWorker } from './podWorker.ts'
import { graceOf } from './podSync.ts'
import { isCritical } from './pressure.ts'
import { ACTIVE, FINISHED } from './runtimeState.ts'
import type { Shutdowns } from './shutdowns.ts'

const lookMs = 1000
// pkg/kubelet/nodeshutdown/nodeshutdown_manager.go
const terminated = 'Pod was terminated in response to imminent node shutdown.'

export interface NodeShutdownParts {
  readonly kernel: Kernel
  readonly kubelet: string
  readonly machines: Machines
  readonly events: NodeEvents
  readonly heartbeats: Heartbeats
  readonly shutdowns: Shutdowns
  readonly worker: PodWorker
  readonly crash: (node: number) => void
}

/**
 * Ends the pods of a machine that is being shut down, the critical ones last, before its power goes. Mirrors
 * pkg/kubelet/nodeshutdown.
 */
export class NodeShutdown {
  constructor(private readonly parts: NodeShutdownParts) {}

  begin({ node: name, graceMs, criticalMs }: ShutdownMessage): void {
    const { kernel, machines, events, heartbeats, shutdowns } = this.parts
    const node = machines.known(name)
    if (machines.isCrashed(node) || shutdowns.has(node)) return
    const endsAt = kernel.now + graceMs
    shutdowns.set(node, { criticalAt: endsAt - criticalMs, endsAt })
    heartbeats.sayNews(node)
    events.ownNode(node, 'Normal', 'NodeNotReady', `Node ${name} status is now: NodeNotReady`)
    this.look({ type: 'shutdownLook', node })
  }

  look({ node }: ShutdownLookMessage): void {
    const { kernel, kubelet, machines, shutdowns, worker, crash } = this.parts
    const shutdown = shutdowns.get(node)
    if (shutdown === undefined) return
    const { criticalAt, endsAt } = shutdown
    const left = machines.pods(node).filter(({ stage }) => stage !== FINISHED)
    if (left.length === 0 || kernel.now >= endsAt) return crash(node)
    const isOthersTurn = kernel.now < criticalAt && left.some(({ spec }) => !isCritical(spec.priority))
    const until = isOthersTurn ? criticalAt : endsAt
    for (const pod of left) {
      if (pod.stage !== ACTIVE || (isOthersTurn && isCritical(pod.spec.priority))) continue
      const graceMs = Math.min(graceOf(pod), until - kernel.now)
      worker.end(node, pod, { reason: 'Terminated', message: terminated, isDisruption: true }, graceMs)
    }
    const next: ShutdownLookMessage = { type: 'shutdownLook', node }
    kernel.schedule(kubelet, Math.min(lookMs, endsAt - kernel.now), 'work', next)
  }
}
