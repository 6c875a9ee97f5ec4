import type { Environment } from '../client/environment.ts'
import { type CrashNode, crashNode, type RestartNode, restartNode } from './nodeCrash.ts'

/** What can be done to a cluster. Every fault is data: it is journalled as it is, and replayed. */
export type Fault = CrashNode | RestartNode

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

/** Does what a journal says was done. */
export function replayFault(
  faults: Faults,
  fault: { readonly type: string } & Readonly<Record<string, unknown>>,
): void {
  const { type, node } = fault as unknown as Fault
  if (type === 'crashNode') faults.crashNode(node)
  else if (type === 'restartNode') faults.restartNode(node)
  else throw new RangeError(`no fault of type ${JSON.stringify(fault.type)}; this journal is from another version`)
}
