import { isStatusError } from '../api/errors.ts'
import type { Lease } from '../api/types/coordination.ts'
import type { Node, NodeCondition, NodeStatus } from '../api/types/core.ts'
import type { Link } from '../client/link.ts'
import type { CowCell, CowMap } from '../kernel/cow.ts'
import type { Kernel } from '../kernel/kernel.ts'
import { rfc3339Micro } from '../api/time.ts'
import { equal } from '../registries/equal.ts'
import type { ImageFacts } from './images.ts'
import { emptyGroup, type Group, without, withMember } from './beatGroups.ts'
import type { HeldVolumes } from './heldVolumes.ts'
import type { Interned } from './interned.ts'
import type { Machines } from './machines.ts'
import type { BeatMessage } from './messages.ts'
import type { NodeEvents } from './nodeEvents.ts'
import {
  bootId,
  imageList,
  leaseNamespace,
  nodeLease,
  nodeObject,
  nodeStatus,
  readyConditions,
  rebooted,
  reported,
  withImages,
  withVolumes,
} from './nodeObject.ts'
import type { Shutdowns } from './shutdowns.ts'
import { type Pressure, pressureWords, scarce, type Short } from './pressure.ts'

// The lease is renewed every quarter of its 40 s (pkg/kubelet/kubelet.go), an unchanged status reported every five
// minutes (nodeStatusReportFrequency): with every thirtieth beat.
const beatMs = 10_000
const beatsPerReport = 30
const leases = 'leases.coordination.k8s.io'

/** What a machine that was switched on has found. */
interface Start {
  /** Of its Node. */
  readonly uid: string
  readonly isReboot: boolean
}

interface Current {
  readonly group: number
  readonly at: number
}

export interface HeartbeatParts {
  readonly kernel: Kernel
  readonly machines: Machines
  readonly link: (node: string) => Link
  readonly interned: Interned
  readonly images: (name: string) => ImageFacts
  readonly listImages: (node: number) => readonly string[]
  readonly events: NodeEvents
  readonly pressure: Pressure
  readonly shutdowns: Shutdowns
  readonly held: HeldVolumes
  readonly kubelet: string
}

/**
 * Heartbeats of all nodes. Nodes that beat at the same moment do it in one turn, which is what makes thousands of idle
 * nodes cheap.
 */
export class Heartbeats {
  private readonly groups: CowMap<Group>
  private readonly current: CowCell<Current>
  /** The names of a group's nodes: the same on both sides of a fork. A cache. */
  private readonly names: WeakMap<readonly number[], readonly string[]>

  constructor(
    private readonly parts: HeartbeatParts,
    parent?: Heartbeats,
  ) {
    const { memory } = parts.kernel
    this.names = parent?.names ?? new WeakMap()
    this.groups = memory.map('node.beats')
    this.current = memory.cell('node.currentBeat', { group: 0, at: -1 })
  }

  /** The node beats from now on. */
  join(node: number): void {
    const { kernel, kubelet, machines } = this.parts
    if (this.current.value.at !== kernel.now) {
      this.current.value = { group: this.current.value.group + 1, at: kernel.now }
      const message: BeatMessage = { type: 'beat', group: this.current.value.group }
      kernel.schedule(kubelet, beatMs, 'timer', message)
    }
    const { group } = this.current.value
    this.groups.set(
      String(group),
      withMember(this.groups.get(String(group)) ?? emptyGroup(kernel.now), node, machines.wasSkewed(node)),
    )
    machines.setGroup(node, group)
  }

  /** The node's clock has been put forward or back. */
  clockSet(node: number): void {
    const key = String(this.parts.machines.group(node))
    const known = this.groups.get(key)
    if (known !== undefined && (known.nodes.includes(node) || known.apart.includes(node)))
      this.groups.set(key, withMember(without(known, node), node, true))
  }

  /** The nodes beat from now on; as joining one by one. */
  joinAll(nodes: readonly number[]): void {
    const [first, ...others] = nodes
    if (first === undefined) return
    this.join(first)
    const { group } = this.current.value
    const known = this.groups.get(String(group))!
    this.groups.set(String(group), { ...known, nodes: known.nodes.concat(others) })
    for (const node of others) this.parts.machines.setGroup(node, group)
  }

  leave(node: number): void {
    const key = String(this.parts.machines.group(node))
    const known = this.groups.get(key)
    if (known === undefined) return
    this.groups.set(key, without(known, node))
  }

