import type { LoopContext } from '../client/controller.ts'

/**
 * What looks at a key have written, by kind: the revision of the last of it. Kinds are told of apart, so one revision for
 * all would have a key wait for somebody else's object, which brings back another key.
 */
type Written = Readonly<Record<string, number>>

/** Remembers that something of a kind has just been written. */
export function wroteKind(key: string, kind: string, { memory, api }: LoopContext): void {
  memory.set(key, { ...(memory.get(key) as Written | undefined), [kind]: api.revision })
}

/** Whether the cache has caught up with what earlier looks wrote: what it has yet to see brings the key back. */
export function seesOwnWrites(key: string, { memory, cache }: LoopContext): boolean {
  const written = memory.get(key) as Written | undefined
  return written === undefined || Object.entries(written).every(([kind, revision]) => cache.hasSeen(kind, revision))
}
