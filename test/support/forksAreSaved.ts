// Set up with WAVETANK_FORKS=saved: every fork that a test makes has been text before it is handed out. What a component
// keeps where it is not saved then shows in every test of a fork, without a test of its own.
import type { Blueprint } from '../../src/assemble.ts'
import { type Cluster, ClusterCore } from '../../src/cluster.ts'
import { type Definitions, loadCluster } from '../../src/index.ts'
import type { Policy } from '../../src/scheduler/policy.ts'
import type { Strategy } from '../../src/scheduler/strategy.ts'

const { fork, save } = ClusterCore.prototype
let isSaving = false

function savedFork(this: ClusterCore, options?: Parameters<Cluster['fork']>[0]): Cluster {
  const forked = fork.call(this, options)
  if (isSaving) return forked
  isSaving = true
  try {
    return loadCluster(save.call(forked), definitionsOf(forked))
  } finally {
    isSaving = false
  }
}

// Files of tests share the class.
if (fork.name !== savedFork.name) ClusterCore.prototype.fork = savedFork

/** What the cluster was made with, of what has code in it. */
function definitionsOf(cluster: Cluster): Definitions {
  const { controllers, schedulers } = (cluster as unknown as { readonly blueprint: Blueprint }).blueprint
  const strategies = schedulers.flatMap(({ strategy }) => (typeof strategy?.search === 'function' ? [strategy] : []))
  const policies = schedulers.flatMap(({ policy }) => (policy !== undefined && 'scores' in policy ? [policy] : []))
  const plugins = schedulers.flatMap((scheduler) => scheduler.plugins ?? [])
  return { controllers, plugins, strategies: strategies as Strategy[], policies: policies as Policy[] }
}
