/**
 * The kubelets of all nodes, as one component: each message names its node. A node's state is a row of plain data in the
 * kernel's tables; what stands here beside is caches.
 */
import { badRequest } from '../api/errors.ts'
import type { Node, Pod } from '../api/types/core.ts'
import type { Environment } from '../client/environment.ts'
import type { Link } from '../client/link.ts'
import type { ChangesMessage, ObjectChange } from '../client/watches.ts'
import type { Component, Kernel } from '../kernel/kernel.ts'
import type { Resource } from '../registries/records.ts'
import { firstFreeBlock } from './addresses.ts'
import type { Behaviour } from './behaviour.ts'
import { isContradicted, podsOf } from './concerns.ts'
import type { ImageService, RuntimeService } from './cri.ts'
import { addressesOf, importedImages, importedMachine, isRanged, isReady } from './importedMachine.ts'
import { type KubeletParts, kubeletParts } from './kubeletParts.ts'
import type { Machines, PodKey } from './machines.ts'
import { noteChange } from './missed.ts'
import type { MemoryUse } from './memoryUse.ts'
import type {
  BootMessage,
  InUseMessage,
  KubeletMessage,
  NodeMessage,
  ResumeMessage,
  ShutdownLookMessage,
} from './messages.ts'
import type { Machine } from './nodeTemplate.ts'
import { attachedTag } from './podVolumes.ts'
import { CLAIMS_TAG } from './volumeGrowth.ts'

const kubelet = 'kubelet'

export class Kubelets implements Component {
  readonly name: string = kubelet
  private readonly kernel: Kernel
  private readonly ownLink: Link
  private readonly pods: Resource
  private readonly parts: KubeletParts

  constructor(
    private readonly environment: Environment,
    behaviours: readonly Behaviour[] = [],
    parent?: Kubelets,
  ) {
    this.kernel = environment.kernel
    const ownLink = (this.ownLink = environment.link(kubelet))
    this.pods = ownLink.resource('pods')
    // Which machine calls makes no difference but where its way is disturbed.
    const link = (node: string): Link =>
      environment.disturbances.isQuiet ? this.ownLink : environment.link(kubelet, `node/${node}`)
    const power = { crash: (node: number) => this.crash(node), restart: (node: number) => this.restart(node) }
    this.parts = kubeletParts({ environment, kubelet, link, ownLink, behaviours, power }, parent?.parts)
  }

  get machines(): Machines {
    return this.parts.machines
  }

  /** What the kubelets drive their pods through. */
  get runtime(): RuntimeService & ImageService {
    return this.parts.runtime
  }

  get memoryUse(): MemoryUse {
    return this.parts.memoryUse
  }

  /** Whether a machine is without power, or about to be. */
  isDown(node: string): boolean {
    if (!this.machines.has(node)) return false
    const number = this.machines.numberOf(node)
    return this.machines.isCrashed(number) || this.parts.shutdowns.has(number)
  }

  /** Whether a machine's kubelet makes its Node anew when it is switched on. */
  makesNode(node: string): boolean {
    return this.machines.has(node) && this.machines.makesNode(this.machines.numberOf(node))
  }

  /** The lines that a container of an image has printed on a node; undefined where nobody can be asked. */
  logLines(node: string, image: string): readonly string[] | undefined {
    if (!this.machines.has(node) || this.machines.isCrashed(this.machines.numberOf(node))) return undefined
    return this.parts.behaviours(image).log
  }

  /** Switches machines on for the first time: their Nodes and Leases are there at once, and their heartbeats begin. */
  register(machines: readonly Machine[]): void {
    const numbers = machines.map((machine) => this.registerOne(machine))
    this.parts.heartbeats.joinAll(numbers)
  }

  private registerOne(machine: Machine): number {
    const { machines } = this
    if (machines.has(machine.name)) throw badRequest(`there is a machine named ${JSON.stringify(machine.name)} already`)
    const number = machines.add(machine)
    const { name } = machine
    const node = this.parts.heartbeats.createNode(number)
    this.parts.heartbeats.createLease(number)
    this.parts.events.node(number, node.metadata.uid, 'Normal', 'Starting', 'Starting kubelet.')
    this.environment.watches.open(kubelet, this.pods, name, podsOf(name))
    return number
  }

  /**
   * Takes over machines and pods that another cluster had, which are in the API already: machines that were ready run
   * and go on with their pods, the others are down. Nothing happens before the first task is taken.
   */
  takeOver(nodes: readonly Node[], pods: readonly Pod[]): void {
    const { machines, kernel } = this
    const ranged = isRanged(nodes, pods)
    machines.leaveBlocks(ranged ? 0 : firstFreeBlock(addressesOf(nodes, pods)))
    const byNode = new Map<string, Pod[]>(nodes.map(({ metadata }) => [metadata.name, []]))
    for (const pod of pods) byNode.get(pod.spec.nodeName ?? '')?.push(pod)
    const running: number[] = []
    for (const node of nodes) {
      const number = machines.add(importedMachine(node, ranged))
      const own = byNode.get(node.metadata.name)!
      machines.setImages(number, importedImages(node, own, kernel.now))
      machines.setMissed(number, own.filter((pod) => !this.parts.resumption.take(number, pod)).map(keyOfPod))
      if (isReady(node)) running.push(number)
      else machines.setCrashed(number, true)
      const { name } = node.metadata
      this.environment.watches.open(kubelet, this.pods, name, podsOf(name))
    }
    this.parts.heartbeats.joinAll(running)
    kernel.schedule(kubelet, 0, 'work', { type: 'resume' } satisfies ResumeMessage)
  }

