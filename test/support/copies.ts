import { type Cluster, type Definitions, loadCluster } from '../../src/index.ts'

/**
 * All that can be made of a cluster and must go on as it does, driven alike: a fork of it, and what was saved and loaded.
 * Whoever tests a component drives them beside the original; what the component keeps outside of the kernel's tables,
 * or in a form that is not saved, shows in their histories.
 */
export function copiesOf(cluster: Cluster, definitions?: Definitions): readonly Cluster[] {
  return [cluster.fork(), loadCluster(cluster.save(), definitions)]
}
