import type { ObjectMeta } from '../api/meta.ts'
import type { DeleteOptions } from './context.ts'
import type { Propagation } from './definition.ts'

/** Holds an object until the garbage collector has taken it off the lists of owners of its dependents. */
export const ORPHAN = 'orphan'
/** Holds an object until the garbage collector has seen those of its dependents go that block it. */
export const FOREGROUND = 'foregroundDeletion'

/**
 * The finalizers of an object that is to be deleted, with or without those for the garbage collector; the same list when
 * nothing changes. Mirrors deletionFinalizersForGarbageCollection of
 * staging/src/k8s.io/apiserver/pkg/registry/generic/registry/store.go.
 */
export function deletionFinalizers(
  { finalizers = NONE }: ObjectMeta,
  options: DeleteOptions,
  usual: Propagation,
): readonly string[] {
  const policy = usual === 'Unsupported' ? 'Background' : (askedFor(options) ?? kept(finalizers) ?? usual)
  const wanted = policy === 'Orphan' ? ORPHAN : policy === 'Foreground' ? FOREGROUND : undefined
  const isWanted = wanted === undefined || finalizers.includes(wanted)
  const others = finalizers.filter((name) => name !== ORPHAN && name !== FOREGROUND)
  if (isWanted && others.length + (wanted === undefined ? 0 : 1) === finalizers.length) return finalizers
  return wanted === undefined ? others : [...others, wanted]
}

const NONE: readonly string[] = Object.freeze([])

function askedFor({ orphanDependents, propagationPolicy }: DeleteOptions): string | undefined {
  if (orphanDependents !== undefined) return orphanDependents ? 'Orphan' : 'Background'
  return propagationPolicy
}

/** What the object itself says, by the finalizers it has already. */
function kept(finalizers: readonly string[]): Propagation | undefined {
  if (finalizers.includes(ORPHAN)) return 'Orphan'
  return finalizers.includes(FOREGROUND) ? 'Foreground' : undefined
}
