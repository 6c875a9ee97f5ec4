import type { Kernel } from '../kernel/kernel.ts'
import { nextBackOff } from './backOff.ts'
import type { ResolvedBehaviour } from './behaviour.ts'
import type { ImageService, RuntimeService } from './cri.ts'
import { goDuration } from './goDuration.ts'
import type { ImageFacts } from './images.ts'
import type { Interned } from './interned.ts'
import type { Machines } from './machines.ts'
import type { TimerMessage } from './messages.ts'
import { type NodeEvents, podText } from './nodeEvents.ts'
import { containerAt, withContainers } from './podRuntimes.ts'
import type { References } from './references.ts'
import type { ContainerRuntime, PodRuntime } from './runtimeState.ts'
import { pulling, waitingFor } from './transitions.ts'

export interface ContainerParts {
  readonly kernel: Kernel
  readonly machines: Machines
  readonly runtime: RuntimeService & ImageService
  readonly events: NodeEvents
  readonly interned: Interned
  readonly images: (name: string) => ImageFacts
  readonly behaviours: (image: string) => ResolvedBehaviour
  readonly references: References
  readonly kubelet: string
}

/** How long ErrImagePull is shown before ImagePullBackOff. */
const pullErrorMs = 1000
/** pkg/kubelet/kubelet.go: backOffPeriod, after which a sync that failed is tried again. */
const retryMs = 10_000

/** What a kubelet does for one container: image, creation, start, and waiting when that fails. */
export class ContainerSteps {
  constructor(private readonly parts: ContainerParts) {}

  /** Brings a container on its way: pulls its image, or creates it. */
  begin(node: number, pod: PodRuntime, place: number): PodRuntime {
    const { runtime, events, images } = this.parts
    const { image = '', imagePullPolicy } = containerAt(pod, place)
    const { presentMessage, pullingMessage, flaw } = images(image)
    if (flaw !== '') {
      events.container(node, pod, place, 'Warning', 'InspectFailed', flaw)
      return this.block(node, pod, place, 'InvalidImageName', flaw, 'InvalidImageName')
    }
    if (imagePullPolicy !== 'Always' && runtime.imageStatus(node, image).present) {
      events.container(node, pod, place, 'Normal', 'Pulled', presentMessage)
      return this.create(node, pod, place)
    }
    if (imagePullPolicy === 'Never') {
      const message = `Container image "${image}" is not present with pull policy of Never`
      events.container(node, pod, place, 'Warning', 'ErrImageNeverPull', message)
      return this.fail(node, pod, place, 'ErrImageNeverPull', message)
    }
    events.container(node, pod, place, 'Normal', 'Pulling', pullingMessage)
    const next = this.replaced(pod, place, pulling(pod.containers[place]!))
    runtime.pullImage(node, next, place, image)
    return next
  }

  /** The image is there, or could not be pulled. */
  pulled(node: number, pod: PodRuntime, place: number, tookMs: number): PodRuntime {
    const { events, images, runtime } = this.parts
    const { image = '' } = containerAt(pod, place)
    const pullError = runtime.pullError(node, image)
    if (pullError !== undefined) {
      // The codes that containerd's errors have in gRPC.
      const code = pullError.endsWith('not found') ? 'NotFound' : 'Unknown'
      const message = `rpc error: code = ${code} desc = failed to pull and unpack image "${images(image).reference}": ${pullError}`
      events.container(node, pod, place, 'Warning', 'Failed', `Failed to pull image "${image}": ${message}`)
      return this.fail(node, pod, place, 'ErrImagePull', message)
    }
    const took = goDuration(tookMs)
    const size = `Image size: ${images(image).sizeBytes} bytes.`
    events.container(
      node,
      pod,
      place,
      'Normal',
      'Pulled',
      `Successfully pulled image "${image}" in ${took} (${took} including waiting). ${size}`,
    )
    return this.create(node, pod, place)
  }

  private create(node: number, pod: PodRuntime, place: number): PodRuntime {
    const { runtime, events, references } = this.parts
    const missing = references.environment(node, pod, containerAt(pod, place))
    if (missing !== undefined) return this.block(node, pod, place, 'CreateContainerConfigError', missing, missing)
    const next = runtime.createContainer(node, pod, place)
    events.container(node, next, place, 'Normal', 'Created', 'Container created')
    runtime.startContainer(node, next, place)
    return next
  }

  private fail(node: number, pod: PodRuntime, place: number, reason: string, message: string): PodRuntime {
    const { events, kernel, machines } = this.parts
    const container = pod.containers[place]!
    events.container(node, pod, place, 'Warning', 'Failed', `Error: ${reason}`)
    const clock = machines.clock(node, kernel.now)
    const backOff = nextBackOff(container.backOff, clock, clock)
    const next = this.replaced(pod, place, waitingFor(container, 'blocked', reason, message, backOff))
    if (reason === 'ErrImagePull') this.later('imageBackOff', node, next, place, pullErrorMs)
    this.later('again', node, next, place, backOff.ms)
    return next
  }

  /** Says what is in the container's way, and tries again later: whoever wrote it may put it right. */
  private block(
    node: number,
    pod: PodRuntime,
    place: number,
    reason: string,
    message: string,
    said: string,
  ): PodRuntime {
    const container = pod.containers[place]!
    this.parts.events.container(node, pod, place, 'Warning', 'Failed', `Error: ${said}`)
    const next = this.replaced(pod, place, waitingFor(container, 'blocked', reason, message, container.backOff))
    this.later('again', node, next, place, retryMs)
    return next
  }

  /** Says how long a failing container waits for its next start, and waits. */
  backOff(node: number, pod: PodRuntime, place: number, delayMs: number): PodRuntime {
    const { name } = containerAt(pod, place)
    const container = pod.containers[place]!
    const text = podText(pod)
    const said = `Back-off restarting failed container ${name} in pod ${text}`
    this.parts.events.container(node, pod, place, 'Warning', 'BackOff', said)
    const message = `back-off ${goDuration(delayMs)} restarting failed container=${name} pod=${text}`
    const next = this.replaced(
      pod,
      place,
      waitingFor(container, 'backOff', 'CrashLoopBackOff', message, container.backOff),
    )
    this.later('again', node, next, place, delayMs)
    return next
  }

  /** Says that an image will be asked for again. */
  imageBackOff(node: number, pod: PodRuntime, place: number): PodRuntime {
    const { events } = this.parts
    const container = pod.containers[place]!
    const message = `Back-off pulling image "${containerAt(pod, place).image ?? ''}"`
    events.container(node, pod, place, 'Normal', 'BackOff', message)
    events.container(node, pod, place, 'Warning', 'Failed', 'Error: ImagePullBackOff')
    const said = `${message}: ErrImagePull: ${container.state.waiting?.message ?? ''}`
    return this.replaced(pod, place, waitingFor(container, 'blocked', 'ImagePullBackOff', said, container.backOff))
  }

  private replaced(pod: PodRuntime, place: number, by: ContainerRuntime): PodRuntime {
    return withContainers(pod, this.parts.interned.replaced(pod.containers, place, by))
  }

  private later(type: TimerMessage['type'], node: number, pod: PodRuntime, place: number, delayMs: number): void {
    const { attempt } = pod.containers[place]!
    const message: TimerMessage = { type, node, uid: pod.uid, sandbox: pod.attempt, place, attempt }
    this.parts.kernel.schedule(this.parts.kubelet, delayMs, 'timer', message)
  }
}
