import { badRequest, notFound } from '../api/errors.ts'
import type { PodRequests } from '../api/podRequests.ts'
import type { CowMap } from '../kernel/cow.ts'
import type { Memory } from '../kernel/memory.ts'
import type { Page, Paged } from '../kernel/paged.ts'
import type { Room } from './admission.ts'
import { alignBlock, blockCount, blocksFor, machineAddress } from './addresses.ts'
import type { ImportedPod } from './importedStatus.ts'
import type { Machine } from './nodeTemplate.ts'
import { PodList } from './podList.ts'
import type { PodRuntime } from './runtimeState.ts'

/** An image on a machine, or on its way there. */
export interface ImageRecord {
  readonly name: string
  /** When it is (or will be) there, in milliseconds since the Unix epoch. */
  readonly readyAt: number
}

/** A pod that was bound to a machine while it was down. */
export interface PodKey {
  readonly namespace: string
  readonly name: string
  readonly uid: string
}

/** Why a pod was ended by its kubelet. */
export interface End {
  readonly reason: string
  readonly message: string
  /** Whether the pod was ended for the sake of its node, which its condition DisruptionTarget then says. */
  readonly isDisruption?: boolean
}

const bits = 3
const mask = (1 << bits) - 1
const objects = { machine: 0, pods: 1, images: 2, missed: 3 } as const
const floats = { cpuUsed: 0, memoryUsed: 1 } as const
const ints = { podsUsed: 0, crashed: 1, boot: 2, block: 3, blocks: 4, lastAddress: 5, group: 6, unsaid: 7 } as const

/** Why a node has more to say with its next heartbeat than that it lives. */
const unsaid = { cutOff: 1, news: 2, started: 4 } as const

const NONE: readonly never[] = []
const at = (column: number, number: number): number => (column << bits) | (number & mask)

/** All simulated machines by number: rows of plain data, so that five thousand machines cost five thousand rows. */
export class Machines {
  private readonly rows: Paged
  private readonly numbers: CowMap<number>
  private readonly nextBlock: { value: number }
  private readonly ends: CowMap<End>
  private readonly skews: CowMap<number>
  private readonly importedPods: CowMap<ImportedPod>
  /** What stands for the pods of a machine that never had any; nobody writes to it. */
  private readonly nobody = new PodList({})
  /** The machine of each watch. A cache, which forks share: they have the same machines. */
  private readonly byWatch: (number | undefined)[]

  constructor(memory: Memory, parent?: Machines) {
    this.byWatch = parent?.byWatch ?? []
    this.rows = memory.paged('node.machines', { objects: 4, floats: 2, ints: 8, bits })
    this.numbers = memory.map('node.numbers')
    this.nextBlock = memory.cell('node.nextBlock', 0)
    this.ends = memory.map('node.ends')
    this.skews = memory.map('node.skews')
    this.importedPods = memory.map('node.imported')
  }

  get count(): number {
    return this.rows.length
  }

  has(name: string): boolean {
    return this.numbers.has(name)
  }

  /** Throws NotFound. */
  numberOf(name: string): number {
    const number = this.numbers.get(name)
    if (number === undefined) throw notFound('nodes', name)
    return number
  }

  /** As `numberOf`, for the kubelet that has a watch: machines are looked up by name once. */
  watching(watch: number, name: string): number {
    const known = this.byWatch[watch]
    // A watch that was closed may be another's by now, here or in another fork.
    if (known !== undefined && this.name(known) === name) return known
    while (this.byWatch.length < watch) this.byWatch.push(undefined)
    return (this.byWatch[watch] = this.numberOf(name))
  }

  /** As `numberOf`, for whoever does something to a node: throws BadRequest for one that is no more than a record. */
  known(name: string): number {
    if (this.has(name)) return this.numberOf(name)
    throw badRequest(`node ${JSON.stringify(name)} has no machine that could fail: it exists in the API only`)
  }

  /** Whether a machine's kubelet can make its Node anew; of one that was imported, all that its Node said is not known. */
  makesNode(number: number): boolean {
    return this.machine(number).known === undefined
  }

