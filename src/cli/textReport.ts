import type { Cluster } from '../cluster.ts'
import { skippedLine } from './applyFiles.ts'
import { complain, print } from './output.ts'
import { printTables, type Report } from './report.ts'
import { createTimeline, timelineHead } from '../history/timeline.ts'
import { findUnready, type Unready } from './unready.ts'

/** For a person: what happens, as it happens; then tables. */
export function textReport(cluster: Cluster): Report {
  // What happens while the files are applied is told once they are all accepted.
  let held: string[] | undefined = []
  const line = (text: string): void => void (held === undefined ? print(text) : held.push(text))
  const timeline = createTimeline({ epoch: cluster.now, line })
  cluster.on('change', (change) => timeline.change(change))
  return {
    begin(skipped, warnings, { nodes, seed }) {
      print(`${nodes} ${nodes === 1 ? 'node' : 'nodes'}, seed ${seed}`)
      for (const one of skipped) print(skippedLine(one))
      for (const warning of warnings) print(`warning: ${warning}`)
      print(`\n${timelineHead}`)
      for (const text of held ?? []) print(text)
      held = undefined
    },
    fault: (at, node, what) => timeline.say(at, 'fault', `node/${node}`, what),
    end() {
      timeline.flush()
      printTables(cluster)
      print(`history hash   ${cluster.historyHash()}`)
      print(`revision       ${cluster.revision}`)
      const unready = findUnready(cluster)
      if (unready.length > 0) complain(unreadyText(unready, cluster))
      return unready.length === 0
    },
  }
}

function unreadyText(unready: readonly Unready[], { time }: Cluster): string {
  const lines = unready.flatMap(({ object, reasons }) => reasons.map((reason) => `  ${object}: ${reason}`))
  return [`not ready at the end (${time}):`, ...lines].join('\n')
}
