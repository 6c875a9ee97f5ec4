import { checkComponent, checkCount, type FaultData, type FaultDefinition } from './fault.ts'

/** Something happens to one call of a component. */
interface OneCall extends FaultData {
  readonly controller: string
  /** Which of the calls from now on that it can happen to: 1, the next, or a later one. */
  readonly call: number
}

/** A write is done, and the component does not learn of it: to it, the call failed. */
export interface LoseReply extends OneCall {
  readonly type: 'loseReply'
}

/** A write never arrives. */
export interface LoseRequest extends OneCall {
  readonly type: 'loseRequest'
}

/** A write of what is there already meets with a Conflict, as if somebody else had just been faster. */
export interface Conflict extends OneCall {
  readonly type: 'conflict'
}

export const loseReply: FaultDefinition<LoseReply> = one('loseReply', 'lostReply', 'the reply to a write is lost')
export const loseRequest: FaultDefinition<LoseRequest> = one('loseRequest', 'lostRequest', 'a write is lost')
export const conflict: FaultDefinition<Conflict> = one('conflict', 'conflict', 'a write meets with a conflict')

function one<F extends OneCall>(
  type: F['type'],
  mishap: 'lostReply' | 'lostRequest' | 'conflict',
  what: string,
): FaultDefinition<F> {
  return {
    type,
    fields: ['controller', 'call'],
    check(parts, { controller, call }) {
      checkComponent(parts, controller)
      checkCount('call', call)
    },
    begin: ({ environment }, { controller, call }, id) =>
      environment.disturbances.add({ id, whose: controller, type: mishap, call }),
    heal: ({ environment }, _fault, id) => environment.disturbances.remove(id),
    isOver: ({ environment }, _fault, id) => !environment.disturbances.has(id),
    say: ({ controller, call }) => `${controller}: ${what}${call === 1 ? '' : `, the ${call}th from now`}`,
  }
}
