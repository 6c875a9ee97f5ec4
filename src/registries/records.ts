import { badRequest, notFound } from '../api/errors.ts'
import type { KubeObject } from '../api/meta.ts'
import { rfc3339Micro } from '../api/time.ts'
import type { Store } from '../store/store.ts'
import type { Origin, Row } from '../store/types.ts'
import type { View } from '../store/view.ts'
import type { CustomResourceDefinition } from '../api/types/apiextensions.ts'
import { BuiltIn } from './builtIn.ts'
import { CompiledDefinitions } from './custom/compiled.ts'
import { CRDS } from './custom/customResourceDefinitions.ts'
import { CustomResources } from './custom/customResources.ts'
import type { Packed, ResourceDefinition } from './definition.ts'
import { Directories } from './directories.ts'
import type { Identity } from './identity.ts'
import { isLean, thawed } from './leanStatus.ts'
import type { Resource } from './resource.ts'
import { metaAt } from './shapes.ts'

export type { Resource } from './resource.ts'

/** Objects in the store: which directory they stand in, and how a row becomes an object. */
export class Records {
  private readonly builtIn: BuiltIn
  private readonly directories: Directories
  private readonly custom: CustomResources

  constructor(
    readonly store: Store,
    private readonly identity: Identity,
    definitions: readonly ResourceDefinition[],
    /** The records of the cluster this one was forked from. */
    parent?: Records,
  ) {
    this.builtIn = parent?.builtIn ?? new BuiltIn(definitions)
    this.directories = new Directories(store)
    const crds = this.builtIn.resource(CRDS)!
    const stored = {
      find: (name: string, view: View | undefined) =>
        this.find(crds, '', name, view) as CustomResourceDefinition | undefined,
      list: (view: View | undefined) => this.definitionsOf(crds, view),
    }
    const compiled = parent?.custom.compiled ?? new CompiledDefinitions()
    this.custom = new CustomResources(stored, compiled, this.builtIn.count)
  }

  private definitionsOf(crds: Resource, view: View | undefined): readonly CustomResourceDefinition[] {
    const directory = this.findDirectory(crds, '')
    return directory === undefined ? [] : (this.objects(crds, directory, view) as CustomResourceDefinition[])
  }

  /**
   * Every resource there is, or was when a view was: the built-in ones in the order of definition, then one for each
   * CustomResourceDefinition, by name, with its objects as they are kept.
   */
  all(view?: View): readonly Resource[] {
    return [...this.builtIn.all, ...this.custom.all(view)]
  }

  /** By key: see Resource. Without a version, a custom resource shows its objects as they are kept. Throws NotFound. */
  resource(key: string): Resource {
    const resource = this.builtIn.resource(key) ?? this.custom.resource(key)
    if (resource === undefined) throw notFound('resources', key)
    return resource
  }

  findResource(key: string): Resource | undefined {
    return this.builtIn.resource(key) ?? this.custom.resource(key)
  }

  /** By the parts of a request's path. Throws NotFound. */
  served(group: string, version: string, plural: string): Resource {
    const key = group === '' ? plural : `${plural}.${group}`
    return this.builtIn.resource(key) ?? this.resource(`${key}/${version}`)
  }

  /** By apiVersion and kind, such as `v1/Pod`; with a view, as it was then. Throws BadRequest. */
  ofKind(gvk: string, view?: View): Resource {
    if (typeof gvk !== 'string') throw badRequest(`kind: expected a string such as 'v1/Pod', got ${typeof gvk}`)
    const resource = this.findKind(gvk, view)
    if (resource !== undefined) return resource
    const slash = gvk.lastIndexOf('/')
    const [kind, apiVersion] = [gvk.slice(slash + 1), gvk.slice(0, Math.max(slash, 0))]
    const others = this.servedAs(gvk)
    const hint = others.length === 0 ? '' : `; it is served as ${others.join(' and ')}`
    throw badRequest(`no matches for kind "${kind}" in version "${apiVersion}"${hint}`)
  }

  /** The versions in which a kind is served that is asked for in one that is not. */
  servedAs(gvk: string): readonly string[] {
    const slash = gvk.lastIndexOf('/')
    const [kind, group] = [gvk.slice(slash + 1), groupOf(gvk.slice(0, slash))]
    const custom = this.custom.versionsOf(kind).filter((other) => groupOf(other) === group)
    if (custom.length > 0 || !isOfKubernetes(group)) return custom
    return this.builtIn.all.filter((one) => one.definition.kind === kind).map((one) => one.apiVersion)
  }

