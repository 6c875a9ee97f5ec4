import { callOptions } from '../api/callOptions.ts'
import { type Duration, parseDuration } from '../api/duration.ts'
import { badRequest } from '../api/errors.ts'
import { isObject } from '../api/object.ts'
import { said } from '../api/said.ts'
import type { ControllerState, Mortal } from '../client/controllerComponent.ts'
import type { Fault } from './all.ts'
import { offsetMs } from './clock.ts'
import type { FaultTiming } from './fault.ts'
import type { FaultBoard } from './faultBoard.ts'
import { pullFailureOf, type PullOptions } from './imagePulls.ts'
import { killOf, type KillOptions, type NamedPod } from './killContainer.ts'
import { type PressureOptions, shortageOf } from './pressure.ts'

/** Which call it is that something happens to. */
export interface CallTiming extends Pick<FaultTiming, 'after'> {
  /** Counted from 1, the next; 1 unless given. */
  readonly call?: number | undefined
}

export interface CrashTiming extends FaultTiming {
  /**
   * Dies within a turn, at its so many-th call of the API server from now: the call does not arrive, and all that the
   * turn would have come to is void. At once unless given.
   */
  readonly atCall?: number | undefined
  /** How long after such a death it starts again; it stays dead until it is healed or restarted unless given. */
  readonly restartAfter?: Duration | undefined
}

export interface ShutdownTiming extends FaultTiming {
  /** Until the power goes at the latest; 30 s unless given. */
  readonly grace?: Duration | undefined
  /** The last part of that, in which critical pods end; 10 s, or all of a shorter grace, unless given. */
  readonly criticalGrace?: Duration | undefined
}

/** A fault that was injected. `String()` of it says in a line what it is, and how it stands. */
export interface InjectedFault {
  /** 1 for the first of a cluster. */
  readonly id: number
  readonly fault: Fault
  readonly state: 'waiting' | 'active' | 'over'
  /** Makes it whole again, or calls it off; of one that is over, nothing. */
  heal(): void
  toString(): string
}

/**
 * What can be broken. Each fault begins at once, or `after` a time, and lasts until it is healed, or `for` a time. The
 * name of a `controller` is one of `cluster.controllers.list()`, schedulers included. All throw BadRequest for an unknown
 * controller or a duration that is none, NotFound for an unknown node, with nothing changed.
 */
export interface Faults {
  /** The machine stops at once: its containers are gone, its kubelet is silent. Healed, it starts again. */
  crashNode(node: string, timing?: FaultTiming): InjectedFault
  /** The machine starts again, with its images and without its containers; its kubelet makes its Node if that was deleted. */
  restartNode(node: string, timing?: Pick<FaultTiming, 'after'>): InjectedFault
  /**
   * The machine is shut down in good order: its kubelet says that it is not ready and ends its pods, which have failed
   * then. The power goes once all have ended, or after `grace`. Healed, it starts again.
   */
  shutdownNode(node: string, timing?: ShutdownTiming): InjectedFault
  /** The kubelet of a machine and the API server do not reach each other; its containers run on. */
  partitionNode(node: string, timing?: FaultTiming): InjectedFault
  /** A controller and the API server do not reach each other: its calls fail, its watches tell it nothing. */
  partition(controller: string, timing?: FaultTiming): InjectedFault
  /** A controller crashes; healed, it starts again. */
  crashController(controller: string, timing?: CrashTiming): InjectedFault
  /** A controller hears of every change so much later. */
  delayWatches(controller: string, by: Duration, timing?: FaultTiming): InjectedFault
  /** A controller's watches tell it nothing; healed, it hears of every change after all. */
  stallWatches(controller: string, timing?: FaultTiming): InjectedFault
  /**
   * A controller's watches lose their connections, for a second unless told otherwise; then it lists anew, and never
   * knows of what came and went meanwhile.
   */
  dropWatches(controller: string, timing?: FaultTiming): InjectedFault
  /** A write of a controller is done, and its reply is lost: to the controller, it failed. */
  loseReply(controller: string, timing?: CallTiming): InjectedFault
  /** A write of a controller never arrives. */
  loseRequest(controller: string, timing?: CallTiming): InjectedFault
  /** A controller's write of an object that is there meets with a Conflict, as if somebody else had just been faster. */
  conflict(controller: string, timing?: CallTiming): InjectedFault
  /** Nobody gets through to the API server, those outside included. `cluster.at(cluster.revision)` still reads. */
  stopApiServer(timing?: FaultTiming): InjectedFault
  /** etcd has no quorum: everything can be read, nothing can be written. */
  loseQuorum(timing?: FaultTiming): InjectedFault
  /**
   * The process of a container dies; its pod's restart policy and back-off follow. Throws NotFound for an unknown pod,
   * BadRequest where the container does not run.
   */
  killContainer(pod: NamedPod, options?: KillOptions): InjectedFault
  /** Images whose names match cannot be pulled, on every node unless told otherwise; healed, kubelets try again in their time. */
  failImagePull(image: string, options?: PullOptions): InjectedFault
  /**
   * Something other than its pods takes a machine's memory: its node says so, takes no best effort pods and evicts one pod
   * every ten seconds. Healed, the node says so for five minutes more.
   */
  memoryPressure(node: string, options?: PressureOptions): InjectedFault
  /** The disk of a machine fills up: likewise, and it takes no pods at all. */
  diskPressure(node: string, options?: PressureOptions): InjectedFault
  /** The process numbers of a machine are used up: likewise. */
  pidPressure(node: string, options?: PressureOptions): InjectedFault
  /** The clock of a machine is ahead by a duration, or behind by one such as `'-5m'`: so is all that its kubelet writes. */
  skewClock(node: string, offset: Duration, timing?: FaultTiming): InjectedFault
  /** The power of all machines of a zone fails (label topology.kubernetes.io/zone); healed, they start again. */
  failZone(zone: string, timing?: FaultTiming): InjectedFault
  /** Any of these as data. Throws BadRequest for a type that there is none of. */
  inject(fault: Fault, timing?: FaultTiming): InjectedFault
  /** The faults that wait or last, the oldest first. */
  list(): readonly InjectedFault[]
  /** Heals every fault that lasts, and calls off those that wait. */
  heal(): void
}

