import { badRequest } from '../api/errors.ts'
import type { CowMap } from '../kernel/cow.ts'
import type { Resource } from '../registries/records.ts'
import { type Cache, type ControlLoop, keyOf, type KeysFunction, type LoopWatch, splitKey } from './controller.ts'
import type { Environment } from './environment.ts'
import { Informer } from './informer.ts'
import type { Watches } from './watches.ts'

/** What is watched of one kind. */
interface Source {
  readonly watches: readonly LoopWatch[]
  readonly keys: readonly KeysFunction[]
  /** Whether the kind is there only while a CustomResourceDefinition says so. */
  readonly isCustom: boolean
  /** Whether it is watched now, of a kind that is watched only at times. */
  readonly isWanted: ((cache: Cache) => boolean) | undefined
  /** A cache: undefined until it is asked for, and while the watch is closed. */
  informer: Informer | undefined
}

const none: readonly never[] = Object.freeze([])
const ownKey: KeysFunction = (change) => [keyOf(change.object)]

/** What a control loop watches, one informer a kind, over cursors that are the same after a fork. */
export class Sources {
  /** What the loop has been told. */
  readonly cache: Cache
  private readonly name: string
  private readonly watches: Watches
  private readonly byKind = new Map<string, Source>()
  private readonly cursors: CowMap<number>
  /** Whether some kind is watched only at times. */
  private readonly hasSome: boolean

  constructor({ name, watches }: ControlLoop, environment: Environment) {
    this.name = name
    this.watches = environment.watches
    this.cursors = environment.kernel.memory.map(`controller.${name}.watches`)
    for (const { kind } of watches) {
      const ofKind = watches.filter((watch) => watch.kind === kind)
      const isCustom = !this.watches.records.isBuiltIn(kind)
      const keys = ofKind.map((watch) => watch.keys ?? ownKey)
      const isWanted = ofKind.find((watch) => watch.while !== undefined)?.while
      this.byKind.set(kind, { watches: ofKind, keys, isCustom, isWanted, informer: undefined })
    }
    this.hasSome = [...this.byKind.values()].some(({ isWanted }) => isWanted !== undefined)
    this.cache = this.createCache()
  }

  /** Takes over what the informers of the cluster this one was forked from have worked out. */
  inherit(parent: Sources): void {
    for (const [kind, { informer, isCustom }] of parent.byKind) {
      if (informer !== undefined && !isCustom) this.informer(kind)?.inherit(informer)
    }
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
    this.cursors.set(kind, this.watches.open(this.name, this.watches.records.ofKind(kind), kind, only))
  }

  close(kind: string): void {
    const cursor = this.cursors.get(kind)
    if (cursor === undefined) return
    this.watches.close(cursor)
    this.cursors.delete(kind)
    this.byKind.get(kind)!.informer = undefined
  }

  keysOf(kind: string): readonly KeysFunction[] {
    return this.byKind.get(kind)!.keys
  }

  /** The informer of a kind; undefined while it is not watched because nobody serves it. */
  informer(kind: string): Informer | undefined {
    const source = this.byKind.get(kind)
    if (source === undefined) {
      const watched = this.kinds.join(', ')
      throw badRequest(`controller ${this.name} does not watch ${kind}, only ${watched}; add it to its watches`)
    }
    if (source.informer !== undefined && !source.isCustom) return source.informer
    const cursor = this.cursors.get(kind)
    if (cursor === undefined) return undefined
    const resource = this.resourceOf(kind, cursor)
    if (source.informer?.resource !== resource) source.informer = informerOf(this.watches, resource, cursor, source)
    return source.informer
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
