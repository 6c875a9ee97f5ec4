import { describe, expect, test } from 'vitest'
import { readSchedulerPerf, runSchedulerPerf, type SchedulerPerfReport } from '../../../src/experiments/index.ts'

const POD = `
apiVersion: v1
kind: Pod
metadata: { generateName: small- }
spec:
  terminationGracePeriodSeconds: 0
  containers: [{ name: main, image: web, resources: { requests: { cpu: 500m } } }]
`
const HIGH = POD.replace('spec:', 'spec:\n  priority: 7').replace('500m', '9')
const files: Readonly<Record<string, string>> = { 'pod.yaml': POD, 'high.yaml': HIGH, 'two.yaml': `${POD}---${POD}` }

const readFile = (path: string): string | undefined => files[path]

/** A test of one workload; its lines are operations. */
function fileOf(...operations: readonly string[]): string {
  const template = operations.map((line) => `  - { ${line} }`).join('\n')
  return `- name: Test\n  defaultPodTemplatePath: pod.yaml\n  workloadTemplate:\n${template}\n  workloads:\n  - { name: one, threshold: 100, params: { some: 4 } }\n`
}

function run(...operations: readonly string[]): SchedulerPerfReport {
  const [workload] = readSchedulerPerf(fileOf(...operations), { readFile })
  return runSchedulerPerf(workload!).report
}

describe('reading', () => {
  const refused: readonly (readonly [string, string])[] = [
    ['opcode: createNodes, count: -1', '[0].workloadTemplate[0].count: expected a whole number from 0, got -1'],
    ['opcode: createNodes', '[0].workloadTemplate[0].count: Required value'],
    [
      'opcode: createNodes, countParam: $none',
      '[0].workloadTemplate[0].countParam: the workload has no parameter $none',
    ],
    ['opcode: createNodes, count: 1, cuont: 2', '[0].workloadTemplate[0].cuont: unknown field'],
    ['count: 1', '[0].workloadTemplate[0].opcode: Required value'],
    [
      'opcode: churn, mode: often, templatePaths: [pod.yaml]',
      '[0].workloadTemplate[0].mode: expected create or recreate, got "often"',
    ],
    ['opcode: createPods, count: 1, podTemplatePath: two.yaml', 'two.yaml: expected one object, got 2'],
    [
      'opcode: createPods, count: 1, collectMetrics: true, skipWaitToCompletion: true',
      '[0].workloadTemplate[0]: collectMetrics and skipWaitToCompletion cannot be true at the same time',
    ],
  ]

  test.for(refused)('%s is refused with file and field', ([line, message]) => {
    expect(() => readSchedulerPerf(fileOf(line), { readFile, file: 'my.yaml' })).toThrow(`my.yaml: ${message}`)
  })

  test('what is no list of tests is refused, and so is text that is no YAML', () => {
    expect(() => readSchedulerPerf('name: x', { readFile })).toThrow(
      'performance-config.yaml: expected a list of tests, got an object',
    )
    expect(() => readSchedulerPerf('- [', { readFile })).toThrow(
      'performance-config.yaml: error converting YAML to JSON',
    )
  })

  test('an opcode that is not simulated, or a template that is not there, leaves a workload that says so', () => {
    const unsupported = (line: string): unknown => readSchedulerPerf(fileOf(line), { readFile })[0]!.unsupported
    expect(unsupported('opcode: createResourceDriver')).toBe('createResourceDriver: not simulated')
    expect(unsupported('opcode: createPods, count: 1, podTemplatePath: no.yaml')).toBe('no.yaml: no such file')
  })

  test('sets of pods are pods in each namespace of a prefix', () => {
    const [workload] = readSchedulerPerf(
      fileOf(
        'opcode: createPodSets, count: 2, namespacePrefix: ns, createPodsOp: { opcode: createPods, countParam: $some }',
      ),
      { readFile },
    )
    expect(workload!.operations).toMatchObject([
      { opcode: 'createPods', namespace: 'ns-0', count: 4 },
      { opcode: 'createPods', namespace: 'ns-1', count: 4 },
    ])
  })
})

describe('running', () => {
  test('an operation without a namespace has one of its own, numbered by where it stands', () => {
    const report = run('opcode: createNodes, count: 2', 'opcode: createPods, countParam: $some, collectMetrics: true')
    expect(report).toMatchObject({
      test: 'Test',
      workload: 'one',
      nodes: 2,
      threshold: 100,
      namespaces: [{ namespace: 'namespace-1', created: 4, bound: 4, pending: 0, gone: 0, mostPerNode: 2 }],
      measured: { pods: 4, decisions: 4, examined: 8 },
    })
    // No clock was handed in.
    expect(report.ratio).toBeUndefined()
  })

  test('speed is told by the clock that is handed in', () => {
    const [workload] = readSchedulerPerf(
      fileOf('opcode: createNodes, count: 2', 'opcode: createPods, count: 4, collectMetrics: true'),
      { readFile },
    )
    let tick = 0
    const { measured, ratio } = runSchedulerPerf(workload!, { clock: { now: () => (tick += 10) } }).report
    expect(measured.wall).toEqual({
      schedulingMs: 10,
      creationMs: 10,
      podsPerSecond: 400,
      podsPerSecondWithCreation: 200,
    })
    expect(ratio).toBe(4)
  })

  test('pods that are not measured take none of the time that is told', () => {
    const timesOf = (...operations: readonly string[]): unknown => {
      const [workload] = readSchedulerPerf(fileOf('opcode: createNodes, count: 2', ...operations), { readFile })
      let tick = 0
      return runSchedulerPerf(workload!, { clock: { now: () => (tick += 10) } }).report.measured.wall
    }
    const measured = 'opcode: createPods, count: 4, collectMetrics: true'
    const alone = timesOf(measured)
    const other = 'opcode: createPods, count: 3'
    expect(timesOf(other, measured, 'opcode: barrier', other)).toEqual(alone)
  })

  test('pods that are deleted beside go at their pace, and those of no node wait', () => {
    const report = run(
      'opcode: createNodes, count: 1',
      'opcode: createPods, count: 8',
      'opcode: createPods, count: 2, skipWaitToCompletion: true',
      'opcode: barrier, stageRequirement: Attempted',
      'opcode: deletePods, namespace: namespace-1, deletePodsPerSecond: 2, skipWaitToCompletion: true',
      'opcode: sleep, duration: 1600ms',
    )
    expect(report.namespaces).toMatchObject([
      { namespace: 'namespace-1', created: 8, bound: 5, gone: 3 },
      { namespace: 'namespace-2', created: 2, bound: 2 },
    ])
  })

  test('what churns is created until the end, or comes and goes', () => {
    const report = run(
      'opcode: createNodes, count: 1',
      'opcode: churn, mode: create, number: 3, templatePaths: [high.yaml], intervalMilliseconds: 100',
      'opcode: churn, mode: recreate, number: 2, templatePaths: [high.yaml], intervalMilliseconds: 100',
      'opcode: sleep, duration: 1s',
    )
    expect(report.namespaces).toMatchObject([
      { namespace: 'namespace-1', created: 3, pending: 3, gone: 0 },
      // Two come, two go, two come, two go, two come.
      { namespace: 'namespace-2', created: 6, pending: 2, gone: 4 },
    ])
  })

  test('pods that are waited for in vain end the run after ten minutes', () => {
    expect(() => run('opcode: createNodes, count: 1', 'opcode: createPods, count: 9')).toThrow(
      'waited 10m in vain until the pods of namespace-1 are bound',
    )
  })
})
