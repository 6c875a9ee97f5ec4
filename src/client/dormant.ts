import type { ControllerComponent, ControllerState, Mortal } from './controllerComponent.ts'

/**
 * A controller of a fork that nobody has told anything yet. It is made when somebody does: most forks end before most
 * of their controllers have a turn, and all that a controller knows lies in the memory, so that it does not matter when.
 */
export class Dormant implements Mortal {
  private made: ControllerComponent | undefined

  constructor(
    readonly name: string,
    private readonly make: () => ControllerComponent,
  ) {}

  /** What was made so far. */
  get awake(): ControllerComponent | undefined {
    return this.made
  }

  state(): ControllerState {
    return this.wake().state()
  }

  handle(message: unknown): void {
    this.wake().handle(message)
  }

  private wake(): ControllerComponent {
    return (this.made ??= this.make())
  }
}
