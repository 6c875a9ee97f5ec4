/** What `kubectl apply` does, all or nothing. Mirrors staging/src/k8s.io/kubectl/pkg/cmd/apply/apply.go and patcher.go. */
import { callOptions } from '../api/callOptions.ts'
import { isDryRun } from '../api/dryRun.ts'
import { badRequest, isStatusError } from '../api/errors.ts'
import type { KubeObject } from '../api/meta.ts'
import { asJson } from '../api/said.ts'
import type { ManifestObject } from './manifests.ts'
import { type ApplyOptions, type ApplyRequest, type PlainOf, requestFor } from './applyRequest.ts'
import type { Outside } from './outside.ts'

/** An object of a manifest that was not applied, because its kind is not simulated. */
export interface Skipped {
  readonly apiVersion: string
  readonly kind: string
  readonly name: string
  readonly reason: string
}

export interface Applied {
  readonly object: KubeObject
  /** `unchanged`: nothing was written. */
  readonly result: 'created' | 'configured' | 'unchanged'
}

/** What became of each object, in the order in which they were given. */
export interface ApplyResult {
  readonly applied: Applied[]
  readonly skipped: Skipped[]
  /** What the objects say that is kept and that nobody acts on: such as the conversion webhook of a CustomResourceDefinition. */
  readonly warnings: string[]
}

/**
 * Applies objects in their order; what one needs, its namespace or its definition, comes first wherever it stands.
 * Everything is tried on a copy first, so that a refusal leaves the cluster as it was; unless there is nothing to do. A dry
 * run ends there.
 */
export function applyAll(
  objects: readonly ManifestObject[],
  given: ApplyOptions | undefined,
  { live, plainOf }: { live: Outside; plainOf: PlainOf },
): ApplyResult {
  const options: ApplyOptions = callOptions('apply', given, optionNames)
  checkOptions(options)
  const isDry = isDryRun(options.dryRun, 'PatchOptions')
  const known = unchanged(live, objects, options, plainOf)
  if (known !== undefined) return resultOf(live, objects, known)
  const trial = new Trial(live.copy(isDry), objects, options, plainOf)
  const tried = trial.run()
  const applied = new Map<number, Applied>()
  for (const [index, { request, ...result }] of tried)
    applied.set(index, isDry ? { ...result, object: live.asDryRun(result.object) } : send(live, request))
  return resultOf(isDry ? trial.outside : live, objects, applied)
}

const optionNames = Object.freeze([
  'namespace',
  'unsupported',
  'serverSide',
  'fieldManager',
  'force',
  'dryRun',
] as const)

function checkOptions({ unsupported = 'refuse', serverSide = false, fieldManager, force }: ApplyOptions): void {
  if (unsupported !== 'refuse' && unsupported !== 'skip')
    throw badRequest(`unsupported: expected 'refuse' or 'skip', got ${asJson(unsupported)}`)
  if (typeof serverSide !== 'boolean') throw badRequest(`serverSide: expected true or false, got ${asJson(serverSide)}`)
  if (!serverSide && (fieldManager !== undefined || force !== undefined))
    throw badRequest(`${fieldManager === undefined ? 'force' : 'fieldManager'}: only with serverSide: true`)
}

/** What each object is already, if applying them all would change nothing. */
function unchanged(
  live: Outside,
  objects: readonly ManifestObject[],
  options: ApplyOptions,
  plainOf: PlainOf,
): ReadonlyMap<number, Applied> | undefined {
  const known = new Map<number, Applied>()
  for (const [index, object] of objects.entries()) {
    const request = attempt(() =>
      isLeftOut(live, object, options) ? 'none' : requestFor(live, object, options, plainOf),
    )
    if (request === undefined) return undefined
    if (request === 'none') continue
    if (changes(live, request)) return undefined
    known.set(index, { object: live.handOut(request.existing!), result: 'unchanged' })
  }
  return known
}

function changes(live: Outside, { verb, target, body }: ApplyRequest): boolean {
  if (verb !== 'patch') return verb === 'create'
  return attempt(() => live.wouldChange(target, body)) !== false
}

/** Undefined for what is refused: whether it really is shows when what stands before it has been done. */
function attempt<T>(act: () => T): T | undefined {
  try {
    return act()
  } catch (error) {
    if (isStatusError(error)) return undefined
    throw error
  }
}

/** What has been applied to a copy, and by which request. */
interface Tried extends Applied {
  readonly request: ApplyRequest
}

