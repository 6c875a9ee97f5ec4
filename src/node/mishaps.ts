import { badRequest } from '../api/errors.ts'
import type { CowMap } from '../kernel/cow.ts'
import type { Kernel } from '../kernel/kernel.ts'
import type { ImageService, RuntimeService } from './cri.ts'
import type { EvictionManager } from './evictionManager.ts'
import type { Heartbeats } from './heartbeats.ts'
import type { Machines } from './machines.ts'
import type { KillMessage, MishapMessage, ShortageMessage } from './messages.ts'
import type { NodeShutdown } from './nodeShutdown.ts'
import { containerAt } from './podRuntimes.ts'
import { keptOf, type Pressure } from './pressure.ts'
import type { PullFailures } from './pullFailures.ts'
import { isAlive } from './runtimeState.ts'

export interface MishapParts {
  readonly kernel: Kernel
  readonly machines: Machines
  readonly runtime: RuntimeService & ImageService
  readonly pullFailures: PullFailures
  readonly pressure: Pressure
  readonly evictions: EvictionManager
  readonly heartbeats: Heartbeats
  readonly shutdown: NodeShutdown
  /** Switch a machine off, and on. */
  readonly crash: (node: number) => void
  readonly restart: (node: number) => void
}

/** What befalls machines and what runs on them, other than the loss of their power: told by faults. */
export class Mishaps {
  /** The machines that the failure of a zone's power has switched off, by zone. */
  private readonly blackouts: CowMap<readonly string[]>

  constructor(private readonly parts: MishapParts) {
    this.blackouts = parts.kernel.memory.map('node.blackouts')
  }

  /** Throws BadRequest, with nothing done, where it cannot happen. */
  handle(message: MishapMessage): void {
    const { evictions, heartbeats, machines, pressure, pullFailures } = this.parts
    switch (message.type) {
      case 'kill':
        return this.kill(message)
      case 'failPulls': {
        const { id, image, error, node } = message
        return pullFailures.begin({ id, image, error, node: node === undefined ? undefined : machines.known(node) })
      }
      case 'allowPulls':
        return pullFailures.end(message.id)
      case 'shortage':
        return this.shortage(message)
      case 'clock': {
        const node = machines.known(message.node)
        machines.setSkew(node, message.aheadMs)
        return heartbeats.clockSet(node)
      }
      case 'shutdown':
        return this.parts.shutdown.begin(message)
      case 'blackout':
        return this.blackout(message.zone, message.nodes)
      case 'light':
        return this.light(message.zone)
      default: {
        const node = machines.known(message.node)
        pressure.end(node, message.id)
        evictions.lookNow(node)
      }
    }
  }

  /** Nodes that are no more than a record, or without power already, are left out. */
  private blackout(zone: string, nodes: readonly string[]): void {
    const { machines, crash } = this.parts
    const down = nodes.filter((name) => machines.has(name) && !machines.isCrashed(machines.numberOf(name)))
    for (const name of down) crash(machines.numberOf(name))
    this.blackouts.set(zone, [...(this.blackouts.get(zone) ?? []), ...down])
  }

  private light(zone: string): void {
    const { machines, restart } = this.parts
    const down = this.blackouts.get(zone) ?? []
    this.blackouts.delete(zone)
    for (const name of down) if (machines.isCrashed(machines.numberOf(name))) restart(machines.numberOf(name))
  }

  private shortage({ node: name, id, resource, available }: ShortageMessage): void {
    const { evictions, machines, pressure } = this.parts
    const node = machines.known(name)
    const kept = keptOf(machines.machine(node), resource)
    if (available !== undefined && available >= kept)
      throw badRequest(`available: expected less than the ${kept} that the kubelet keeps free, got ${available}`)
    pressure.begin(node, id, resource, available ?? Math.floor(kept / 2))
    evictions.lookNow(node)
  }

  private kill({ node: name, uid, container, exitCode }: KillMessage): void {
    const { machines, runtime } = this.parts
    const node = machines.known(name)
    const pod = machines.isCrashed(node) ? undefined : machines.pod(node, uid)
    const place = pod?.containers.findIndex((_one, at) => containerAt(pod, at).name === container) ?? -1
    const runs = pod !== undefined && place >= 0 && isAlive(pod.containers[place]!)
    if (!runs || pod.containers[place]!.stage === 'starting')
      throw badRequest(`container ${JSON.stringify(container)} does not run on node ${name}: it cannot be killed`)
    runtime.killContainer(node, pod, place, exitCode)
  }
}
