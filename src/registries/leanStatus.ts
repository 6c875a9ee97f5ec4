import type { KubeObject } from '../api/meta.ts'
import { Compact } from '../store/compact.ts'
import type { Loose } from './loose.ts'

/**
 * A status in a smaller form, as a component writes it that writes a hundred thousand alike: what many have in common
 * is one object. Its fields can be read like a plain status; it is made plain before anybody can list, copy or compare
 * its fields.
 */
export abstract class LeanStatus extends Compact {
  /** The status as plain data. */
  abstract plain(): object

  toJSON(): object {
    return this.plain()
  }
}

/** The same object with its status as plain data. */
export function thawed<T extends KubeObject>(object: T): T {
  const { status } = object as { readonly status?: unknown }
  if (!(status instanceof LeanStatus)) return object
  const { apiVersion, kind, metadata, spec } = object as KubeObject as Loose
  return { apiVersion, kind, metadata, spec, status: status.plain() } as unknown as T
}

export function isLean(object: object): boolean {
  return (object as { readonly status?: unknown }).status instanceof LeanStatus
}
