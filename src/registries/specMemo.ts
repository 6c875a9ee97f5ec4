import type { FieldError } from '../api/fieldErrors.ts'
import type { SpecRules, Surroundings } from './definition.ts'
import { copyOf } from './defaults/mutable.ts'
import { equal, identical } from './equal.ts'
import { RecentSpecs } from './recentSpecs.ts'

interface Known {
  readonly defaulted: object
  readonly errors: readonly FieldError[]
  readonly refusal: string | undefined
}

/**
 * What is known of specs: their defaulted form and their errors, by identity, and the last few by content, so that a
 * thousand pods of one template are defaulted, validated and kept once. A cache: nothing depends on what it holds.
 */
export class SpecMemo {
  private known = new WeakMap<object, Known>()
  /** By spec, and then by circumstances. */
  private readonly variants = new WeakMap<object, WeakMap<object, object>>()
  private readonly placed = new WeakMap<object, Map<string, object>>()
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
    this.known = new WeakMap()
  }

  look(spec: object): Known {
    const known = this.known.get(spec)
    if (known !== undefined) return known
    // What was handed in just now has been compared with the others already.
    const twin = this.handedIn.last === spec ? undefined : this.built.find(spec)
    if (twin !== undefined && twin !== spec) {
      const shared = this.look(twin)
      this.share(shared)
      this.known.set(spec, shared)
      return shared
    }
    if (this.handedIn.last !== spec) this.built.add(spec)
    const { rules, around } = this
    const defaulted = rules.defaults(spec, around)
    const made = { defaulted, errors: rules.validate(defaulted, 'spec'), refusal: rules.refusal?.(spec, around) }
    this.known.set(spec, made)
    if (defaulted !== spec) this.known.set(defaulted, made)
    return made
  }

  /** A spec of equal content that was handed in lately, if there is one. */
  same(spec: unknown): object | undefined {
    const found = this.handedIn.find(spec)
    const known = found === undefined ? undefined : this.known.get(found)
    if (known !== undefined) this.share(known)
    return found
  }

  remember(spec: object): void {
    this.handedIn.add(spec)
  }

  /** Says that many objects have this spec. */
  private share({ defaulted }: Known): void {
    if (!this.placed.has(defaulted)) this.placed.set(defaulted, new Map())
  }

  /**
   * A spec as somebody's circumstances have it, which must leave it as valid as it is: made once for each of these, by
   * their identity.
   */
  variant(spec: object, circumstances: object, make: (spec: object) => object): object {
    let variants = this.variants.get(spec)
    if (variants === undefined) this.variants.set(spec, (variants = new WeakMap()))
    const known = variants.get(circumstances)
    if (known !== undefined) {
      if (!this.placed.has(known)) this.placed.set(known, new Map())
      return known
    }
    const made = make(spec)
    variants.set(circumstances, made)
    if (made !== spec) this.known.set(made, { ...this.look(spec), defaulted: made })
    return made
  }

  /** A spec with another node name; one object for all pods of a shared spec on one node. */
  place(spec: object, nodeName: string): object {
    const known = this.placed.get(spec)
    const kept = known?.get(nodeName)
    if (kept !== undefined) return kept
    const placed = copyOf(spec as { nodeName?: string })
    placed.nodeName = nodeName
    known?.set(nodeName, placed)
    return placed
  }
}
