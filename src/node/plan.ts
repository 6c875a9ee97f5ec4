import type { PodSpec } from '../api/types/core.ts'
import { initRestartsAfter, isSidecar, restartsAfter, restartsAll } from '../api/restartPolicy.ts'
import {
  type ContainerRuntime,
  type PodRuntime,
  appEnd,
  hasExited,
  initCount,
  isAlive,
  isComingUp,
} from './runtimeState.ts'
import { delayOf } from './transitions.ts'

/** The next thing to do for a pod. */
export type Step =
  | { readonly type: 'start'; readonly place: number }
  | { readonly type: 'restart'; readonly place: number }
  | { readonly type: 'backOff'; readonly place: number; readonly delayMs: number }
  | { readonly type: 'stopRest' }
  | { readonly type: 'restartAll' }
  | { readonly type: 'finish' }

const RESTART_ALL: Step = Object.freeze({ type: 'restartAll' })
const STOP_REST: Step = Object.freeze({ type: 'stopRest' })
const FINISH: Step = Object.freeze({ type: 'finish' })

/**
 * Level-triggered: what an active pod needs next, or undefined while it has to wait. Containers start one after
 * another; those that exited are started again at once or after their back-off.
 * Mirrors computePodActions of pkg/kubelet/kuberuntime/kuberuntime_manager.go.
 */
export function nextStep(pod: PodRuntime, now: number): Step | undefined {
  const { spec, containers } = pod
  const inits = initCount(spec)
  if (isRestartingAll(pod)) return containers.some(isComingUp) ? undefined : RESTART_ALL
  const isOver = isAllOver(spec, containers, inits)
  const end = appEnd(spec)
  for (let place = 0; place < end; place++) {
    const container = containers[place]!
    if (!hasExited(container) || !restarts(spec, container, place, inits, isOver)) continue
    const delayMs = delayOf(container, now)
    return delayMs === 0 ? { type: 'restart', place } : { type: 'backOff', place, delayMs }
  }
  for (let place = 0; place < containers.length; place++) if (isComingUp(containers[place]!)) return undefined
  // They may start before a pod is initialised, and each starts once.
  for (let place = end; place < containers.length; place++)
    if (containers[place]!.stage === 'waiting') return { type: 'start', place }
  for (let place = 0; place < inits; place++) {
    const container = containers[place]!
    if (container.stage === 'waiting') return { type: 'start', place }
    const isThrough = isSidecar(spec.initContainers![place]!)
      ? container.started || isOver || isPassed(containers, place, end)
      : exitCodeOf(container) === 0
    if (isThrough) continue
    return hasExited(container) ? ending(containers) : undefined
  }
  for (let place = inits; place < end; place++) {
    if (containers[place]!.stage === 'waiting') return { type: 'start', place }
  }
  return isOver ? ending(containers) : undefined
}

/** Whether a container has exited for which all of them are started again. */
export function isRestartingAll({ spec, containers }: PodRuntime): boolean {
  const inits = initCount(spec)
  const end = appEnd(spec)
  for (let place = 0; place < end; place++) {
    const container = containers[place]!
    if (container.stage !== 'exited') continue
    const of = place < inits ? spec.initContainers![place]! : spec.containers[place - inits]!
    if (restartsAll(of, exitCodeOf(container) ?? 0)) return true
  }
  return false
}

/**
 * Whether something that comes after a sidecar has been created: then it holds nothing back while it is restarted. Mirrors
 * isPreviouslyInitialized in computeInitContainerActions of pkg/kubelet/kuberuntime/kuberuntime_container.go.
 */
function isPassed(containers: readonly ContainerRuntime[], place: number, end: number): boolean {
  return containers.some(({ stage, created }, later) => later > place && later < end && created && stage !== 'waiting')
}

/** A pod that is over first stops what still runs of it: its sidecars. */
function ending(containers: readonly ContainerRuntime[]): Step {
  return containers.some(isAlive) ? STOP_REST : FINISH
}

/** Whether every app container has exited for good. */
function isAllOver(spec: PodSpec, containers: readonly ContainerRuntime[], inits: number): boolean {
  const end = appEnd(spec)
  for (let place = inits; place < end; place++) {
    const container = containers[place]!
    const exitCode = container.stage === 'exited' ? exitCodeOf(container) : undefined
    if (exitCode === undefined || restartsAfter(spec, spec.containers[place - inits]!, exitCode)) return false
  }
  return true
}

function restarts(spec: PodSpec, container: ContainerRuntime, place: number, inits: number, isOver: boolean): boolean {
  const exitCode = exitCodeOf(container) ?? 0
  if (place >= inits && container.stage === 'killed') return true
  if (place >= inits) return restartsAfter(spec, spec.containers[place - inits]!, exitCode)
  const init = spec.initContainers![place]!
  return isSidecar(init) ? !isOver : initRestartsAfter(spec, init, exitCode)
}

function exitCodeOf(container: ContainerRuntime): number | undefined {
  const { state, lastState } = container
  // Of one that is said to wait, how it has ended is told beside.
  const { terminated } = state.waiting !== undefined && hasExited(container) ? lastState : state
  return terminated?.exitCode
}
