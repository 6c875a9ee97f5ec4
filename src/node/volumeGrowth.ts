/**
 * How kubelets let file systems grow with their volumes: of a claim that is mounted at once, of any other when a pod that
 * uses it starts. Mirrors GenerateExpandInUseVolumeFunc and expandVolumeDuringMount of pkg/volume/util/operationexecutor.
 */
import { isStatusError } from '../api/errors.ts'
import type { KubeObject } from '../api/meta.ts'
import { byCodeUnit } from '../api/order.ts'
import type { PersistentVolume, PersistentVolumeClaim } from '../api/types/core.ts'
import { hasClaims } from '../api/volumes/claims.ts'
import { driverOfVolume } from '../api/volumes/drivers.ts'
import { grownTo, growsOnEachNode, hasAll, resizeStatus, sizeOnNode, withResizeStatus } from '../api/volumes/growth.ts'
import { keyOf, type NamedPredicate } from '../client/controller.ts'
import type { Environment } from '../client/environment.ts'
import type { Link } from '../client/link.ts'
import { createPodsByClaim, type PodsByClaim } from '../client/podsByClaim.ts'
import type { ChangesMessage } from '../client/watches.ts'
import type { CowMap } from '../kernel/cow.ts'
import type { TaskKind } from '../kernel/tasks.ts'
import type { Machines } from './machines.ts'
import type { GrowthMessage } from './messages.ts'
import { mountedClaims, type MountedClaim } from './mountedClaims.ts'
import type { NodeEvents } from './nodeEvents.ts'
import { ACTIVE, FINISHED, type PodRuntime } from './runtimeState.ts'

/** What the watch of claims is tagged with: no node has such a name. */
export const CLAIMS_TAG = 'v1/PersistentVolumeClaim'

// pkg/util/goroutinemap/exponentialbackoff: what failed is tried again after 0.5 s, 1 s, …
const firstRetryMs = 500
const lastRetryMs = 122_000

const claims = 'persistentvolumeclaims'

/** Kubelets hear of claims that are theirs to go on with, and of nothing else. */
export const growsOnNodes: NamedPredicate = Object.freeze({
  name: 'growsOnNodes',
  holds: (before: KubeObject, after: KubeObject) =>
    isPending(after as PersistentVolumeClaim) && !isPending(before as PersistentVolumeClaim),
  of: () => false,
})

function isPending(claim: PersistentVolumeClaim): boolean {
  return resizeStatus(claim) === 'NodeResizePending'
}

/** A claim that grows on a node. */
interface Growth {
  /** The pod for which it was begun. */
  readonly uid: string
  readonly namespace: string
  readonly claim: string
  /** Whether the claim says so. */
  readonly isSaid: boolean
  /** When it is to be looked at, in virtual milliseconds since the Unix epoch. */
  readonly dueAt: number
  /** `work`: it is sure to come to an end then. */
  readonly kind: TaskKind
  /** How long to wait if that fails. */
  readonly retryMs: number
}

interface Found {
  readonly claim: PersistentVolumeClaim
  readonly volume: PersistentVolume
}

export interface GrowthParts {
  readonly environment: Environment
  readonly machines: Machines
  readonly events: NodeEvents
  readonly link: (node: string) => Link
  readonly ownLink: Link
  readonly kubelet: string
}

export class VolumeGrowth {
  /** By node and claim. */
  private readonly growing: CowMap<Growth>
  /** The watch of claims, which is opened with the first that is mounted; -1 before. */
  private readonly watch: { value: number }
  private readonly users: PodsByClaim<string>

  constructor(private readonly parts: GrowthParts) {
    const { memory } = parts.environment.kernel
    this.growing = memory.map('node.growing')
    this.watch = memory.cell('node.growing.watch', -1)
    this.users = createPodsByClaim(({ spec, metadata }) =>
      spec.nodeName ? `${spec.nodeName}/${metadata.uid}` : undefined,
    )
  }

