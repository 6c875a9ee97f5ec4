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
import { type Behaviour, createBehaviours, type ResolvedBehaviour } from './behaviour.ts'
import { ContainerTurns } from './containerTurns.ts'
import { isContradicted, podsOf } from './concerns.ts'
import { EvictionManager } from './evictionManager.ts'
import type { ImageService, RuntimeService } from './cri.ts'
import { Heartbeats } from './heartbeats.ts'
import { HeldVolumes } from './heldVolumes.ts'
import { createImageFacts } from './images.ts'
import { createKnownIds } from './importedStatus.ts'
import { addressesOf, importedImages, importedMachine, isRanged, isReady } from './importedMachine.ts'
import { createInterned } from './interned.ts'
import { Machines, type PodKey } from './machines.ts'
import { noteChange } from './missed.ts'
import { MemoryUse } from './memoryUse.ts'
import type { BootMessage, InUseMessage, KubeletMessage, ResumeMessage, ShutdownLookMessage } from './messages.ts'
import { Mishaps } from './mishaps.ts'
import { createNodeEvents, type NodeEvents } from './nodeEvents.ts'
import type { Machine } from './nodeTemplate.ts'
import { createAdmission } from './podAdmission.ts'
import { PodHooks } from './podHooks.ts'
import { PodResizing } from './podResizing.ts'
import { PodStops } from './podStops.ts'
import { PodSync } from './podSync.ts'
import { attachedTag, PodVolumes } from './podVolumes.ts'
import { PodWorker } from './podWorker.ts'
import { NodeShutdown } from './nodeShutdown.ts'
import { Shutdowns } from './shutdowns.ts'
import { Pressure } from './pressure.ts'
import { Prober } from './prober.ts'
import { PullFailures } from './pullFailures.ts'
import { createReferences } from './references.ts'
import { createRequests } from './requests.ts'
import { Resizes } from './resizes.ts'
import { SimulatedRuntime } from './runtime.ts'
import { Resumption } from './resumption.ts'
import { createStatusExtras } from './statusExtras.ts'
import { createStatusWriter } from './statusWriter.ts'

const kubelet = 'kubelet'

export class Kubelets implements Component {
  readonly name: string = kubelet
  readonly machines: Machines
  /** What the kubelets drive their pods through. */
  readonly runtime: RuntimeService & ImageService
  private readonly kernel: Kernel
  private readonly ownLink: Link
  /** Which machine calls makes no difference but where its way is disturbed. */
  private readonly link = (node: string): Link =>
    this.environment.disturbances.isQuiet ? this.ownLink : this.environment.link(kubelet, `node/${node}`)
  private readonly pods: Resource
  private readonly behaviours: (image: string) => ResolvedBehaviour
  private readonly worker: PodWorker
  private readonly resizing: PodResizing
  private readonly turns: ContainerTurns
  private readonly resumption: Resumption
  private readonly heartbeats: Heartbeats
  readonly memoryUse: MemoryUse
  private readonly mishaps: Mishaps
  private readonly shutdowns: Shutdowns
  private readonly shutdown: NodeShutdown
  private readonly evictions: EvictionManager
  private readonly volumes: PodVolumes
  private readonly events: NodeEvents