/** The control loops and schedulers of a cluster, built-in and the user's. */
export interface Controllers {
  /** How each does; the built-in ones first. */
  list(): readonly ControllerState[]
  /**
   * The controller stops at once: what it watched, queued and remembered is gone. One that has crashed stays so. Throws
   * BadRequest for a name that no controller has.
   */
  crash(name: string): void
  /**
   * The controller starts like a new process: every object that there is comes to it as added. One that runs crashes
   * first. Throws BadRequest for a name that no controller has.
   */
  restart(name: string): void
}

/** A fault as a journal keeps it. */
export type JournalledFault = { readonly type: string } & Readonly<Record<string, unknown>>

/** Carries something out as a call from outside, and writes it down if it is not refused. */
export type Inject = <T>(journalled: JournalledFault, act: () => T) => T

export function createFaults(board: FaultBoard, inject: Inject): Faults {
  const handle = (id: number, fault: Fault): InjectedFault => new Handle(board, inject, id, fault)
  const lasting = (): InjectedFault[] => board.lasting().map((id) => handle(id, board.fault(id) as Fault))
  const put = (fault: Fault, timing: unknown): InjectedFault => {
    const when = takeTiming(timing)
    const data = taken(fault)
    return handle(
      inject({ ...data, ...when } as JournalledFault, () => board.inject(data, when)),
      data,
    )
  }
  const withCall = (
    type: 'loseReply' | 'loseRequest' | 'conflict',
    controller: string,
    options: CallTiming | undefined,
  ): InjectedFault => {
    const { call = 1, ...timing } = callOptions(type, options)
    return put({ type, controller, call }, timing)
  }
  const putOf = ({ fault, timing }: { readonly fault: Fault; readonly timing: FaultTiming }): InjectedFault =>
    put(fault, timing)
  return {
    crashNode: (node, timing) => put({ type: 'crashNode', node }, timing),
    restartNode: (node, timing) => put({ type: 'restartNode', node }, timing),
    shutdownNode: (node, options) => {
      const { grace = '30s', criticalGrace, ...timing } = callOptions('shutdownNode', options)
      const graceMs = parseDuration(grace, 'grace')
      const criticalMs =
        criticalGrace === undefined ? Math.min(10_000, graceMs) : parseDuration(criticalGrace, 'criticalGrace')
      return put({ type: 'shutdownNode', node, graceMs, criticalMs }, timing)
    },
    partitionNode: (node, timing) => put({ type: 'partitionNode', node }, timing),
    partition: (controller, timing) => put({ type: 'partition', controller }, timing),
    crashController: (controller, options) => {
      const { atCall, restartAfter, ...timing } = callOptions('crashController', options)
      return put(crashOf(controller, atCall, restartAfter), timing)
    },
    delayWatches: (controller, by, timing) =>
      put({ type: 'delayWatches', controller, byMs: parseDuration(by, 'by') }, timing),
    stallWatches: (controller, timing) => put({ type: 'stallWatches', controller }, timing),
    dropWatches: (controller, timing) => put({ type: 'dropWatches', controller }, { for: '1s', ...timing }),
    loseReply: (controller, options) => withCall('loseReply', controller, options),
    loseRequest: (controller, options) => withCall('loseRequest', controller, options),
    conflict: (controller, options) => withCall('conflict', controller, options),
    stopApiServer: (timing) => put({ type: 'stopApiServer' }, timing),
    loseQuorum: (timing) => put({ type: 'loseQuorum' }, timing),
    killContainer: (pod, options) => putOf(killOf(pod, options)),
    failImagePull: (image, options) => putOf(pullFailureOf(image, options)),
    memoryPressure: (node, options) => putOf(shortageOf('memoryPressure', node, options)),
    diskPressure: (node, options) => putOf(shortageOf('diskPressure', node, options)),
    pidPressure: (node, options) => putOf(shortageOf('pidPressure', node, options)),
    skewClock: (node, offset, timing) => put({ type: 'skewClock', node, aheadMs: offsetMs(offset) }, timing),
    failZone: (zone, timing) => put({ type: 'failZone', zone }, timing),
    inject: put,
    list: () => Object.freeze(lasting()),
    heal: () => lasting().forEach((fault) => fault.heal()),
  }
}

