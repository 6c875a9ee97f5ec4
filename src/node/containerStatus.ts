/** Container statuses. Mirrors convertToAPIContainerStatuses of pkg/kubelet/kubelet_pods.go. */
import type { Container, ContainerState, ContainerStatus, PodSpec } from '../api/types/core.ts'
import type { ImageFacts } from './images.ts'
import { isSidecar } from './requests.ts'
import { type ContainerRuntime, type PodRuntime, initCount } from './runtimeState.ts'

/** What statuses need to know beside the runtime's state. */
export interface StatusFacts {
  readonly images: (name: string) => ImageFacts
  /** `containerd://…` of a container. */
  readonly containerId: (uid: string, name: string, attempt: number) => string
}

const CREATING: ContainerState = Object.freeze({ waiting: Object.freeze({ reason: 'ContainerCreating' }) })
const INITIALIZING: ContainerState = Object.freeze({ waiting: Object.freeze({ reason: 'PodInitializing' }) })
const NOTHING: ContainerState = Object.freeze({})

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
  for (let place = 0; place < containers.length; place++) {
    const container = containers[place]!
    const runtime = pod.containers[from + place]!
    const state = stateOf(pod.spec, runtime, from + place, isTerminal)
    statuses[place] = containerStatus(
      pod.uid,
      container,
      runtime,
      state,
      isReady(container, runtime, from === 0 && initCount(pod.spec) > 0),
      facts,
    )
  }
  return statuses
}

/** An init container is ready once it has done its work. */
function isReady(container: Container, runtime: ContainerRuntime, isInit: boolean): boolean {
  return isInit && !isSidecar(container) ? runtime.state.terminated?.exitCode === 0 : runtime.ready
}

function stateOf(spec: PodSpec, runtime: ContainerRuntime, place: number, isTerminal: boolean): ContainerState {
  const { state } = runtime
  if (state.waiting !== undefined && isTerminal)
    return runtime.lastState.terminated === undefined ? LOST : runtime.lastState
  if (state.waiting !== undefined || state.running !== undefined || state.terminated !== undefined) return state
  if (isTerminal) return LOST
  return place >= initCount(spec) && initCount(spec) === 0 ? CREATING : INITIALIZING
}

function containerStatus(
  uid: string,
  container: Container,
  runtime: ContainerRuntime,
  state: ContainerState,
  ready: boolean,
  facts: StatusFacts,
): ContainerStatus {
  const { name, image = '', resources } = container
  const { attempt, started } = runtime
  const lastState = state === runtime.lastState ? NOTHING : runtime.lastState
  if (!runtime.created) return { name, state, lastState, ready, restartCount: attempt, image, imageID: '', started }
  const { reference, id } = facts.images(image)
  const containerID = facts.containerId(uid, name, attempt)
  const base = {
    name,
    state,
    lastState,
    ready,
    restartCount: attempt,
    image: reference,
    imageID: id,
    containerID,
    started,
  }
  if (resources === undefined) return base
  const { requests } = resources
  if (requests === undefined)
    return {
      name,
      state,
      lastState,
      ready,
      restartCount: attempt,
      image: reference,
      imageID: id,
      containerID,
      started,
      resources,
    }
  return {
    name,
    state,
    lastState,
    ready,
    restartCount: attempt,
    image: reference,
    imageID: id,
    containerID,
    started,
    allocatedResources: requests,
    resources,
  }
}
