import { badRequest } from '../api/errors.ts'
import type { Environment } from '../client/environment.ts'

/** The power of one machine fails. */
export interface CrashNode {
  readonly type: 'crashNode'
  readonly node: string
}

export interface RestartNode {
  readonly type: 'restartNode'
  readonly node: string
}

export function crashNode(environment: Environment, node: string): void {
  known(environment, node)
  environment.kernel.interrupt('kubelet', { type: 'crash', node })
}

export function restartNode(environment: Environment, node: string): void {
  known(environment, node)
  environment.kernel.interrupt('kubelet', { type: 'restart', node })
}

function known(environment: Environment, node: string): void {
  if (typeof node !== 'string' || node === '')
    throw badRequest(`node: expected a name, got ${JSON.stringify(node) ?? typeof node}`)
  environment.link('faults').get('nodes', '', node)
}
