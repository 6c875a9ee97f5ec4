import { equal } from '../registries/equal.ts'
import { LeanStatus } from '../registries/leanStatus.ts'
import type { PartSink } from '../store/compact.ts'
import type {
  Container,
  ContainerState,
  ContainerStatus,
  HostIP,
  PodCondition,
  PodIP,
  PodSpec,
  PodStatus,
  ResourceRequirements,
} from '../api/types/core.ts'
import { addressText } from './addresses.ts'
import { containerStatusOf, NOTHING, type StatusFacts } from './containerStatus.ts'
import type { Phase } from './phase.ts'

/** The node's own addresses, shared by all its pods. */
export interface HostFacts {
  /** The machine's number: its addresses follow from it. */
  readonly node: number
  readonly hostIP: string
  readonly hostIPs: readonly HostIP[]
  /** Whether its addresses are those it had in another cluster. */
  readonly isImported: boolean
  readonly facts: StatusFacts
}

/** What a status says of a container that has never exited, but for what follows from its pod. */
export interface ContainerShape {
  readonly name: string
  readonly image: string
  readonly state: ContainerState
  readonly attempt: number
  readonly created: boolean
  readonly ready: boolean
  readonly started: boolean
}

/** What the statuses of many pods have in common. */
export interface StatusShape {
  readonly generation: number
  readonly phase: Phase
  readonly conditions: readonly PodCondition[]
  readonly startTime: string
  readonly qosClass: string
  readonly inits: readonly ContainerShape[]
  readonly containers: readonly ContainerShape[]
}

/** In place of an address: that of the host. */
export const HOST_ADDRESS = -1

/** A pod's status as its kubelet writes it while no container has exited: six words in place of sixty. */
export class LeanPodStatus extends LeanStatus {
  constructor(
    readonly shape: StatusShape,
    private readonly host: HostFacts,
    /** As a number; 0 without a sandbox, `HOST_ADDRESS` on the host's network. */
    readonly address: number,
    private readonly uid: string,
    private readonly spec: PodSpec,
  ) {
    super()
  }

  /** Whether this is a status of the same content for the same pod. */
  says(shape: StatusShape, address: number): boolean {
    return this.address === address && (this.shape === shape || equal(this.shape, shape))
  }

  /** What it is saved as: all but the facts of its host, which follow from the machine's number. */
  saved(): readonly [StatusShape, node: number, address: number, uid: string, PodSpec] {
    return [this.shape, this.host.node, this.address, this.uid, this.spec]
  }

  parts(into: PartSink): void {
    into.shared(this.shape)
    into.number(this.host.node)
    into.number(this.address)
  }

  get observedGeneration(): number {
    return this.shape.generation
  }

  get phase(): string {
    return this.shape.phase
  }

  get conditions(): readonly PodCondition[] {
    return this.shape.conditions
  }

  get hostIP(): string {
    return this.host.hostIP
  }

  get hostIPs(): readonly HostIP[] {
    return this.host.hostIPs
  }

  get podIP(): string | undefined {
    if (this.address === HOST_ADDRESS) return this.host.hostIP
    return this.address === 0 ? undefined : addressText(this.address)
  }

  get podIPs(): readonly PodIP[] | undefined {
    const ip = this.podIP
    return ip === undefined ? undefined : [{ ip }]
  }

  get startTime(): string {
    return this.shape.startTime
  }

  get qosClass(): string {
    return this.shape.qosClass
  }

  get containerStatuses(): readonly ContainerStatus[] {
    return this.statuses(this.shape.containers, this.spec.containers)
  }

  get initContainerStatuses(): readonly ContainerStatus[] | undefined {
    const { initContainers } = this.spec
    return initContainers === undefined || initContainers.length === 0
      ? undefined
      : this.statuses(this.shape.inits, initContainers)
  }

  private statuses(shapes: readonly ContainerShape[], containers: readonly Container[]): readonly ContainerStatus[] {
    return shapes.map((shape, place) =>
      containerStatusOf(this.uid, this.spec, containers[place]!, shape, NOTHING, this.host.facts),
    )
  }

  get allocatedResources(): Readonly<Record<string, string>> | undefined {
    return this.host.facts.extras.resources(this.spec).allocated
  }

  get resources(): ResourceRequirements {
    return this.host.facts.extras.resources(this.spec).resources
  }

  plain(): PodStatus {
    const { observedGeneration, phase, conditions, hostIP, hostIPs, podIP, podIPs, startTime, qosClass } = this
    const { containerStatuses, initContainerStatuses, allocatedResources, resources } = this
    return {
      observedGeneration,
      phase,
      conditions,
      hostIP,
      hostIPs,
      ...(podIP !== undefined && podIPs !== undefined && { podIP, podIPs }),
      startTime,
      ...(initContainerStatuses !== undefined && { initContainerStatuses }),
      containerStatuses,
      qosClass,
      ...(allocatedResources !== undefined && { allocatedResources }),
      resources,
    }
  }
}
