/** One operation of a workload's template, resolved. Mirrors test/integration/scheduler_perf/operations.go. */
import { badRequest } from '../../api/errors.ts'
import { parseDuration } from '../../api/duration.ts'
import type { Manifest } from '../../api/manifest.ts'
import type { KubeObject } from '../../api/meta.ts'
import type { Node, Pod } from '../../api/types/core.ts'
import type { Fields } from './fields.ts'
import type { Churn, CreateNodes, CreatePods, Json, NodeVolumes, Operation } from './plan.ts'
import type { Templates } from './templates.ts'

/** What an operation is resolved with. */
export interface Resolution {
  /** Of the workload: what `$name` stands for. */
  readonly params: ReadonlyMap<string, number>
  readonly templates: Templates
  /** Where pods whose operation names no template come from. */
  readonly defaultPodTemplate: string | undefined
  /** Which operation this is, from 0: what names no namespace has one of its own. */
  readonly index: number
}

/** An opcode that is not simulated. */
export class NotSimulated extends Error {
  override readonly name = 'NotSimulated'

  constructor(opcode: string) {
    super(`${opcode}: not simulated`)
  }
}

type Resolver = (fields: Fields, resolution: Resolution) => readonly Operation[]

const resolvers: Readonly<Record<string, Resolver>> = Object.freeze({
  createNodes: (fields, resolution) => [createNodes(fields, resolution)],
  createNamespaces,
  createPods: (fields, resolution) => [createPods(fields, resolution)],
  createPodSets,
  churn: (fields, resolution) => [churn(fields, resolution)],
  barrier,
  deletePods,
  sleep,
})

/** Throws NotSimulated for an opcode that is not known. */
export function opcodeOf(fields: Fields): string {
  const opcode = fields.requiredText('opcode')
  if (Object.hasOwn(resolvers, opcode)) return opcode
  throw new NotSimulated(opcode)
}

/** Throws BadRequest for what is wrong, NotSimulated, and NoSuchTemplate. */
export function resolve(fields: Fields, resolution: Resolution): readonly Operation[] {
  const operations = resolvers[opcodeOf(fields)]!(fields, resolution)
  fields.end()
  return operations
}

/** The machine of upstream's benchmarks, where an operation names no template. */
const DEFAULT_NODE: Manifest<Node> = Object.freeze({
  metadata: { generateName: 'scheduler-perf-' },
  status: {
    capacity: { pods: '110', cpu: '4', memory: '32Gi' },
    conditions: [{ status: 'True', type: 'Ready' }],
  },
})

const amounts: Readonly<Record<string, string>> = Object.freeze({ cpu: '100m', memory: '500Mi' })

/** Mirrors makeBasePod and MakePodSpec of test/utils/runners.go. */
const DEFAULT_POD: Manifest<Pod> = Object.freeze({
  metadata: { generateName: 'pod-' },
  spec: {
    containers: [
      {
        name: 'pause',
        image: 'registry.k8s.io/pause:3.10.1',
        ports: [{ containerPort: 80 }],
        resources: { limits: amounts, requests: amounts },
      },
    ],
  },
})

function createNodes(fields: Fields, resolution: Resolution): CreateNodes {
  const label = fields.object('labelNodePrepareStrategy')
  const unique = fields.object('uniqueNodeLabelStrategy')
  const volumes = fields.object('nodeAllocatableStrategy')
  const path = fields.text('nodeTemplatePath')
  return {
    opcode: 'createNodes',
    count: countOf(fields, resolution),
    template: path === undefined ? DEFAULT_NODE : (resolution.templates.get(path) as Manifest<Node>),
    ...(label && { label: labelOf(label) }),
    ...(unique && { uniqueLabel: ended(unique, unique.requiredText('labelKey')) }),
    ...(volumes && { volumes: volumesOf(volumes) }),
  }
}

function labelOf(fields: Fields): { readonly key: string; readonly values: readonly string[] } {
  const key = fields.requiredText('labelKey')
  const values = fields.has('labelValue') ? [fields.requiredText('labelValue')] : fields.texts('labelValues')
  if (values.length === 0) throw badRequest(`${fields.at('labelValues')}: Required value`)
  return ended(fields, { key, values })
}

function volumesOf(fields: Fields): NodeVolumes {
  const allocatable = fields.entries('nodeAllocatable').map(([name, value]) => [name, String(value)])
  const drivers = fields.entries('csiNodeAllocatable').map(([name, value]) => {
    const count = Number((value as Json | null)?.['count'])
    if (Number.isSafeInteger(count) && count >= 0) return { name, count }
    throw fields.refused(`csiNodeAllocatable.${name}.count`, 'a whole number from 0', (value as Json | null)?.['count'])
  })
  const migrated = fields.texts('migratedPlugins')
  return ended(fields, { allocatable: Object.fromEntries(allocatable) as Record<string, string>, drivers, migrated })
}

