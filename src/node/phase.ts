import type { PodSpec } from '../api/types/core.ts'
import { initRestartsAfter, isSidecar, restartsAfter } from '../api/restartPolicy.ts'
import { type ContainerRuntime, initCount } from './runtimeState.ts'

export type Phase = 'Pending' | 'Running' | 'Succeeded' | 'Failed'

/** `isTerminal`: the pod is being ended, or all its containers have exited for good. Mirrors getPhase of pkg/kubelet/kubelet_pods.go. */
export function phaseOf(spec: PodSpec, containers: readonly ContainerRuntime[], isTerminal: boolean): Phase {
  const inits = initCount(spec)
  const app = countApp(spec, containers, inits)
  const initialising = initState(spec, containers, inits, isTerminal)
  if (initialising === 'failed') return 'Failed'
  const isPending = initialising === 'pending' || (initialising === 'starting' && app.started === 0)
  if (isPending && !isTerminal) return 'Pending'
  if (isTerminal)
    return app.failed === 0 && app.waiting === 0 && app.running === 0 && initialising === 'done'
      ? 'Succeeded'
      : 'Failed'
  if (app.waiting > 0) return 'Pending'
  // Whatever its containers have come to, a pod is not over before its sidecars are.
  if (app.running > 0 || app.restarting > 0 || hasRunningSidecar(spec, containers, inits)) return 'Running'
  return app.failed === 0 ? 'Succeeded' : 'Failed'
}

interface Counts {
  waiting: number
  running: number
  failed: number
  started: number
  /** Stopped, to be started again. */
  restarting: number
}

/** A container that has been started and waits for its restart counts as stopped. */
function countApp(spec: PodSpec, containers: readonly ContainerRuntime[], from: number): Counts {
  const counts: Counts = { waiting: 0, running: 0, failed: 0, started: 0, restarting: 0 }
  const end = from + spec.containers.length
  for (let place = from; place < end; place++) {
    const { stage, state, lastState } = containers[place]!
    const ended = state.terminated ?? (state.running === undefined ? lastState.terminated : undefined)
    if (state.running !== undefined) counts.running++
    else if (ended === undefined) counts.waiting++
    else if (ended.exitCode !== 0) counts.failed++
    if (state.running !== undefined || ended !== undefined) counts.started++
    // What its kubelet starts anew, whatever it exited with, has not stopped for good.
    const isOnItsWay = stage !== 'exited'
    if (ended !== undefined && (isOnItsWay || restartsAfter(spec, spec.containers[place - from]!, ended.exitCode)))
      counts.restarting++
  }
  return counts
}

function hasRunningSidecar(spec: PodSpec, containers: readonly ContainerRuntime[], inits: number): boolean {
  for (let place = 0; place < inits; place++)
    if (containers[place]!.state.running !== undefined && isSidecar(spec.initContainers![place]!)) return true
  return false
}

/** How sidecars end has no say in how the pod ends; `starting`: one of them is not up. */
function initState(
  spec: PodSpec,
  containers: readonly ContainerRuntime[],
  inits: number,
  isTerminal: boolean,
): 'done' | 'starting' | 'pending' | 'failed' {
  let found: 'done' | 'starting' = 'done'
  for (let place = 0; place < inits; place++) {
    const { state, lastState, started } = containers[place]!
    const init = spec.initContainers![place]!
    // One that waits to run again is as it was when it ended.
    const ended = state.terminated ?? (state.running === undefined ? lastState.terminated : undefined)
    if (isSidecar(init)) {
      if (!started && !isTerminal) found = 'starting'
    } else if (ended === undefined) return 'pending'
    else if (ended.exitCode !== 0) {
      if (!initRestartsAfter(spec, init, ended.exitCode)) return 'failed'
      found = 'starting'
    }
  }
  return found
}
