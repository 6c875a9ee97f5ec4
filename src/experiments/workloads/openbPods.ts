import type { Manifest } from '../../api/manifest.ts'
import { byCodeUnit } from '../../api/order.ts'
import type { Pod, PodSpec } from '../../api/types/core.ts'
import type { Arrival } from '../workload.ts'
import { type CsvRow, readCsv } from './csv.ts'
import { GPU_COUNT, GPU_MILLI, GPU_MODEL, QOS } from './openbNames.ts'
import { uniqueName } from './openbNodes.ts'
import type { NamedText } from './source.ts'

const REQUIRED: readonly string[] = ['name', 'cpu_milli', 'memory_mib', 'num_gpu', 'gpu_milli']
const TIMES: readonly string[] = ['creation_time', 'deletion_time', 'scheduled_time']
const OPTIONAL: readonly string[] = ['gpu_spec', 'qos', 'pod_phase', ...TIMES]

const CLASSES: readonly string[] = ['', 'LS', 'BE', 'Burstable', 'Guaranteed']

/** Thousandths of one card. */
const WHOLE_CARD = 1000

export interface OpenbPodOptions {
  readonly timed: boolean
  readonly requested: boolean
  readonly models: ReadonlySet<string>
  readonly namespace: string | undefined
}

/** By time; at one moment, in the order of the file. */
export function openbPods(file: NamedText, ignored: readonly string[], options: OpenbPodOptions): readonly Arrival[] {
  const rows = readCsv(file, { required: REQUIRED, optional: OPTIONAL, ignored })
  const lines = new Map<string, string>()
  // Pods that ask for the same share what they say.
  const known = new Map<string, Wish>()
  const arrivals = rows.map((row): Arrival => {
    const name = uniqueName(row, 'name', lines)
    const pod = podOf(name, wishOf(row, known, options), qosOf(row), options.namespace)
    return { pod, ...timesOf(row, options.timed) }
  })
  arrivals.sort((a, b) => a.at - b.at)
  const first = arrivals[0]?.at ?? 0
  return first === 0 ? arrivals : arrivals.map((arrival) => ({ ...arrival, at: arrival.at - first }))
}

interface Wish {
  readonly annotations: Readonly<Record<string, string>> | undefined
  readonly spec: Manifest<PodSpec>
}

interface Asked {
  readonly cpu: string
  readonly memory: string
  readonly gpus: number
  readonly milli: number
  readonly models: readonly string[]
}

function podOf(name: string, wish: Wish, qos: string, namespace: string | undefined): Manifest<Pod> {
  const { annotations, spec } = wish
  const metadata = {
    name,
    ...(namespace === undefined ? {} : { namespace }),
    ...(qos === '' ? {} : { labels: { [QOS]: qos } }),
    ...(annotations === undefined ? {} : { annotations }),
  }
  return { apiVersion: 'v1', kind: 'Pod', metadata, spec }
}

function qosOf(row: CsvRow): string {
  const qos = row.text('qos')
  if (!CLASSES.includes(qos)) throw row.refuse('qos', `expected one of ${CLASSES.slice(1).join(', ')}`)
  return qos
}

function wishOf(row: CsvRow, known: Map<string, Wish>, { models, requested }: OpenbPodOptions): Wish {
  const gpus = row.whole('num_gpu', 0, WHOLE_CARD)
  const asked: Asked = {
    cpu: `${row.whole('cpu_milli', 0)}m`,
    memory: `${row.whole('memory_mib', 0)}Mi`,
    gpus,
    milli: milliOf(row, gpus),
    models: modelsOf(row, models, gpus),
  }
  const key = JSON.stringify(asked)
  const wish = known.get(key) ?? { annotations: annotationsOf(asked), spec: specOf(asked, requested) }
  known.set(key, wish)
  return wish
}

/** A share of one card, or the whole of each. */
function milliOf(row: CsvRow, gpus: number): number {
  if (gpus === 1) return row.whole('gpu_milli', 1, WHOLE_CARD)
  const milli = row.whole('gpu_milli', 0)
  const expected = gpus === 0 ? 0 : WHOLE_CARD
  if (milli === expected) return milli
  throw row.refuse('gpu_milli', `expected ${expected} where num_gpu is ${gpus}`)
}

function modelsOf(row: CsvRow, known: ReadonlySet<string>, gpus: number): readonly string[] {
  const text = row.text('gpu_spec')
  if (text === '') return []
  if (gpus === 0) throw row.refuse('gpu_spec', 'expected no model where num_gpu is 0')
  const models = [...new Set(text.split('|'))].sort(byCodeUnit)
  const unknown = models.find((model) => !known.has(model))
  if (unknown === undefined) return models
  const names = [...known].sort(byCodeUnit).join(', ')
  throw row.refuse('gpu_spec', `expected models that nodes have (${names}), not ${JSON.stringify(unknown)}`)
}

function annotationsOf({ gpus, milli, models }: Asked): Readonly<Record<string, string>> | undefined {
  if (gpus === 0) return undefined
  const model = models.length === 0 ? {} : { [GPU_MODEL]: models.join('|') }
  return { [GPU_COUNT]: String(gpus), [GPU_MILLI]: String(milli), ...model }
}

function specOf({ cpu, memory, gpus, milli, models }: Asked, requested: boolean): Manifest<PodSpec> {
  const gpu = requested && gpus > 0 ? { [GPU_MILLI]: String(gpus * milli) } : {}
  const amounts = { cpu, memory, ...gpu }
  const containers = [{ name: 'main', image: 'tensorflow:latest', resources: { requests: amounts, limits: amounts } }]
  if (!requested || models.length === 0) return { containers }
  const term = { matchExpressions: [{ key: GPU_MODEL, operator: 'In', values: models }] }
  const required = { nodeSelectorTerms: [term] }
  return { containers, affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: required } } }
}

/** Seconds become milliseconds. */
function timesOf(row: CsvRow, timed: boolean): { readonly at: number; readonly lifetimeMs?: number } {
  // Checked, even where they are not used.
  const scheduled = row.wholeIfAny('scheduled_time', 0)
  const deleted = row.wholeIfAny('deletion_time', 0)
  const created = row.wholeIfAny('creation_time', 0)
  if (created === undefined) {
    const column = TIMES.find((name) => row.text(name) !== '')
    if (column === undefined && !timed) return { at: 0 }
    if (column === undefined && !row.has('creation_time')) return { at: 0 }
    throw row.refuse('creation_time', 'expected a whole number of at least 0')
  }
  const began = scheduled ?? created
  if (began < created) throw row.refuse('scheduled_time', `expected a time from creation_time, ${created}, on`)
  if (deleted !== undefined && deleted < began) throw row.refuse('deletion_time', `expected a time from ${began} on`)
  if (!timed) return { at: 0 }
  const at = created * 1000
  return deleted === undefined ? { at } : { at, lifetimeMs: (deleted - began) * 1000 }
}
