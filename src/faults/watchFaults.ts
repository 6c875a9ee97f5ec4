import { badRequest } from '../api/errors.ts'
import { said } from '../api/said.ts'
import { checkComponent, type FaultDefinition } from './fault.ts'

/** A component hears of every change so much later. */
export interface DelayWatches {
  readonly type: 'delayWatches'
  readonly controller: string
  /** In milliseconds, more than 0. */
  readonly byMs: number
}

export const delayWatches: FaultDefinition<DelayWatches> = {
  type: 'delayWatches',
  fields: ['controller', 'byMs'],
  check(parts, { controller, byMs }) {
    checkComponent(parts, controller)
    if (!(Number.isFinite(byMs) && byMs > 0))
      throw badRequest(`by: expected a duration of more than 0, got ${said(byMs)}`)
  },
  begin: ({ environment }, { controller, byMs }, id) =>
    environment.disturbances.add({ id, whose: controller, type: 'lateWatches', ms: byMs }),
  heal({ environment }, _fault, id) {
    environment.disturbances.remove(id)
    environment.watches.resume()
  },
  say: ({ controller, byMs }) => `${controller} hears of every change ${byMs / 1000} s late`,
}

/** A component's watches tell it nothing, though its calls get through; healed, it hears of every change after all. */
export interface StallWatches {
  readonly type: 'stallWatches'
  readonly controller: string
}

export const stallWatches: FaultDefinition<StallWatches> = {
  type: 'stallWatches',
  fields: ['controller'],
  check: (parts, { controller }) => checkComponent(parts, controller),
  begin: ({ environment }, { controller }, id) =>
    environment.disturbances.add({ id, whose: controller, type: 'silentWatches' }),
  heal({ environment }, _fault, id) {
    environment.disturbances.remove(id)
    environment.watches.resume()
  },
  say: ({ controller }) => `the watches of ${controller} tell it nothing`,
}

/** As `stallWatches`, but the connections are gone for good: healed, it lists anew, and what came and went it never knew. */
export interface DropWatches {
  readonly type: 'dropWatches'
  readonly controller: string
}

export const dropWatches: FaultDefinition<DropWatches> = {
  type: 'dropWatches',
  fields: ['controller'],
  check: (parts, { controller }) => checkComponent(parts, controller),
  begin: ({ environment }, { controller }, id) =>
    environment.disturbances.add({ id, whose: controller, type: 'silentWatches' }),
  heal({ environment }, { controller }, id) {
    environment.disturbances.remove(id)
    environment.watches.relist(controller)
    environment.watches.resume()
  },
  say: ({ controller }) => `the watches of ${controller} lose their connections`,
}
