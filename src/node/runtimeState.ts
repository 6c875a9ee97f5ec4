/**
 * What is known of pods on a machine: plain data that is replaced, never changed, and shared wherever it is equal, so
 * that a running pod costs about a hundred bytes here.
 */
import type { ContainerState, PodSpec } from '../api/types/core.ts'

/**
 * Where a container stands on its way. `starting` is CRI's CREATED; `backOff` and `blocked` wait for a timer. It runs
 * in its postStart hook (`postStart`), for good (`running`), in its preStop hook (`preStop`), until it is its turn to
 * stop (`held`) and while it is stopped alone: so as to be started anew whatever it exits with (`failing`; then it is
 * `killed`), or not, as its restart policy is Never (`ending`; then it is `exited`, as after everything else).
 */
export type Stage =
  | 'waiting'
  | 'pulling'
  | 'blocked'
  | 'starting'
  | 'postStart'
  | 'running'
  | 'preStop'
  | 'held'
  | 'failing'
  | 'ending'
  | 'exited'
  | 'killed'
  | 'backOff'

/** A container's restarts, as client-go's flowcontrol.Backoff keeps them. */
export interface BackOff {
  /** How long the next restart waits after the exit. */
  readonly ms: number
  /** When the last start was. */
  readonly since: number
}

export interface ContainerRuntime {
  readonly stage: Stage
  /** How many containers were created in this place before the present one: the restart count. */
  readonly attempt: number
  /** As the status says it. */
  readonly state: ContainerState
  readonly lastState: ContainerState
  /** Whether the container was ever created: only then has it an id. */
  readonly created: boolean
  readonly ready: boolean
  /** Whether the startup probe, if any, has succeeded. */
  readonly started: boolean
  readonly backOff: BackOff | undefined
}

export interface PodRuntime {
  readonly uid: string
  readonly namespace: string
  readonly name: string
  /** The pod's resourceVersion when it was admitted: what its events refer to. A number takes no space of its own. */
  readonly resourceVersion: number
  readonly spec: PodSpec
  /** How many sandboxes the pod has had before this one. */
  readonly attempt: number
  /** As a number; 0 without a sandbox or on the host's network. */
  readonly address: number
  /** `ACTIVE`, `FINISHED`, or, while its containers are being stopped, when its grace is over (≥ 0). */
  readonly stage: number
  /** Init containers first, ephemeral ones last, each in the order of the spec. */
  readonly containers: readonly ContainerRuntime[]
}

export const ACTIVE = -1
/** All containers have exited for good; the sandbox is stopped and its address released. */
export const FINISHED = -2

const NOTHING: ContainerState = Object.freeze({})

/** A container nothing has been done for. The status says ContainerCreating or PodInitializing of it. */
export const WAITING: ContainerRuntime = Object.freeze({
  stage: 'waiting',
  attempt: 0,
  state: NOTHING,
  lastState: NOTHING,
  created: false,
  ready: false,
  started: false,
  backOff: undefined,
})

export function initCount(spec: PodSpec): number {
  return spec.initContainers === undefined ? 0 : spec.initContainers.length
}

/** The place after the last app container, where the ephemeral ones begin. */
export function appEnd(spec: PodSpec): number {
  return initCount(spec) + spec.containers.length
}

export function isAlive({ stage }: ContainerRuntime): boolean {
  return stage === 'running' || stage === 'starting' || isHooked(stage)
}

function isHooked(stage: Stage): boolean {
  return stage === 'postStart' || stage === 'preStop' || stage === 'held' || isStoppedAlone(stage)
}

/** Whether a container is stopped while its pod goes on. */
export function isStoppedAlone(stage: Stage): boolean {
  return stage === 'failing' || stage === 'ending'
}

export function hasExited({ stage }: ContainerRuntime): boolean {
  return stage === 'exited' || stage === 'killed'
}

/** Whether a kubelet is just bringing the container up: it speaks of the pod when that is done. */
export function isComingUp({ stage }: ContainerRuntime): boolean {
  return stage === 'pulling' || stage === 'starting' || stage === 'postStart'
}