/** Applies everything to a copy of the API, and so finds out what is to be asked of the cluster, and in which order. */
class Trial {
  private readonly tried = new Map<number, Tried>()
  private readonly begun = new Set<number>()

  constructor(
    readonly outside: Outside,
    private readonly objects: readonly ManifestObject[],
    private readonly options: ApplyOptions,
    private readonly plainOf: PlainOf,
  ) {}

  /** What came of each object that is not left out. */
  run(): ReadonlyMap<number, Tried> {
    for (const index of this.objects.keys()) this.visit(index)
    return this.tried
  }

  private visit(index: number): void {
    if (this.begun.has(index)) return
    this.begun.add(index)
    const object = this.objects[index]!
    const needed = neededBy(this.outside, this.objects, object, this.options)
    if (needed !== undefined) this.visit(needed)
    const tried = this.apply(object)
    if (tried !== undefined) this.tried.set(index, tried)
  }

  private apply(object: ManifestObject): Tried | undefined {
    if (isLeftOut(this.outside, object, this.options)) return undefined
    const request = requestFor(this.outside, object, this.options, this.plainOf)
    const applied = send(this.outside, request)
    // What has no effect need not be asked again.
    return { ...applied, request: applied.result === 'unchanged' ? { ...request, verb: 'none' } : request }
  }
}

/** The object that must be there before this one can: its namespace, or the definition of its kind. */
function neededBy(
  { server }: Outside,
  objects: readonly ManifestObject[],
  { apiVersion, kind, metadata }: ManifestObject,
  options: ApplyOptions,
): number | undefined {
  const resource = server.records.findKind(`${apiVersion}/${kind}`)
  if (resource === undefined) return indexOf(objects, (object) => defines(object, apiVersion, kind))
  const namespace = metadata?.namespace || options.namespace
  if (!resource.definition.namespaced || namespace === undefined) return undefined
  if (server.find(server.resource('namespaces'), '', namespace) !== undefined) return undefined
  return indexOf(objects, (object) => object.kind === 'Namespace' && object.metadata?.name === namespace)
}

function indexOf(objects: readonly ManifestObject[], matches: (object: ManifestObject) => boolean): number | undefined {
  const index = objects.findIndex(matches)
  return index === -1 ? undefined : index
}

function defines(object: ManifestObject, apiVersion: string, kind: string): boolean {
  if (object.kind !== 'CustomResourceDefinition') return false
  const { spec } = object as {
    readonly spec?: { readonly group?: unknown; readonly names?: { readonly kind?: unknown } }
  }
  return spec?.names?.kind === kind && typeof spec.group === 'string' && apiVersion.startsWith(`${spec.group}/`)
}

/** Whether an object is to be skipped. One of a removed version never is: its kind is simulated. */
function isLeftOut({ server }: Outside, { apiVersion, kind }: ManifestObject, options: ApplyOptions): boolean {
  const { records } = server
  const gvk = `${apiVersion}/${kind}`
  return options.unsupported === 'skip' && records.findKind(gvk) === undefined && records.servedAs(gvk).length === 0
}

/** Asks for what is to be done. The same on a copy and on what was copied. */
function send(outside: Outside, { verb, target, body }: ApplyRequest): Applied {
  const to = outside.at(target)
  const { resource } = to
  if (verb === 'create') return { object: outside.write('create', to, body), result: 'created' }
  const existing = outside.read((server) => server.find(resource, target.namespace, target.name))
  if (verb === 'none') return { object: existing!, result: 'unchanged' }
  const object = outside.write('patch', to, body, { isOurs: true })
  if (existing === undefined) return { object, result: 'created' }
  const isSame = object.metadata.resourceVersion === existing.metadata.resourceVersion
  return { object, result: isSame ? 'unchanged' : 'configured' }
}

function resultOf(
  { server }: Outside,
  objects: readonly ManifestObject[],
  results: ReadonlyMap<number, Applied>,
): ApplyResult {
  const applied: Applied[] = []
  const skipped: Skipped[] = []
  const warnings: string[] = []
  for (const [index, { apiVersion, kind, metadata }] of objects.entries()) {
    const one = results.get(index)
    if (one === undefined) {
      skipped.push({ apiVersion, kind, name: metadata?.name ?? '', reason: `${kind} is not simulated` })
      continue
    }
    applied.push(one)
    const said = server.records.findKind(`${apiVersion}/${kind}`)?.definition.warnings?.(one.object) ?? []
    warnings.push(...said.map((warning) => `${kind.toLowerCase()}/${one.object.metadata.name}: ${warning}`))
  }
  return { applied, skipped, warnings }
}
