import { Command } from 'commander'
import { momentHelp, momentIn } from './moments.ts'
import { openFile } from './open.ts'
import { print } from './output.ts'
import { definitionsOf, withOption } from './with.ts'

const more = `
Printed like a diff of YAML, object by object. What always differs is left out and counted: resourceVersion,
managedFields, what was applied last, heartbeats, and Events; --all leaves nothing out.

  $ wavetank diff shop.json +1m now --brief`

interface Options {
  readonly all?: true
  readonly brief?: true
  readonly json?: true
  readonly with?: readonly string[]
}

export function diffCommand(): Command {
  return new Command('diff')
    .description('Tell what differs between two moments.')
    .argument('<FILE>', 'a saved cluster, or a journal')
    .argument('<FROM>', momentHelp)
    .argument('<TO>', 'the same')
    .option('--all', 'leave nothing out')
    .option('--brief', 'of what was created or deleted, only say so')
    .option('--json', 'print the differences as a JSON list')
    .addOption(withOption())
    .addHelpText('after', more)
    .action(async (file: string, from: string, to: string, { all, brief, json, with: modules }: Options) => {
      const { cluster } = openFile(file, await definitionsOf(modules))
      const diff = cluster.diff(momentIn(cluster, from), momentIn(cluster, to))
      if (json === true) print(JSON.stringify(diff.differences, null, 2))
      else print(diff.text({ everything: all, brief }).trimEnd())
    })
}