  beat({ group }: BeatMessage): void {
    const { kernel, kubelet } = this.parts
    const known = this.groups.get(String(group))
    if (known === undefined || (known.nodes.length === 0 && known.apart.length === 0)) {
      this.groups.delete(String(group))
      return
    }
    const beats = (known.beats + 1) % beatsPerReport
    const reports = beats === 0
    if (!this.renewTogether(known.nodes)) for (const node of known.nodes) this.renew(node, reports)
    else if (reports) for (const node of known.nodes) this.tell(node)
    for (const node of known.apart) this.renew(node, reports || this.seemsDead(node))
    this.groups.set(String(group), { ...known, beats })
    const message: BeatMessage = { type: 'beat', group }
    kernel.schedule(kubelet, beatMs, 'timer', message)
  }

  /** Renews the leases of nodes that have nothing else to say; false, with nothing done, where one of them has. */
  private renewTogether(nodes: readonly number[]): boolean {
    if (nodes.length === 0) return true
    const { machines, link } = this.parts
    let names = this.names.get(nodes)
    if (names === undefined) this.names.set(nodes, (names = nodes.map((node) => machines.name(node))))
    if (nodes.some((node) => machines.hasUnsaid(node))) return false
    try {
      return link(names[0]!).renewLeases(leaseNamespace, names)
    } catch (error) {
      if (!isStatusError(error)) throw error
      return false
    }
  }

  /** A node that was cut off says how it is as soon as it gets through. */
  private renew(node: number, reports: boolean): void {
    const { link, machines } = this.parts
    const name = machines.name(node)
    try {
      const hasStarted = machines.hasStarted(node)
      const start = hasStarted ? this.register(node) : undefined
      if (machines.skew(node) !== 0) this.renewByOwnClock(node)
      else if (!link(name).renewLease(leaseNamespace, name)) this.createLease(node)
      if (reports || machines.hasUnsaid(node)) this.report(node, hasStarted || machines.isCutOff(node))
      if (machines.isCutOff(node)) machines.setCutOff(node, false)
      if (machines.hasNews(node)) machines.setNews(node, false)
      if (hasStarted) machines.setStarted(node, false)
      if (start !== undefined) this.tellOfStart(node, start)
    } catch (error) {
      if (!isStatusError(error)) throw error
      machines.setCutOff(node, true)
    }
  }

  /** Says that the machine was switched on, at once or as soon as it gets through: by its Node, its lease and Events. */
  announce(node: number): void {
    this.parts.machines.setStarted(node, true)
    this.renew(node, true)
  }

  /** Mirrors registerWithAPIServer: the Node that somebody has deleted is made anew. That of an imported machine is not known. */
  private register(node: number): Start | undefined {
    const { link, machines } = this.parts
    const name = machines.name(node)
    const own = link(name).find<Node>('nodes', '', name)
    if (own !== undefined) return { uid: own.metadata.uid, isReboot: true }
    if (!machines.makesNode(node)) return undefined
    return { uid: this.createNode(node).metadata.uid, isReboot: false }
  }

  createNode(node: number): Node {
    const { link, machines } = this.parts
    const conditions = this.healthy(undefined)
    return link(machines.name(node)).create<Node>('nodes', '', nodeObject(machines, node, conditions))
  }

  private tellOfStart(node: number, { uid, isReboot }: Start): void {
    const { events, machines } = this.parts
    events.node(node, uid, 'Normal', 'Starting', 'Starting kubelet.')
    if (!isReboot) return
    const name = machines.name(node)
    const message = `Node ${name} has been rebooted, boot id: ${bootId(name, machines.boot(node))}`
    events.node(node, uid, 'Warning', 'Rebooted', message)
  }

  /**
   * Whether the API says that the node is not ready, though it lives: renewals that are older than others before them do
   * not count (tryUpdateNodeHealth of pkg/controller/nodelifecycle/node_lifecycle_controller.go).
   */
  private seemsDead(node: number): boolean {
    const { link, machines } = this.parts
    const name = machines.name(node)
    try {
      const conditions = link(name).find<Node>('nodes', '', name)?.status.conditions ?? []
      return conditions.some(({ type, status }) => type === 'Ready' && status !== 'True')
    } catch (error) {
      if (!isStatusError(error)) throw error
      return false
    }
  }

  /** A renewal whose time is not that of its writing is an update like any other. */
  private renewByOwnClock(node: number): void {
    const { kernel, link, machines } = this.parts
    const name = machines.name(node)
    const lease = link(name).find<Lease>(leases, leaseNamespace, name)
    if (lease === undefined) {
      this.createLease(node)
      return
    }
    const renewTime = rfc3339Micro(machines.clock(node, kernel.now))
    link(name).update<Lease>(leases, { ...lease, spec: { ...lease.spec, renewTime } })
  }

