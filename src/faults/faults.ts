import { badRequest } from '../api/errors.ts'
import type { Environment } from '../client/environment.ts'
import type { Controllers, CrashController, RestartController } from './controllerCrash.ts'
import { type CrashNode, crashNode, type RestartNode, restartNode } from './nodeCrash.ts'

/** What can be done to a cluster. Every fault is data: it is journalled as it is, and replayed. */
export type Fault = CrashNode | RestartNode | CrashController | RestartController

export interface Faults {
  /** The machine stops at once: its containers are gone, its kubelet is silent. Throws NotFound. */
  crashNode(name: string): void
  /** The machine starts again, with its images and without its containers. Throws NotFound. */
  restartNode(name: string): void
}

type Inject = (fault: Fault & Record<string, unknown>, act: () => void) => void

/** `inject` carries a fault out as a call from outside. */
export function createFaults(environment: Environment, inject: Inject): Faults {
  return {
    crashNode: (node) => inject({ type: 'crashNode', node }, () => crashNode(environment, node)),
    restartNode: (node) => inject({ type: 'restartNode', node }, () => restartNode(environment, node)),
  }
}

/** Does what a journal says was done. Throws BadRequest for a fault that this version does not know. */
export function replayFault(
  { faults, controllers }: { readonly faults: Faults; readonly controllers: Controllers },
  journalled: { readonly type: string } & Readonly<Record<string, unknown>>,
): void {
  const fault = journalled as unknown as Fault
  switch (fault.type) {
    case 'crashNode':
      return faults.crashNode(fault.node)
    case 'restartNode':
      return faults.restartNode(fault.node)
    case 'crashController':
      return controllers.crash(fault.controller)
    case 'restartController':
      return controllers.restart(fault.controller)
    default:
      throw badRequest(`no fault of type ${JSON.stringify(journalled.type)}; this journal is from another version`)
  }
}
