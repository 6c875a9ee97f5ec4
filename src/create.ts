import { badRequest } from './api/errors.ts'
import { assemble, type Blueprint } from './assemble.ts'
import { boot } from './boot.ts'
import { latenciesOf } from './client/latency.ts'
import { type Cluster, clusterOf } from './cluster.ts'
import { Memory } from './kernel/memory.ts'
import { expandTemplates } from './node/nodeTemplate.ts'
import { checkOptions, type ClusterOptions, imported } from './options.ts'

/** What only tests and benchmarks turn: see Blueprint. */
export interface Internals {
  readonly runs?: boolean
}

/** A new cluster, its nodes registered, its clock at the epoch. Throws BadRequest for an option it does not understand. */
export function createCluster(options: ClusterOptions = {}): Cluster {
  if ((options as ClusterOptions | null)?.nodes === (imported as unknown))
    throw badRequest(`options.nodes: expected a number or a list of templates, got "${imported}"; see importCluster`)
  return createWith(options, {})
}

/** A new cluster; one whose nodes are imported has nothing at all until they are: see importCluster. */
export function createWith(options: ClusterOptions, internals: Internals): Cluster {
  const { blueprint, kept, seed } = blueprintOf(options, internals)
  const isImported = (kept.nodes as unknown) === imported
  const machines = isImported ? [] : expandTemplates(kept.nodes ?? 3)
  const memory = new Memory()
  const parts = assemble(memory, blueprint)
  parts.kernel.begin(seed, blueprint.epoch)
  // What is imported comes with all that it has.
  if (!isImported) boot(parts, machines)
  return clusterOf(parts, memory, blueprint, kept)
}

/** What a cluster of these options is made with. Throws BadRequest for an option it does not understand. */
export function blueprintOf(
  options: ClusterOptions,
  { runs = true }: Internals,
): { readonly blueprint: Blueprint; readonly kept: ClusterOptions; readonly seed: number } {
  const { seed, kept, ...checked } = checkOptions(options)
  const { latency, controllers = [], schedulers = [{}], behaviours = [], freeze = true, controllerManager = {} } = kept
  const { replicas: managers = 1 } = controllerManager
  const latencies = latenciesOf(latency)
  const blueprint: Blueprint = { ...checked, latencies, controllers, schedulers, behaviours, managers, freeze, runs }
  return { blueprint, kept, seed }
}
