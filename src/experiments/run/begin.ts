import { badRequest } from '../../api/errors.ts'
import type { Manifest } from '../../api/manifest.ts'
import type { Node, Taint } from '../../api/types/core.ts'
import type { Cluster } from '../../cluster.ts'
import { createCluster } from '../../create.ts'
import type { NodeTemplate } from '../../node/nodeTemplate.ts'
import { builtIn, type ClusterOptions } from '../../options.ts'
import type { SchedulerOptions } from '../../scheduler/schedulerOptions.ts'
import { nodeManifests } from '../workloads/nodes.ts'
import { offerOf } from './demand.ts'

/** The machines of an experiment: options of a cluster, or its nodes one by one. */
export type Machines = Omit<ClusterOptions, 'seed' | 'schedulers'> | readonly Manifest<Node>[]

export interface Beginning {
  readonly machines: Machines
  readonly seed: number
  readonly schedulers: readonly SchedulerOptions[]
  readonly hasMachines: boolean
  /** Applied before the nodes are there: namespaces, priority classes, budgets, … */
  readonly objects: readonly object[]
}

/** A cluster at rest, its nodes there. Throws BadRequest that names the node for one that nothing fits on. */
export function beginCluster({ machines, seed, schedulers, hasMachines, objects }: Beginning): Cluster {
  const isList = Array.isArray(machines)
  const options: ClusterOptions = isList ? {} : (machines as ClusterOptions)
  if (isList) checkManifests(machines as readonly Manifest<Node>[])
  const own = { freeze: false, ...options, seed, schedulers }
  const cluster = hasMachines
    ? createCluster({ ...own, ...(isList ? { nodes: (machines as readonly Manifest<Node>[]).map(templateOf) } : {}) })
    : createCluster({ ...own, nodes: 0, disable: options.disable ?? idle })
  for (const object of objects) cluster.apply(object)
  if (!hasMachines) {
    const nodes = isList ? (machines as readonly Manifest<Node>[]) : nodeManifests(options.nodes ?? 3)
    for (const node of nodes) cluster.nodes.create(node)
  }
  checkCapacity(cluster)
  cluster.settle()
  return cluster
}

/** Where nobody runs pods, only the scheduler has something to do. */
const idle: readonly string[] = Object.freeze(builtIn.filter((name) => name !== 'scheduler'))

function checkManifests(nodes: readonly Manifest<Node>[]): void {
  for (const [index, node] of nodes.entries()) {
    const { allocatable, capacity } = node.status ?? {}
    if (allocatable === undefined && capacity === undefined)
      throw badRequest(`cluster[${index}].status.allocatable: Required value: a node offers nothing without it`)
  }
}

function checkCapacity(cluster: Cluster): void {
  const { items } = cluster.nodes.list()
  if (items.length === 0) throw badRequest('cluster: there are no nodes')
  for (const node of items) {
    const offer = offerOf(node)
    for (const resource of ['cpu', 'memory', 'pods']) {
      if (!((offer.get(resource) ?? 0) > 0))
        throw badRequest(`cluster: node ${node.metadata.name} has no ${resource}: nothing would fit on it`)
    }
  }
}

/** The machine that a node is. */
function templateOf({ metadata, spec, status }: Manifest<Node>): NodeTemplate {
  const {
    cpu,
    memory,
    pods,
    'ephemeral-storage': ephemeralStorage,
    ...rest
  } = (status?.allocatable ?? status?.capacity ?? {}) as Record<string, string | number>
  return {
    ...(metadata?.name !== undefined && { name: metadata.name }),
    ...(metadata?.labels && { labels: metadata.labels as Record<string, string> }),
    ...(metadata?.annotations && { annotations: metadata.annotations as Record<string, string> }),
    ...(spec?.taints && { taints: spec.taints as readonly Taint[] }),
    ...(cpu !== undefined && { cpu }),
    ...(memory !== undefined && { memory }),
    ...(pods !== undefined && { pods: Number(pods) }),
    ...(ephemeralStorage !== undefined && { ephemeralStorage }),
    ...(Object.keys(rest).length > 0 && { extended: rest }),
  }
}
