import { setImmediate } from 'node:timers/promises'
import { formatDuration } from '../api/duration.ts'
import type { Cluster } from '../cluster.ts'
import type { PlannedFault } from './arguments.ts'
import { createProgress } from './progress.ts'
import type { Report } from './report.ts'

/** Into so many pieces a run is cut, so that progress can be shown and a closed pipe be noticed. */
const pieces = 200
const leastMs = 1000

/** Lets `totalMs` of virtual time pass, with the faults at their times. How it is cut into pieces changes nothing. */
export async function drive(
  cluster: Cluster,
  totalMs: number,
  faults: readonly PlannedFault[],
  report: Report,
): Promise<void> {
  const epoch = cluster.now
  const progress = createProgress()
  const stepMs = Math.max(leastMs, totalMs / pieces)
  const goTo = async (at: number): Promise<void> => {
    for (let left = epoch + at - cluster.now; left > 0; left = epoch + at - cluster.now) {
      progress.clear()
      cluster.advance(Math.min(stepMs, left))
      progress.show(() => progressText(cluster, cluster.now - epoch, totalMs))
      await setImmediate()
    }
    progress.clear()
  }
  for (const { fault, node, at } of faults.toSorted((a, b) => a.at - b.at)) {
    await goTo(at)
    report.fault(cluster.now, node, fault === 'crash' ? 'the power fails' : 'the power comes back')
    if (fault === 'crash') cluster.faults.crashNode(node)
    else cluster.faults.restartNode(node)
  }
  await goTo(totalMs)
}

function progressText(cluster: Cluster, passedMs: number, totalMs: number): string {
  const pods = cluster.pods.list({ allNamespaces: true }).items
  const running = pods.filter(({ status }) => status.phase === 'Running').length
  return `${formatDuration(passedMs)} of ${formatDuration(totalMs)}, ${running} of ${pods.length} pods running, revision ${cluster.revision}`
}
