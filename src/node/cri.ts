/**
 * The container runtime interface: what a kubelet asks of a machine's runtime, by the names of CRI's RuntimeService and
 * ImageService (staging/src/k8s.io/cri-api/pkg/apis/runtime/v1/api.proto). One runtime serves all machines, hence the
 * machine's number as the first argument. Calls answer at once with the pod's next state, which the kubelet keeps with
 * `save`; what takes time is told later by a message to the kubelet.
 */
import type { ContainerRuntime, PodRuntime } from './runtimeState.ts'

/** What the runtime tells the kubelet later. Void if sandbox or container are others by then. */
export interface RuntimeMessage {
  /**
   * `exited`: of itself; `oomKilled`: because it used more memory than its limit; `stopped`: because it was asked to, or
   * killed.
   */
  readonly type: 'pulled' | 'started' | 'exited' | 'oomKilled' | 'stopped'
  readonly node: number
  readonly uid: string
  /** The sandbox's attempt. */
  readonly sandbox: number
  /** The container: its place among init containers and then containers. */
  readonly place: number
  /** The container's attempt. */
  readonly attempt: number
  /** `pulled`: how long it took; `started`: how long it will run; both in milliseconds. Otherwise the exit code. */
  readonly value: number
  /**
   * `started`: how long after that it is ready to serve, in milliseconds; `oomKilled`: which limit it has passed, in bytes;
   * otherwise 0.
   */
  readonly readyMs: number
}

export interface RuntimeService {
  /** Gives the pod a sandbox with an address of its own; undefined when the machine has none left. */
  runPodSandbox(node: number, pod: PodRuntime): PodRuntime | undefined
  /** Takes the sandbox down and releases its address. */
  stopPodSandbox(node: number, pod: PodRuntime): PodRuntime
  /** Forgets the pod and all its containers. */
  removePodSandbox(node: number, uid: string): void
  podSandboxStatus(node: number, uid: string): PodRuntime | undefined
  listPodSandbox(node: number): readonly PodRuntime[]
  createContainer(node: number, pod: PodRuntime, place: number): PodRuntime
  /** `started` follows, and later `exited` as the image behaves. */
  startContainer(node: number, pod: PodRuntime, place: number): void
  /** `stopped` follows: when the container gives in, or with 137 at the end of the grace. */
  stopContainer(node: number, pod: PodRuntime, place: number, graceMs: number): void
  /** `stopped` follows at once: somebody has killed its process. */
  killContainer(node: number, pod: PodRuntime, place: number, exitCode: number): void
  /** `oomKilled` follows at once: the machine has no memory left. */
  oomKillContainer(node: number, pod: PodRuntime, place: number): void
  /** Forgets what a place held: as if nothing had been created there. */
  removeContainer(node: number, pod: PodRuntime, place: number): PodRuntime
  listContainers(node: number): readonly ContainerRuntime[]
  containerStatus(node: number, uid: string, place: number): ContainerRuntime | undefined
  /** Carries out what a message says; undefined when it is void. */
  complete(message: RuntimeMessage): PodRuntime | undefined
  /** Keeps a pod's state: nothing is remembered before. */
  save(node: number, pod: PodRuntime): void
}

export interface ImageStatus {
  readonly present: boolean
}

export interface ImageService {
  imageStatus(node: number, image: string): ImageStatus
  listImages(node: number): readonly string[]
  /** `pulled` follows, at one moment for all who pull an image that is on its way. */
  pullImage(node: number, pod: PodRuntime, place: number, image: string): void
  /** What has become of a pull that is through: undefined when the image is there, or else why it is not. */
  pullError(node: number, image: string): string | undefined
  removeImage(node: number, image: string): void
}
