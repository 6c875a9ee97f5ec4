/** An experiment as a file tells it: YAML or JSON, whose paths are from the file's own folder. */
import { basename, dirname, isAbsolute, join } from 'node:path'
import { parseDuration } from '../api/duration.ts'
import { badRequest, isStatusError } from '../api/errors.ts'

import { type Fields, listAt, objectAt } from '../api/fields.ts'
import type { Manifest } from '../api/manifest.ts'
import { isObject } from '../api/object.ts'
import { said } from '../api/said.ts'
import type { Node } from '../api/types/core.ts'
import { readYaml } from '../client/readYaml.ts'
import type { ExperimentOptions, ExperimentStep } from '../experiments/options.ts'
import { nodeManifests } from '../experiments/workloads/nodes.ts'
import { policyOf, strategyOf } from '../scheduler/named.ts'
import type { SchedulerOptions } from '../scheduler/schedulerOptions.ts'
import { strategy } from './arguments.ts'
import { type ReadBeside, within } from './described.ts'
import { workloadOf } from './experimentWorkload.ts'
import { Refused } from './output.ts'
import { readText } from './sources.ts'

const fields: readonly string[] = [
  'name',
  'nodes',
  'cluster',
  'workload',
  'schedulers',
  'seeds',
  'metrics',
  'until',
  'machines',
  'joins',
  'objects',
  'regretSamples',
]

/** What the file describes. Throws Refused that names the file and the field. */
export function readExperiment(file: string): ExperimentOptions {
  const text = readText(file)
  return told(file, () => {
    const documents = readYaml(text).filter((document) => document !== null)
    if (documents.length !== 1) throw badRequest(`expected one experiment, got ${documents.length} documents`)
    return optionsOf(objectAt(documents[0], 'experiment', fields), besides(file), basename(file))
  })
}

/** Runs something whose errors should name the file. */
export function told<T>(file: string, act: () => T): T {
  try {
    return act()
  } catch (error) {
    throw isStatusError(error) ? new Refused(`error: ${file}: ${error.status.message}`) : error
  }
}

function optionsOf(described: Fields, read: ReadBeside, file: string): ExperimentOptions {
  const { nodes, cluster, workload, schedulers, joins = [], objects = [], ...rest } = described
  const options = cluster === undefined ? undefined : optionsBeside(objectAt(cluster, 'cluster'))
  const given = nodes === undefined ? undefined : nodesOf(nodes, 'nodes', read)
  const source = workloadOf(workload, given, read)
  const machines = given ?? source.nodes
  if (machines === undefined) throw badRequest('nodes: Required value: the workload brings none')
  const name = file.replace(/\.(?:ya?ml|json)$/u, '')
  return {
    name,
    ...rest,
    cluster: options === undefined ? machines : clusterOf(options, nodes),
    workload: source.workload,
    schedulers: schedulersOf(schedulers),
    steps: joinsOf(joins, read),
    objects: listAt(objects, 'objects').flatMap((object, index) =>
      typeof object === 'string' ? readYaml(read(object, `objects[${index}]`).text) : [object],
    ),
  } as unknown as ExperimentOptions
}

/** What else the cluster is made with. */
function optionsBeside(cluster: Fields): Fields {
  const elsewhere = ['nodes', 'seed', 'schedulers'].find((field) => field in cluster)
  if (elsewhere === undefined) return cluster
  throw badRequest(`cluster.${elsewhere}: said outside of cluster: see nodes, seeds, schedulers`)
}

/** With options, nodes are templates. */
function clusterOf(options: Fields, nodes: unknown): ExperimentOptions['cluster'] {
  if (!isCounted(nodes))
    throw badRequest('cluster: options go with nodes that are a number or templates, not with files')
  return { ...options, nodes: nodes as number }
}

function isCounted(nodes: unknown): boolean {
  return typeof nodes === 'number' || (Array.isArray(nodes) && nodes.every((one) => isObject(one)))
}

/** A number, templates, or the files that hold them. */
function nodesOf(nodes: unknown, path: string, read: ReadBeside): readonly Manifest<Node>[] {
  if (isCounted(nodes)) return nodeManifests(nodes as number)
  const files: readonly unknown[] = Array.isArray(nodes) ? nodes : [nodes]
  const expected = `${path}: expected a number, templates such as { count: 10, cpu: 8, memory: 32Gi }, or files of nodes`
  if (!files.every((one) => typeof one === 'string')) throw badRequest(`${expected}; got ${said(nodes)}`)
  return files.flatMap((one) => readYaml(read(one, path).text) as Manifest<Node>[])
}

function schedulersOf(schedulers: unknown): ExperimentOptions['schedulers'] {
  const all = objectAt(schedulers, 'schedulers')
  return Object.fromEntries(
    Object.entries(all).map(([label, given]) => {
      const path = `schedulers.${label}`
      return [
        label,
        Array.isArray(given) ? given.map((one, i) => schedulerOf(one, `${path}[${i}]`)) : schedulerOf(given, path),
      ]
    }),
  )
}

const schedulerFields: readonly string[] = ['name', 'strategy', 'policy', 'ties', 'failFast']

function schedulerOf(given: unknown, path: string): SchedulerOptions {
  const short = given === null ? {} : typeof given === 'string' ? { strategy: given } : given
  const { strategy: search, policy, ...rest } = objectAt(short, path, schedulerFields)
  return {
    ...rest,
    ...(search === undefined ? {} : { strategy: strategyAt(search, `${path}.strategy`) }),
    ...(policy === undefined ? {} : { policy: within(`${path}.policy`, () => policyOf(named(policy))) }),
  }
}

/** `localOptimum:10`, or `{ name: localOptimum, feasible: 10 }`. */
function strategyAt(given: unknown, path: string): ReturnType<typeof strategy> {
  return within(path, () => (typeof given === 'string' ? strategy(given) : strategyOf(named(given))))
}

function named(given: unknown): { readonly name: string } {
  if (typeof given === 'string') return { name: given }
  if (isObject(given) && typeof (given as Fields)['name'] === 'string') return given as { readonly name: string }
  throw badRequest(`expected a name, or an object with one; got ${said(given)}`)
}

function joinsOf(joins: unknown, read: ReadBeside): readonly ExperimentStep[] {
  return listAt(joins, 'joins').map((join, index) => {
    const path = `joins[${index}]`
    const { at, nodes } = objectAt(join, path, ['at', 'nodes'])
    if (at === undefined) throw badRequest(`${path}.at: Required value: such as 10m`)
    const list = within(path, () => nodesOf(nodes, 'nodes', read))
    return {
      at: parseDuration(at as string, `${path}.at`),
      act: (cluster) =>
        within(path, () => {
          for (const node of list) cluster.nodes.create(node)
        }),
    }
  })
}

function besides(file: string): ReadBeside {
  return (path, field) => {
    if (typeof path !== 'string') throw badRequest(`${field}: expected the path of a file, got ${said(path)}`)
    return { name: path, text: readText(isAbsolute(path) ? path : join(dirname(file), path)) }
  }
}
