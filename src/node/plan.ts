import type { PodSpec } from '../api/types/core.ts'
import { restartDelay } from './backOff.ts'
import { isSidecar } from './requests.ts'
import { type ContainerRuntime, type PodRuntime, initCount, isAlive } from './runtimeState.ts'

/** The next thing to do for a pod. */
export type Step =
  | { readonly type: 'start'; readonly place: number }
  | { readonly type: 'restart'; readonly place: number }
  | { readonly type: 'backOff'; readonly place: number; readonly delayMs: number }
  | { readonly type: 'stopSidecars' }
  | { readonly type: 'finish' }

const STOP_SIDECARS: Step = Object.freeze({ type: 'stopSidecars' })
const FINISH: Step = Object.freeze({ type: 'finish' })

/**
 * Level-triggered: what an active pod needs next, or undefined while it has to wait. Containers start one after
 * another; those that exited are started again at once or after their back-off.
 * Mirrors computePodActions of pkg/kubelet/kuberuntime/kuberuntime_manager.go.
 */
export function nextStep(pod: PodRuntime, now: number): Step | undefined {
  const { spec, containers } = pod
  const inits = initCount(spec)
  const isOver = isAllOver(spec, containers, inits)
  for (let place = 0; place < containers.length; place++) {
    if (containers[place]!.stage !== 'exited' || !restarts(spec, containers, place, inits, isOver)) continue
    const delayMs = restartDelay(containers[place]!.backOff, now)
    return delayMs === 0 ? { type: 'restart', place } : { type: 'backOff', place, delayMs }
  }
  for (const { stage } of containers) if (stage === 'pulling' || stage === 'starting') return undefined
  for (let place = 0; place < inits; place++) {
    const container = containers[place]!
    if (container.stage === 'waiting') return { type: 'start', place }
    if (isSidecar(spec.initContainers![place]!) ? container.started || isOver : exitCodeOf(container) === 0) continue
    return container.stage === 'exited' && spec.restartPolicy === 'Never' ? FINISH : undefined
  }
  for (let place = inits; place < containers.length; place++) {
    if (containers[place]!.stage === 'waiting') return { type: 'start', place }
  }
  if (!isOver) return undefined
  return containers.some(isAlive) ? STOP_SIDECARS : FINISH
}

/** Whether every app container has exited for good. */
function isAllOver(spec: PodSpec, containers: readonly ContainerRuntime[], inits: number): boolean {
  if (spec.restartPolicy !== 'Never' && spec.restartPolicy !== 'OnFailure') return false
  for (let place = inits; place < containers.length; place++) {
    const container = containers[place]!
    if (container.stage !== 'exited' || (spec.restartPolicy === 'OnFailure' && exitCodeOf(container) !== 0))
      return false
  }
  return true
}

function restarts(
  spec: PodSpec,
  containers: readonly ContainerRuntime[],
  place: number,
  inits: number,
  isOver: boolean,
): boolean {
  const policy = spec.restartPolicy ?? 'Always'
  const failed = exitCodeOf(containers[place]!) !== 0
  if (place >= inits) return policy === 'Always' || (policy === 'OnFailure' && failed)
  return isSidecar(spec.initContainers![place]!) ? !isOver : failed && policy !== 'Never'
}

function exitCodeOf(container: ContainerRuntime): number | undefined {
  return container.state.terminated?.exitCode
}