function crashOf(controller: string, atCall: number | undefined, restartAfter: Duration | undefined): Fault {
  const restartAfterMs =
    restartAfter === undefined ? {} : { restartAfterMs: parseDuration(restartAfter, 'restartAfter') }
  return { type: 'crashController', controller, ...(atCall === undefined ? {} : { atCall }), ...restartAfterMs }
}

class Handle implements InjectedFault {
  readonly #board: FaultBoard
  readonly #inject: Inject

  constructor(
    board: FaultBoard,
    inject: Inject,
    readonly id: number,
    readonly fault: Fault,
  ) {
    this.#board = board
    this.#inject = inject
    Object.freeze(this)
  }

  get state(): 'waiting' | 'active' | 'over' {
    return this.#board.state(this.id)
  }

  heal(): void {
    if (this.state !== 'over')
      this.#inject({ type: 'heal', id: this.id, what: this.#board.say(this.fault) }, () => this.#board.heal(this.id))
  }

  toString(): string {
    return `${this.#board.say(this.fault)} (fault ${this.id}, ${this.state})`
  }
}

/** `inject` carries a fault out as a call from outside. */
export function createControllers(
  components: ReadonlyMap<string, Mortal>,
  faults: Faults,
  handOut: <T>(value: T) => T,
): Controllers {
  return {
    list: () => handOut([...components.values()].map((component) => component.state())),
    crash: (controller) => void faults.inject({ type: 'crashController', controller }),
    restart: (controller) => void faults.inject({ type: 'restartController', controller }),
  }
}

/** Does what a journal says was done. Throws BadRequest for a fault that this version does not know. */
export function replayFault(board: FaultBoard, inject: Inject, journalled: JournalledFault): void {
  inject(journalled, () => {
    const { after, for: duration, ...fault } = journalled
    if (fault.type === 'heal') board.heal(fault['id'] as number)
    else board.inject(fault, { after, for: duration } as FaultTiming)
  })
}

/** A fault as flat data, copied. */
function taken(fault: unknown): Fault {
  if (!isObject(fault)) throw badRequest(`fault: expected an object with a type, got ${said(fault)}`)
  for (const [field, value] of Object.entries(fault))
    if (!['string', 'number', 'undefined'].includes(typeof value))
      throw badRequest(`${field}: expected a string or a number, got ${said(value)}`)
  return Object.freeze({ ...fault }) as unknown as Fault
}

function takeTiming(timing: unknown): FaultTiming {
  if (timing === undefined) return {}
  if (!isObject(timing)) throw badRequest(`timing: expected { after?, for? }, got ${said(timing)}`)
  const { after, for: duration, ...others } = timing as FaultTiming & Record<string, unknown>
  const unknown = Object.keys(others)[0]
  if (unknown !== undefined)
    throw badRequest(`timing: unknown field ${JSON.stringify(unknown)}: there are after and for`)
  if (after !== undefined) parseDuration(after, 'after')
  if (duration !== undefined) parseDuration(duration, 'for')
  return { ...(after === undefined ? {} : { after }), ...(duration === undefined ? {} : { for: duration }) }
}
