import { checkNode, type FaultDefinition, powerUp } from './fault.ts'

/** The power of one machine fails: its containers are gone, its kubelet is silent. Healed, it starts again with its images. */
export interface CrashNode {
  readonly type: 'crashNode'
  readonly node: string
}

export const crashNode: FaultDefinition<CrashNode> = {
  type: 'crashNode',
  fields: ['node'],
  check: (parts, { node }) => checkNode(parts, node),
  begin: ({ environment }, { node }) => environment.kernel.interrupt('kubelet', { type: 'crash', node }),
  heal: powerUp,
  isOver: ({ isDown }, { node }) => !isDown(node),
  say: ({ node }) => `the power of ${node} fails`,
}

/**
 * The machine starts again, with its images and without its containers; if it runs, its power is cut first. A Node that was
 * deleted is there again then.
 */
export interface RestartNode {
  readonly type: 'restartNode'
  readonly node: string
}

export const restartNode: FaultDefinition<RestartNode> = {
  type: 'restartNode',
  fields: ['node'],
  check: (parts, { node }) => {
    if (!parts.makesNode(node)) checkNode(parts, node)
  },
  begin: ({ environment }, { node }) => environment.kernel.interrupt('kubelet', { type: 'restart', node }),
  say: ({ node }) => `the power of ${node} comes back`,
}
