import { labelValueErrors, subdomainErrors } from '../../api/names.ts'
import type { Manifest } from '../../api/manifest.ts'
import type { Node } from '../../api/types/core.ts'
import { type CsvRow, readCsv } from './csv.ts'
import { GPU_COUNT, GPU_MILLI, GPU_MODEL } from './openbNames.ts'
import type { NamedText } from './source.ts'

const COLUMNS: readonly string[] = ['sn', 'cpu_milli', 'memory_mib', 'gpu', 'model']

/** As in the published YAML. */
const PODS = '1001'

export interface OpenbNodes {
  readonly nodes: readonly Manifest<Node>[]
  /** The models of their cards. */
  readonly models: ReadonlySet<string>
}

export function openbNodes(file: NamedText, ignored: readonly string[]): OpenbNodes {
  const lines = new Map<string, string>()
  const models = new Set<string>()
  const nodes = readCsv(file, { required: COLUMNS, optional: [], ignored }).map((row) => {
    const name = uniqueName(row, 'sn', lines)
    const model = modelOf(row)
    if (model !== '') models.add(model)
    return nodeOf(row, name, model)
  })
  return { nodes, models }
}

/** Throws BadRequest for what cannot be a name, and for one that another line has. */
export function uniqueName(row: CsvRow, column: string, lines: Map<string, string>): string {
  const name = row.text(column)
  const [error] = subdomainErrors(name)
  if (error !== undefined) throw row.refuse(column, `expected a name: ${error}`)
  const other = lines.get(name)
  if (other !== undefined) throw row.refuse(column, `expected a name of its own (it stands at ${other} too)`)
  lines.set(name, row.place)
  return name
}

function modelOf(row: CsvRow): string {
  const model = row.text('model')
  const gpus = row.whole('gpu', 0, 1000)
  if (gpus > 0 && model === '') throw row.refuse('model', `expected the model of its ${gpus} GPUs`)
  if (gpus === 0 && model !== '') throw row.refuse('model', 'expected no model where there is no GPU')
  const [error] = labelValueErrors(model)
  if (error !== undefined) throw row.refuse('model', `expected the value of a label: ${error}`)
  return model
}

function nodeOf(row: CsvRow, name: string, model: string): Manifest<Node> {
  const gpus = row.whole('gpu', 0)
  const capacity = {
    cpu: `${row.whole('cpu_milli', 1)}m`,
    memory: `${row.whole('memory_mib', 1)}Mi`,
    pods: PODS,
    ...(gpus === 0 ? {} : { [GPU_COUNT]: String(gpus), [GPU_MILLI]: String(gpus * 1000) }),
  }
  const labels = {
    'beta.kubernetes.io/os': 'linux',
    'kubernetes.io/hostname': name,
    'kubernetes.io/os': 'linux',
    ...(model === '' ? {} : { [GPU_MODEL]: model }),
  }
  return { apiVersion: 'v1', kind: 'Node', metadata: { name, labels }, status: { capacity, allocatable: capacity } }
}
