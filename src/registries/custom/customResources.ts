import { notFound } from '../../api/errors.ts'
import type { KubeObject } from '../../api/meta.ts'
import type { CustomResourceDefinition } from '../../api/types/apiextensions.ts'
import type { View } from '../../store/view.ts'
import type { ResourceDefinition } from '../definition.ts'
import type { Resource } from '../resource.ts'
import { type CompiledDefinitions, isEstablished, storageVersion } from './compiled.ts'
import type { CustomVersion } from './customResource.ts'

/** The stored definitions, now or as a view has them. */
export interface StoredDefinitions {
  find(name: string, view: View | undefined): CustomResourceDefinition | undefined
  /** By name. */
  list(view: View | undefined): readonly CustomResourceDefinition[]
}

/**
 * The resources that stored definitions make: nothing but a function of what is stored, asked at every use. So they
 * are the same in a fork, in a replay and in a view of the past.
 */
export class CustomResources {
  /** What was handed out, by key. A cache. */
  private readonly known = new Map<string, Resource>()

  constructor(
    private readonly stored: StoredDefinitions,
    readonly compiled: CompiledDefinitions,
    /** From here on, numbers of resources are its own. */
    private readonly firstNumber: number,
  ) {}

  /**
   * By key: `widgets.example.com/v1`, or `widgets.example.com` for its objects as they are kept. Undefined when there is
   * no such definition. With a view, as it was then.
   */
  resource(key: string, view?: View): Resource | undefined {
    const [name = '', version] = key.split('/')
    if (!name.includes('.')) return undefined
    const crd = this.stored.find(name, view)
    if (crd === undefined || !isEstablished(crd)) return undefined
    const found = this.compiled.version(crd, version ?? storageVersion(crd))
    if (found === undefined || (version !== undefined && !found.isServed)) return undefined
    return view === undefined ? this.live(name, version) : this.past(name, version, { crd, found })
  }

  /** By apiVersion and kind: `example.com/v1/Widget`. */
  ofKind(gvk: string, view?: View): Resource | undefined {
    const [group = '', version = '', kind = ''] = gvk.split('/')
    if (!group.includes('.')) return undefined
    const crd = this.stored
      .list(view)
      .find((each) => each.spec.group === group && each.status.acceptedNames?.kind === kind && isEstablished(each))
    return crd === undefined ? undefined : this.resource(`${crd.metadata.name}/${version}`, view)
  }

  /** One resource for each definition, by name, with its objects as they are kept. */
  all(view?: View): readonly Resource[] {
    return this.stored.list(view).flatMap(({ metadata }) => this.resource(metadata.name, view) ?? [])
  }

  /** Every version that is served of a kind, as `example.com/v1`. */
  versionsOf(kind: string): readonly string[] {
    return this.stored
      .list(undefined)
      .filter((crd) => crd.status.acceptedNames?.kind === kind && isEstablished(crd))
      .flatMap(({ spec }) => spec.versions.filter(({ served }) => served).map(({ name }) => `${spec.group}/${name}`))
  }

  /** What keeps the records of a definition, whether it is still there or not. */
  keeping(name: string): Resource {
    return this.live(name, undefined)
  }

  private live(name: string, version: string | undefined): Resource {
    const key = version === undefined ? name : `${name}/${version}`
    const known = this.known.get(key)
    if (known !== undefined) return known
    const look = (): Looked | undefined => {
      const crd = this.stored.find(name, undefined)
      const found = crd && this.compiled.version(crd, version ?? storageVersion(crd))
      return crd === undefined || found === undefined ? undefined : { crd, found }
    }
    const kept = version === undefined ? this.firstNumber + this.known.size : this.live(name, undefined)
    const made =
      typeof kept === 'number'
        ? new CustomResource(key, look, kept)
        : new CustomVersionOf(key, look, kept, this.compiled)
    this.known.set(key, made)
    return made
  }

  private past(name: string, version: string | undefined, looked: Looked): Resource {
    const kept = this.live(name, undefined)
    if (version === undefined) return new CustomResource(name, () => looked, kept)
    return new CustomVersionOf(`${name}/${version}`, () => looked, kept, this.compiled)
  }
}

interface Looked {
  readonly crd: CustomResourceDefinition
  readonly found: CustomVersion
}

/** A custom resource as its objects are kept. */
class CustomResource implements Resource {
  readonly kept: Resource
  readonly number: number

  /** `kept`: the resource that keeps the records, or the number of this one, which does. */
  constructor(
    readonly key: string,
    protected readonly look: () => Looked | undefined,
    kept: Resource | number,
  ) {
    this.kept = typeof kept === 'number' ? this : kept
    this.number = typeof kept === 'number' ? kept : kept.number
  }

  get definition(): ResourceDefinition {
    const looked = this.look()
    const [name = '', version] = this.key.split('/')
    if (looked === undefined || (version !== undefined && !looked.found.isServed)) {
      throw notFound('customresourcedefinitions', name, 'apiextensions.k8s.io')
    }
    return looked.found.definition as unknown as ResourceDefinition
  }

  get apiVersion(): string {
    const { group, version } = this.definition
    return `${group}/${version}`
  }
}

/** The same in one of its versions. */
class CustomVersionOf extends CustomResource {
  constructor(
    key: string,
    look: () => Looked | undefined,
    kept: Resource,
    private readonly compiled: CompiledDefinitions,
  ) {
    super(key, look, kept)
  }

  /**
   * Read as the version in which it is kept, with its defaults and no others, and then converted. A record of a definition
   * that is gone is shown as it was kept.
   */
  readonly shown = (record: KubeObject): KubeObject => {
    const looked = this.look()
    if (looked === undefined) return record
    const { crd, found } = looked
    const keeper = this.compiled.version(crd, record.apiVersion.slice(crd.spec.group.length + 1)) ?? found
    const decoded = keeper.decoded(record)
    return keeper === found ? decoded : found.converted(decoded)
  }

  /** Whatever the version in which objects are kept does not know is lost. */
  readonly recorded = (object: KubeObject): KubeObject => {
    const crd = this.look()?.crd
    const keeper = crd && this.compiled.version(crd, storageVersion(crd))
    return keeper === undefined || object.apiVersion === apiVersionOf(keeper) ? object : keeper.converted(object)
  }
}

function apiVersionOf({ definition }: CustomVersion): string {
  return `${definition.group}/${definition.version}`
}
