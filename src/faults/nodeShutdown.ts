import { badRequest } from '../api/errors.ts'
import { said } from '../api/said.ts'
import { checkNode, type FaultDefinition, powerUp } from './fault.ts'

/**
 * One machine is shut down: its kubelet says so, ends its pods, which have failed then, and the power goes once all have
 * ended or the time is up. Healed, it starts again.
 */
export interface ShutdownNode {
  readonly type: 'shutdownNode'
  readonly node: string
  /** Until the power goes at the latest, in milliseconds, and the last part of that for critical pods only. */
  readonly graceMs: number
  readonly criticalMs: number
}

export const shutdownNode: FaultDefinition<ShutdownNode> = {
  type: 'shutdownNode',
  fields: ['node', 'graceMs', 'criticalMs'],
  check(parts, { node, graceMs, criticalMs }) {
    checkNode(parts, node)
    if (!(Number.isFinite(graceMs) && graceMs >= 0))
      throw badRequest(`grace: expected a duration, got ${said(graceMs)}`)
    if (!(Number.isFinite(criticalMs) && criticalMs >= 0 && criticalMs <= graceMs))
      throw badRequest(`criticalGrace: expected a duration of at most grace, ${graceMs} ms, got ${said(criticalMs)}`)
  },
  begin: ({ environment }, { node, graceMs, criticalMs }) =>
    environment.kernel.interrupt('kubelet', { type: 'shutdown', node, graceMs, criticalMs }),
  heal: powerUp,
  isOver: ({ isDown }, { node }) => !isDown(node),
  say: ({ node }) => `${node} is shut down`,
}