  /** Gives a machine its number and its range of addresses. */
  add(machine: Machine): number {
    // What brings a range along needs none of ours.
    const blocks = machine.known?.range === undefined ? blocksFor(machine.pods) : 0
    if (blocks === 0) return this.addRow(machine, 0, 0)
    const block = alignBlock(this.nextBlock.value, blocks)
    if (block + blocks > blockCount) throw new RangeError(`there are no addresses left for the pods of ${machine.name}`)
    this.nextBlock.value = block + blocks
    return this.addRow(machine, block, blocks)
  }

  /** Leaves the blocks before one to others. */
  leaveBlocks(before: number): void {
    this.nextBlock.value = Math.max(this.nextBlock.value, before)
  }

  private addRow(machine: Machine, block: number, blocks: number): number {
    const number = this.rows.add()
    this.numbers.set(machine.name, number)
    const page = this.rows.write(number)
    page.objects[at(objects.machine, number)] = machine
    page.objects[at(objects.pods, number)] = this.nobody
    page.objects[at(objects.images, number)] = NONE
    page.objects[at(objects.missed, number)] = NONE
    page.ints[at(ints.block, number)] = block
    page.ints[at(ints.blocks, number)] = blocks
    return number
  }

  machine(number: number): Machine {
    return this.rows.read(number).objects[at(objects.machine, number)] as Machine
  }

  /** The address of the machine itself. */
  address(number: number): string {
    return this.machine(number).known?.hostIP ?? machineAddress(number)
  }

  name(number: number): string {
    return this.machine(number).name
  }

  /** The pods of a machine as they are now, in the order in which they came. */
  pods(number: number): readonly PodRuntime[] {
    return this.podList(number).all()
  }

  pod(number: number, uid: string): PodRuntime | undefined {
    return this.podList(number).find(uid)
  }

  /** Whether a pod of the machine has an address. */
  hasAddress(number: number, address: number): boolean {
    return this.podList(number).has(address)
  }

  /** Adds a pod, or replaces the one with its uid. */
  setPod(number: number, pod: PodRuntime): void {
    this.ownPodList(number).set(pod)
  }

  removePod(number: number, uid: string): void {
    this.ownPodList(number).remove(uid)
  }

  private podList(number: number): PodList {
    return this.rows.read(number).objects[at(objects.pods, number)] as PodList
  }

  private ownPodList(number: number): PodList {
    const page = this.rows.write(number)
    const place = at(objects.pods, number)
    const list = page.objects[place] as PodList
    if (list.owner === page.owner) return list
    return (page.objects[place] = list.copy(page.owner))
  }

  /** Why the kubelet ends the pod; undefined when it does not. */
  end(uid: string): End | undefined {
    return this.ends.size === 0 ? undefined : this.ends.get(uid)
  }

  setEnd(uid: string, end: End | undefined): void {
    if (end !== undefined) this.ends.set(uid, end)
    else if (this.ends.size > 0) this.ends.delete(uid)
  }

  /** What is kept of a pod that another cluster ran; undefined of all others. */
  imported(uid: string): ImportedPod | undefined {
    return this.importedPods.size === 0 ? undefined : this.importedPods.get(uid)
  }

  setImported(uid: string, pod: ImportedPod | undefined): void {
    if (pod !== undefined) this.importedPods.set(uid, pod)
    else if (this.importedPods.size > 0) this.importedPods.delete(uid)
  }

  images(number: number): readonly ImageRecord[] {
    return this.rows.read(number).objects[at(objects.images, number)] as readonly ImageRecord[]
  }

  setImages(number: number, images: readonly ImageRecord[]): void {
    this.rows.write(number).objects[at(objects.images, number)] = images
  }

  missed(number: number): readonly PodKey[] {
    return this.rows.read(number).objects[at(objects.missed, number)] as readonly PodKey[]
  }

  setMissed(number: number, missed: readonly PodKey[]): void {
    this.rows.write(number).objects[at(objects.missed, number)] = missed
  }

  used(number: number): Room {
    const page = this.rows.read(number)
    return {
      cpuMilli: page.floats[at(floats.cpuUsed, number)]!,
      memoryBytes: page.floats[at(floats.memoryUsed, number)]!,
      pods: page.ints[at(ints.podsUsed, number)]!,
    }
  }

