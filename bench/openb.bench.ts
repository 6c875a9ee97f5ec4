import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { policies } from '../examples/gpu/policies.ts'
import { type Measures, publishedRun, targetOf } from '../examples/gpu/published.ts'
import { readOpenb, type Trace } from '../src/experiments/index.ts'
import type { Bench, BenchContext, Row } from './harness.ts'

/**
 * GPU sharing on Alibaba's cluster of 2023 by five policies, beside the published results: a cell is the mean over the seeds
 * 42 to 51, and its bar two published standard deviations about the published mean. `--all` adds the other workloads.
 */
const seeds: readonly number[] = [42, 43, 44, 45, 46, 47, 48, 49, 50, 51]
const percents: readonly number[] = [100, 130]

/** Our names and those of published.json. */
const policyNames: readonly (readonly [string, string])[] = [
  ['Random', '01-Random'],
  ['DotProd', '02-DotProd'],
  ['GpuPacking', '04-GpuPacking'],
  ['BestFit', '05-BestFit'],
  ['FGD', '06-FGD'],
]
const measureNames: readonly (readonly [keyof Measures, string])[] = [
  ['allocation', 'gpu_allocation_ratio'],
  ['fragments', 'frag_over_total_gpu'],
  ['fragmentsOfIdle', 'frag_over_idle_gpu'],
]

interface Cell {
  readonly mean: number
  readonly sd: number
}

type Cells = Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, Cell>>>>>>

interface Published {
  /** By metric, workload, policy and percent. */
  readonly metrics: Readonly<Record<string, Cells>>
}

/** A cell that is outside for a cause that is known. */
interface KnownDifference {
  readonly workload: string
  readonly policy: string
  readonly measure: keyof Measures
  readonly at: number
  readonly cause: string
}

const repository = process.env['WAVETANK_CORPUS'] ?? join(process.cwd(), '../shared/corpus')
const folder = join(repository, 'traces/openb')
const prefix = 'openb_pod_list_'

function read(file: string): string {
  return readFileSync(join(folder, file), 'utf8')
}

function traceOf(workload: string): Trace {
  const files = { nodes: read('openb_node_list_gpu_node.csv'), pods: read(`${prefix}${workload}.csv`) }
  return readOpenb(files, { name: workload, times: 'none', gpus: 'annotations' })
}

function speed({ now, progress }: BenchContext): readonly Row[] {
  const trace = traceOf('default')
  const schedulers = policies(targetOf(trace))
  return policyNames.map(([policy]): Row => {
    const begin = now()
    const { arrived } = publishedRun({ trace, scheduler: schedulers[policy]!, seed: seeds[0]! })
    const seconds = (now() - begin) / 1000
    progress(`openb: ${policy}: ${arrived} pods in ${seconds.toFixed(1)} s`)
    return { name: `${policy}: one run of ${arrived} pods`, value: seconds, unit: 's', bar: { atMost: 5 } }
  })
}

function cells(workload: string, published: Published, context: BenchContext): readonly Row[] {
  const trace = traceOf(workload)
  const schedulers = policies(targetOf(trace))
  return policyNames.flatMap(([policy, publishedName]) => {
    const runs = seeds.map((seed) => {
      const begin = context.now()
      const { at } = publishedRun({ trace, scheduler: schedulers[policy]!, seed, to: 1.3 })
      context.progress(`openb: ${workload}, ${policy}, seed ${seed}: ${((context.now() - begin) / 1000).toFixed(1)} s`)
      return at
    })
    return measureNames.flatMap(([measure, metric]) =>
      percents.map((percent): Row => {
        const cell = published.metrics[metric]![`${prefix}${workload}`]![publishedName]![percent]!
        const value = runs.reduce((sum, at) => sum + at.get(percent)![measure], 0) / runs.length
        return rowOf({ workload, policy, measure, at: percent }, value, cell)
      }),
    )
  })
}

function rowOf(where: Omit<KnownDifference, 'cause'>, value: number, { mean, sd }: Cell): Row {
  const { workload, policy, measure, at } = where
  const name = `${workload}, ${policy}, ${measure} at ${at} %`
  const bar = { atLeast: thousandths(mean - 2 * sd), atMost: thousandths(mean + 2 * sd) }
  const known = knownDifferences().some(
    (one) => one.workload === workload && one.policy === policy && one.measure === measure && one.at === at,
  )
  const row = { value: thousandths(value), unit: '%', limit: mean }
  const isInside = row.value >= bar.atLeast && row.value <= bar.atMost
  if (known) return { name: `${name} (${isInside ? 'known to differ, but does not' : 'known to differ'})`, ...row }
  return { name, ...row, bar, isStrict: true }
}

/** As published. */
function thousandths(value: number): number {
  return Number(value.toFixed(3))
}

function knownDifferences(): readonly KnownDifference[] {
  const path = join(process.cwd(), 'bench/known-differences.json')
  return JSON.parse(readFileSync(path, 'utf8')) as readonly KnownDifference[]
}

export const bench: Bench = {
  name: 'openb',
  run(context) {
    if (!existsSync(folder)) {
      context.progress(`openb: skipped, there is no ${folder}`)
      return []
    }
    const published = JSON.parse(read('published.json')) as Published
    const workloads = Object.keys(published.metrics['gpu_allocation_ratio']!).map((name) => name.slice(prefix.length))
    const chosen = context.all
      ? workloads.filter((name) => existsSync(join(folder, `${prefix}${name}.csv`)))
      : ['default']
    return [...speed(context), ...chosen.flatMap((workload) => cells(workload, published, context))]
  },
}
