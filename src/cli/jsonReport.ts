import type { Cluster } from '../cluster.ts'
import type { SkippedIn } from './applyFiles.ts'
import { print } from './output.ts'
import type { Report } from './report.ts'
import { createTimeline, type TimelineEntry } from '../history/timeline.ts'
import { findUnready } from './unready.ts'

/** For a program: one object when all is over. */
export function jsonReport(cluster: Cluster): Report {
  const entries: TimelineEntry[] = []
  const timeline = createTimeline({ epoch: cluster.now, line: () => {}, entry: (entry) => entries.push(entry) })
  cluster.on('change', (change) => timeline.change(change))
  let left: readonly SkippedIn[] = []
  let warnings: readonly string[] = []
  return {
    begin(skipped, warned) {
      left = skipped
      warnings = warned
    },
    fault: (at, node, what) => timeline.say(at, 'fault', `node/${node}`, what),
    end() {
      const unready = findUnready(cluster)
      const all = { allNamespaces: true } as const
      const { seed, time, revision, pods, nodes, deployments, replicaSets, replicationControllers, endpoints } = cluster
      const { statefulSets, daemonSets, jobs, cronJobs } = cluster
      const result = {
        hash: cluster.historyHash(),
        revision,
        seed,
        time,
        timeline: entries,
        pods: pods.list(all).items,
        nodes: nodes.list().items,
        deployments: deployments.list(all).items,
        replicaSets: replicaSets.list(all).items,
        replicationControllers: replicationControllers.list(all).items,
        statefulSets: statefulSets.list(all).items,
        daemonSets: daemonSets.list(all).items,
        cronJobs: cronJobs.list(all).items,
        jobs: jobs.list(all).items,
        endpoints: endpoints.list(all).items,
        skipped: left,
        warnings,
        unready,
      }
      print(JSON.stringify(result, null, 2))
      return unready.length === 0
    },
  }
}
