/** Container statuses. Mirrors convertToAPIContainerStatuses of pkg/kubelet/kubelet_pods.go. */
import { isSidecar } from '../api/restartPolicy.ts'
import type { Container, ContainerState, ContainerStatus, PodSpec, ResourceRequirements } from '../api/types/core.ts'
import type { ImageFacts } from './images.ts'
import type { StatusExtras } from './statusExtras.ts'
import { type ContainerRuntime, type PodRuntime, appEnd, initCount } from './runtimeState.ts'

/** What statuses need to know beside the runtime's state. */
export interface StatusFacts {
  readonly images: (name: string) => ImageFacts
  /** `containerd://…` of a container. */
  readonly containerId: (uid: string, name: string, attempt: number) => string
  readonly extras: StatusExtras
}

const CREATING: ContainerState = Object.freeze({ waiting: Object.freeze({ reason: 'ContainerCreating' }) })
const INITIALIZING: ContainerState = Object.freeze({ waiting: Object.freeze({ reason: 'PodInitializing' }) })
export const NOTHING: ContainerState = Object.freeze({})
const NO_RESOURCES: ResourceRequirements = Object.freeze({})

/** What is said of a container that was never seen running when its pod ended. */
const LOST: ContainerState = Object.freeze({
  terminated: Object.freeze({
    exitCode: 137,
    reason: 'ContainerStatusUnknown',
    message: 'The container could not be located when the pod was terminated',
  }),
})

/** `isTerminal` as in phaseOf. */
export function containerStatuses(
  pod: PodRuntime,
  containers: readonly Container[],
  from: number,
  isTerminal: boolean,
  facts: StatusFacts,
): readonly ContainerStatus[] {
  // Of the right length from the beginning: a list that grows keeps room for a dozen more.
  const statuses = new Array<ContainerStatus>(containers.length)
  const missing = isTerminal ? missingBefore(pod) : 0
  for (let place = 0; place < containers.length; place++) {
    const container = containers[place]!
    const runtime = pod.containers[from + place]!
    const state = stateOf(pod.spec, runtime, from + place, from + place < missing)
    const ready = isReady(container, runtime, from === 0 && initCount(pod.spec) > 0)
    const { attempt, created, started, lastState } = runtime
    const reported = { state, attempt, created, ready, started }
    const last = state === lastState ? NOTHING : lastState
    statuses[place] = containerStatusOf(pod.uid, pod.spec, container, reported, last, facts)
  }
  return statuses
}

/** An init container is ready once it has done its work. */
export function isReady(container: Container, runtime: ContainerRuntime, isInit: boolean): boolean {
  return isInit && !isSidecar(container) ? runtime.state.terminated?.exitCode === 0 : runtime.ready
}

/**
 * Before which place every container of a pod that is over should have run; those after it never had their turn, and
 * wait for ever. Mirrors hasPodInitialized and initializedContainers of pkg/kubelet/status/status_manager.go.
 */
function missingBefore({ spec, containers }: PodRuntime): number {
  const inits = initCount(spec)
  // An app container has its turn once all init containers are through.
  const end = appEnd(spec)
  const isApp = (place: number): boolean => place >= inits && place < end
  if (inits === 0 || containers.some(({ stage, created }, place) => isApp(place) && (created || stage !== 'waiting')))
    return containers.length
  let last = inits - 1
  while (last > 0 && !hasRun(containers[last]!)) last--
  return last + 1
}

function hasRun({ state, lastState }: ContainerRuntime): boolean {
  return (state.running ?? state.terminated ?? lastState.terminated) !== undefined
}

/** `isMissing`: the pod is over, and the container should have run. */
export function stateOf(spec: PodSpec, runtime: ContainerRuntime, place: number, isMissing: boolean): ContainerState {
  const { state } = runtime
  if (state.waiting !== undefined && isMissing)
    return runtime.lastState.terminated === undefined ? LOST : runtime.lastState
  if (state.waiting !== undefined || state.running !== undefined || state.terminated !== undefined) return state
  if (isMissing) return LOST
  return place >= initCount(spec) && initCount(spec) === 0 ? CREATING : INITIALIZING
}

/** What a container's status follows from, beside the container and the pod. */
interface Reported {
  readonly state: ContainerState
  readonly attempt: number
  readonly created: boolean
  readonly ready: boolean
  readonly started: boolean
}

/** Literals for the usual shapes: a field added to a literal lies outside the object. */
export function containerStatusOf(
  uid: string,
  spec: PodSpec,
  container: Container,
  { state, attempt: restartCount, created, ready, started }: Reported,
  lastState: ContainerState,
  facts: StatusFacts,
): ContainerStatus {
  const { name, image: named = '', resources = NO_RESOURCES } = container
  const { extras } = facts
  const volumeMounts = extras.mounts(container)
  if (!created) {
    const [image, imageID] = [named, '']
    if (volumeMounts === undefined) return { name, state, lastState, ready, restartCount, image, imageID, started }
    return { name, state, lastState, ready, restartCount, image, imageID, started, volumeMounts }
  }
  const { reference: image, id: imageID } = facts.images(named)
  const containerID = facts.containerId(uid, name, restartCount)
  const user = extras.user(spec, container)
  const { requests: allocatedResources } = resources
  if (user === undefined || volumeMounts === undefined || allocatedResources === undefined) {
    return {
      name,
      state,
      lastState,
      ready,
      restartCount,
      image,
      imageID,
      containerID,
      started,
      ...(allocatedResources !== undefined && { allocatedResources }),
      resources,
      ...(volumeMounts !== undefined && { volumeMounts }),
      ...(user !== undefined && { user }),
    }
  }
  return {
    name,
    state,
    lastState,
    ready,
    restartCount,
    image,
    imageID,
    containerID,
    started,
    allocatedResources,
    resources,
    volumeMounts,
    user,
  }
}
