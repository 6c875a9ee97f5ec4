/**
 * What a kubelet does when its machine runs short: it says so in the node's conditions, and ends one pod after another.
 * Mirrors pkg/kubelet/eviction/eviction_manager.go. Upstream looks every ten seconds; here somebody looks when there may
 * be something to see, and every ten seconds only while there is.
 */
import type { PodRequests } from '../api/podRequests.ts'
import type { CowCell, CowMap } from '../kernel/cow.ts'
import type { Kernel } from '../kernel/kernel.ts'
import type { ImageService, RuntimeService } from './cri.ts'
import { evictionMessage, rankForEviction } from './evictionRank.ts'
import type { Heartbeats } from './heartbeats.ts'
import type { Machines } from './machines.ts'
import type { MemoryUse } from './memoryUse.ts'
import type { PressureMessage } from './messages.ts'
import type { NodeEvents } from './nodeEvents.ts'
import { containerAt } from './podRuntimes.ts'
import type { PodWorker } from './podWorker.ts'
import { isCritical, keptOf, type Pressure, pressureWords, scarce, type Scarce, type Short } from './pressure.ts'
import { ACTIVE, FINISHED, type PodRuntime } from './runtimeState.ts'
import { oomVictim, systemOomMessage } from './systemOom.ts'

export interface EvictionParts {
  readonly kernel: Kernel
  readonly machines: Machines
  readonly runtime: RuntimeService & ImageService
  readonly events: NodeEvents
  readonly memoryUse: MemoryUse
  readonly pressure: Pressure
  readonly requests: (spec: PodRuntime['spec']) => PodRequests
  readonly worker: PodWorker
  readonly heartbeats: Heartbeats
  readonly kubelet: string
}

/** A node that is looked at. */
interface Watch {
  /** Which look is the next: all others are void. */
  readonly look: number
  /** The pod evicted last, and when. */
  readonly victim: string
  readonly evictedAt: number
}

// pkg/kubelet/kubelet.go: evictionMonitoringPeriod. evictionPressureTransitionPeriod of the kubelet's configuration.
const roundMs = 10_000
const transitionMs = 300_000
// pkg/kubelet/eviction/eviction_manager.go: podCleanupTimeout, immediateEvictionGracePeriodSeconds.
const cleanupMs = 30_000
const graceMs = 1000

export class EvictionManager {
  private readonly watches: CowMap<Watch>
  private readonly looks: CowCell<number>

  constructor(private readonly parts: EvictionParts) {
    const { memory } = parts.kernel
    this.watches = memory.map('node.evictionWatches')
    this.looks = memory.cell('node.evictionLooks', 0)
  }

  /** A container has begun to run. */
  started(node: number, pod: PodRuntime, place: number): void {
    if (!this.parts.memoryUse.isCounted(pod, place)) return
    if (this.parts.pressure.met(node, this.parts.kernel.now).length === 0) this.rest(node)
  }

  /** A machine has power again, and perhaps too little of something still. */
  booted(node: number): void {
    if (this.parts.pressure.isForced(node)) this.lookNow(node)
  }

  /** There may be something to see at once. */
  lookNow(node: number): void {
    this.lookIn(node, 0, 'work')
  }

  /** The machine is without power: what its kubelet knew is lost. */
  lost(node: number): void {
    this.parts.pressure.setShort(node, [])
    if (this.watches.size > 0) this.watches.delete(String(node))
  }

  look({ node, look }: PressureMessage): void {
    const { kernel, pressure } = this.parts
    const watch = this.watches.get(String(node))
    if (watch?.look !== look) return
    const killed = this.killWhatIsTooMuch(node)
    const met = pressure.met(node, kernel.now)
    this.noteConditions(node, met)
    if (killed) {
      // Whether that was enough is seen once it is gone.
      this.lookIn(node, 1, 'work')
      return
    }
    if (met.length > 0) {
      this.watches.set(String(node), this.reclaim(node, watch, met[0]!))
      this.lookIn(node, Math.min(roundMs, pressure.memoryIsGoneIn(node, kernel.now)), 'timer')
    } else this.rest(node)
  }

