/** Alibaba's GPU cluster of 2023 (cluster-trace-gpu-v2023, "openb"): nodes and pods as CSV. */
import { badRequest } from '../../api/errors.ts'
import { checkFields, refuse } from '../../api/fields.ts'
import type { Arrival, Trace } from '../workload.ts'
import { podName } from './checks.ts'
import { openbNodes } from './openbNodes.ts'
import { type OpenbPodOptions, openbPods } from './openbPods.ts'
import { namedText, type Source } from './source.ts'

export interface OpenbFiles {
  /** `sn,cpu_milli,memory_mib,gpu,model`: the name, thousandths of a core, MiB, whole cards and their model. */
  readonly nodes: Source
  /**
   * `name,cpu_milli,memory_mib,num_gpu,gpu_milli` and, but in the lists of multi-GPU pods,
   * `gpu_spec,qos,pod_phase,creation_time,deletion_time,scheduled_time`.
   */
  readonly pods: Source
}

export interface OpenbOptions {
  /** The name of the trace and its workload. Default `openb`. */
  readonly name?: string
  /**
   * `'trace'` (the default): pods come at `creation_time` and stay from `scheduled_time` (from `creation_time`, if they
   * never were scheduled) to `deletion_time`; the first comes at 0. `'none'`: all come at once in the order of the file, and
   * stay, as in the published runs. A list without times is always so.
   */
  readonly times?: 'trace' | 'none'
  /**
   * What a pod says of its GPUs. `'annotations'`: what the published simulator reads, `alibabacloud.com/gpu-count`, and per
   * card `alibabacloud.com/gpu-milli` and, for allowed models, `alibabacloud.com/gpu-card-model` (`P100|T4`).
   * `'requests'` (the default): these and what Kubernetes heeds by itself, a request for `alibabacloud.com/gpu-milli` over
   * all cards and a required node affinity for the models. Which card of a node a share is on is for a plugin to say.
   */
  readonly gpus?: 'requests' | 'annotations'
  /** Models that pods may ask for though no node has them. */
  readonly models?: readonly string[]
  /** The namespace of the pods; none is said unless given. */
  readonly namespace?: string
  /** Further columns that may be there, of either file; they are passed over. */
  readonly ignore?: readonly string[]
}

const FIELDS: readonly string[] = ['name', 'times', 'gpus', 'models', 'namespace', 'ignore']

/**
 * Reads the trace. Nodes get the names, labels, capacity and 1001 pods that they have in the published simulator's YAML;
 * a pod's `qos` is its label `alibabacloud.com/qos`. `pod_phase` is not taken: it is what became of the pod then.
 *
 * Throws BadRequest that names file, line and column: `pods.csv:17, column cpu_milli: expected a whole number of at
 * least 0, got "-3"`.
 */
export function readOpenb(files: OpenbFiles, options: OpenbOptions = {}): Trace {
  checkFields(files, 'readOpenb', '{ nodes, pods }', ['nodes', 'pods'])
  checkFields(options, 'readOpenb', 'options', FIELDS)
  const name = podName(options.name ?? 'openb', 'readOpenb.name')
  const ignored = options.ignore ?? []
  const { nodes, models } = openbNodes(namedText(files.nodes, 'nodes.csv'), ignored)
  const arrivals = openbPods(namedText(files.pods, 'pods.csv'), ignored, podOptions(options, models))
  return { name, nodes, workload: { name, arrivals: (): readonly Arrival[] => arrivals } }
}

function podOptions(options: OpenbOptions, onNodes: ReadonlySet<string>): OpenbPodOptions {
  const { times = 'trace', gpus = 'requests', models = [], namespace } = options
  if (times !== 'trace' && times !== 'none') throw refuse('readOpenb.times', times, '"trace" or "none"')
  if (gpus !== 'requests' && gpus !== 'annotations') throw refuse('readOpenb.gpus', gpus, '"requests" or "annotations"')
  if (!Array.isArray(models)) throw badRequest('readOpenb.models: expected a list of models')
  return {
    timed: times === 'trace',
    requested: gpus === 'requests',
    models: new Set([...onNodes, ...models]),
    namespace,
  }
}
