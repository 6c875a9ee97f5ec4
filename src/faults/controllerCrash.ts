import { badRequest } from '../api/errors.ts'
import { said } from '../api/said.ts'
import { checkComponent, checkCount, type FaultDefinition } from './fault.ts'

/** The process of one controller or scheduler dies. */
export interface CrashController {
  readonly type: 'crashController'
  readonly controller: string
  /**
   * Dies at its so many-th call of the API server from now, within a turn: that call and all later ones of the turn are
   * refused, and whatever the turn comes to is void. At once unless given.
   */
  readonly atCall?: number
  /** Milliseconds after its death at which it starts again; it stays dead unless given. With `atCall` only. */
  readonly restartAfterMs?: number
}

export const crashController: FaultDefinition<CrashController> = {
  type: 'crashController',
  fields: ['controller', 'atCall', 'restartAfterMs'],
  check(parts, { controller, atCall, restartAfterMs }) {
    checkComponent(parts, controller)
    if (atCall !== undefined) checkCount('atCall', atCall)
    if (restartAfterMs === undefined) return
    if (atCall === undefined) throw badRequest('restartAfter: a crash at once has none: say `for` how long it lasts')
    if (!(Number.isFinite(restartAfterMs) && restartAfterMs >= 0))
      throw badRequest(`restartAfter: expected a duration, got ${said(restartAfterMs)}`)
  },
  begin({ environment, components }, { controller, atCall, restartAfterMs }, id) {
    if (atCall === undefined) components.get(controller)!.handle({ type: 'crash' })
    else environment.disturbances.add({ id, whose: controller, type: 'death', call: atCall, restartAfterMs })
  },
  heal({ environment, components }, { controller }, id, others) {
    environment.disturbances.remove(id)
    const component = components.get(controller)!
    const isHeld = others.some((other) => other.controller === controller && other.atCall === undefined)
    if (!isHeld && component.state().state === 'crashed') component.handle({ type: 'restart' })
  },
  isOver({ environment, components }, { controller, atCall }, id) {
    if (atCall !== undefined && environment.disturbances.has(id)) return false
    return components.get(controller)!.state().state !== 'crashed'
  },
  say: ({ controller, atCall }) =>
    atCall === undefined ? `${controller} crashes` : `${controller} crashes at call ${atCall} of the API server`,
}

/** The controller starts like a new process: every object that there is comes to it as added. One that runs crashes first. */
export interface RestartController {
  readonly type: 'restartController'
  readonly controller: string
}

export const restartController: FaultDefinition<RestartController> = {
  type: 'restartController',
  fields: ['controller'],
  check: (parts, { controller }) => checkComponent(parts, controller),
  begin: ({ components }, { controller }) => components.get(controller)!.handle({ type: 'restart' }),
  say: ({ controller }) => `${controller} starts again`,
}
