import type { KubeObject } from '../api/meta.ts'
import type { Node, Pod } from '../api/types/core.ts'
import type { NamedPredicate } from '../client/controller.ts'
import { differs, equal } from '../registries/equal.ts'
import { LeanPodStatus } from './leanPodStatus.ts'

/** Which updates of its pods a kubelet hears of: not of statuses, which it writes itself, unless they contradict it. */
export const ofKubelet: NamedPredicate = Object.freeze({
  name: 'kubelet',
  holds: (before: KubeObject, after: KubeObject, only?: string) => {
    if (only === 'status') return isContradicted(before as Pod, after as Pod)
    return only === 'binding' || concernsWhatRuns(before as Pod, after as Pod)
  },
})

/** Of nodes nothing matters to kubelets but what is attached to them. */
export const ofAttached: NamedPredicate = Object.freeze({
  name: 'attachedVolumes',
  of: () => false,
  holds: (before: KubeObject, after: KubeObject) =>
    !equal((before as Node).status.volumesAttached, (after as Node).status.volumesAttached),
})

/** Of which pods the kubelet of a node hears. */
export function podsOf(node: string): { readonly index: string; readonly predicate: string } {
  return { index: node, predicate: ofKubelet.name }
}

function concernsWhatRuns(before: Pod, after: Pod): boolean {
  const isEnding = after.metadata.deletionTimestamp !== undefined
  return isEnding || differs(before.spec, after.spec) || isContradicted(before, after)
}

/**
 * Whether somebody else may have said of a ready pod that it is not, or something that its readiness depends on. What
 * kubelets say of their pods is mostly lean.
 */
export function isContradicted({ status: before }: Pod, { spec, status: after }: Pod): boolean {
  if (before === after) return false
  return spec.readinessGates !== undefined || (!(after instanceof LeanPodStatus) && isReady(before) && !isReady(after))
}

function isReady({ conditions }: Pod['status']): boolean {
  return conditions?.find(({ type }) => type === 'Ready')?.status === 'True'
}
