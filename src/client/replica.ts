import type { Kernel } from '../kernel/kernel.ts'
import type { ControllerState, Mortal } from './controllerComponent.ts'
import { ClientDied } from './disturbances.ts'
import { Elector } from './elector.ts'
import type { Environment } from './environment.ts'

/** One of several equal processes, of which one acts: what it would do runs while it leads. */
export class Replica implements Mortal {
  private readonly elector: Elector
  private readonly kernel: Kernel

  constructor(
    readonly name: string,
    lease: string,
    environment: Environment,
    /** What runs while it leads; none of it runs before. */
    private readonly led: readonly Mortal[],
  ) {
    this.kernel = environment.kernel
    this.elector = new Elector(name, lease, environment, {
      started: () => this.tell('restart'),
      stopped: () => this.tell('crash'),
    })
    this.kernel.register({ name: this.elector.name, handle: (message) => this.turn(message) })
  }

  /** It begins to compete, with the cluster. */
  begin(): void {
    if (this.elector.state === 'new') this.elector.start()
  }

  state(): ControllerState {
    const { name } = this
    if (this.elector.state === 'dead') return { name, state: 'crashed', queued: [], failing: [] }
    if (this.elector.state !== 'leading') return { name, state: 'standby', queued: [], failing: [] }
    const [first, ...others] = this.led.map((one) => one.state())
    const rest = others.flatMap(({ queued }) => queued)
    const failing = others.flatMap((other) => other.failing)
    return { ...first!, name, queued: [...first!.queued, ...rest], failing: [...first!.failing, ...failing] }
  }

  handle(message: unknown): void {
    const { type } = message as { readonly type: string }
    if (type !== 'crash' && type !== 'restart') return
    this.elector.die()
    this.tell('crash')
    if (type === 'restart') this.elector.start()
  }

  private turn(message: unknown): void {
    try {
      this.elector.handle(message)
    } catch (error) {
      // Its process has died in this turn.
      if (!(error instanceof ClientDied)) throw error
    }
  }

  private tell(type: 'crash' | 'restart'): void {
    for (const one of this.led) one.handle({ type })
  }
}
