import { Command, Option } from 'commander'
import { isStatusError } from '../api/errors.ts'
import { lastMoment } from '../api/time.ts'
import type { ClusterOptions } from '../options.ts'
import { schedulerConfiguration } from '../scheduler/configuration.ts'
import type { Strategy } from '../scheduler/strategy.ts'
import { applyFiles } from './applyFiles.ts'
import { begin } from './begin.ts'
import { readBehaviours } from './behavioursFile.ts'
import { duration, faultInto, type PlannedFault, seedNumber, strategy, wholeNumber } from './arguments.ts'
import { drive } from './drive.ts'
import { jsonReport } from './jsonReport.ts'
import { openOutput, writtenTwice } from './outputFile.ts'
import { Refused } from './output.ts'
import { readSources, readText } from './sources.ts'
import { textReport } from './textReport.ts'

export interface RunOptions {
  readonly nodes: number
  /** Milliseconds. */
  readonly for: number
  readonly seed: number
  readonly strategy?: Strategy
  readonly schedulerConfig?: string
  readonly serverSide?: true
  readonly json?: true
  readonly journal?: string
  readonly save?: string
  readonly import?: string
  readonly behaviours?: string
}

const examples = `
Examples:
  wavetank run shop.yaml
  wavetank run manifests/ --nodes 5 --for 15m --crash node-1@2m --restart node-1@7m
  cat shop.yaml | wavetank run - --json
  wavetank run job.yaml --behaviours images.yaml
  kubectl get nodes,pods,deployments,replicasets,services -A -o yaml > now.yaml; wavetank run --import now.yaml

The exit status is 0 when everything is ready at the end, 1 when something is not (the reasons are printed) or was
refused, and 2 when the command line makes no sense.`

export function runCommand(): Command {
  const faults: PlannedFault[] = []
  const command = new Command('run')
  return command
    .description('Apply manifests to a new or an imported cluster, let virtual time pass, and tell what happened.')
    .argument('[FILE...]', 'manifests in YAML or JSON; a folder stands for those in it, - for standard input')
    .option('--import <DUMP>', 'begin as the cluster was that "kubectl get … -A -o yaml" was asked of')
    .option('--nodes <N>', 'how many nodes the cluster has', wholeNumber, 3)
    .addOption(new Option('--for <TIME>', 'how much virtual time passes').argParser(duration).default(600_000, '10m'))
    .option('--seed <S>', 'the same seed gives the same history', seedNumber, 0)
    .option('--crash <NODE@TIME>', 'cut the power of a node at a time; can be repeated', faultInto(faults, 'crash'))
    .option('--restart <NODE@TIME>', 'switch a node on again; can be repeated', faultInto(faults, 'restart'))
    .option(
      '--strategy <NAME>',
      'which nodes the scheduler examines: bestFit, indexed, localOptimum:N, :P% or :adaptive, randomizedBest:N',
      strategy,
    )
    .option(
      '--scheduler-config <FILE>',
      "the scheduler as a KubeSchedulerConfiguration describes it, kube-scheduler's --config",
    )
    .option(
      '--behaviours <FILE>',
      "what containers do, by image: a YAML list such as [{ image: 'batch:*', run: 30s, exitCode: 1 }]",
    )
    .option(
      '--server-side',
      'apply on the server, as kubectl apply --server-side: for manifests too large to be annotated',
    )
    .option('--json', 'print one JSON object instead of text')
    .option('--journal <FILE>', 'write what "wavetank replay" needs')
    .option('--save <FILE>', 'write the cluster as it is in the end, for loadCluster and "wavetank inspect"')
    .addHelpText('after', examples)
    .action(async (files: string[], options: RunOptions) => {
      for (const { at, text } of faults) {
        if (at > options.for) command.error(`error: ${text} comes after the end; see --for`, { exitCode: 2 })
      }
      if (options.import === undefined && files.length === 0)
        command.error("error: missing required argument 'FILE'", { exitCode: 2 })
      if (options.import !== undefined && command.getOptionValueSource('nodes') === 'cli')
        command.error('error: --nodes: the nodes are those of the dump; see --import', { exitCode: 2 })
      const twice = writtenTwice({ '--journal': options.journal, '--save': options.save })
      if (twice !== undefined) command.error(`error: ${twice}`, { exitCode: 2 })
      await run(files, options, faults, (message) => command.error(message, { exitCode: 2 }))
    })
}

function schedulersOf({ strategy, schedulerConfig: path }: RunOptions): Pick<ClusterOptions, 'schedulers'> {
  if (path === undefined) return strategy === undefined ? {} : { schedulers: [{ strategy }] }
  try {
    const configured = schedulerConfiguration(readText(path))
    return { schedulers: [strategy === undefined ? configured : { ...configured, strategy }] }
  } catch (error) {
    if (isStatusError(error)) throw new Refused(`error: ${path}: ${error.message}`)
    throw error
  }
}

async function run(
  files: readonly string[],
  options: RunOptions,
  faults: readonly PlannedFault[],
  refuse: (message: string) => never,
): Promise<void> {
  const open = (path: string | undefined, what: string): ((text: string) => void) | undefined =>
    path === undefined ? undefined : openOutput(path, what)
  const writeJournal = open(options.journal, 'journal')
  const writeSaved = open(options.save, 'saved cluster')
  const sources = await readSources(files)
  const { seed, nodes, json } = options
  const schedulers = schedulersOf(options)
  const behaviours = options.behaviours === undefined ? {} : { behaviours: readBehaviours(options.behaviours) }
  const begun = await begin(options.import, { seed, nodes, ...schedulers, ...behaviours })
  const { cluster } = begun
  if (cluster.now + options.for > lastMoment) refuse('error: --for: it would end after the year 9999')
  const report = json === true ? jsonReport(cluster) : textReport(cluster)
  const applied =
    files.length === 0
      ? { skipped: [], warnings: [] }
      : applyFiles(cluster, sources, { unsupported: 'skip', serverSide: options.serverSide })
  for (const { node, text } of faults) {
    if (cluster.nodes.find(node) === undefined) refuse(`error: ${text}: nodes "${node}" not found`)
  }
  const skipped = [...begun.skipped, ...applied.skipped]
  report.begin(skipped, [...begun.warnings, ...applied.warnings], { nodes: cluster.nodes.list().items.length, seed })
  await drive(cluster, options.for, faults, report)
  writeJournal?.(`${JSON.stringify(cluster.journal)}\n`)
  writeSaved?.(cluster.save())
  if (!report.end()) process.exitCode = 1
}
