import type { ChangesMessage } from '../client/watches.ts'
import type { RuntimeMessage } from './cri.ts'

/** A container's back-off is over (`again`), or its image has been waited for long enough to say so (`imageBackOff`). */
export interface TimerMessage {
  readonly type: 'again' | 'imageBackOff'
  readonly node: number
  readonly uid: string
  readonly sandbox: number
  readonly place: number
  readonly attempt: number
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

/** The heartbeat of all machines that were started at one moment. */
export interface BeatMessage {
  readonly type: 'beat'
  readonly group: number
}

/** The power of a machine fails, or comes back: told by faults. */
export interface PowerMessage {
  readonly type: 'crash' | 'restart'
  readonly node: string
}

export type KubeletMessage =
  PowerMessage | ChangesMessage | RuntimeMessage | TimerMessage | RetryMessage | BootMessage | BeatMessage
