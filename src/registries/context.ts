import type { LabelSelectorInput } from '../api/selectors.ts'
import type { Origin } from '../store/types.ts'
import type { SpecSubresource } from './definition.ts'

/** Who asks, why, and when. */
export type Context = Origin

/** Which objects of a collection are asked for, and how many at once. */
export interface Selection {
  /** `app=web,tier!=db`, `{ app: 'web' }` or `{ matchLabels, matchExpressions }`. */
  readonly labelSelector?: LabelSelectorInput | undefined
  /** `spec.nodeName=node-1`; each resource supports a few fields. */
  readonly fieldSelector?: string | undefined
  /** At most so many items; `metadata.continue` of the answer asks for the rest. */
  readonly limit?: number | undefined
  readonly continue?: string | undefined
}

/** At which version something is read. */
export interface VersionRequest {
  /** A version that must have been reached; `0`, as unset, is any. */
  readonly resourceVersion?: string | undefined
}

/** The same of a list. */
export interface ListVersionRequest extends VersionRequest {
  /**
   * `Exact` reads what was there at `resourceVersion`, as does a `limit` where this is unset; `NotOlderThan` reads what is there
   * now.
   */
  readonly resourceVersionMatch?: 'Exact' | 'NotOlderThan' | (string & {}) | undefined
}

export interface ListOptions extends Selection, ListVersionRequest {
  /** One namespace; all of them when undefined. */
  readonly namespace: string | undefined
}

export interface DeleteOptions {
  readonly gracePeriodSeconds?: number | undefined
  /** Background unless given: dependents are deleted once the object is gone. */
  readonly propagationPolicy?: 'Orphan' | 'Background' | 'Foreground' | (string & {}) | undefined
  /** The older form of `propagationPolicy`: true is Orphan, false is Background. */
  readonly orphanDependents?: boolean | undefined
  readonly preconditions?:
    { readonly uid?: string | undefined; readonly resourceVersion?: string | undefined } | undefined
}

export interface ObjectList<T = object> {
  readonly apiVersion: string
  readonly kind: string
  readonly metadata: {
    readonly resourceVersion: string
    readonly continue?: string
    readonly remainingItemCount?: number
  }
  readonly items: readonly T[]
}

export type PatchType = 'json' | 'merge' | 'strategic' | 'apply'

export interface PatchOptions {
  readonly type?: PatchType | undefined
  /** Patches that part of the object and nothing else; of `scale`, the Scale that the object shows. */
  readonly subresource?: 'status' | 'scale' | SpecSubresource | undefined
  /** Who owns the fields that are set; `apply` needs one. */
  readonly fieldManager?: string | undefined
  /** `apply` only: takes fields over from other managers. */
  readonly force?: boolean | undefined
}

/** What to patch, and how; `patch` is plain data that nobody will change. */
export interface PatchRequest extends PatchOptions {
  readonly type: PatchType
  readonly patch: unknown
}

/** Whether a change is of interest: what an object was and what it is then, undefined where it was not there. */
export type Concerns<T> = (before: T | undefined, now: T | undefined) => boolean