  constructor(
    private readonly environment: Environment,
    behaviours: readonly Behaviour[] = [],
    parent?: Kubelets,
  ) {
    const { kernel, latency } = environment
    this.kernel = kernel
    this.ownLink = environment.link(kubelet)
    this.pods = this.ownLink.resource('pods')
    this.machines = new Machines(kernel.memory, parent?.machines)
    const images = createImageFacts()
    const interned = createInterned()
    const resizes = new Resizes(kernel, this.machines, kubelet)
    const about = { kernel, latency, machines: this.machines, link: this.link, resizes, interned, images, kubelet }
    const shared = { ...about, containerId: createKnownIds((uid) => this.machines.imported(uid)) }
    this.behaviours = parent?.behaviours ?? createBehaviours(behaviours)
    this.events = createNodeEvents(this.machines, this.link)
    this.memoryUse = new MemoryUse(kernel.memory, { ...shared, behaviours: this.behaviours })
    const pullFailures = new PullFailures(kernel.memory, this.behaviours)
    const behaving = { ...shared, behaviours: this.behaviours, memoryUse: this.memoryUse, pullFailures }
    const simulated = (this.runtime = new SimulatedRuntime(behaving))
    const pressure = new Pressure(kernel.memory, this.machines, this.memoryUse)
    this.shutdowns = new Shutdowns(kernel.memory)
    const driving = { ...shared, runtime: this.runtime, events: this.events, behaviours: this.behaviours }
    const { containerId } = shared
    const told = {
      ...driving,
      statuses: createStatusWriter({ ...shared, facts: { images, containerId, extras: createStatusExtras() } }),
      pressure,
      shutdowns: this.shutdowns,
      requests: createRequests(),
      references: createReferences(this.machines, this.link),
      stops: new PodStops(driving),
      hooks: new PodHooks(driving),
      prober: new Prober({ ...driving, hostAddress: (node) => this.machines.address(node) }),
      simulated,
      held: new HeldVolumes(kernel.memory),
    }
    this.heartbeats = new Heartbeats({ ...told, listImages: (node) => simulated.listImages(node) }, parent?.heartbeats)
    const { heartbeats, memoryUse } = this
    this.volumes = new PodVolumes({
      ...told,
      heartbeats,
      watches: environment.watches,
      nodes: this.ownLink.resource('nodes'),
    })
    const parts = { ...told, volumes: this.volumes }
    const sync = new PodSync(parts)
    const relimited: EvictionManager['started'] = (...run) => this.evictions.started(...run)
    const admits = createAdmission(parts)
    this.resizing = new PodResizing({ ...parts, admits, memoryUse: this.memoryUse, relimited }, sync)
    this.worker = new PodWorker({ ...parts, admits }, sync, this.resizing)
    const { worker } = this
    const evictions = (this.evictions = new EvictionManager({ ...parts, heartbeats, memoryUse, worker }))
    this.turns = new ContainerTurns({ ...parts, evictions }, sync, this.resizing)
    this.resumption = new Resumption({ ...parts, evictions }, sync, worker, this.resizing)
    const power = { crash: (node: number) => this.crash(node), restart: (node: number) => this.restart(node) }
    this.shutdown = new NodeShutdown({ ...parts, ...power, heartbeats, worker })
    this.mishaps = new Mishaps({ ...parts, ...power, pullFailures, evictions, heartbeats, shutdown: this.shutdown })
  }

  /** Whether a machine is without power, or about to be. */
  isDown(node: string): boolean {
    if (!this.machines.has(node)) return false
    const number = this.machines.numberOf(node)
    return this.machines.isCrashed(number) || this.shutdowns.has(number)
  }

  /** Whether a machine's kubelet makes its Node anew when it is switched on. */
  makesNode(node: string): boolean {
    return this.machines.has(node) && this.machines.makesNode(this.machines.numberOf(node))
  }

  /** The lines that a container of an image has printed on a node; undefined where nobody can be asked. */
  logLines(node: string, image: string): readonly string[] | undefined {
    if (!this.machines.has(node) || this.machines.isCrashed(this.machines.numberOf(node))) return undefined
    return this.behaviours(image).log
  }

  /** Switches machines on for the first time: their Nodes and Leases are there at once, and their heartbeats begin. */
  register(machines: readonly Machine[]): void {
    const numbers = machines.map((machine) => this.registerOne(machine))
    this.heartbeats.joinAll(numbers)
  }

