import { badRequest } from '../api/errors.ts'
import { type Fields, listAt, objectAt } from '../api/fields.ts'
import type { Manifest } from '../api/manifest.ts'
import { said } from '../api/said.ts'
import type { Node } from '../api/types/core.ts'
import type { Workload } from '../experiments/workload.ts'
import { merged, retimed, type RetimedOptions, shuffled } from '../experiments/workloads/combined.ts'
import { generated, type GeneratedOptions } from '../experiments/workloads/generated.ts'
import { inflated, type InflatedOptions } from '../experiments/workloads/inflated.ts'
import { readManifests, type ReadManifestsOptions } from '../experiments/workloads/manifests.ts'
import { type OpenbOptions, readOpenb } from '../experiments/workloads/openb.ts'
import { partFull, type PartFullOptions } from '../experiments/workloads/partFull.ts'
import { readSimkube } from '../experiments/workloads/simkube.ts'
import type { ReadBeside } from './described.ts'

interface Found {
  readonly workload: Workload
  /** Where the workload brings machines. */
  readonly nodes?: readonly Manifest<Node>[] | undefined
}

const forms: readonly string[] = ['generated', 'openb', 'manifests', 'simkube']
const changes: readonly string[] = ['retimed', 'shuffled', 'inflated', 'partFull']

/** The workload of an experiment's file. `nodes` are those that the file tells itself. Throws BadRequest that names the field. */
export function workloadOf(described: unknown, nodes: readonly Manifest<Node>[] | undefined, read: ReadBeside): Found {
  const all = objectAt(described, 'workload', [...forms, ...changes])
  const given = forms.filter((form) => form in all)
  if (given.length !== 1)
    throw badRequest(
      `workload: expected exactly one of ${forms.join(', ')}; got ${given.length === 0 ? 'none' : given.join(' and ')}`,
    )
  const found = readers[given[0]!]!(all[given[0]!], read)
  if (nodes !== undefined && found.nodes !== undefined && found.nodes.length > 0)
    throw badRequest(`nodes: workload.${given[0]} brings its own ${found.nodes.length} nodes; leave one of them out`)
  const own = found.nodes !== undefined && found.nodes.length > 0 ? found.nodes : undefined
  return { workload: changed(found.workload, all, nodes ?? own), nodes: own }
}

const readers: Readonly<Record<string, (given: unknown, read: ReadBeside) => Found>> = {
  generated(given) {
    const list = Array.isArray(given) ? (given as readonly GeneratedOptions[]) : [given as GeneratedOptions]
    if (list.length === 0) throw badRequest('workload.generated: expected at least one')
    const workloads = list.map((one) => generated(one))
    return {
      workload:
        workloads.length === 1 ? workloads[0]! : merged(workloads.map(({ name }) => name).join('-and-'), workloads),
    }
  },
  openb(given, read) {
    const { nodes, pods, ...options } = objectAt(given, 'workload.openb')
    const files = { nodes: read(nodes, 'workload.openb.nodes'), pods: read(pods, 'workload.openb.pods') }
    return readOpenb(files, options as OpenbOptions)
  },
  manifests(given, read) {
    const { files, ...options } =
      typeof given === 'object' && !Array.isArray(given) ? objectAt(given, 'workload.manifests') : { files: given }
    const paths = typeof files === 'string' ? [files] : listAt(files, 'workload.manifests')
    const sources = paths.map((path, index) => read(path, `workload.manifests[${index}]`))
    return readManifests(sources, options as ReadManifestsOptions)
  },
  simkube(given, read) {
    return { workload: readSimkube(read(given, 'workload.simkube')).workload }
  },
}

function changed(workload: Workload, all: Fields, nodes: readonly Manifest<Node>[] | undefined): Workload {
  let made = workload
  const { retimed: times, shuffled: isShuffled = false, inflated: more, partFull: fillers } = all
  if (times !== undefined) made = retimed(made, times as RetimedOptions)
  if (typeof isShuffled !== 'boolean')
    throw badRequest(`workload.shuffled: expected true or false, got ${said(isShuffled)}`)
  if (isShuffled) made = shuffled(made)
  const of = nodes ?? []
  if (more !== undefined)
    made = inflated(made, { ...objectAt(more, 'workload.inflated'), of } as unknown as InflatedOptions)
  return fillers === undefined ? made : filled(made, objectAt(fillers, 'workload.partFull'), of)
}

/** The same on nodes that are part full when it begins. */
function filled(workload: Workload, options: Fields, nodes: readonly Manifest<Node>[]): Workload {
  if ('seed' in options) throw badRequest('workload.partFull.seed: every run has its own; see seeds')
  return {
    name: workload.name,
    *arrivals(seed) {
      for (const pod of partFull(nodes, { ...options, seed } as unknown as PartFullOptions)) yield { at: 0, pod }
      yield* workload.arrivals(seed)
    },
  }
}
