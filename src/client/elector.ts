import { isStatusError } from '../api/errors.ts'
import { rfc3339Micro } from '../api/time.ts'
import type { Lease } from '../api/types/coordination.ts'
import type { CowCell } from '../kernel/cow.ts'
import type { Component, Kernel } from '../kernel/kernel.ts'
import type { Environment } from './environment.ts'
import type { Link } from './link.ts'

// kube-controller-manager's and kube-scheduler's --leader-elect-lease-duration, -renew-deadline and -retry-period.
const leaseMs = 15_000
const renewDeadlineMs = 10_000
const retryMs = 2000
/** client-go's JitterFactor: how much longer than the retry period somebody waits who does not lead, at most. */
const jitter = 1.2

const leases = 'leases.coordination.k8s.io'
const namespace = 'kube-system'

/** What one process knows of who leads. */
interface Seen {
  readonly state: 'new' | 'dead' | 'standby' | 'leading'
  /** How often the process has started: each start is another candidate. */
  readonly starts: number
  /** The lease as it was read last, by its version, and when that was first seen: a clock of one's own. */
  readonly version: string
  readonly seenAt: number
  /** Until when a leader that cannot renew goes on trying. */
  readonly deadline: number
  /** Which of its tries is due: an older one is void. */
  readonly turn: number
}

/** A try is due. */
interface TryMessage {
  readonly type: 'try'
  readonly turn: number
}

/** Who is told of what comes of an election. */
export interface Candidate {
  readonly started: () => void
  readonly stopped: () => void
}

/**
 * One process that would lead: whoever holds the lease does. Mirrors
 * staging/src/k8s.io/client-go/tools/leaderelection/leaderelection.go.
 */
export class Elector implements Component {
  readonly name: string
  private readonly kernel: Kernel
  private readonly link: Link
  private readonly seen: CowCell<Seen>

  constructor(
    /** The process. */
    private readonly process: string,
    /** The name of the lease, in kube-system. */
    private readonly lease: string,
    { kernel, link }: Environment,
    private readonly candidate: Candidate,
  ) {
    this.name = `${process}/election`
    this.kernel = kernel
    this.link = link(process)
    this.seen = kernel.memory.cell<Seen>(`election.${process}`, {
      state: 'new',
      starts: 0,
      version: '',
      seenAt: 0,
      deadline: 0,
      turn: 0,
    })
  }

  get state(): Seen['state'] {
    return this.seen.value.state
  }

  /** Who it is in the lease: no two starts of a process are one. */
  private get identity(): string {
    return `${this.process}_${this.seen.value.starts}`
  }

  /** The process starts. */
  start(): void {
    const { starts } = this.seen.value
    this.change({ state: 'standby', starts: starts + 1, version: '', seenAt: 0, deadline: 0 })
    this.tryIn(0, 'work')
  }

  /** The process dies: it does not give its lease back. */
  die(): void {
    this.change({ state: 'dead' })
    this.kernel.withdraw(this.name)
  }

  handle(raw: unknown): void {
    const { turn } = raw as TryMessage
    const { state } = this.seen.value
    if (turn !== this.seen.value.turn || state === 'dead') return
    if (state === 'leading') this.renew()
    else this.acquire()
  }

  private acquire(): void {
    if (!this.attempt(false)) {
      const random = this.kernel.random(`election/${this.process}`)
      this.tryIn(retryMs * (1 + random.fraction() * jitter), 'timer')
      return
    }
    this.change({ state: 'leading' })
    this.say('became leader')
    this.await()
    this.candidate.started()
  }

  private renew(): void {
    if (this.attempt(true)) {
      this.await()
      return
    }
    const { now } = this.kernel
    if (now < this.seen.value.deadline) {
      this.tryIn(Math.min(retryMs, this.seen.value.deadline - now), 'timer')
      return
    }
    this.say('stopped leading')
    this.candidate.stopped()
    // The process exits, and is started again.
    this.start()
  }

  /** Waits for the next renewal; if that fails, it has this long to succeed after all. */
  private await(): void {
    this.change({ deadline: this.kernel.now + retryMs + renewDeadlineMs })
    this.tryIn(retryMs, 'timer')
  }

  /** tryAcquireOrRenew: whether the lease is its own now. */
  private attempt(leads: boolean): boolean {
    const { kernel, link, lease } = this
    const now = rfc3339Micro(kernel.now)
    try {
      const current = link.find<Lease>(leases, namespace, lease)
      if (current === undefined) {
        const spec = { holderIdentity: this.identity, leaseDurationSeconds: leaseMs / 1000 }
        const whole = { ...spec, acquireTime: now, renewTime: now, leaseTransitions: 0 }
        const metadata = { name: lease, namespace }
        const body = { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata, spec: whole }
        this.noted(link.create<Lease>(leases, namespace, body))
        return true
      }
      this.noted(current)
      const { holderIdentity = '', leaseTransitions = 0, acquireTime, ...others } = current.spec
      const isOwn = holderIdentity === this.identity
      if (leads && !isOwn) return false
      if (!isOwn && holderIdentity !== '' && this.seen.value.seenAt + durationOf(current) > kernel.now) return false
      const spec = {
        ...others,
        holderIdentity: this.identity,
        leaseDurationSeconds: leaseMs / 1000,
        acquireTime: isOwn && acquireTime !== undefined ? acquireTime : now,
        renewTime: now,
        leaseTransitions: isOwn ? leaseTransitions : leaseTransitions + 1,
      }
      this.noted(link.update<Lease>(leases, { ...current, spec }))
      return true
    } catch (error) {
      if (isStatusError(error)) return false
      throw error
    }
  }

  /** What is seen anew is new from now on, whatever it says of its time. */
  private noted({ metadata: { resourceVersion: version } }: Lease): void {
    if (version !== this.seen.value.version) this.change({ version, seenAt: this.kernel.now })
  }

  private say(what: string): void {
    try {
      const lease = this.link.find<Lease>(leases, namespace, this.lease)
      if (lease === undefined) return
      this.link.record(lease, 'Normal', 'LeaderElection', `${this.identity} ${what}`, { component: this.process })
    } catch (error) {
      if (!isStatusError(error)) throw error
    }
  }

  private tryIn(delayMs: number, kind: 'work' | 'timer'): void {
    const turn = this.seen.value.turn + 1
    this.change({ turn })
    this.kernel.schedule(this.name, delayMs, kind, { type: 'try', turn } satisfies TryMessage)
  }

  private change(what: Partial<Seen>): void {
    this.seen.value = { ...this.seen.value, ...what }
  }
}

/** How long its holder leads without renewing. */
function durationOf({ spec }: Lease): number {
  return (spec.leaseDurationSeconds ?? leaseMs / 1000) * 1000
}