  private resume(): void {
    for (let node = 0; node < this.machines.count; node++) {
      if (this.machines.isCrashed(node)) continue
      for (const pod of this.machines.pods(node)) {
        this.parts.resumption.resume(node, pod)
        this.parts.growth.resumed(node, pod)
      }
      this.lookAtMissed(node)
    }
  }

  handle(raw: unknown): void {
    const message = raw as KubeletMessage
    switch (message.type) {
      case 'changes':
        return this.changes(message)
      case 'beat':
        return this.parts.heartbeats.beat(message)
      case 'resume':
        return this.resume()
      case 'crash':
        return this.crash(this.machines.known(message.node))
      case 'restart':
        return this.restart(this.machines.known(message.node))
      case 'kill':
      case 'failPulls':
      case 'allowPulls':
      case 'shortage':
      case 'relief':
      case 'clock':
      case 'blackout':
      case 'light':
      case 'shutdown':
        return this.parts.mishaps.handle(message)
      case 'retry':
        this.parts.retries.begin(message.uid)
        break
      case 'cutOff':
        return this.machines.setCutOff(this.machines.known(message.node), true)
      default:
    }
    if (this.machines.isCrashed(message.node)) this.parts.worker.missed(message)
    else this.act(message)
  }

  /** What is about one machine that runs. */
  private act(message: NodeMessage): void {
    switch (message.type) {
      case 'boot':
      case 'shutdownLook':
      case 'volumesInUse':
        return this.ofMachine(message)
      case 'resizes':
        return this.parts.resizing.again(message)
      case 'grow':
        return this.parts.growth.look(message)
      case 'retry':
        return this.parts.worker.again(message)
      case 'again':
      case 'imageBackOff':
        return this.parts.turns.timer(message)
      case 'probe':
      case 'ready':
        return this.parts.turns.probed(message)
      case 'postStarted':
        return this.parts.turns.postStarted(message)
      case 'preStopped':
      case 'graceOver':
        return this.parts.turns.stopping(message)
      case 'pressure':
        return this.parts.evictions.look(message)
      case 'mount':
      case 'deadline':
      case 'definition':
      case 'resize':
      case 'beginAnew':
        return this.parts.worker.looked(message)
      default:
        return this.parts.turns.told(message)
    }
  }

  private ofMachine(message: BootMessage | ShutdownLookMessage | InUseMessage): void {
    if (message.type === 'boot') return this.boot(message)
    if (message.type === 'shutdownLook') return this.parts.shutdown.look(message)
    for (const uid of this.parts.volumes.say(message)) this.parts.worker.volumesMoved(message.node, uid)
  }

  private changes(message: ChangesMessage): void {
    const { watch, tag } = message
    if (tag === CLAIMS_TAG) return this.parts.growth.changes(message)
    if (tag === attachedTag) return this.parts.volumes.read((...whose) => this.parts.worker.volumesMoved(...whose))
    const node = this.machines.watching(watch, tag)
    const take = this.machines.isCrashed(node) ? this.noted : this.changed
    this.environment.watches.read<Pod>(watch, this.pods, take, node)
  }

  private readonly changed = ({ type, object, previous }: ObjectChange<Pod>, node: number): void => {
    if (type === 'DELETED') this.parts.worker.removed(node, object.metadata.uid)
    else if (object.metadata.deletionTimestamp !== undefined) this.parts.worker.stop(node, object)
    // What changed is the status, or the metadata: mostly what this kubelet wrote itself.
    else if (previous === undefined || previous.spec !== object.spec) this.parts.worker.add(node, object)
    else if (isContradicted(previous, object)) this.parts.worker.contradicted(node, object)
  }

  private readonly noted = (change: ObjectChange<Pod>, node: number): void => {
    if (change.type === 'DELETED') this.parts.worker.removed(node, change.object.metadata.uid)
    noteChange(this.machines, node, change, this.kernel.now)
  }

  /** The power fails: whatever was under way on the machine is void. */
  private crash(node: number): void {
    const { machines, kernel } = this
    if (machines.isCrashed(node)) return
    machines.setCrashed(node, true)
    const images = machines.images(node).filter(({ readyAt }) => readyAt <= kernel.now)
    machines.setImages(node, images)
    this.memoryUse.lost(node)
    this.parts.evictions.lost(node)
    this.parts.shutdowns.lost(node)
    this.parts.growth.lost(node)
    this.parts.heartbeats.leave(node)
  }

  /** The power comes back; of a machine that runs, it is cut first. */
  private restart(node: number): void {
    this.crash(node)
    this.machines.setCrashed(node, false)
    const boot = this.machines.boot(node) + 1
    this.machines.setBoot(node, boot)
    this.kernel.schedule(kubelet, 0, 'work', { type: 'boot', node, boot } satisfies BootMessage)
  }

  private boot({ node, boot }: BootMessage): void {
    const { machines } = this
    if (boot !== machines.boot(node)) return
    this.parts.heartbeats.join(node)
    this.parts.heartbeats.announce(node)
    for (const pod of machines.pods(node)) this.parts.worker.rebooted(node, pod)
    this.parts.resizing.booted(node)
    this.parts.evictions.booted(node)
    this.lookAtMissed(node)
  }

  private lookAtMissed(node: number): void {
    const missed = this.machines.missed(node)
    if (missed.length === 0) return
    this.machines.setMissed(node, [])
    for (const key of missed) this.parts.worker.again({ type: 'retry', node, ...key })
  }
}

const keyOfPod = ({ metadata: { namespace = '', name, uid } }: Pod): PodKey => ({ namespace, name, uid })
