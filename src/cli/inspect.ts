import { Command } from 'commander'
import { formatDuration } from '../api/duration.ts'
import { type Counted, type Facts, factsOf } from './facts.ts'
import { type Opened, openFile } from './open.ts'
import { print } from './output.ts'
import { definitionsOf, withOption } from './with.ts'

const more = `
A journal is lived through again, so the definitions that it names are needed. Of a saved cluster they are only needed
to go on with it, not to look at it.`

export function inspectCommand(): Command {
  return new Command('inspect')
    .description('Tell what is in a file: a saved cluster, or a journal.')
    .argument('<FILE>', 'what cluster.save(), "wavetank run --save FILE" or "wavetank run --journal FILE" wrote')
    .option('--json', 'print one JSON object instead of text')
    .addOption(withOption())
    .addHelpText('after', more)
    .action(async (file: string, { json, with: modules }: { json?: true; with?: readonly string[] }) => {
      const opened = openFile(file, await definitionsOf(modules))
      const { what, version, cluster } = opened
      const facts = factsOf(cluster)
      print(json === true ? JSON.stringify({ what, version, ...facts }, null, 2) : text(opened, facts))
    })
}

/** What is not ready, and what comes next, is cut short after so many lines. */
const mostLines = 20

function text({ what, version }: Opened, facts: Facts): string {
  const { seed, time, now, revision, oldest, hash, definitions, objects, nodes, pods, calls, work, next, unready } =
    facts
  const lines = [
    ['file', `${what}, version ${version}`],
    ['seed', String(seed)],
    ['time', time],
    ['revision', `${revision}${oldest === 0 ? '' : ` (readable from ${oldest})`}`],
    ['history hash', hash],
    ['definitions', definitions.join(', ')],
    ['nodes', `${nodes.count}, ${nodes.ready} ready`],
    ['pods', listed(pods)],
    ['objects', listed(objects)],
    ['calls', listed(calls)],
    ['work', work === 0 ? 'none: settled' : `${work} to do`],
  ].flatMap(([name, value]) => (value === '' ? [] : [`${name!.padEnd(15)}${value}`]))
  const coming = next.map(
    ({ at, component, what: task, kind }) => `  in ${waitText(at - now)}  ${component}: ${task} (${kind})`,
  )
  const missing = unready.flatMap(({ object, reasons }) => reasons.map((reason) => `  ${object}: ${reason}`))
  return [...lines, ...section('not ready:', missing), ...section('next:', coming)].join('\n')
}

function waitText(ms: number): string {
  return ms < 1000 ? `${Math.round(ms)}ms` : formatDuration(ms)
}

function listed(counts: readonly Counted[]): string {
  if (counts.length === 0) return 'none'
  return counts.map(({ name, count }) => `${count} ${name}`).join(', ')
}

function section(title: string, lines: readonly string[]): string[] {
  if (lines.length === 0) return []
  const more = lines.length > mostLines ? [`  … and ${lines.length - mostLines} more`] : []
  return ['', title, ...lines.slice(0, mostLines), ...more]
}