  /** `sign` 1 takes what a pod requests, -1 gives it back. */
  take(number: number, requests: PodRequests, sign: 1 | -1): void {
    const page = this.rows.write(number)
    page.floats[at(floats.cpuUsed, number)]! += sign * requests.cpuMilli
    page.floats[at(floats.memoryUsed, number)]! += sign * requests.memoryBytes
    page.ints[at(ints.podsUsed, number)]! += sign
  }

  /** The same of no more than cpu and memory. */
  hold(number: number, { cpuMilli, memoryBytes }: Pick<PodRequests, 'cpuMilli' | 'memoryBytes'>, sign: 1 | -1): void {
    if (cpuMilli === 0 && memoryBytes === 0) return
    const page = this.rows.write(number)
    page.floats[at(floats.cpuUsed, number)]! += sign * cpuMilli
    page.floats[at(floats.memoryUsed, number)]! += sign * memoryBytes
  }

  isCrashed(number: number): boolean {
    return this.int(number, ints.crashed) === 1
  }

  setCrashed(number: number, crashed: boolean): void {
    this.setInt(number, ints.crashed, crashed ? 1 : 0)
  }

  /** How often the machine has been restarted. */
  boot(number: number): number {
    return this.int(number, ints.boot)
  }

  setBoot(number: number, boot: number): void {
    this.setInt(number, ints.boot, boot)
  }

  block(number: number): number {
    return this.int(number, ints.block)
  }

  blocks(number: number): number {
    return this.int(number, ints.blocks)
  }

  lastAddress(number: number): number {
    // Kept in 32 bits with a sign.
    return this.int(number, ints.lastAddress) >>> 0
  }

  setLastAddress(number: number, address: number): void {
    this.setInt(number, ints.lastAddress, address)
  }

  group(number: number): number {
    return this.int(number, ints.group)
  }

  setGroup(number: number, group: number): void {
    this.setInt(number, ints.group, group)
  }

  /** Whether the last heartbeat did not get through. */
  isCutOff(number: number): boolean {
    return (this.int(number, ints.unsaid) & unsaid.cutOff) !== 0
  }

  setCutOff(number: number, cutOff: boolean): void {
    this.setUnsaid(number, unsaid.cutOff, cutOff)
  }

  /** Whether the node's conditions are others than it has said. */
  hasNews(number: number): boolean {
    return (this.int(number, ints.unsaid) & unsaid.news) !== 0
  }

  setNews(number: number, hasNews: boolean): void {
    this.setUnsaid(number, unsaid.news, hasNews)
  }

  /** Whether the machine was switched on and has not said so yet. */
  hasStarted(number: number): boolean {
    return (this.int(number, ints.unsaid) & unsaid.started) !== 0
  }

  setStarted(number: number, hasStarted: boolean): void {
    this.setUnsaid(number, unsaid.started, hasStarted)
  }

  /** Whether the node has more to say than that it lives. */
  hasUnsaid(number: number): boolean {
    return this.int(number, ints.unsaid) !== 0
  }

  private setUnsaid(number: number, flag: number, isSet: boolean): void {
    const flags = this.int(number, ints.unsaid)
    this.setInt(number, ints.unsaid, isSet ? flags | flag : flags & ~flag)
  }

  /** What a machine's own clock shows, in milliseconds since the Unix epoch. */
  clock(number: number, now: number): number {
    return this.skews.size === 0 ? now : now + this.skew(number)
  }

  /** How many milliseconds a machine's clock is ahead. */
  skew(number: number): number {
    return this.skews.get(String(number)) ?? 0
  }

  /** Whether a machine's clock is wrong, or ever was. */
  wasSkewed(number: number): boolean {
    return this.skews.size > 0 && this.skews.has(String(number))
  }

  setSkew(number: number, aheadMs: number): void {
    this.skews.set(String(number), aheadMs)
  }

  private int(number: number, column: number): number {
    const page: Page = this.rows.read(number)
    return page.ints[at(column, number)]!
  }

  private setInt(number: number, column: number, value: number): void {
    this.rows.write(number).ints[at(column, number)] = value
  }
}