  /** How long a pod's volumes cannot be mounted yet, since file systems that are behind grow first; undefined: they can. */
  mounting(node: number, pod: PodRuntime): { readonly delayMs: number; readonly kind: TaskKind } | undefined {
    if (!hasClaims(pod.spec)) return undefined
    this.listen()
    let longest: Growth | undefined
    for (const mounted of mountedClaims(pod)) {
      const growth = mounted.isReadOnly ? this.refuse(node, pod, mounted) : this.begin(node, pod, mounted)
      if (growth !== undefined && growth.dueAt > (longest?.dueAt ?? 0)) longest = growth
    }
    if (longest === undefined) return undefined
    return { delayMs: longest.dueAt - this.parts.environment.kernel.now, kind: longest.kind }
  }

  /** A pod runs already that another cluster had started. */
  resumed(node: number, pod: PodRuntime): void {
    if (!hasClaims(pod.spec) || !isMounted(pod)) return
    this.listen()
    for (const mounted of mountedClaims(pod)) if (!mounted.isReadOnly) this.begin(node, pod, mounted)
  }

  /** The power of a machine has failed: whatever grew there begins again with the next mount. */
  lost(node: number): void {
    if (this.growing.size === 0) return
    for (const key of this.growing.sortedKeys()) if (key.startsWith(`${node}/`)) this.growing.delete(key)
  }

  private listen(): void {
    if (this.watch.value >= 0) return
    const { environment, kubelet, ownLink } = this.parts
    const only = { predicate: growsOnNodes.name }
    this.watch.value = environment.watches.open(kubelet, ownLink.resource(claims), CLAIMS_TAG, only)
  }

  /** Claims whose file systems may grow by now: where they are mounted, they do. */
  changes({ watch }: ChangesMessage): void {
    const { environment, ownLink } = this.parts
    environment.watches.read<PersistentVolumeClaim>(watch, ownLink.resource(claims), ({ object }) => {
      for (const user of [...this.users.of(keyOf(object), ownLink)].sort(byCodeUnit))
        this.pending(user, object.metadata.name)
    })
  }

  /** `user`: a pod that uses the claim, by its node and uid. */
  private pending(user: string, claim: string): void {
    const { machines } = this.parts
    const [name = '', uid = ''] = user.split('/')
    if (!machines.has(name)) return
    const node = machines.numberOf(name)
    const pod = machines.isCrashed(node) ? undefined : machines.pod(node, uid)
    if (pod === undefined || !isMounted(pod)) return
    const mounted = mountedClaims(pod).find((one) => one.claim === claim)
    if (mounted?.isReadOnly === false) this.begin(node, pod, mounted)
  }

  /** Begins what there is to do, unless it was begun; undefined for nothing. */
  private begin(node: number, { uid, namespace }: PodRuntime, { claim }: MountedClaim): Growth | undefined {
    const key = `${node}/${namespace}/${claim}`
    const growth = { uid, namespace, claim, isSaid: false, dueAt: 0, kind: 'work', retryMs: firstRetryMs } as const
    if (!this.growing.has(key)) this.step(node, key, growth)
    return this.growing.get(key)
  }

  look({ node, key }: GrowthMessage): void {
    const growth = this.growing.get(key)
    if (growth !== undefined && growth.dueAt <= this.parts.environment.kernel.now) this.step(node, key, growth)
  }

  private step(node: number, key: string, growth: Growth): void {
    try {
      if (growth.isSaid) this.finish(node, key, growth)
      else this.say(node, key, growth)
    } catch (error) {
      if (!isStatusError(error)) throw error
      const retryMs = Math.min(growth.retryMs * 2, lastRetryMs)
      this.lookIn(node, key, { ...growth, retryMs }, growth.retryMs, 'timer')
    }
  }

  private say(node: number, key: string, growth: Growth): void {
    const found = this.find(node, growth)
    if (found === undefined || sizeOnNode(found.claim, found.volume) === undefined) {
      this.growing.delete(key)
      return
    }
    const { claim } = found
    if (resizeStatus(claim) !== '') this.write(node, claim, withResizeStatus(claim.status, 'NodeResizeInProgress'))
    const takes = this.parts.environment.latency('fileSystemExpansion')
    this.lookIn(node, key, { ...growth, isSaid: true, retryMs: firstRetryMs }, takes, 'work')
  }

