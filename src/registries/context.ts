import type { Origin } from '../store/types.ts'

/** Who asks, why, and when. */
export type Context = Origin

export interface ListOptions {
  /** One namespace; all of them when undefined. */
  readonly namespace: string | undefined
  readonly labelSelector?: string | object | undefined
  readonly fieldSelector?: string | undefined
  /** At most so many items; the rest is behind `continue`. */
  readonly limit?: number | undefined
  readonly continue?: string | undefined
}

export interface DeleteOptions {
  readonly gracePeriodSeconds?: number | undefined
  readonly propagationPolicy?: 'Orphan' | 'Background' | 'Foreground' | (string & {}) | undefined
  readonly preconditions?:
    { readonly uid?: string | undefined; readonly resourceVersion?: string | undefined } | undefined
}

export interface ObjectList {
  readonly apiVersion: string
  readonly kind: string
  readonly metadata: {
    readonly resourceVersion: string
    readonly continue?: string
    readonly remainingItemCount?: number
  }
  readonly items: readonly object[]
}