  private registerOne(machine: Machine): number {
    const { machines } = this
    if (machines.has(machine.name)) throw badRequest(`there is a machine named ${JSON.stringify(machine.name)} already`)
    const number = machines.add(machine)
    const { name } = machine
    const node = this.heartbeats.createNode(number)
    this.heartbeats.createLease(number)
    this.events.node(number, node.metadata.uid, 'Normal', 'Starting', 'Starting kubelet.')
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
      machines.setMissed(number, own.filter((pod) => !this.resumption.take(number, pod)).map(keyOfPod))
      if (isReady(node)) running.push(number)
      else machines.setCrashed(number, true)
      const { name } = node.metadata
      this.environment.watches.open(kubelet, this.pods, name, podsOf(name))
    }
    this.heartbeats.joinAll(running)
    kernel.schedule(kubelet, 0, 'work', { type: 'resume' } satisfies ResumeMessage)
  }

  private resume(): void {
    for (let node = 0; node < this.machines.count; node++) {
      if (this.machines.isCrashed(node)) continue
      for (const pod of this.machines.pods(node)) this.resumption.resume(node, pod)
      this.lookAtMissed(node)
    }
  }

  handle(raw: unknown): void {
    const message = raw as KubeletMessage
    switch (message.type) {
      case 'changes':
        return this.changes(message)
      case 'beat':
        return this.heartbeats.beat(message)
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
        return this.mishaps.handle(message)
      case 'cutOff':
        return this.machines.setCutOff(this.machines.known(message.node), true)
      default:
    }
    if (this.machines.isCrashed(message.node)) return this.worker.missed(message)
    switch (message.type) {
      case 'boot':
      case 'shutdownLook':
      case 'volumesInUse':
        return this.ofMachine(message)
      case 'resizes':
        return this.resizing.again(message)
      case 'retry':
        return this.worker.again(message)
      case 'again':
      case 'imageBackOff':
        return this.turns.timer(message)
      case 'probe':
      case 'ready':
        return this.turns.probed(message)
      case 'postStarted':
        return this.turns.postStarted(message)
      case 'preStopped':
      case 'graceOver':
        return this.turns.stopping(message)
      case 'pressure':
        return this.evictions.look(message)
      case 'mount':
      case 'deadline':
      case 'definition':
      case 'resize':
      case 'beginAnew':
        return this.worker.looked(message)
      default:
        return this.turns.told(message)
    }
  }

  private ofMachine(message: BootMessage | ShutdownLookMessage | InUseMessage): void {
    if (message.type === 'boot') return this.boot(message)
    if (message.type === 'shutdownLook') return this.shutdown.look(message)
    for (const uid of this.volumes.say(message)) this.worker.volumesMoved(message.node, uid)
  }

  private changes({ watch, tag }: ChangesMessage): void {
    if (tag === attachedTag) return this.volumes.read((...whose) => this.worker.volumesMoved(...whose))
    const node = this.machines.watching(watch, tag)
    const take = this.machines.isCrashed(node) ? this.noted : this.changed
    this.environment.watches.read<Pod>(watch, this.pods, take, node)
  }

  private readonly changed = ({ type, object, previous }: ObjectChange<Pod>, node: number): void => {
    if (type === 'DELETED') this.worker.removed(node, object.metadata.uid)
    else if (object.metadata.deletionTimestamp !== undefined) this.worker.stop(node, object)
    // What changed is the status, or the metadata: mostly what this kubelet wrote itself.
    else if (previous === undefined || previous.spec !== object.spec) this.worker.add(node, object)
    else if (isContradicted(previous, object)) this.worker.contradicted(node, object)
  }

  private readonly noted = (change: ObjectChange<Pod>, node: number): void => {
    if (change.type === 'DELETED') this.worker.removed(node, change.object.metadata.uid)
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
    this.evictions.lost(node)
    this.shutdowns.lost(node)
    this.heartbeats.leave(node)
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
    this.heartbeats.join(node)
    this.heartbeats.announce(node)
    for (const pod of machines.pods(node)) this.worker.rebooted(node, pod)
    this.resizing.booted(node)
    this.evictions.booted(node)
    this.lookAtMissed(node)
  }

  private lookAtMissed(node: number): void {
    const missed = this.machines.missed(node)
    if (missed.length === 0) return
    this.machines.setMissed(node, [])
    for (const key of missed) this.worker.again({ type: 'retry', node, ...key })
  }
}

const keyOfPod = ({ metadata: { namespace = '', name, uid } }: Pod): PodKey => ({ namespace, name, uid })
