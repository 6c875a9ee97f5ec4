import { assemble, type Blueprint, type Parts } from './assemble.ts'
import { type Cluster, clusterOf } from './cluster.ts'
import { Memory } from './kernel/memory.ts'
import { expandTemplates, type Machine } from './node/nodeTemplate.ts'
import { checkOptions, type ClusterOptions } from './options.ts'
import type { Context } from './registries/context.ts'
import { PRIORITY_CLASSES, systemPriorityClasses } from './registries/priorityClasses.ts'

/** The namespaces every cluster has from the beginning. */
const systemNamespaces: readonly string[] = Object.freeze(['default', 'kube-node-lease', 'kube-public', 'kube-system'])

/** What only tests and benchmarks turn: see Blueprint. */
export interface Internals {
  readonly runs?: boolean
}

/** A new cluster, its nodes registered, its clock at the epoch. Throws BadRequest for an option it does not understand. */
export function createCluster(options: ClusterOptions = {}): Cluster {
  return createWith(options, {})
}

export function createWith(options: ClusterOptions, { runs = true }: Internals): Cluster {
  const { seed, epoch, revisions, disable, kept } = checkOptions(options)
  const { latency, controllers = [], schedulers = [{}], behaviours = [], freeze = true } = kept
  const blueprint: Blueprint = { epoch, latency, controllers, schedulers, behaviours, disable, freeze, revisions, runs }
  const machines = expandTemplates(kept.nodes ?? 3)
  const memory = new Memory()
  const parts = assemble(memory, blueprint)
  parts.kernel.begin(seed, epoch)
  boot(parts, machines)
  return clusterOf(parts, memory, blueprint, kept)
}

function boot(parts: Parts, machines: readonly Machine[]): void {
  const { server, kernel, watches } = parts
  const context: Context = { actor: 'kube-apiserver', cause: 0, at: kernel.now }
  const namespaces = server.resource('namespaces')
  for (const name of systemNamespaces) {
    server.create(namespaces, '', { apiVersion: 'v1', kind: 'Namespace', metadata: { name } }, context)
  }
  const classes = server.resource(PRIORITY_CLASSES)
  for (const { name, ...rest } of systemPriorityClasses) {
    const body = { apiVersion: 'scheduling.k8s.io/v1', kind: 'PriorityClass', metadata: { name }, ...rest }
    server.create(classes, '', body, context)
  }
  parts.kubelets?.register(machines)
  watches.deliver()
}
