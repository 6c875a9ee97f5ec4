/** The workloads of kube-scheduler's own performance tests, at the size of five nodes, and how SOURCES.md says they end. */
import { dump, load } from 'js-yaml'
import { describe, expect, test } from 'vitest'
import { runSchedulerPerf, type SchedulerPerfRun, type SchedulerPerfWorkload } from '../../../src/experiments/index.ts'
import { hasCorpus } from '../../support/system.ts'
import { workloadsOf } from '../../support/schedulerPerf.ts'

const ZONE = 'topology.kubernetes.io/zone'

interface Listed {
  readonly workloads: readonly { readonly params: Readonly<Record<string, number>> }[]
}

/** A hundredth of the first size of each test: 500 nodes become five. */
function hundredth(text: string): string {
  const part = (name: string, count: number): number =>
    name === 'initPodsPerNamespace' ? count : Math.ceil(count / (name === 'initNamespaces' ? 10 : 100))
  const tests = (load(text) as readonly Listed[]).map((one) => {
    const first = one.workloads[0]!
    const params = Object.entries(first.params).map(([name, count]) => [name, part(name, count)])
    return { ...one, workloads: [{ ...first, name: 'a hundredth', params: Object.fromEntries(params) as object }] }
  })
  return dump(tests)
}

function smallOnes(): readonly SchedulerPerfWorkload[] {
  const recent = workloadsOf('misc-performance-config.yaml').filter(({ labels }) => labels.includes('short'))
  const few = recent.filter(({ operations }) =>
    operations.every((one) => one.opcode !== 'createNodes' || one.count <= 10),
  )
  return [...few, ...workloadsOf('performance-config-all.yaml', hundredth)]
}

type Check = (run: SchedulerPerfRun) => void

/** Each of the five that come with a high priority makes three of the four on its node go. */
function threeForOne({ report }: SchedulerPerfRun): void {
  expect(report.namespaces).toMatchObject([
    { created: 20, bound: 5, pending: 0, gone: 15 },
    { created: 5, bound: 5, mostPerNode: 1 },
  ])
}

/** What differs from: every pod is bound. */
const ends: Readonly<Record<string, Check>> = {
  PreemptionBasic: threeForOne,
  PreemptionPVs: threeForOne,
  PreemptionAsync: ({ report, cluster }) => {
    const [low, churned, measured] = report.namespaces
    expect(measured).toMatchObject({ created: 5, bound: 5 })
    expect(churned!.bound).toBeGreaterThan(0)
    // Who came with a high priority has a node for itself, or waits for it to be empty: three of the low one are gone.
    const high = cluster.pods.list({ namespace: churned!.namespace }).items
    const nodes = high.flatMap(({ spec, status }) => spec.nodeName ?? status.nominatedNodeName ?? [])
    expect(new Set(nodes).size).toBe(nodes.length)
    expect(low!.gone).toBe(3 * nodes.length)
  },
  Unschedulable: ({ report }) => {
    const bound = report.namespaces.filter((one) => one.bound > 0)
    const never = report.namespaces.filter((one) => one.bound === 0)
    expect(bound.every((one) => one.bound === one.created)).toBe(true)
    expect(never.map((one) => one.pending)).toEqual(never.map((one) => one.created))
    expect(never.length).toBeGreaterThan(0)
  },
  SchedulingWithMixedChurn: ({ report, cluster }) => {
    const [churned, measured] = report.namespaces
    expect(measured).toMatchObject({ bound: measured!.created })
    expect(churned).toMatchObject({ bound: 0 })
    expect(churned!.created).toBeGreaterThan(0)
    expect(
      cluster.nodes.list().items.filter(({ metadata }) => metadata.name.startsWith('node-churn-')).length,
    ).toBeLessThan(2)
  },
  SchedulingWhileGated: ({ report }) => {
    const [gated, deleted, measured] = report.namespaces
    expect(gated).toMatchObject({ created: 10, bound: 0, pending: 10 })
    expect(deleted!.gone).toBeGreaterThan(0)
    expect(measured).toMatchObject({ created: 10, bound: 10 })
  },
  SchedulingDeletedPodsWithFinalizers: ({ report }) => {
    const [deleted, measured] = report.namespaces
    expect(deleted).toMatchObject({ created: 10, gone: 0 })
    expect(deleted!.terminating).toBeGreaterThan(0)
    expect(measured).toMatchObject({ created: 10, bound: 10 })
  },
  SchedulingPodAntiAffinity: (run) => {
    allBound(run)
    expect(mostOnANode(run)).toBe(1)
  },
  SchedulingRequiredPodAntiAffinityWithNSSelector: (run) => {
    allBound(run)
    expect(mostOnANode(run)).toBe(1)
  },
  TopologySpreading: (run) => {
    allBound(run)
    expect(skew(run, ZONE)).toBeLessThanOrEqual(5)
  },
  SchedulingWithNodeInclusionPolicy: (run) => {
    allBound(run)
    expect(mostOnANode(run)).toBe(1)
    const nodes = run.cluster.pods.list({ allNamespaces: true }).items.map(({ spec }) => spec.nodeName!)
    expect(nodes.filter((name) => name.startsWith('taint-node-'))).toEqual([])
  },
}

