/** kube-scheduler's own performance tests as their files describe them. */
import { badRequest, isStatusError } from '../../api/errors.ts'
import { refuse } from '../../api/fields.ts'
import { isObject } from '../../api/object.ts'
import { said } from '../../api/said.ts'
import { readYaml } from '../../client/readYaml.ts'
import { Fields } from './fields.ts'
import { NotSimulated, opcodeOf, type Resolution, resolve } from './operations.ts'
import type { SchedulerPerfWorkload } from './plan.ts'
import { NoSuchTemplate, type ReadFile, Templates } from './templates.ts'

export interface ReadSchedulerPerfOptions {
  /** The text of a template, by the path by which the file names it; undefined where there is none. */
  readonly readFile: ReadFile
  /** What errors call the file. Default `performance-config.yaml`. */
  readonly file?: string
}

/**
 * The workloads of a file like those of test/integration/scheduler_perf in kubernetes/kubernetes, in their order, with
 * parameters and templates filled in. A workload that uses an opcode which is not simulated (those of dynamic resource
 * allocation), or a template that is not there, says so in `unsupported`, and runs nowhere. Feature gates are passed over.
 *
 * Throws BadRequest that names file and field: `performance-config.yaml: [0].workloadTemplate[1].count: expected …`.
 */
export function readSchedulerPerf(text: string, options: ReadSchedulerPerfOptions): readonly SchedulerPerfWorkload[] {
  if (!isObject(options) || typeof options.readFile !== 'function')
    throw refuse('readSchedulerPerf', options, 'options with a function readFile')
  const { readFile, file = 'performance-config.yaml' } = options
  try {
    const templates = new Templates(readFile)
    return testsOf(text).flatMap((test, index) => workloadsOf(new Fields(test, `[${index}]`), templates))
  } catch (error) {
    throw isStatusError(error) ? badRequest(`${file}: ${error.status.message}`) : error
  }
}

function testsOf(text: string): readonly unknown[] {
  const [tests] = readYaml(text)
  if (Array.isArray(tests)) return tests as readonly unknown[]
  throw badRequest(`expected a list of tests, got ${said(tests)}`)
}

function workloadsOf(test: Fields, templates: Templates): readonly SchedulerPerfWorkload[] {
  const name = test.requiredText('name')
  const labels = test.texts('labels')
  const defaultPodTemplate = test.text('defaultPodTemplatePath')
  test.pass('featureGates', 'workloadTemplate', 'metricsCollectorConfig')
  const scheduler = test.text('schedulerConfigPath')
  const workloads = test.objects('workloads')
  test.end()
  return workloads.map((workload) => {
    const params = paramsOf(workload)
    const threshold = workload.positive('threshold')
    workload.pass('featureGates')
    const read = { test: name, name: workload.requiredText('name'), labels: [...labels, ...workload.texts('labels')] }
    workload.end()
    const given = { templates, defaultPodTemplate, params }
    const plan = scheduler === undefined ? planOf(test, given) : { unsupported: 'schedulerConfigPath: not read' }
    return { ...read, ...(threshold !== undefined && { threshold }), operations: [], ...plan }
  })
}

function paramsOf(workload: Fields): ReadonlyMap<string, number> {
  return new Map(
    workload.entries('params').map(([name, value]) => {
      if (Number.isSafeInteger(value) && (value as number) >= 0) return [name, value as number]
      throw workload.refused(`params.${name}`, 'a whole number from 0', value)
    }),
  )
}

type Plan = Pick<SchedulerPerfWorkload, 'operations'> | Required<Pick<SchedulerPerfWorkload, 'unsupported'>>

function planOf(test: Fields, given: Omit<Resolution, 'index'>): Plan {
  try {
    const listed = test.objects('workloadTemplate')
    for (const operation of listed) opcodeOf(operation)
    return { operations: listed.flatMap((operation, index) => resolve(operation, { ...given, index })) }
  } catch (error) {
    if (error instanceof NotSimulated || error instanceof NoSuchTemplate) return { unsupported: error.message }
    throw error
  }
}
