/** The conditions a kubelet sets on a pod. Mirrors pkg/kubelet/status/generate.go. */
import type { ContainerStatus, Pod, PodCondition } from '../api/types/core.ts'
import type { Phase } from './phase.ts'
import { isSidecar } from './requests.ts'

interface Verdict {
  readonly isTrue: boolean
  readonly reason: string
  readonly message: string
}

const TRUE: Verdict = Object.freeze({ isTrue: true, reason: '', message: '' })
const FALSE: Verdict = Object.freeze({ isTrue: false, reason: '', message: '' })
const COMPLETED: Verdict = Object.freeze({ isTrue: false, reason: 'PodCompleted', message: '' })
const FAILED: Verdict = Object.freeze({ isTrue: false, reason: 'PodFailed', message: '' })
const INITIALIZED: Verdict = Object.freeze({ isTrue: true, reason: 'PodCompleted', message: '' })

const own: readonly string[] = ['PodReadyToStartContainers', 'Initialized', 'Ready', 'ContainersReady', 'PodScheduled']

/** What the conditions follow from. */
export interface Observed {
  readonly pod: Pod
  readonly phase: Phase
  readonly hasSandbox: boolean
  readonly inits: readonly ContainerStatus[]
  readonly containers: readonly ContainerStatus[]
  /** RFC 3339. */
  readonly now: string
}

/** In the order a kubelet writes them; the conditions of others stand before. A condition that is as it was stays the same object. */
export function podConditions(observed: Observed): readonly PodCondition[] {
  const { pod, phase, hasSandbox, inits, containers, now } = observed
  const before = pod.status.conditions
  const made: PodCondition[] = []
  if (before !== undefined) for (const condition of before) if (!own.includes(condition.type)) made.push(condition)
  const containersReady = containersReadyVerdict(phase, inits, containers, pod)
  const { generation } = pod.metadata
  made.push(condition(before, 'PodReadyToStartContainers', hasSandbox ? TRUE : FALSE, generation, now))
  made.push(condition(before, 'Initialized', initializedVerdict(phase, inits, containers, pod), generation, now))
  made.push(condition(before, 'Ready', readyVerdict(containersReady, pod), generation, now))
  made.push(condition(before, 'ContainersReady', containersReady, generation, now))
  made.push(condition(before, 'PodScheduled', TRUE, generation, now))
  return made
}

function condition(
  before: readonly PodCondition[] | undefined,
  type: string,
  verdict: Verdict,
  generation: number | undefined,
  now: string,
): PodCondition {
  const { isTrue, reason, message } = verdict
  const status = isTrue ? 'True' : 'False'
  const old = before?.find((candidate) => candidate.type === type)
  const kept = old !== undefined && old.status === status
  if (kept && old.observedGeneration === generation && (old.reason ?? '') === reason && (old.message ?? '') === message) return old
  const lastTransitionTime = kept ? (old.lastTransitionTime ?? now) : now
  const base =
    generation === undefined
      ? { type, status, lastProbeTime: null, lastTransitionTime }
      : { type, observedGeneration: generation, status, lastProbeTime: null, lastTransitionTime }
  const made = reason === '' ? base : message === '' ? { ...base, reason } : { ...base, reason, message }
  // The API server says null for a time that was never set.
  return made as unknown as PodCondition
}

function containersReadyVerdict(phase: Phase, inits: readonly ContainerStatus[], containers: readonly ContainerStatus[], pod: Pod): Verdict {
  if (phase === 'Succeeded') return COMPLETED
  if (phase === 'Failed') return FAILED
  const unready: string[] = []
  for (let place = 0; place < inits.length; place++) {
    if (isSidecar(pod.spec.initContainers![place]!) && !inits[place]!.ready) unready.push(inits[place]!.name)
  }
  for (const status of containers) if (!status.ready) unready.push(status.name)
  if (unready.length === 0) return TRUE
  return { isTrue: false, reason: 'ContainersNotReady', message: `containers with unready status: [${unready.join(' ')}]` }
}

function readyVerdict(containersReady: Verdict, pod: Pod): Verdict {
  if (!containersReady.isTrue || pod.spec.readinessGates === undefined) return containersReady
  const messages: string[] = []
  for (const { conditionType } of pod.spec.readinessGates) {
    const found = pod.status.conditions?.find(({ type }) => type === conditionType)
    if (found === undefined) messages.push(`corresponding condition of pod readiness gate "${conditionType}" does not exist.`)
    else if (found.status !== 'True') {
      messages.push(`the status of pod readiness gate "${conditionType}" is not "True", but ${found.status}`)
    }
  }
  return messages.length === 0 ? TRUE : { isTrue: false, reason: 'ReadinessGatesNotReady', message: messages.join(', ') }
}

function initializedVerdict(phase: Phase, inits: readonly ContainerStatus[], containers: readonly ContainerStatus[], pod: Pod): Verdict {
  if (phase === 'Succeeded') return INITIALIZED
  if (inits.length === 0 || containers.some(({ state }) => state?.waiting === undefined)) return TRUE
  const incomplete: string[] = []
  for (let place = 0; place < inits.length; place++) {
    const status = inits[place]!
    const isDone = isSidecar(pod.spec.initContainers![place]!) ? status.started === true : status.ready
    if (!isDone) incomplete.push(status.name)
  }
  if (incomplete.length === 0) return TRUE
  const message = `containers with incomplete status: [${incomplete.join(' ')}]`
  return { isTrue: false, reason: 'ContainersNotInitialized', message }
}
