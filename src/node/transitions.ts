/** How a container's state changes. Pure: each returns the next state. */
import { parseTime } from '../api/time.ts'
import type { ContainerState } from '../api/types/core.ts'
import { nextBackOff, restartDelay } from './backOff.ts'
import { type BackOff, type ContainerRuntime, type Stage, WAITING } from './runtimeState.ts'

const STARTING: ContainerRuntime = Object.freeze({
  stage: 'starting',
  attempt: 0,
  state: Object.freeze({}),
  lastState: Object.freeze({}),
  created: true,
  ready: false,
  started: false,
  backOff: undefined,
})

/** Most containers are pulled the first time, and share that. */
const PULLING: ContainerRuntime = Object.freeze({ ...WAITING, stage: 'pulling' })

/** Created, on its way to running. A container made again in the place of one that exited counts as a restart. */
export function created(container: ContainerRuntime): ContainerRuntime {
  if (!container.created) {
    const { attempt, lastState } = container
    return attempt === 0 ? STARTING : { ...STARTING, attempt, lastState }
  }
  return {
    stage: 'starting',
    attempt: container.attempt + 1,
    state: container.state,
    lastState: container.state.terminated === undefined ? container.lastState : container.state,
    created: true,
    ready: false,
    started: false,
    backOff: container.backOff,
  }
}

/** What the back-off is once a container that has exited is started again. */
export function restarted(container: ContainerRuntime, exitedAt: number, now: number): ContainerRuntime {
  return withBackOff(container, nextBackOff(container.backOff, exitedAt, now))
}

/** The same for one that its kubelet killed: what counts is when the run before ended, if there was one. */
export function restartedAfterKill(container: ContainerRuntime, now: number): ContainerRuntime {
  const endedAt = endOfRunBefore(container)
  return endedAt === undefined ? container : withBackOff(container, nextBackOff(container.backOff, endedAt, now))
}

/** How long a container that has exited waits for its next start; 0 for not at all. */
export function delayOf(container: ContainerRuntime, now: number): number {
  if (container.stage !== 'killed') return restartDelay(container.backOff, now)
  const endedAt = endOfRunBefore(container)
  if (endedAt === undefined) return 0
  const delayMs = restartDelay(container.backOff, endedAt)
  return now - endedAt < delayMs ? delayMs : 0
}

/**
 * A kubelet that kills a container starts it anew in the same sync, in which it knows of the end of the run before and
 * not of this one's. Mirrors doBackOff of pkg/kubelet/kuberuntime/kuberuntime_manager.go.
 */
function endOfRunBefore({ lastState }: ContainerRuntime): number | undefined {
  const finishedAt = lastState.terminated?.finishedAt
  return typeof finishedAt === 'string' ? parseTime(finishedAt) : undefined
}

function withBackOff(container: ContainerRuntime, backOff: BackOff): ContainerRuntime {
  return changed(container, container.stage, container.state, container.lastState, backOff)
}

export function pulling(container: ContainerRuntime): ContainerRuntime {
  if (container === WAITING) return PULLING
  return changed(container, 'pulling', container.state, container.lastState, container.backOff)
}

/** `now` is RFC 3339; mirrors toKubeContainerStatus of pkg/kubelet/kuberuntime/kuberuntime_container.go. */
export function exited(
  container: ContainerRuntime,
  exitCode: number,
  reason: string,
  message: string,
  now: string,
  containerID: string,
): ContainerRuntime {
  const startedAt = container.state.running?.startedAt ?? now
  const terminated =
    message === ''
      ? { exitCode, reason, startedAt, finishedAt: now, containerID }
      : { exitCode, reason, message, startedAt, finishedAt: now, containerID }
  return changed(
    container,
    container.stage === 'failing' ? 'killed' : 'exited',
    { terminated },
    container.lastState,
    container.backOff,
  )
}

/** Waiting for a timer, for a reason the status says. */
export function waitingFor(
  container: ContainerRuntime,
  stage: 'backOff' | 'blocked',
  reason: string,
  message: string,
  backOff: BackOff | undefined,
): ContainerRuntime {
  const { state } = container
  return changed(
    container,
    stage,
    { waiting: { reason, message } },
    state.terminated === undefined ? container.lastState : state,
    backOff,
  )
}

/** Stopped because it could not be brought up wholly: what has ended is told beside. */
export function broken(container: ContainerRuntime, waiting: ContainerState['waiting']): ContainerRuntime {
  const { stage, state, backOff } = container
  return waiting === undefined ? container : changed(container, stage, { waiting }, state, backOff)
}

const REMOVED: ContainerState = Object.freeze({
  terminated: Object.freeze({
    exitCode: 137,
    reason: 'RestartingAllContainers',
    message: 'The container is removed because RestartAllContainers in place',
  }),
})

/** Removed, so that all of its pod begins again: mirrors convertToAPIContainerStatuses of pkg/kubelet/kubelet_pods.go. */
export function removed(container: ContainerRuntime): ContainerRuntime {
  if (container.stage === 'waiting' && !container.created) return container
  return { ...WAITING, attempt: container.attempt + 1, lastState: REMOVED }
}

/**
 * After its machine has restarted: what ran was lost (containerd reports 255, Unknown), and waits to be created again.
 */
export function lost(container: ContainerRuntime, now: string, containerID: string): ContainerRuntime {
  const { state, lastState } = container
  const startedAt = state.running?.startedAt
  const ended: ContainerState =
    startedAt === undefined
      ? state
      : { terminated: { exitCode: 255, reason: 'Unknown', startedAt, finishedAt: now, containerID } }
  const last = ended.terminated === undefined ? lastState : ended
  return changed(container, 'waiting', {}, last, undefined)
}

/** As `lost`, for a container that is not to run again. */
export function lostForGood(container: ContainerRuntime, now: string, containerID: string): ContainerRuntime {
  const { state } = container
  if (state.terminated !== undefined) return container
  const startedAt = state.running?.startedAt ?? now
  const terminated = { exitCode: 255, reason: 'Unknown', startedAt, finishedAt: now, containerID }
  return changed(container, 'exited', { terminated }, container.lastState, undefined)
}

function changed(
  container: ContainerRuntime,
  stage: Stage,
  state: ContainerState,
  lastState: ContainerState,
  backOff: BackOff | undefined,
): ContainerRuntime {
  const { attempt, created } = container
  return { stage, attempt, state, lastState, created, ready: false, started: false, backOff }
}
