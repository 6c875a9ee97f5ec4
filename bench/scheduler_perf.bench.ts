import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { dump, load } from 'js-yaml'
import { runSchedulerPerf, type SchedulerPerfReport, type SchedulerPerfWorkload } from '../src/experiments/index.ts'
import { hasCorpus } from '../test/support/system.ts'
import { folder, workloadsOf } from '../test/support/schedulerPerf.ts'
import type { Bench, BenchContext, Row } from './harness.ts'

// WAVETANK_ONLY=TEXT runs the tests of such a name.
const only = process.env['WAVETANK_ONLY'] ?? ''

/** Where upstream itself is slow, more is asked. */
const SLOW = 90

interface Size {
  readonly name: string
  readonly threshold: number
  readonly params: Readonly<Record<string, number>>
}

/** Sizes for which upstream states thresholds in a file that the corpus has only the thresholds of: thresholds.csv. */
function statedSizes(): ReadonlyMap<string, Size> {
  const [, ...lines] = readFileSync(join(folder, 'thresholds.csv'), 'utf8').trim().split('\n')
  return new Map(
    lines.map((line) => {
      const [test, name, threshold, initNodes, initPods, measurePods] = line.split(',')
      const params = { initNodes: Number(initNodes), initPods: Number(initPods), measurePods: Number(measurePods) }
      return [test!, { name: name!, threshold: Number(threshold), params }]
    }),
  )
}

interface Listed {
  readonly name: string
  readonly workloads: readonly { readonly name: string; readonly params: Readonly<Record<string, number>> }[]
}

/** The sizes of thresholds.csv in place of a test's own, where it has some. */
function withStatedSizes(text: string): string {
  const sizes = statedSizes()
  const tests = (load(text) as readonly Listed[]).map((test) => {
    const { name, threshold, params } = sizes.get(test.name) ?? {}
    const last = test.workloads.at(-1)!
    if (params === undefined || name === undefined) return test
    const kept = Object.fromEntries(Object.entries(last.params).map(([key, own]) => [key, params[key] ?? own]))
    // Each of five templates, or each of a hundred namespaces, has its share.
    if (test.name === 'MixedSchedulingBasePod') kept['initPods'] = params['initPods']! / 5
    return { ...test, workloads: [...test.workloads, { ...last, name, threshold, params: kept }] }
  })
  return dump([...tests, matchingAntiAffinity(sizes.get('SchedulingPodMatchingAntiAffinity')!)])
}

/** Of a test whose threshold the corpus has, and not its description: pods that those before them do not want beside them. */
function matchingAntiAffinity({ name, threshold, params }: Size): object {
  const pods = (count: string, namespace: string, template: string): object => ({
    opcode: 'createPods',
    countParam: `$${count}`,
    namespace,
    podTemplatePath: `templates/${template}.yaml`,
    collectMetrics: count === 'measurePods',
  })
  return {
    name: 'SchedulingPodMatchingAntiAffinity',
    workloadTemplate: [
      { opcode: 'createNodes', countParam: '$initNodes' },
      { opcode: 'createNamespaces', prefix: 'sched', count: 2 },
      pods('initPods', 'sched-0', 'pod-with-pod-anti-affinity'),
      pods('measurePods', 'sched-1', 'pod-with-pod-anti-affinity-label'),
    ],
    workloads: [{ name, threshold, params }],
  }
}

const sizeOf = ({ operations }: SchedulerPerfWorkload): number =>
  operations.reduce(
    (sum, one) => sum + (one.opcode === 'createNodes' || one.opcode === 'createPods' ? one.count : 0),
    0,
  )

interface Sizes {
  readonly smallest: SchedulerPerfWorkload
  readonly largest: SchedulerPerfWorkload
}

/** Of each test the smallest of its sizes, and the largest: of those that have a threshold, if any do, and of equals the first. */
function chosen(): readonly Sizes[] {
  const all = [
    ...workloadsOf('misc-performance-config.yaml'),
    ...workloadsOf('performance-config-all.yaml', withStatedSizes),
  ].filter(({ unsupported, test }) => unsupported === undefined && test.includes(only))
  return [...new Set(all.map(({ test }) => test))].map((name) => {
    const sizes = all.filter(({ test }) => test === name).toSorted((a, b) => sizeOf(b) - sizeOf(a))
    const largest = sizes.find(({ threshold }) => threshold !== undefined) ?? sizes[0]!
    return { smallest: sizes.at(-1)!, largest }
  })
}

/** Upstream's program is compiled before it starts; this one while it runs, for a run or two of what is new to it. */
const WARM_UPS = 2
const RUNS = 5

/** The smallest size, once, to see that it comes to its end; of the largest both figures, of the fastest run, as elsewhere. */
function measure(context: BenchContext, { smallest, largest }: Sizes): readonly Row[] {
  const small = smallest === largest ? [] : [rateOf(smallest, attempt(context, smallest))]
  for (let round = 0; round < WARM_UPS; round++) attempt(context, largest)
  const reports = Array.from({ length: RUNS }, () => attempt(context, largest))
  const fastest = reports.toSorted((a, b) => podsPerSecond(b) - podsPerSecond(a))[0]
  const { threshold } = largest
  const limit = threshold === undefined ? {} : { limit: threshold }
  const bar = threshold === undefined ? {} : { bar: { atLeast: threshold * (threshold <= SLOW ? 300 : 100) } }
  const row = rateOf(largest, reports.includes(undefined) ? undefined : fastest)
  const withCreation = {
    ...row,
    name: `${row.name}, with creation`,
    value: fastest?.measured.wall?.podsPerSecondWithCreation ?? 0,
  }
  return [...small, { ...row, ...limit, ...bar }, { ...withCreation, ...limit }]
}

const podsPerSecond = (report: SchedulerPerfReport | undefined): number => report?.measured.wall?.podsPerSecond ?? 0

/** 0 where a run did not come to its end, which was told. */
function rateOf({ test, name }: SchedulerPerfWorkload, report: SchedulerPerfReport | undefined): Row {
  return { name: `${test}/${name}`, value: podsPerSecond(report), unit: 'pods/s' }
}

function attempt(context: BenchContext, workload: SchedulerPerfWorkload): SchedulerPerfReport | undefined {
  const name = `${workload.test}/${workload.name}`
  try {
    const { report } = runSchedulerPerf(workload, { clock: context })
    context.progress(`${name}: ${said(report)}`)
    return report
  } catch (error) {
    context.progress(`${name}: ${String(error)}`)
    return undefined
  }
}

function said({ namespaces, measured }: SchedulerPerfReport): string {
  const sum = (count: 'bound' | 'pending' | 'gone'): number => namespaces.reduce((total, one) => total + one[count], 0)
  const ends = `${sum('bound')} bound, ${sum('pending')} pending, ${sum('gone')} gone`
  return `${ends}; ${Math.round(measured.examined / measured.decisions)} nodes examined a decision`
}

export const bench: Bench = {
  name: 'scheduler_perf',
  run(context) {
    if (!hasCorpus()) throw new Error(`${folder} is not there: nothing to run`)
    return chosen().flatMap((sizes) => measure(context, sizes))
  },
}
