import type { ChangesMessage } from '../client/watches.ts'
import type { ProbeKind } from './answers.ts'
import type { RuntimeMessage } from './cri.ts'

/** Which run of which container something is about: void once there was another. */
export interface ContainerRun {
  readonly node: number
  readonly uid: string
  /** The sandbox's attempt. */
  readonly sandbox: number
  /** The container: its place among init containers and then containers. */
  readonly place: number
  /** The container's attempt. */
  readonly attempt: number
}

/** A container's back-off is over (`again`), or its image has been waited for long enough to say so (`imageBackOff`). */
export interface TimerMessage extends ContainerRun {
  readonly type: 'again' | 'imageBackOff'
}

/** What a container will do of itself, for whoever asks it. */
export interface Outlook extends ContainerRun {
  /** When it began to run. */
  readonly origin: number
  /** When it is ready to serve, in milliseconds after that; Infinity: never. */
  readonly readyMs: number
  /** When it will first be found ready, counted likewise, if nothing ends it before; 0 if it will not. */
  readonly dueMs: number
}

/** Something is found out by asking a container: what, follows from where the series of probes stands. */
export interface ProbeMessage extends Outlook {
  readonly type: 'probe'
  readonly probe: ProbeKind
  readonly atMs: number
  readonly isWell: boolean
  readonly run: number
}

/** A container without a readiness probe is ready to serve. */
export interface ReadyMessage extends ContainerRun {
  readonly type: 'ready'
}

/** A postStart hook has ended. */
export interface PostStartMessage extends ContainerRun {
  readonly type: 'postStarted'
  readonly origin: number
  readonly readyMs: number
  readonly runMs: number
}

/** A preStop hook has ended or its time is up (`preStopped`), or the grace of all containers of a pod is (`graceOver`). */
export interface HookMessage extends ContainerRun {
  readonly type: 'preStopped' | 'graceOver'
  /** When the grace ends. */
  readonly deadline: number
  readonly fails: boolean
}

/**
 * Something is to be looked at again: whether the pod's volumes can be mounted (`mount`), how long it has been active,
 * whether its definition has changed (`definition`), what has become of its resize (`resize`); or all of it begins again.
 */
export interface PodMessage {
  readonly type: 'mount' | 'deadline' | 'definition' | 'resize' | 'beginAnew'
  readonly node: number
  readonly uid: string
  /** The sandbox's attempt. */
  readonly sandbox: number
  /** `mount`: how long was waited, in milliseconds. */
  readonly waitedMs: number
}

/** The resizes that wait on a machine are tried again; `isDue`: because there may be room now, not because time has passed. */
export interface ResizesMessage {
  readonly type: 'resizes'
  readonly node: number
  readonly isDue: boolean
}

/** A file system that grows is to be looked at. */
export interface GrowthMessage {
  readonly type: 'grow'
  readonly node: number
  /** The node and the claim. */
  readonly key: string
}

/** A machine's Node is told which volumes its pods use. */
export interface InUseMessage {
  readonly type: 'volumesInUse'
  readonly node: number
}

/** The API could not be reached: look at this pod again. */
export interface RetryMessage {
  readonly type: 'retry'
  readonly node: number
  readonly namespace: string
  readonly name: string
  readonly uid: string
}

/** A machine has been switched on again. */
export interface BootMessage {
  readonly type: 'boot'
  readonly node: number
  /** Which of the machine's boots is meant: void once there was another. */
  readonly boot: number
}

/** Machines of another cluster go on with their pods. */
export interface ResumeMessage {
  readonly type: 'resume'
}

/** The heartbeat of all machines that were started at one moment. */
export interface BeatMessage {
  readonly type: 'beat'
  readonly group: number
}

/** The power of a machine fails or comes back, or its kubelet is cut off from the API server: told by faults. */
export interface PowerMessage {
  readonly type: 'crash' | 'restart' | 'cutOff'
  readonly node: string
}

/** The process of a container dies: told by faults. */
export interface KillMessage {
  readonly type: 'kill'
  readonly node: string
  readonly uid: string
  readonly container: string
  readonly exitCode: number
}

/** Images of a pattern cannot be pulled, on a node or, without one, anywhere: told by faults. `error` as in PullFailure. */
export interface FailPullsMessage {
  readonly type: 'failPulls'
  readonly id: number
  readonly image: string
  readonly error: string
  readonly node: string | undefined
}

/** They can again. */
export interface AllowPullsMessage {
  readonly type: 'allowPulls'
  readonly id: number
}

/** Something leaves less of a machine than its kubelet keeps free: told by faults. */
export interface ShortageMessage {
  readonly type: 'shortage'
  readonly id: number
  readonly node: string
  readonly resource: 'memory' | 'disk' | 'pids'
  /** How much is left, in bytes or numbers; undefined: half of what the kubelet keeps free. */
  readonly available: number | undefined
}

/** It is over. */
export interface ReliefMessage {
  readonly type: 'relief'
  readonly id: number
  readonly node: string
}

/** The power of all machines of a zone fails: told by faults. */
export interface BlackoutMessage {
  readonly type: 'blackout'
  readonly zone: string
  readonly nodes: readonly string[]
}

/** It comes back to those that it has failed for. */
export interface LightMessage {
  readonly type: 'light'
  readonly zone: string
}

/** A machine's clock is wrong from now on, or right again: told by faults. */
export interface ClockMessage {
  readonly type: 'clock'
  readonly node: string
  /** How many milliseconds it is ahead; 0: it is right. */
  readonly aheadMs: number
}

/** The kubelet looks whether its machine is short of something. */
export interface PressureMessage {
  readonly type: 'pressure'
  readonly node: number
  /** Which look is meant: void once another was planned. */
  readonly look: number
}

/** A machine is shut down: told by faults. */
export interface ShutdownMessage {
  readonly type: 'shutdown'
  readonly node: string
  /** Until the power goes at the latest, and the last part of that for critical pods only. */
  readonly graceMs: number
  readonly criticalMs: number
}

/** The kubelet of a machine that is shutting down looks which pods are left. */
export interface ShutdownLookMessage {
  readonly type: 'shutdownLook'
  readonly node: number
}

/** What befalls a machine, or something on it: told by faults. */
export type MishapMessage =
  | KillMessage
  | FailPullsMessage
  | AllowPullsMessage
  | ShortageMessage
  | ReliefMessage
  | BlackoutMessage
  | LightMessage
  | ClockMessage
  | ShutdownMessage

export type KubeletMessage =
  | PowerMessage
  | MishapMessage
  | ChangesMessage
  | RuntimeMessage
  | TimerMessage
  | ProbeMessage
  | ReadyMessage
  | PostStartMessage
  | HookMessage
  | PodMessage
  | ResizesMessage
  | GrowthMessage
  | InUseMessage
  | RetryMessage
  | BootMessage
  | BeatMessage
  | PressureMessage
  | ShutdownLookMessage
  | ResumeMessage

/** What is about one machine. */
export type NodeMessage = Extract<KubeletMessage, { readonly node: number }>