  /** Whether a kind is there from the beginning, and for ever. */
  isBuiltIn(gvk: string): boolean {
    return this.builtIn.ofKind(gvk) !== undefined
  }

  findKind(gvk: string, view?: View): Resource | undefined {
    return this.builtIn.ofKind(gvk) ?? this.custom.ofKind(gvk, view)
  }

  /** The resource whose records stand in a directory of the store; as they are kept, where its definition is gone. */
  ofPath(path: string): Resource {
    const key = path.slice(0, path.indexOf('/'))
    return this.builtIn.resource(key) ?? this.custom.keeping(key)
  }

  /** The directory of a resource in a namespace ('' for resources without), made when it is new. */
  directory({ kept }: Resource, namespace: string): number {
    return this.directories.of(kept, namespace)
  }

  /** The same, or undefined if nothing was ever kept there. */
  findDirectory({ kept }: Resource, namespace: string): number | undefined {
    return this.directories.find(kept, namespace)
  }

  find(resource: Resource, namespace: string, name: string, view?: View): KubeObject | undefined {
    const directory = this.findDirectory(resource, namespace)
    if (directory === undefined) return undefined
    if (view !== undefined) {
      const row = view.get(directory, name)
      return row === undefined ? undefined : this.object(resource, row)
    }
    const slot = this.store.keys.find(directory, name)
    return slot === -1 ? undefined : this.current(resource, slot)
  }

  /** The same. Throws NotFound. */
  get(resource: Resource, namespace: string, name: string, view?: View): KubeObject {
    const found = this.find(resource, namespace, name, view)
    if (found === undefined) throw notFound(resource.definition.plural, name, resource.definition.group)
    return found
  }

  /** As `find`, of what is now; a status may be lean, so that its fields may be read and nothing else. */
  findLean(resource: Resource, namespace: string, name: string): KubeObject | undefined {
    const directory = this.findDirectory(resource, namespace)
    if (directory === undefined) return undefined
    const slot = this.store.keys.find(directory, name)
    return slot === -1 ? undefined : this.currentLean(resource, slot)
  }

  /** As `current`; a status may be lean. */
  currentLean(resource: Resource, slot: number): KubeObject | undefined {
    const value = this.store.currentValue(slot) as KubeObject | Packed | undefined
    if (value !== undefined && isObject(value) && !this.store.isStamped(slot) && resource.kept === resource)
      return value
    return this.current(resource, slot)
  }

  /** What stands in a slot now, as an object of the resource. */
  current(resource: Resource, slot: number): KubeObject | undefined {
    const value = this.store.currentValue(slot) as KubeObject | Packed | undefined
    if (value === undefined) return undefined
    if (isPlain(value) && !this.store.isStamped(slot) && resource.kept === resource) return value
    return this.object(resource, this.store.row(slot)!)
  }

  /** The directories that hold a resource's objects: of one namespace, or of all, by path. */
  directoriesOf(resource: Resource, namespace: string | undefined): readonly number[] {
    if (namespace === undefined) return this.store.keys.directoriesUnder(`${resource.kept.key}/`)
    const directory = this.findDirectory(resource, namespace)
    return directory === undefined ? [] : [directory]
  }

  /**
   * Shows every object of a resource, of one namespace or of all by path, and then in the order in which their keys were
   * made; statuses may be lean.
   */
  visit(resource: Resource, visit: (object: KubeObject, slot: number) => void, namespace?: string): void {
    const { keys } = this.store
    for (const directory of this.directoriesOf(resource, namespace)) {
      for (let slot = keys.first(directory); slot !== -1; slot = keys.next(slot)) {
        const object = this.currentLean(resource, slot)
        if (object !== undefined) visit(object, slot)
      }
    }
  }

  /** Whether a resource has no objects in a namespace, or in any. */
  isEmpty(resource: Resource, namespace: string | undefined): boolean {
    if (namespace === undefined)
      return this.directoriesOf(resource, undefined).every((directory) => this.store.keys.live(directory) === 0)
    const directory = this.findDirectory(resource, namespace)
    return directory === undefined || this.store.keys.live(directory) === 0
  }

