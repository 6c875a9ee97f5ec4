import { Command } from 'commander'
import type { Cluster } from '../cluster.ts'
import type { Definitions } from '../definitions.ts'
import type { Journal } from '../kernel/journal.ts'
import { replay, ReplayDivergence } from '../replay.ts'
import { wholeNumber } from './arguments.ts'
import { aboutFile, readJournal } from './open.ts'
import { complain, print } from './output.ts'
import { printTables } from './report.ts'
import { definitionsOf, withOption } from './with.ts'

const more = `
Prints the hash that the journal ends with and the hash that the replay came to. The exit status is 1 when they differ.
With --until it stops at that revision and shows the cluster as it was.`

export function replayCommand(): Command {
  return new Command('replay')
    .description('Live the life of a journal again, and compare the histories.')
    .argument('<FILE>', 'a journal, as "wavetank run --journal FILE" writes it')
    .option('--until <REVISION>', 'stop at the first moment at or past this revision', wholeNumber)
    .addOption(withOption())
    .addHelpText('after', more)
    .action(async (file: string, { until, with: modules }: { until?: number; with?: readonly string[] }) => {
      const journal = readJournal(file)
      const definitions = await definitionsOf(modules)
      aboutFile(file, () => {
        if (until === undefined) compare(journal, definitions)
        else show(replay(journal, { ...definitions, until }), until)
      })
    })
}

function compare(journal: Journal, definitions: Definitions): void {
  const { cluster, divergence } = relive(journal, definitions)
  print(`journal   ${line(journal.end.hash, journal.end.revision)}`)
  if (cluster !== undefined) print(`replay    ${line(cluster.historyHash(), cluster.revision)}`)
  if (divergence === undefined) return print('The histories are equal.')
  complain(`error: ${divergence}`)
  process.exitCode = 1
}

function relive(journal: Journal, definitions: Definitions): { cluster?: Cluster; divergence?: string } {
  try {
    return { cluster: replay(journal, definitions) }
  } catch (error) {
    if (!(error instanceof ReplayDivergence)) throw error
    return { ...otherEnd(journal, definitions), divergence: error.message }
  }
}

/** Where the replay ends instead; nothing when it could not even be lived through. */
function otherEnd(journal: Journal, definitions: Definitions): { cluster?: Cluster } {
  try {
    // A replay that stops somewhere compares nothing.
    return { cluster: replay(journal, { ...definitions, until: Number.MAX_SAFE_INTEGER }) }
  } catch (error) {
    if (error instanceof ReplayDivergence) return {}
    throw error
  }
}

function line(hash: string, revision: number): string {
  return `${hash} (revision ${revision})`
}

function show(cluster: Cluster, until: number): void {
  print(`${cluster.time}, revision ${cluster.revision}`)
  printTables(cluster)
  print(`history hash   ${cluster.historyHash()}`)
  if (cluster.revision >= until) return
  complain(`error: the journal ends at revision ${cluster.revision}, before revision ${until}`)
  process.exitCode = 1
}
