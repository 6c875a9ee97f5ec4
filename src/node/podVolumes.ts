/** Volumes that are attached to a machine before a pod may use them. Mirrors pkg/kubelet/volumemanager. */
import { isStatusError } from '../api/errors.ts'
import type { Node, PersistentVolume, PersistentVolumeClaim } from '../api/types/core.ts'
import type { CSIDriver } from '../api/types/storage.ts'
import { attachableOf, isAttaching, uniqueName } from '../api/volumes/attachable.ts'
import { claimsOf, hasClaims, isMounted } from '../api/volumes/claims.ts'
import type { Environment } from '../client/environment.ts'
import type { Link } from '../client/link.ts'
import type { CowCell, CowMap } from '../kernel/cow.ts'
import type { Kernel } from '../kernel/kernel.ts'
import type { Resource } from '../registries/records.ts'
import { ofAttached } from './concerns.ts'
import type { Heartbeats } from './heartbeats.ts'
import type { Held, HeldVolumes } from './heldVolumes.ts'
import type { Machines } from './machines.ts'
import type { InUseMessage } from './messages.ts'
import type { References } from './references.ts'
import type { PodRuntime } from './runtimeState.ts'

export interface PodVolumesParts {
  readonly kernel: Kernel
  readonly kubelet: string
  readonly machines: Machines
  readonly link: (node: string) => Link
  readonly references: References
  readonly held: HeldVolumes
  readonly heartbeats: Heartbeats
  readonly watches: Environment['watches']
  readonly nodes: Resource
}

const NONE: readonly never[] = Object.freeze([])
/** By what the watch of what is attached is known: no node is named so. */
export const attachedTag = '/attached'

/** `unknown`: the API could not be asked. */
export type Readiness = 'ready' | 'waiting' | 'unknown'

export class PodVolumes {
  /** The watch of what is attached to nodes, while some pod waits for it. */
  private readonly watch: CowCell<number>
  /** When a machine's Node will be told which volumes are in use, in milliseconds; by the machine's number. */
  private readonly due: CowMap<number>

  constructor(private readonly parts: PodVolumesParts) {
    const { memory } = parts.kernel
    this.watch = memory.cell('node.volumeWatch', -1)
    this.due = memory.map('node.volumesDue')
  }

  /** Takes a pod's volumes into use, and says whether they are there; if not, the pod waits until `woken` names it. */
  readiness(node: number, pod: PodRuntime): Readiness {
    if (!hasClaims(pod.spec)) return 'ready'
    const held = this.hold(node, pod)
    if (held === undefined) return 'unknown'
    if (held.names.length === 0) return 'ready'
    const isReady = isAttached(this.parts.references.node(node), held)
    if (isReady === held.isWaiting) this.parts.held.set(node, { ...held, isWaiting: !isReady })
    this.follow()
    return isReady ? 'ready' : 'waiting'
  }

  /** Takes a pod's volumes into use; undefined, with nothing done, where the API cannot be asked for them. */
  hold(node: number, pod: PodRuntime): Held | undefined {
    const { held, references } = this.parts
    const known = held.find(node, pod.uid)
    if (known !== undefined) return known
    const names = this.namesOf(node, pod)
    if (names === undefined) return undefined
    const fresh: Held = { uid: pod.uid, names, isWaiting: false }
    if (names.length === 0) return fresh
    held.set(node, fresh)
    const said = references.node(node)?.status.volumesInUse ?? []
    if (!names.every((name) => said.includes(name))) this.sayLater(node)
    return fresh
  }

  /** The pod is over, and its volumes are unmounted. */
  release(node: number, uid: string): void {
    if (!this.parts.held.remove(node, uid)) return
    this.follow()
    this.sayLater(node)
  }

  /** Says which volumes are in use, or will say it with the next heartbeat; returns the pods that may go on for it. */
  say({ node }: InUseMessage): readonly string[] {
    const { heartbeats, held } = this.parts
    this.due.delete(String(node))
    if (heartbeats.sayVolumes(node)) {
      const waiting = held.of(node).filter(({ isWaiting }) => isWaiting)
      return waiting.map(({ uid }) => uid)
    }
    this.sayLater(node, 'timer')
    return NONE
  }

  /**
   * Reads what has been attached, and hands on each pod that waits on a machine of which that is told. It may be told
   * when nobody waits any more.
   */
  read(woken: (node: number, uid: string) => void): void {
    const { held, machines, nodes, watches } = this.parts
    watches.read<Node>(this.watch.value, nodes, ({ object: { metadata } }) => {
      if (!machines.has(metadata.name)) return
      const node = machines.numberOf(metadata.name)
      for (const { uid, isWaiting } of held.of(node)) if (isWaiting) woken(node, uid)
    })
  }

  /** Opens the watch when the first pod waits, and closes it after the last. */
  private follow(): void {
    const { held, kubelet, nodes, watches } = this.parts
    const isOpen = this.watch.value !== -1
    if (held.isWaitedFor === isOpen) return
    if (isOpen) watches.close(this.watch.value)
    this.watch.value = isOpen ? -1 : watches.open(kubelet, nodes, attachedTag, { predicate: ofAttached.name })
  }

  /** A kubelet speaks of its volumes when it speaks of its node. */
  private sayLater(node: number, kind: 'work' | 'timer' = 'work'): void {
    const { heartbeats, kernel, kubelet } = this.parts
    const at = heartbeats.nextBeat(node)
    const known = this.due.get(String(node))
    if (known !== undefined && known > kernel.now) return
    this.due.set(String(node), at)
    kernel.schedule(kubelet, at - kernel.now, kind, { type: 'volumesInUse', node } satisfies InUseMessage)
  }

  /** The volumes that are attached for a pod's containers. Mirrors the desired state of the world and its populator. */
  private namesOf(node: number, { namespace, name, spec }: PodRuntime): readonly string[] | undefined {
    const { link, machines } = this.parts
    const api = link(machines.name(node))
    try {
      return claimsOf(spec)
        .filter(({ volume }) => isMounted(spec, volume))
        .flatMap(({ claimName }) => attachedName(api, namespace, claimName(name)) ?? [])
    } catch (error) {
      if (!isStatusError(error)) throw error
      return undefined
    }
  }
}

/** What stands behind a claim, if it is attached. */
function attachedName(api: Link, namespace: string, claimName: string): string | undefined {
  const claim = api.find<PersistentVolumeClaim>('persistentvolumeclaims', namespace, claimName)
  const volume = api.find<PersistentVolume>('persistentvolumes', '', claim?.spec.volumeName ?? '')
  const attachable = volume && attachableOf(volume)
  if (attachable === undefined) return undefined
  const driver = api.find<CSIDriver>('csidrivers.storage.k8s.io', '', attachable.driver)
  return isAttaching(driver) ? uniqueName(attachable) : undefined
}

/** Only what the node has said that it uses counts: nobody else may detach it. Mirrors VerifyControllerAttachedVolume. */
function isAttached(node: Node | undefined, { names }: Held): boolean {
  const { volumesAttached = [], volumesInUse = [] } = node?.status ?? {}
  return names.every((name) => volumesInUse.includes(name) && volumesAttached.some((volume) => volume.name === name))
}