  /** Says at once that the node's conditions are others than they were, or as soon as it gets through. */
  sayNews(node: number): void {
    this.parts.machines.setNews(node, true)
    this.tell(node)
  }

  /** Reports the node's status, or says so later where it does not get through. */
  private tell(node: number): void {
    const { machines } = this.parts
    try {
      this.report(node, machines.isCutOff(node))
      machines.setNews(node, false)
    } catch (error) {
      if (!isStatusError(error)) throw error
      machines.setCutOff(node, true)
    }
  }

  /** Says which volumes the machine's pods use; false where it does not get through. */
  sayVolumes(node: number): boolean {
    try {
      this.report(node, false)
      return true
    } catch (error) {
      if (!isStatusError(error)) throw error
      return false
    }
  }

  /** When the machine beats the next time, in milliseconds. */
  nextBeat(node: number): number {
    const { kernel, machines } = this.parts
    const { since = kernel.now } = this.groups.get(String(machines.group(node))) ?? {}
    return kernel.now + beatMs - ((kernel.now - since) % beatMs)
  }

  createLease(node: number): void {
    const { kernel, link, machines } = this.parts
    const name = machines.name(node)
    const own = link(name).find<Node>('nodes', '', name)
    link(name).create(leases, leaseNamespace, nodeLease(name, own, machines.clock(node, kernel.now)))
  }

  /** Writes the node's status; a node that is gone from the API stays gone until its kubelet starts anew. */
  private report(node: number, isBoot: boolean): void {
    const { link, machines, pressure, shutdowns } = this.parts
    const name = machines.name(node)
    const known = link(name).find<Node>('nodes', '', name)
    if (known === undefined) return
    const { status } = known
    const short = pressure.short(node)
    const isUsual = short.length === 0 && machines.skew(node) === 0 && !shutdowns.has(node)
    const conditions = isUsual ? this.healthy(status.conditions) : this.own(node, short, status.conditions)
    const images = this.images(node, status.images)
    const next = !isBoot
      ? reported(status, conditions, images)
      : machines.machine(node).known === undefined
        ? nodeStatus(machines.machine(node), node, machines.boot(node), conditions, images)
        : rebooted(reported(status, conditions, images), name, machines.boot(node))
    const said = withVolumes(next, status, this.parts.held.inUse(node))
    link(name).patchStatus('nodes', '', name, known.metadata.uid, said)
    if (short.length > 0 || machines.hasNews(node)) this.tellOf(node, known, conditions)
  }

  /** Says which pressures have begun and which have ended. */
  private tellOf(node: number, { metadata, status }: Node, conditions: readonly NodeCondition[]): void {
    const isTrue = (list: readonly NodeCondition[] | undefined, type: string): boolean =>
      list?.some((condition) => condition.type === type && condition.status === 'True') === true
    for (const resource of scarce) {
      const { condition, events } = pressureWords[resource]
      const isShort = isTrue(conditions, condition)
      if (isShort === isTrue(status.conditions, condition)) continue
      const reason = isShort ? events.begins : events.ends
      this.parts.events.node(node, metadata.uid, 'Normal', reason, `Node ${metadata.name} status is now: ${reason}`)
    }
  }

  /** The conditions of a node that is short of something, is shutting down, or has a time of its own. */
  private own(
    node: number,
    short: readonly Short[],
    before: readonly NodeCondition[] | undefined,
  ): readonly NodeCondition[] {
    const { interned, kernel, machines, shutdowns } = this.parts
    const pressures = short.map(({ resource }): string => pressureWords[resource].condition)
    return readyConditions(
      interned.time(machines.clock(node, kernel.now)),
      before,
      shutdowns.has(node) ? [...pressures, 'Ready'] : pressures,
    )
  }

  private images(node: number, before: NodeStatus['images']): NodeStatus['images'] {
    const names = this.parts.listImages(node)
    if (names.length === 0) return before
    const images =
      this.parts.machines.machine(node).known === undefined
        ? imageList(names.map(this.parts.images))
        : withImages(before ?? [], names.map(this.parts.images))
    return equal(images, before) ? before : images
  }

  /** Nodes that had equal conditions have them together again. A cache of the last. */
  private lastConditions:
    { before: readonly NodeCondition[] | undefined; now: string; made: readonly NodeCondition[] } | undefined

  /** Conditions of a node that is well, as of now. */
  healthy(before: readonly NodeCondition[] | undefined): readonly NodeCondition[] {
    const now = this.parts.interned.time(this.parts.kernel.now)
    const last = this.lastConditions
    if (last !== undefined && last.before === before && last.now === now) return last.made
    const made = readyConditions(now, before)
    this.lastConditions = { before, now, made }
    return made
  }
}
