import type { FieldError } from '../api/fieldErrors.ts'
import type { SpecRules } from './definition.ts'
import { copyOf } from './defaults/mutable.ts'
import { equal } from './equal.ts'

interface Known {
  readonly defaulted: object
  readonly errors: readonly FieldError[]
}

/** How many specs handed in lately are remembered by content. */
const recentLimit = 16

/**
 * What is known of specs: their defaulted form and their errors, by identity, and the last few by content, so that a
 * thousand pods of one template are defaulted, validated and kept once. A cache: nothing depends on what it holds.
 */
export class SpecMemo {
  private readonly known = new WeakMap<object, Known>()
  private readonly placed = new WeakMap<object, Map<string, object>>()
  private readonly recent: object[] = []
  private nextRecent = 0

  constructor(private readonly rules: SpecRules) {}

  look(spec: object): Known {
    const known = this.known.get(spec)
    if (known !== undefined) return known
    const defaulted = this.rules.defaults(spec)
    const made = { defaulted, errors: this.rules.validate(defaulted, 'spec') }
    this.known.set(spec, made)
    if (defaulted !== spec) this.known.set(defaulted, { defaulted, errors: made.errors })
    return made
  }

  /** A spec of equal content that was handed in lately, if there is one. */
  same(spec: unknown): object | undefined {
    for (let back = 1; back <= this.recent.length; back++) {
      const candidate = this.recent[(this.nextRecent - back + recentLimit) % recentLimit]
      if (candidate === undefined || !equal(candidate, spec)) continue
      if (!this.placed.has(this.look(candidate).defaulted)) this.placed.set(this.look(candidate).defaulted, new Map())
      return candidate
    }
    return undefined
  }

  remember(spec: object): void {
    this.recent[this.nextRecent] = spec
    this.nextRecent = (this.nextRecent + 1) % recentLimit
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

  /** Says that many pods are going to have this spec. */
  share(spec: object): void {
    if (!this.placed.has(spec)) this.placed.set(spec, new Map())
  }
}