function allBound({ report }: SchedulerPerfRun): void {
  for (const one of report.namespaces) expect(one).toMatchObject({ bound: one.created, pending: 0, gone: 0 })
}

function mostOnANode({ cluster }: SchedulerPerfRun): number {
  const nodes = cluster.pods.list({ allNamespaces: true }).items.map(({ spec }) => spec.nodeName!)
  return Math.max(...new Map(nodes.map((name) => [name, nodes.filter((other) => other === name).length])).values())
}

/** Of the pods with the label of the test, over the values of a label of nodes. */
function skew({ cluster }: SchedulerPerfRun, key: string): number {
  const zones = new Map(cluster.nodes.list().items.map(({ metadata }) => [metadata.name, metadata.labels![key]!]))
  const pods = cluster.pods.list({ allNamespaces: true, labelSelector: 'color=blue' }).items
  const counts = [...new Set(zones.values())].map(
    (zone) => pods.filter(({ spec }) => zones.get(spec.nodeName!) === zone).length,
  )
  return Math.max(...counts) - Math.min(...counts)
}

describe.skipIf(!hasCorpus())('kube-scheduler’s performance workloads with few nodes', () => {
  for (const workload of hasCorpus() ? smallOnes() : []) {
    const title = `${workload.test}/${workload.name}`
    const why = workload.unsupported
    if (why !== undefined) {
      test.skip(`${title} (${why})`, () => {})
      continue
    }
    test(`${title} ends as upstream’s does`, () => {
      // Decisions slow enough for what churns beside to have its turns.
      const run = runSchedulerPerf(workload, { decision: '120ms' })
      const measured = workload.operations.find((one) => one.opcode === 'createPods' && one.isMeasured)
      expect(run.report.measured.pods).toBe((measured as { readonly count: number }).count)
      ;(ends[workload.test] ?? allBound)(run)
    })
  }

  test('only what dynamic resource allocation needs is not run', () => {
    const named = smallOnes().filter(({ unsupported }) => unsupported !== undefined)
    expect(new Set(named.map(({ test: name, unsupported }) => `${name}: ${unsupported}`))).toEqual(
      new Set([
        'SchedulingWithExtendedResource: templates/node-with-extended-resource.yaml: no such file',
        'SchedulingWithResourceClaimTemplate: createResourceDriver: not simulated',
        'SchedulingWithMultipleResourceClaims: createResourceDriver: not simulated',
      ]),
    )
    expect(() => runSchedulerPerf(named.at(-1)!)).toThrow(
      'SchedulingWithMultipleResourceClaims/a hundredth: createResourceDriver: not simulated',
    )
  })
})