  /** Where several nodes have a claim mounted, the first says that it has grown. */
  private finish(node: number, key: string, growth: Growth): void {
    const { events, machines } = this.parts
    const found = this.find(node, growth)
    const pod = this.user(node, growth)
    if (found !== undefined && pod !== undefined) {
      const { claim, volume } = found
      const size = sizeOnNode(claim, volume)
      if (size !== undefined || (hasAll(claim, volume) && growsOnEachNode(claim))) {
        const on = `for volume "${volume.metadata.name}" ${machines.name(node)}`
        const message = `MountVolume.NodeExpandVolume succeeded ${on}`
        events.pod(node, pod, 'Normal', 'FileSystemResizeSuccessful', message)
        events.object(node, claim, 'Normal', 'FileSystemResizeSuccessful', message)
      }
      if (size !== undefined) this.write(node, claim, grownTo(claim.status, size))
    }
    this.growing.delete(key)
  }

  /** The pod for which a file system grows, or another that has it mounted; where nobody has any more, the next to start goes on. */
  private user(node: number, { uid, namespace, claim }: Growth): PodRuntime | undefined {
    const { machines } = this.parts
    const pod = machines.pod(node, uid)
    if (pod !== undefined && pod.stage !== FINISHED) return pod
    return machines
      .pods(node)
      .find((one) => one.namespace === namespace && isMounted(one) && mountedClaims(one).some((m) => m.claim === claim))
  }

  /** A file system that is mounted to be read stays as it is. */
  private refuse(node: number, pod: PodRuntime, { claim: name }: MountedClaim): undefined {
    const { events } = this.parts
    const found = this.find(node, { namespace: pod.namespace, claim: name })
    if (found === undefined || hasAll(found.claim, found.volume)) return undefined
    const of = `for volume "${found.volume.metadata.name}"`
    const message = `MountVolume.NodeExpandVolume failed ${of} requested read-only file system`
    events.pod(node, pod, 'Warning', 'FileSystemResizeFailed', message)
    events.object(node, found.claim, 'Warning', 'FileSystemResizeFailed', message)
    return undefined
  }

  /** A claim and its volume; undefined where they are not, or no kubelet could let it grow: only CSI and local volumes do. */
  private find(node: number, { namespace, claim: name }: Pick<Growth, 'namespace' | 'claim'>): Found | undefined {
    const { link, machines } = this.parts
    const api = link(machines.name(node))
    const claim = api.find<PersistentVolumeClaim>(claims, namespace, name)
    const { volumeName } = claim?.spec ?? {}
    const volume = volumeName ? api.find<PersistentVolume>('persistentvolumes', '', volumeName) : undefined
    if (claim === undefined || volume === undefined) return undefined
    const grows = volume.spec.local !== undefined || driverOfVolume(volume.spec) !== undefined
    return grows ? { claim, volume } : undefined
  }

  private write(node: number, { metadata }: PersistentVolumeClaim, status: object): void {
    const { link, machines } = this.parts
    const { namespace = '', name, uid } = metadata
    link(machines.name(node)).patchStatus(claims, namespace, name, uid, status)
  }

  private lookIn(node: number, key: string, growth: Growth, delayMs: number, kind: TaskKind): void {
    const { environment, kubelet } = this.parts
    const { kernel } = environment
    this.growing.set(key, { ...growth, dueAt: kernel.now + delayMs, kind })
    kernel.schedule(kubelet, delayMs, kind, { type: 'grow', node, key } satisfies GrowthMessage)
  }
}

/** Whether a pod has its volumes: it got its address with them. */
function isMounted({ stage, address, spec }: PodRuntime): boolean {
  return stage === ACTIVE && (address !== 0 || spec.hostNetwork === true)
}