  /** Nothing is short: the next look is when a condition ends, or when there will be too little memory. */
  private rest(node: number): void {
    const { kernel, pressure } = this.parts
    let moment = pressure.memoryEndsAt(node, kernel.now)
    for (const { at } of pressure.short(node)) moment = Math.min(moment, at + transitionMs)
    if (moment === Infinity) this.watches.delete(String(node))
    else this.lookIn(node, Math.max(1, moment - kernel.now), 'timer')
  }

  /** Linux does not wait for a kubelet: pods that use more than all of the memory lose a container at once. */
  private killWhatIsTooMuch(node: number): boolean {
    const { kernel, machines, memoryUse, runtime } = this.parts
    const { memoryBytes } = machines.machine(node)
    if (memoryUse.total(node, kernel.now) <= memoryBytes) return false
    const victim = oomVictim(memoryUse.consumers(node), memoryBytes, kernel.now)!
    this.parts.events.ownNode(node, 'Warning', 'SystemOOM', systemOomMessage(victim))
    runtime.oomKillContainer(node, victim.pod, victim.place)
    return true
  }

  /**
   * A condition stays for five minutes after what it says was last so. It is said at once, where upstream waits for the
   * next heartbeat: until the node is tainted, whoever replaces the evicted sends pods that it refuses, as fast as it can.
   */
  private noteConditions(node: number, met: readonly Scarce[]): void {
    const { heartbeats, kernel, pressure } = this.parts
    const before = pressure.short(node)
    const after = scarce.flatMap((resource): readonly Short[] => {
      if (met.includes(resource)) return [{ resource, at: kernel.now }]
      const last = before.find((short) => short.resource === resource)
      return last !== undefined && kernel.now - last.at < transitionMs ? [last] : []
    })
    pressure.setShort(node, after)
    if (after.map(({ resource }) => resource).join() !== before.map(({ resource }) => resource).join())
      heartbeats.sayNews(node)
  }

  /** Evicts one pod at most, and none while the last one is still on its way. */
  private reclaim(node: number, watch: Watch, resource: Scarce): Watch {
    const { kernel, machines, events, memoryUse, pressure, requests, worker } = this.parts
    const last = machines.pod(node, watch.victim)
    if (last !== undefined && last.stage !== FINISHED && kernel.now - watch.evictedAt < cleanupMs) return watch
    events.ownNode(node, 'Warning', 'EvictionThresholdMet', `Attempting to reclaim ${pressureWords[resource].resource}`)
    if (resource === 'disk') this.removeUnusedImages(node)
    const usages = { resource, consumers: memoryUse.consumers(node), requests, now: kernel.now }
    const active = machines.pods(node).filter(({ stage }) => stage === ACTIVE)
    const victim = rankForEviction(active, usages).find(({ spec }) => !isCritical(spec.priority))
    if (victim === undefined) return watch
    const available = pressure.available(node, resource, kernel.now)
    const message = evictionMessage(victim, keptOf(machines.machine(node), resource), available, usages)
    events.pod(node, victim, 'Warning', 'Evicted', message)
    worker.end(node, victim, { reason: 'Evicted', message, isDisruption: true }, graceMs)
    return { look: watch.look, victim: victim.uid, evictedAt: kernel.now }
  }

  private removeUnusedImages(node: number): void {
    const { machines, runtime } = this.parts
    const used = new Set<string>()
    for (const pod of machines.pods(node)) {
      if (pod.stage === FINISHED) continue
      for (let place = 0; place < pod.containers.length; place++) used.add(containerAt(pod, place).image ?? '')
    }
    for (const image of runtime.listImages(node)) if (!used.has(image)) runtime.removeImage(node, image)
  }

  private lookIn(node: number, delayMs: number, kind: 'work' | 'timer'): void {
    const { kernel, kubelet } = this.parts
    const look = this.looks.value + 1
    this.looks.value = look
    const { victim = '', evictedAt = 0 } = this.watches.get(String(node)) ?? {}
    this.watches.set(String(node), { look, victim, evictedAt })
    const message: PressureMessage = { type: 'pressure', node, look }
    kernel.schedule(kubelet, delayMs, kind, message)
  }
}
