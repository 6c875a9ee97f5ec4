import { checkComponent, checkNode, type FaultDefinition, type FaultParts } from './fault.ts'

/** A component and the API server do not reach each other: its calls fail, its watches tell it nothing. */
export interface Partition {
  readonly type: 'partition'
  readonly controller: string
}

export const partition: FaultDefinition<Partition> = {
  type: 'partition',
  fields: ['controller'],
  check: (parts, { controller }) => checkComponent(parts, controller),
  begin: (parts, { controller }, id) => cutOff(parts, controller, id),
  heal: reconnect,
  say: ({ controller }) => `${controller} and the API server do not reach each other`,
}

/** The same of one machine: its kubelet is cut off, its containers run on. */
export interface PartitionNode {
  readonly type: 'partitionNode'
  readonly node: string
}

export const partitionNode: FaultDefinition<PartitionNode> = {
  type: 'partitionNode',
  fields: ['node'],
  check: (parts, { node }) => checkNode(parts, node),
  begin(parts, { node }, id) {
    cutOff(parts, `node/${node}`, id)
    parts.environment.kernel.interrupt('kubelet', { type: 'cutOff', node })
  },
  heal: reconnect,
  say: ({ node }) => `${node} and the API server do not reach each other`,
}

function cutOff({ environment }: FaultParts, whose: string, id: number): void {
  environment.disturbances.add({ id, whose, type: 'unreachable', message: 'dial tcp 10.96.0.1:443: i/o timeout' })
}

function reconnect({ environment }: FaultParts, _fault: unknown, id: number): void {
  environment.disturbances.remove(id)
  environment.watches.resume()
}
