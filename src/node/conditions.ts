/** The conditions a kubelet sets on a pod. Mirrors pkg/kubelet/status/generate.go. */
import { isSidecar } from '../api/restartPolicy.ts'
import { disruptionTarget } from '../api/disruptionTarget.ts'
import type { ContainerStatus, Pod, PodCondition } from '../api/types/core.ts'
import type { Interned } from './interned.ts'
import type { Phase } from './phase.ts'
import { TRUE, type Verdict, type Verdicts } from './verdicts.ts'

const FALSE: Verdict = Object.freeze({ isTrue: false, reason: '', message: '' })
const COMPLETED: Verdict = Object.freeze({ isTrue: false, reason: 'PodCompleted', message: '' })
const FAILED: Verdict = Object.freeze({ isTrue: false, reason: 'PodFailed', message: '' })
const RESTARTING: Verdict = Object.freeze({
  isTrue: true,
  reason: 'RestartAllContainersStarted',
  message: 'container exited with restart policy rule',
})
const INITIALIZED: Verdict = Object.freeze({ isTrue: true, reason: 'PodCompleted', message: '' })

/** What the conditions follow from. */
export interface Observed {
  readonly pod: Pod
  /** What was said of it before. */
  readonly before: readonly PodCondition[] | undefined
  readonly phase: Phase
  readonly hasSandbox: boolean
  /** Whether all containers are being started again; undefined of pods that never do so. */
  readonly isRestartingAll: boolean | undefined
  readonly inits: readonly ContainerStatus[]
  readonly containers: readonly ContainerStatus[]
  /** RFC 3339. */
  readonly now: string
}

/**
 * In the order a kubelet writes them; the conditions of others stand before. A condition that is as it was stays the
 * same object, and pods whose conditions come about alike share the list.
 */
export function podConditions(observed: Observed, interned: Interned): readonly PodCondition[] {
  const { pod, before, phase, hasSandbox, inits, containers, now } = observed
  const containersReady = containersReadyVerdict(phase, inits, containers, pod)
  const verdicts: Verdicts = {
    sandbox: hasSandbox ? TRUE : FALSE,
    initialized: initializedVerdict(observed),
    ready: readyVerdict(containersReady, pod),
    containersReady,
    restarting: restartingVerdict(observed),
  }
  return interned.conditions(before, verdicts, pod.metadata.generation, now)
}

/** With the condition that the pod was ended for the sake of its node. */
export function disrupted(
  { metadata, status }: Pod,
  message: string,
  now: string,
): readonly PodCondition[] | undefined {
  const target = disruptionTarget('TerminationByKubelet', message, now, metadata.generation)
  const before = status.conditions ?? []
  if (before.some((known) => known.type === target.type && known.status === 'True')) return before
  return [target, ...before.filter((known) => known.type !== target.type)]
}

function restartingVerdict({ isRestartingAll, phase }: Observed): Verdict | undefined {
  if (isRestartingAll === undefined) return undefined
  if (phase === 'Succeeded') return COMPLETED
  if (phase === 'Failed') return FAILED
  return isRestartingAll ? RESTARTING : FALSE
}

function containersReadyVerdict(
  phase: Phase,
  inits: readonly ContainerStatus[],
  containers: readonly ContainerStatus[],
  pod: Pod,
): Verdict {
  if (phase === 'Succeeded') return COMPLETED
  if (phase === 'Failed') return FAILED
  let unready = ''
  for (let place = 0; place < inits.length; place++) {
    if (isSidecar(pod.spec.initContainers![place]!) && !inits[place]!.ready) unready += ` ${inits[place]!.name}`
  }
  for (const status of containers) if (!status.ready) unready += ` ${status.name}`
  if (unready === '') return TRUE
  return {
    isTrue: false,
    reason: 'ContainersNotReady',
    message: `containers with unready status: [${unready.slice(1)}]`,
  }
}

function readyVerdict(containersReady: Verdict, pod: Pod): Verdict {
  if (!containersReady.isTrue || pod.spec.readinessGates === undefined) return containersReady
  const messages: string[] = []
  for (const { conditionType } of pod.spec.readinessGates) {
    const found = pod.status.conditions?.find(({ type }) => type === conditionType)
    if (found === undefined)
      messages.push(`corresponding condition of pod readiness gate "${conditionType}" does not exist.`)
    else if (found.status !== 'True') {
      messages.push(`the status of pod readiness gate "${conditionType}" is not "True", but ${found.status}`)
    }
  }
  return messages.length === 0
    ? TRUE
    : { isTrue: false, reason: 'ReadinessGatesNotReady', message: messages.join(', ') }
}

function initializedVerdict({ before, phase, inits, containers, pod }: Observed): Verdict {
  if (phase === 'Succeeded') return INITIALIZED
  if (inits.length === 0 || containers.some(({ state }) => state?.waiting === undefined)) return TRUE
  const incomplete: string[] = []
  for (let place = 0; place < inits.length; place++) {
    const status = inits[place]!
    const isDone = isSidecar(pod.spec.initContainers![place]!) ? status.started === true : status.ready
    if (!isDone) incomplete.push(status.name)
  }
  // What has been initialised stays so, whatever is run again.
  const wasInitialized = before?.some(({ type, status }) => type === 'Initialized' && status === 'True')
  if (incomplete.length === 0 || wasInitialized === true) return TRUE
  const message = `containers with incomplete status: [${incomplete.join(' ')}]`
  return { isTrue: false, reason: 'ContainersNotInitialized', message }
}
