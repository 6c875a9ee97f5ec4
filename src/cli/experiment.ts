import { extname, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { Command } from 'commander'
import { isObject } from '../api/object.ts'
import { experiment } from '../experiments/experiment.ts'
import { namedMetrics } from '../experiments/metrics/all.ts'
import type { Metric } from '../experiments/metrics/metric.ts'
import { type MilpSolver, optimalNodes } from '../experiments/metrics/optimalNodes.ts'
import type { ExperimentOptions, ExperimentProgress } from '../experiments/options.ts'
import type { ExperimentResult } from '../experiments/result.ts'
import { wholeNumber } from './arguments.ts'
import { readExperiment, told } from './experimentFile.ts'
import { print, Refused } from './output.ts'
import { openOutput, writtenTwice } from './outputFile.ts'
import { createProgress } from './progress.ts'

interface Asked {
  readonly json?: string
  readonly csv?: string
  readonly html?: string
  readonly markdown?: true
  readonly seeds?: number
  readonly wallClock: boolean
}

const examples = `
FILE is YAML or JSON that describes an experiment: nodes, workload, schedulers and seeds; or a module that exports one,
as "experiment" or by default. Paths in it are from its own folder.

Examples:
  wavetank experiment examples/hot-new-node.yaml --html hot-new-node.html
  wavetank experiment mine.mjs --seeds 30 --json mine.json --no-wall-clock

The exit status is 0 when every run came to its end, 1 when the experiment was refused, and 2 when the command line makes
no sense.`

export function experimentCommand(): Command {
  const command = new Command('experiment')
  return command
    .description('Let schedulers meet the same workloads, and compare them.')
    .argument('<FILE>', 'what to do: YAML, JSON, or a module')
    .option('--json <FILE>', 'write everything that was found')
    .option('--csv <FILE>', 'write one line a run')
    .option('--html <FILE>', 'write a page with charts')
    .option('--markdown', 'print Markdown instead of text')
    .option('--seeds <N>', 'so many seeds instead of those of the file', wholeNumber)
    .option('--no-wall-clock', 'measure nothing that depends on this machine: the same result every time')
    .addHelpText('after', examples)
    .action(async (file: string, asked: Asked) => {
      const twice = writtenTwice({ '--json': asked.json, '--csv': asked.csv, '--html': asked.html })
      if (twice !== undefined) command.error(`error: ${twice}`, { exitCode: 2 })
      const write = writers(asked)
      const result = await run(file, asked)
      for (const one of write) one(result)
      print(asked.markdown === true ? result.toMarkdown().trimEnd() : String(result))
    })
}

/** What writes the files; whether they can be written is tried before anybody waits for them. */
function writers({ json, csv, html }: Asked): readonly ((result: ExperimentResult) => void)[] {
  const one = (
    path: string | undefined,
    what: string,
    text: (result: ExperimentResult) => string,
  ): ((result: ExperimentResult) => void)[] => {
    if (path === undefined) return []
    const write = openOutput(path, what)
    return [(result) => write(text(result))]
  }
  return [
    ...one(json, 'JSON', (result) => `${JSON.stringify(result)}\n`),
    ...one(csv, 'CSV', (result) => result.toCsv()),
    ...one(html, 'page', (result) => result.toHtml()),
  ]
}

async function run(file: string, { seeds, wallClock }: Asked): Promise<ExperimentResult> {
  const described = /\.[cm]?[jt]s$/u.test(extname(file)) ? await exportedBy(file) : readExperiment(file)
  const metrics = await withSolver(described.metrics)
  if (!wallClock) refuseWallClock(file, described.metrics)
  const bar = createProgress()
  const progress = (now: ExperimentProgress): void => bar.show(() => progressLine(now))
  const clock = wallClock ? { clock: performance } : {}
  try {
    const options = { ...described, ...metrics, ...(seeds === undefined ? {} : { seeds }), ...clock, progress }
    return told(file, () => experiment(options))
  } finally {
    bar.clear()
  }
}

async function exportedBy(file: string): Promise<ExperimentOptions> {
  let module: { readonly experiment?: unknown; readonly default?: unknown }
  try {
    module = (await import(pathToFileURL(resolve(file)).href)) as typeof module
  } catch (error) {
    throw new Refused(`error: ${file} cannot be imported: ${error instanceof Error ? error.message : String(error)}`)
  }
  const found = module.experiment ?? module.default
  if (isObject(found)) return found as ExperimentOptions
  throw new Refused(`error: ${file} exports no experiment: expected an object, by default or named experiment`)
}

/** Without the clock, what is measured by it cannot be. */
function refuseWallClock(file: string, metrics: unknown): void {
  const asked = namedMetrics.find(
    ({ name, isWallClock }) => isWallClock && Array.isArray(metrics) && metrics.includes(name),
  )
  if (asked === undefined) return
  throw new Refused(`error: ${file}: metrics: ${asked.name} depends on this machine: leave out --no-wall-clock`)
}

/** A file can name `optimalNodes`: whose solver is a package that may be missing. */
async function withSolver(metrics: ExperimentOptions['metrics']): Promise<Pick<ExperimentOptions, 'metrics'>> {
  if (!Array.isArray(metrics) || !metrics.includes('optimalNodes')) return {}
  // By a variable: it is no part of what is built.
  const solver: string = 'highs'
  try {
    const { default: load } = (await import(solver)) as { readonly default: () => Promise<MilpSolver> }
    const metric = optimalNodes(await load())
    return {
      metrics: (metrics as readonly unknown[]).map((one) => (one === 'optimalNodes' ? metric : one)) as Metric[],
    }
  } catch (error) {
    throw new Refused(
      `error: metrics: optimalNodes needs the package highs: npm install highs (${(error as Error).message})`,
    )
  }
}

const width = 24

/** `██████░░░░ 61 %  run 4 of 6: best fit, seed 2, 1234 of 5000 pods`. */
export function progressLine({ run, runs, arrived, expected, scheduler, seed }: ExperimentProgress): string {
  const done = (run - 1 + Math.min(1, arrived / Math.max(1, expected))) / runs
  const full = Math.floor(done * width)
  const bar = '█'.repeat(full) + '░'.repeat(width - full)
  return `${bar} ${Math.floor(done * 100)} %  run ${run} of ${runs}: ${scheduler}, seed ${seed}, ${arrived} of ${expected} pods`
}
