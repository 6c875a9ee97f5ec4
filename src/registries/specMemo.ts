import type { FieldError } from '../api/fieldErrors.ts'
import type { SpecRules, Surroundings } from './definition.ts'
import { copyOf } from './defaults/mutable.ts'
import { equal, identical } from './equal.ts'
import { RecentSpecs } from './recentSpecs.ts'

interface Known {
  readonly spec: object
  readonly defaulted: object
  readonly errors: readonly FieldError[]
  readonly refusal: string | undefined
  /** What it became in somebody's circumstances, the last few of these. */
  readonly variants: { readonly circumstances: object; readonly known: Known }[]
  /** Whether it was handed in and nobody has made an object with it yet: it may stay the only one. */
  isNew: boolean
  /** By node; undefined while nobody else is known to have this spec. */
  placed: Map<string, object> | undefined
}

/** So many specs are known without anybody having asked for one of them again: those of the requests being answered. */
const recent = 8
const mostVariants = 8

/**
 * What is known of specs: their defaulted form and their errors, by identity, and the last few by content, so that a
 * thousand pods of one template are defaulted, validated and kept once. A spec that only one object has is forgotten as
 * soon as it is written: a weak map of a million of them costs more than it could save. A cache: nothing depends on what
 * it holds.
 */
export class SpecMemo {
  /** Those that several objects have, by identity. */
  private shared = new WeakMap<object, Known>()
  private readonly latest: Known[] = []
  private next = 0
  /** From outside: all in the order of the definition, in whatever order they were written. */
  private readonly handedIn = new RecentSpecs(equal)
  /** From components: taken as they are, so that only one in the same order is the same. */
  private readonly built = new RecentSpecs(identical)

  constructor(
    private readonly rules: SpecRules,
    private readonly around: Surroundings,
  ) {}

  /** What the rules looked at has changed. */
  forget(): void {
    this.shared = new WeakMap()
    this.latest.length = 0
    this.next = 0
  }

  /**
   * The same, of a spec that somebody makes an object with. What a component makes it of is a template, so that there
   * will be many; what was handed in is one of many from the second on.
   */
  ask(spec: object): Known {
    const known = this.look(spec)
    if (known.isNew) known.isNew = false
    else this.share(known)
    return known
  }

  look(spec: object): Known {
    const known = this.recall(spec)
    if (known !== undefined) return known
    // What was handed in just now has been compared with the others already.
    const isHandedIn = this.handedIn.last === spec
    const twin = isHandedIn ? undefined : this.built.find(spec)
    if (twin !== undefined && twin !== spec) {
      const shared = this.look(twin)
      this.share(shared)
      this.shared.set(spec, shared)
      return shared
    }
    if (!isHandedIn) this.built.add(spec)
    const { rules, around } = this
    const defaulted = rules.defaults(spec, around)
    const errors = rules.validate(defaulted, 'spec')
    return this.keep(spec, defaulted, errors, rules.refusal?.(spec, around), isHandedIn)
  }

  /** A spec of equal content that was handed in lately, if there is one. */
  same(spec: unknown): object | undefined {
    const found = this.handedIn.find(spec)
    const known = found === undefined ? undefined : this.recall(found)
    if (known !== undefined) this.share(known)
    return found
  }

  /**
   * What is kept of a spec that was handed in and copied. It may say otherwise what was handed in (1000m as 1), so that only
   * now it shows that one of equal content was handed in lately; then that one stands for both.
   */
  taken(copy: object): object {
    const found = this.same(copy)
    if (found !== undefined) return found
    this.handedIn.add(copy)
    return copy
  }

  /**
   * A spec as somebody's circumstances have it: made once for each of these, by their identity. It is looked at anew unless
   * they leave it as valid as it is.
   */
  variant(spec: object, circumstances: object, make: (spec: object) => object, isAsValid: boolean = true): object {
    const base = this.look(spec)
    const { variants } = base
    for (let index = 0; index < variants.length; index++) {
      const variant = variants[index]!
      if (variant.circumstances !== circumstances) continue
      this.share(variant.known)
      return variant.known.defaulted
    }
    const made = make(spec)
    const known =
      made === spec ? base : isAsValid ? this.keep(made, made, base.errors, base.refusal, base.isNew) : this.look(made)
    if (variants.length === mostVariants) variants.shift()
    variants.push({ circumstances, known })
    return isAsValid ? made : known.defaulted
  }

  /** A spec with another node name; one object for all pods of a shared spec on one node. */
  place(spec: object, nodeName: string): object {
    const placed = this.shared.get(spec)?.placed
    const known = placed?.get(nodeName)
    if (known !== undefined) return known
    const made = copyOf(spec as { nodeName?: string })
    made.nodeName = nodeName
    placed?.set(nodeName, made)
    return made
  }

  private recall(spec: object): Known | undefined {
    const shared = this.shared.get(spec)
    if (shared !== undefined) return shared
    const { latest } = this
    for (let index = 0; index < latest.length; index++) {
      const known = latest[index]!
      if (known.spec === spec || known.defaulted === spec) return known
    }
    return undefined
  }

  private keep(
    spec: object,
    defaulted: object,
    errors: readonly FieldError[],
    refusal: string | undefined,
    isNew: boolean,
  ): Known {
    const known: Known = { spec, defaulted, errors, refusal, variants: [], isNew, placed: undefined }
    this.latest[this.next] = known
    this.next = (this.next + 1) % recent
    return known
  }

  /** Says that many objects have this spec. */
  private share(known: Known): void {
    if (known.placed !== undefined) return
    known.placed = new Map()
    this.shared.set(known.spec, known)
    this.shared.set(known.defaulted, known)
  }
}