  /** Objects of a directory by name; now, or as a view has them. */
  objects(resource: Resource, directory: number, view?: View): KubeObject[] {
    const rows = view === undefined ? this.store.rows(directory) : view.rows(directory)
    rows.sort((a, b) => (a.name < b.name ? -1 : 1))
    return rows.map((row) => this.object(resource, row))
  }

  /** What a row holds, as an object of the resource. */
  object(resource: Resource, row: Row): KubeObject {
    return this.whole(resource, row.value, row.stamp, row.modRevision)
  }

  /** Whether a kept value is an object as it is, or nothing; with `lean`, whatever form its status has. */
  isKept(value: unknown, lean: boolean): boolean {
    if (value === undefined) return true
    return lean ? isObject(value as KubeObject | Packed) : isPlain(value as KubeObject | Packed)
  }

  /** A kept value as an object of the resource that keeps it: with a lean status, and of a lease without its renewals. */
  kept(value: unknown, revision: number): KubeObject | undefined {
    if (this.isKept(value, true)) return value as KubeObject | undefined
    return (value as Packed).unpack(revision, this.identity)
  }

  /** The resource whose records stand in a slot; undefined when it is not served any more. */
  ofSlot(slot: number): Resource | undefined {
    const path = this.store.path(slot)
    return this.findResource(path.slice(0, path.indexOf('/')))
  }

  whole(resource: Resource, value: unknown, stamp: number, revision: number): KubeObject {
    const held = value as KubeObject | Packed
    const kept = isObject(held) ? thawed(held) : held.unpack(revision, this.identity)
    const stamped = stamp === stamp ? withStamp(kept, stamp, revision) : kept
    return resource.shown === undefined ? stamped : resource.shown(stamped)
  }

  /** Keeps an object whose metadata says `nextVersion` already; `only` and `lease` as in the store's commitPut. */
  /** Returns the object as it will be read: what is kept in another version may have lost something on its way. */
  put(resource: Resource, object: KubeObject, origin: Origin, only?: string, lease?: number): KubeObject {
    const { name, namespace = '' } = object.metadata
    const record = resource.recorded === undefined ? object : resource.recorded(object)
    this.putAs(resource, namespace, name, record, origin, only, lease)
    return record === object || resource.shown === undefined ? object : resource.shown(record)
  }

  /** Keeps an object in whatever form. */
  putAs(
    resource: Resource,
    namespace: string,
    name: string,
    value: KubeObject | Packed,
    origin: Origin,
    only?: string,
    lease?: number,
  ): void {
    this.store.commitPut(this.directory(resource, namespace), name, value, origin, only, lease)
  }

  remove(resource: Resource, object: KubeObject, origin: Origin): void {
    const { name, namespace = '' } = object.metadata
    this.store.commit([{ type: 'delete', directory: this.directory(resource, namespace), name }], origin)
  }

  /** The resourceVersion that the next commit will give. */
  get nextVersion(): string {
    return String(this.store.revision + 1)
  }
}

function groupOf(apiVersion: string): string {
  return apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : ''
}

/** Whether a group is one of Kubernetes' own, whose kinds keep their names when they move to another. */
function isOfKubernetes(group: string): boolean {
  return !group.includes('.') || group.endsWith('.k8s.io')
}

function isObject(value: KubeObject | Packed): value is KubeObject {
  return (value as Partial<KubeObject>).metadata !== undefined
}

function isPlain(value: KubeObject | Packed): value is KubeObject {
  return isObject(value) && !isLean(value)
}

/** The name of whatever the store keeps. */
export function nameOf(value: unknown): string {
  const { metadata } = value as Partial<KubeObject>
  return metadata === undefined ? (value as Packed).name : metadata.name
}

/** The index value of whatever the store keeps: pods are watched by node. */
export function indexOf(path: string, value: unknown): string | undefined {
  return path.startsWith('pods/') ? (value as { spec?: { nodeName?: string } }).spec?.nodeName || undefined : undefined
}

/** Where all that `indexOf` reads stands. */
export const indexedField = 'spec'

/** A lease as its last renewal left it. */
function withStamp(value: KubeObject, stamp: number, revision: number): KubeObject {
  const { apiVersion, kind, metadata, spec } = value as KubeObject & { readonly spec: object }
  const renewed = { ...spec, renewTime: rfc3339Micro(stamp) }
  return { apiVersion, kind, metadata: metaAt(metadata, String(revision)), spec: renewed } as KubeObject
}
