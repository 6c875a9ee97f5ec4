import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join, relative } from 'node:path'
import { type ManifestObject, readManifests } from '../../src/client/manifests.ts'
import {
  type ApplyResult,
  type Cluster,
  createCluster,
  isStatusError,
  type Pod,
  type StatusError,
} from '../../src/index.ts'

/** What became of one file. */
export type Outcome =
  | { readonly file: string; readonly result: 'applied'; readonly objects: number }
  /** Objects of the named kinds were left out, and the rest was applied. */
  | { readonly file: string; readonly result: 'skipped'; readonly kinds: readonly string[] }
  | { readonly file: string; readonly result: 'refused'; readonly error: StatusError; readonly isUntouched: boolean }

/** Kinds that the files of a project need which stand in other files of it. */
const PREPARED = ['Namespace', 'CustomResourceDefinition', 'ServiceAccount', 'PriorityClass', 'RuntimeClass']

interface Source {
  readonly file: string
  /** What the file says, or why it cannot be read. */
  readonly objects: readonly ManifestObject[] | StatusError
}

/**
 * Applies every manifest below a folder, each to a fresh cluster. A project's namespaces, definitions, service accounts
 * and priority classes are there already, as they are when its files are applied in their order.
 */
export function applyCorpus(folder: string): readonly Outcome[] {
  const projects = readdirSync(folder)
    .sort()
    .filter((name) => statSync(join(folder, name)).isDirectory())
  return projects.flatMap((project) => {
    const sources = manifestsBelow(join(folder, project)).map((path) => readSource(path, relative(folder, path)))
    const prepared = preparedFor(sources)
    return sources.map((source) => outcomeOf(source, prepared))
  })
}

function manifestsBelow(folder: string): string[] {
  return readdirSync(folder)
    .sort()
    .flatMap((name) => {
      const path = join(folder, name)
      if (statSync(path).isDirectory()) return manifestsBelow(path)
      return /\.(?:ya?ml|json)$/.test(name) ? [path] : []
    })
}

function readSource(path: string, file: string): Source {
  try {
    return { file, objects: readManifests(readFileSync(path, 'utf8')) }
  } catch (error) {
    if (isStatusError(error)) return { file, objects: error }
    throw error
  }
}

function preparedFor(sources: readonly Source[]): Cluster {
  const cluster = createCluster({ nodes: 1 })
  cluster.settle()
  const all = sources.flatMap(({ objects }) => (Array.isArray(objects) ? (objects as ManifestObject[]) : []))
  for (const prepared of PREPARED) {
    for (const object of all) if (object.kind === prepared) attempt(() => create(cluster, object))
  }
  const named = new Set(all.flatMap(({ metadata }) => metadata?.namespace ?? []))
  for (const name of named) {
    if (cluster.namespaces.find(name) === undefined) attempt(() => cluster.namespaces.create({ metadata: { name } }))
  }
  for (const object of all) if (object.kind === 'Pod') attempt(() => prepareAccount(cluster, object))
  cluster.settle()
  return cluster
}

/** Pods run as service accounts that other tools made. */
function prepareAccount(cluster: Cluster, { metadata, spec }: ManifestObject & { readonly spec?: Pod['spec'] }): void {
  const name = spec?.serviceAccountName
  const namespace = metadata?.namespace ?? 'default'
  if (name === undefined || cluster.serviceAccounts.find(name, { namespace }) !== undefined) return
  cluster.serviceAccounts.create({ metadata: { name, namespace } })
}

/** Not applied: what kubectl remembers of a large definition would be too large an annotation. */
function create(cluster: Cluster, object: ManifestObject): void {
  const { metadata } = object
  const named = metadata?.name === undefined ? undefined : { ...metadata, name: metadata.name }
  if (named !== undefined)
    cluster.resource(`${object.apiVersion}/${object.kind}`).create({ ...object, metadata: named })
}

/** What is refused here is refused again, and counted, when its own file is applied. */
function attempt(act: () => unknown): void {
  try {
    act()
  } catch (error) {
    if (!isStatusError(error)) throw error
  }
}

function outcomeOf({ file, objects }: Source, prepared: Cluster): Outcome {
  if (isStatusError(objects)) return { file, result: 'refused', error: objects, isUntouched: true }
  const cluster = prepared.fork()
  try {
    const { skipped } = applyAsTold(cluster, objects)
    if (skipped.length === 0) return { file, result: 'applied', objects: objects.length }
    const kinds = [...new Set(skipped.map(({ apiVersion, kind }) => `${apiVersion} ${kind}`))].sort()
    return { file, result: 'skipped', kinds }
  } catch (error) {
    if (!isStatusError(error)) throw error
    return { file, result: 'refused', error, isUntouched: stateOf(cluster) === stateOf(prepared.fork()) }
  }
}

/** On the server, as whoever publishes such files says, where kubectl's annotation would be too large. */
function applyAsTold(cluster: Cluster, objects: readonly ManifestObject[]): ApplyResult {
  try {
    return cluster.apply(objects, { unsupported: 'skip' })
  } catch (error) {
    const causes = isStatusError(error) ? error.status.details?.causes : undefined
    if (causes?.some(({ field }) => field === 'metadata.annotations') !== true) throw error
    return cluster.apply(objects, { unsupported: 'skip', serverSide: true })
  }
}

function stateOf(cluster: Cluster): string {
  return `${cluster.revision} ${cluster.historyHash()} ${cluster.journal.entries.length}`
}
