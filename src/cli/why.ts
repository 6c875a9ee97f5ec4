import { Command } from 'commander'
import { momentHelp, momentIn } from './moments.ts'
import { openFile } from './open.ts'
import { print } from './output.ts'
import { definitionsOf, withOption } from './with.ts'

const more = `
WHAT is a resource and a name, such as pod/web-1, or the beginning of one: "pod web-". It may be deleted, as long as it
is remembered. Printed is what led to its last change, from the call or the fault that began it:

  $ wavetank run shop.yaml --crash node-1@30s --for 8m --journal shop.json
  $ wavetank why shop.json pod web-`

interface Options {
  readonly at?: string
  readonly namespace?: string
  readonly json?: true
  readonly with?: readonly string[]
}

export function whyCommand(): Command {
  return new Command('why')
    .description('Tell what led to an object being as it is.')
    .argument('<FILE>', 'a saved cluster, or a journal')
    .argument('<WHAT...>', 'such as pod/web-1')
    .option('-n, --namespace <NAME>', 'where it stands (default: default)')
    .option('--at <WHEN>', `as it was then: ${momentHelp}`)
    .option('--json', 'print the causes as a JSON list')
    .addOption(withOption())
    .addHelpText('after', more)
    .action(async (file: string, what: readonly string[], { at, namespace, json, with: modules }: Options) => {
      const { cluster } = openFile(file, await definitionsOf(modules))
      const causes = cluster.why(what.join(' '), {
        ...(namespace === undefined ? {} : { namespace }),
        ...(at === undefined ? {} : { revision: cluster.at(momentIn(cluster, at)).revision }),
      })
      print(json === true ? JSON.stringify(causes, null, 2) : String(causes).trimEnd())
    })
}
