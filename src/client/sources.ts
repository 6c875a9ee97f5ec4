import { badRequest } from '../api/errors.ts'
import type { CowMap } from '../kernel/cow.ts'
import type { Resource } from '../registries/records.ts'
import { type Cache, type ControlLoop, keyOf, type KeysFunction, type LoopWatch, splitKey } from './controller.ts'
import type { Environment } from './environment.ts'
import { Informer } from './informer.ts'
import type { Watches } from './watches.ts'

/** What is watched of one kind: the same in every fork. */
interface Source {
  readonly watches: readonly LoopWatch[]
  readonly keys: readonly KeysFunction[]
  /** Whether the kind is there only while a CustomResourceDefinition says so. */
  readonly isCustom: boolean
  /** Whether it is watched now, of a kind that is watched only at times. */
  readonly isWanted: ((cache: Cache) => boolean) | undefined
}

const none: readonly never[] = Object.freeze([])
const ownKey: KeysFunction = (change) => [keyOf(change.object)]

/** What a control loop watches, one informer a kind, over cursors that are the same after a fork. */
export class Sources {
  /** What the loop has been told. */
  readonly cache: Cache
  private readonly watches: Watches
  private readonly byKind: ReadonlyMap<string, Source>
  /** By kind. A cache: made when it is asked for, and kept while the watch is open. */
  private readonly informers = new Map<string, Informer>()
  private readonly cursors: CowMap<number>
  /** Whether some kind is watched only at times. */
  private readonly hasSome: boolean

  constructor(
    private readonly loop: ControlLoop,
    environment: Environment,
    /** Those of the cluster this one was forked from. */
    parent?: Sources,
  ) {
    const { name, watches } = loop
    this.watches = environment.watches
    this.cursors = environment.kernel.memory.map(`controller.${name}.watches`)
    const { records } = environment.watches
    this.byKind = parent?.loop === loop ? parent.byKind : byKindOf(watches, (kind) => !records.isBuiltIn(kind))
    this.hasSome = watches.some((watch) => watch.while !== undefined)
    this.cache = this.createCache()
    if (parent !== undefined) this.inherit(parent)
  }

  /** Takes over what the informers of the cluster this one was forked from have worked out. */
  private inherit(parent: Sources): void {
    for (const [kind, informer] of parent.informers) {
      if (informer.hasIndex && !this.byKind.get(kind)!.isCustom) this.informer(kind)?.inherit(informer)
    }
  }

  /** Whether some informer has worked out what objects there are of each index value. */
  get hasIndex(): boolean {
    return [...this.informers.values()].some((informer) => informer.hasIndex)
  }

  get kinds(): readonly string[] {
    return [...this.byKind.keys()]
  }

  /** The kinds that are watched all the time. */
  get lasting(): readonly string[] {
    return [...this.byKind].filter(([, { isWanted }]) => isWanted === undefined).map(([kind]) => kind)
  }

  /** Opens and closes the watches of kinds that are watched only at times. */
  adjust(): void {
    if (!this.hasSome) return
    for (const [kind, { isWanted }] of this.byKind) {
      if (isWanted === undefined || isWanted(this.cache) === this.isOpen(kind)) continue
      if (this.isOpen(kind)) this.close(kind)
      else this.open(kind)
    }
  }

  /** The kinds that come and go with a CustomResourceDefinition. */
  get custom(): readonly string[] {
    return [...this.byKind].filter(([, { isCustom }]) => isCustom).map(([kind]) => kind)
  }

  /** The kinds that nobody serves. */
  get missing(): readonly string[] {
    return this.custom.filter((kind) => this.watches.records.findKind(kind) === undefined)
  }

  isOpen(kind: string): boolean {
    return this.cursors.has(kind)
  }

  /** Watches a kind from now on. */
  open(kind: string): void {
    const predicate = this.byKind.get(kind)!.watches.find((watch) => watch.predicate !== undefined)?.predicate?.name
    const only = predicate === undefined ? {} : { predicate }
    this.cursors.set(kind, this.watches.open(this.loop.name, this.watches.records.ofKind(kind), kind, only))
  }

  close(kind: string): void {
    const cursor = this.cursors.get(kind)
    if (cursor === undefined) return
    this.watches.close(cursor)
    this.cursors.delete(kind)
    this.informers.delete(kind)
  }

  keysOf(kind: string): readonly KeysFunction[] {
    return this.byKind.get(kind)!.keys
  }

  /** The informer of a kind; undefined while it is not watched because nobody serves it. */
  informer(kind: string): Informer | undefined {
    const source = this.byKind.get(kind)
    if (source === undefined) {
      const watched = this.kinds.join(', ')
      throw badRequest(`controller ${this.loop.name} does not watch ${kind}, only ${watched}; add it to its watches`)
    }
    const known = this.informers.get(kind)
    if (known !== undefined && !source.isCustom) return known
    const cursor = this.cursors.get(kind)
    if (cursor === undefined) return undefined
    const resource = this.resourceOf(kind, cursor)
    if (known?.resource === resource) return known
    const made = informerOf(this.watches, resource, cursor, source)
    this.informers.set(kind, made)
    return made
  }

  /** What is served; of a definition that is gone, what kept its objects, until that has been told. */
  private resourceOf(kind: string, cursor: number): Resource {
    const { records } = this.watches
    return records.findKind(kind) ?? records.ofPath(records.store.cursors.selector(cursor).prefix)
  }

  private createCache(): Cache {
    const { records } = this.watches
    return {
      get: (kind: string, key: string) => {
        const { namespace, name } = splitKey(key)
        return this.informer(kind)?.get(namespace, name)
      },
      list: (kind: string, namespace?: string) => this.informer(kind)?.list(namespace) ?? none,
      byIndex: (kind: string, value: string) => this.informer(kind)?.byIndex(value) ?? none,
      tally: (kind, value, count) => this.informer(kind)?.tally(value, count) ?? 0,
      hasSeen: (kind, revision) => this.informer(kind)?.hasSeen(revision) ?? true,
      resource: (kind) => records.findKind(kind),
      isNamespaced: (kind) => records.findKind(kind)?.definition.namespaced ?? true,
    } as Cache
  }
}

function informerOf(watches: Watches, resource: Resource, cursor: number, { watches: ofKind }: Source): Informer {
  return new Informer(watches, resource, cursor, {
    index: ofKind.find(({ index }) => index !== undefined)?.index,
    tally: ofKind.find(({ tally }) => tally !== undefined)?.tally,
  })
}

function byKindOf(watches: readonly LoopWatch[], isCustom: (kind: string) => boolean): ReadonlyMap<string, Source> {
  const byKind = new Map<string, Source>()
  for (const { kind } of watches) {
    const ofKind = watches.filter((watch) => watch.kind === kind)
    const keys = ofKind.map((watch) => watch.keys ?? ownKey)
    const isWanted = ofKind.find((watch) => watch.while !== undefined)?.while
    byKind.set(kind, { watches: ofKind, keys, isCustom: isCustom(kind), isWanted })
  }
  return byKind
}
