import { badRequest } from '../api/errors.ts'
import { nearestName } from '../api/schema/nearest.ts'
import type { ControllerState, Mortal } from '../client/controllerComponent.ts'

/** The process of one controller dies. */
export interface CrashController {
  readonly type: 'crashController'
  readonly controller: string
}

export interface RestartController {
  readonly type: 'restartController'
  readonly controller: string
}

/** The control loops of a cluster, built-in and the user's. */
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

type Inject = (fault: (CrashController | RestartController) & Record<string, unknown>, act: () => void) => void

/** `inject` carries a fault out as a call from outside. */
export function createControllers(
  components: ReadonlyMap<string, Mortal>,
  { inject, handOut }: { readonly inject: Inject; readonly handOut: <T>(value: T) => T },
): Controllers {
  const tell = (name: unknown, type: 'crash' | 'restart'): void => {
    const component = typeof name === 'string' ? components.get(name) : undefined
    if (component === undefined) throw badRequest(unknownName(name, [...components.keys()]))
    component.handle({ type })
  }
  return {
    list: () => handOut([...components.values()].map((component) => component.state())),
    crash: (controller) => inject({ type: 'crashController', controller }, () => tell(controller, 'crash')),
    restart: (controller) => inject({ type: 'restartController', controller }, () => tell(controller, 'restart')),
  }
}

function unknownName(name: unknown, known: readonly string[]): string {
  if (typeof name !== 'string') return `controller: expected a name, got ${typeof name}`
  const nearest = nearestName(name, known)
  const meant = nearest === undefined ? '' : `did you mean ${JSON.stringify(nearest)}? `
  return `there is no controller ${JSON.stringify(name)}: ${meant}there are ${known.join(', ') || 'none'}`
}