function createNamespaces(fields: Fields, resolution: Resolution): readonly Operation[] {
  const prefix = fields.requiredText('prefix')
  const path = fields.text('namespaceTemplatePath')
  const template = path === undefined ? {} : (resolution.templates.get(path) as Manifest<KubeObject>)
  const names = numbered(prefix, countOf(fields, resolution))
  return [{ opcode: 'createNamespaces', names, template }]
}

function createPods(fields: Fields, resolution: Resolution): CreatePods {
  const { templates, defaultPodTemplate, index } = resolution
  const path = fields.text('podTemplatePath') ?? defaultPodTemplate
  const volume = fields.text('persistentVolumeTemplatePath')
  const claim = fields.text('persistentVolumeClaimTemplatePath')
  if ((volume === undefined) !== (claim === undefined))
    throw badRequest(`${fields.path}: a template of volumes and one of claims belong together`)
  const isMeasured = fields.flag('collectMetrics')
  const waits = !fields.flag('skipWaitToCompletion')
  if (isMeasured && !waits)
    throw badRequest(`${fields.path}: collectMetrics and skipWaitToCompletion cannot be true at the same time`)
  return {
    opcode: 'createPods',
    namespace: fields.text('namespace') ?? `namespace-${index}`,
    count: countOf(fields, resolution),
    template: path === undefined ? DEFAULT_POD : (templates.get(path) as Manifest<Pod>),
    ...(volume !== undefined && { volume: { volume: templates.get(volume), claim: templates.get(claim!) } }),
    isMeasured,
    waits,
  }
}

/** The same pods in each of several namespaces, one after the other. */
function createPodSets(fields: Fields, resolution: Resolution): readonly Operation[] {
  const namespaces = numbered(fields.requiredText('namespacePrefix'), countOf(fields, resolution))
  const inner = fields.object('createPodsOp')
  if (inner === undefined) throw badRequest(`${fields.at('createPodsOp')}: Required value`)
  inner.pass('opcode')
  const one = ended(inner, createPods(inner, resolution))
  return namespaces.map((namespace) => ({ ...one, namespace }))
}

function churn(fields: Fields, { templates, index }: Resolution): Churn {
  const mode = fields.requiredText('mode')
  if (mode !== 'create' && mode !== 'recreate') throw fields.refused('mode', 'create or recreate', mode)
  const number = fields.whole('number') ?? 0
  if (mode === 'recreate' && number === 0) throw fields.refused('number', 'a whole number from 1', number)
  const paths = fields.texts('templatePaths')
  if (paths.length === 0) throw badRequest(`${fields.at('templatePaths')}: Required value`)
  return {
    opcode: 'churn',
    namespace: fields.text('namespace') ?? `namespace-${index}`,
    mode,
    number: number === 0 ? Infinity : number,
    templates: paths.map((path) => templates.get(path)),
    intervalMs: fields.positive('intervalMilliseconds') ?? 500,
  }
}

function barrier(fields: Fields): readonly Operation[] {
  const stage = fields.text('stageRequirement') ?? 'Scheduled'
  if (stage !== 'Attempted' && stage !== 'Scheduled')
    throw fields.refused('stageRequirement', 'Attempted or Scheduled', stage)
  return [{ opcode: 'barrier', stage, namespaces: fields.texts('namespaces'), labelSelector: selectorOf(fields) }]
}

function deletePods(fields: Fields): readonly Operation[] {
  const namespace = fields.requiredText('namespace')
  const perSecond = fields.whole('deletePodsPerSecond') ?? 0
  const waits = !fields.flag('skipWaitToCompletion')
  return [{ opcode: 'deletePods', namespace, labelSelector: selectorOf(fields), perSecond, waits }]
}

function sleep(fields: Fields): readonly Operation[] {
  const duration = fields.requiredText('duration')
  try {
    return [{ opcode: 'sleep', durationMs: parseDuration(duration) }]
  } catch {
    throw fields.refused('duration', 'a duration such as 5s', duration)
  }
}

function selectorOf(fields: Fields): string {
  return fields
    .entries('labelSelector')
    .map(([key, value]) => `${key}=${String(value)}`)
    .join(',')
}

function countOf(fields: Fields, { params }: Resolution): number {
  const param = fields.text('countParam')
  const count = fields.whole('count')
  if (param === undefined) {
    if (count === undefined) throw badRequest(`${fields.at('count')}: Required value`)
    return count
  }
  const value = param.startsWith('$') ? params.get(param.slice(1)) : undefined
  if (value === undefined) throw badRequest(`${fields.at('countParam')}: the workload has no parameter ${param}`)
  return value
}

function numbered(prefix: string, count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => `${prefix}-${index}`)
}

function ended<T>(fields: Fields, value: T): T {
  fields.end()
  return value
}
