import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse, stringify } from 'yaml'
import { runSchedulerPerf, type SchedulerPerfReport, type SchedulerPerfWorkload } from '../src/experiments/index.ts'
import { hasCorpus } from '../test/support/system.ts'
import { folder, workloadsOf } from '../test/support/schedulerPerf.ts'
import type { Bench, BenchContext, Row } from './harness.ts'

// WAVETANK_QUICK=1 runs the smallest size of every test, to see that all of them run; WAVETANK_ONLY=TEXT those of a name.
const quick = process.env['WAVETANK_QUICK'] === '1'
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
  const tests = (parse(text) as readonly Listed[]).map((test) => {
    const { name, threshold, params } = sizes.get(test.name) ?? {}
    const last = test.workloads.at(-1)!
    if (params === undefined || name === undefined) return test
    const kept = Object.fromEntries(Object.entries(last.params).map(([key, own]) => [key, params[key] ?? own]))
    // Each of five templates, or each of a hundred namespaces, has its share.
    if (test.name === 'MixedSchedulingBasePod') kept['initPods'] = params['initPods']! / 5
    return { ...test, workloads: [...test.workloads, { ...last, name, threshold, params: kept }] }
  })
  return stringify([...tests, matchingAntiAffinity(sizes.get('SchedulingPodMatchingAntiAffinity')!)])
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

/** Of each test its largest size: the last of those that are largest and have a threshold, or the last of all. */
function chosen(): readonly SchedulerPerfWorkload[] {
  const all = [
    ...workloadsOf('misc-performance-config.yaml'),
    ...workloadsOf('performance-config-all.yaml', withStatedSizes),
  ].filter(({ unsupported, test }) => unsupported === undefined && test.includes(only))
  const byTest = new Map<string, SchedulerPerfWorkload>()
  for (const one of all) {
    const other = byTest.get(one.test)
    const isBetter =
      other === undefined ||
      (quick
        ? sizeOf(one) < sizeOf(other)
        : (one.threshold === undefined) === (other.threshold === undefined)
          ? sizeOf(one) > sizeOf(other)
          : one.threshold !== undefined)
    if (isBetter) byTest.set(one.test, one)
  }
  return [...byTest.values()]
}

/** Upstream's program is compiled before it starts; this one while it runs, for a run or two of what is new to it. */
const WARM_UPS = 2
const RUNS = 3

/** Both figures of a workload, of the median run; 0 where one does not come to its end, which is told. */
function measure(context: BenchContext, workload: SchedulerPerfWorkload): readonly Row[] {
  const name = `${workload.test}/${workload.name}`
  const { threshold } = workload
  for (let round = 0; !quick && round < WARM_UPS; round++) attempt(context, workload)
  const reports = Array.from({ length: quick ? 1 : RUNS }, () => attempt(context, workload))
  const rate = (report: SchedulerPerfReport | undefined): number => report?.measured.wall?.podsPerSecond ?? 0
  const report = reports.sort((a, b) => rate(a) - rate(b))[reports.length >> 1]
  const wall = reports.includes(undefined) ? undefined : report?.measured.wall
  const bar = threshold === undefined || quick ? {} : { bar: { atLeast: threshold * (threshold <= SLOW ? 300 : 100) } }
  const limit = threshold === undefined ? {} : { limit: threshold }
  if (report !== undefined) context.progress(`${name}: ${said(report)}`)
  return [
    { name, value: wall?.podsPerSecond ?? 0, unit: 'pods/s', ...limit, ...bar },
    { name: `${name}, with creation`, value: wall?.podsPerSecondWithCreation ?? 0, unit: 'pods/s', ...limit },
  ]
}

function attempt(context: BenchContext, workload: SchedulerPerfWorkload): SchedulerPerfReport | undefined {
  try {
    return runSchedulerPerf(workload, { clock: context }).report
  } catch (error) {
    context.progress(`${workload.test}/${workload.name}: ${String(error)}`)
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
    return chosen().flatMap((workload) => measure(context, workload))
  },
}
