/** Which changes leave room in quotas. Mirrors pkg/quota/v1/install/update_filter.go. */
import { hasEnded } from '../../api/podPhase.ts'
import type { KubeObject } from '../../api/meta.ts'
import type { PersistentVolumeClaim, Pod } from '../../api/types/core.ts'
import type { NamedPredicate } from '../../client/controller.ts'
import { equal } from '../../registries/equal.ts'
import { attributesClasses } from '../../registries/quota/claims.ts'
import { sameUsage } from '../../registries/quota/evaluator.ts'
import { evaluatorOf } from '../../registries/quota/evaluators.ts'
import { isTerminating } from '../../registries/quota/pods.ts'

const isGone: NonNullable<NamedPredicate['of']> = (_object, isDeleted) => isDeleted

/** Of most kinds: deletions. */
export const gone: NamedPredicate = Object.freeze({ name: 'quota-gone', of: isGone })

const byKey: ReadonlyMap<string, NamedPredicate> = new Map<string, NamedPredicate>([
  ['pods', { name: 'quota-pods', of: isGone, holds: podChanges }],
  ['services', { name: 'quota-services', of: isGone, holds: (before, after) => takesOther('services', before, after) }],
  ['persistentvolumeclaims', { name: 'quota-claims', of: isGone, holds: claimChanges }],
])

/** Of the kinds of which more is counted than how many there are. */
export function changesOf(key: string): NamedPredicate | undefined {
  return byKey.get(key)
}

/** A pod that is being deleted counts until it is overdue, should it not go. */
function podChanges(before: KubeObject, after: KubeObject, only?: string): boolean {
  if (only === 'binding') return false
  const [old, now] = [before as Pod, after as Pod]
  if (hasEnded(old) !== hasEnded(now)) return true
  if (old.metadata.deletionTimestamp !== now.metadata.deletionTimestamp) return true
  if (isTerminating(old) !== isTerminating(now)) return true
  // Nothing but a resize makes it ask for more or less.
  return (now.metadata.generation ?? 1) > 1 && takesOther('pods', before, after)
}

function claimChanges(before: KubeObject, after: KubeObject): boolean {
  const [old, now] = [before as PersistentVolumeClaim, after as PersistentVolumeClaim]
  return !equal(attributesClasses(old), attributesClasses(now)) || takesOther('persistentvolumeclaims', before, after)
}

function takesOther(key: string, before: KubeObject, after: KubeObject): boolean {
  const { usage } = evaluatorOf(key)!
  return !sameUsage(usage(before, 0), usage(after, 0))
}
