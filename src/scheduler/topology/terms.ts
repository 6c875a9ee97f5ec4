/** What pods demand of where other pods are. Mirrors AffinityTerm in pkg/scheduler/framework/types.go. */
import { matchesSelector, type Labels, type Selector, selectorOf } from '../../api/selectors.ts'
import type { Affinity, PodAffinityTerm, WeightedPodAffinityTerm } from '../../api/types/core.ts'
import type { LabelSelector } from '../../api/types/meta.ts'

export interface Term {
  readonly topologyKey: string
  /** 1 for a term that is required; below 0 for preferred anti-affinity. */
  readonly weight: number
  readonly matches: (pod: Subject, labelsOf: NamespaceLabels) => boolean
}

/** What of a pod terms look at. */
export interface Subject {
  readonly namespace: string
  readonly labels: Labels
}

export type NamespaceLabels = (namespace: string) => Labels

/** The terms of a pod's affinity. */
export interface Terms {
  readonly affinity: readonly Term[]
  readonly anti: readonly Term[]
  readonly preferred: readonly Term[]
}

export function hasTerms(affinity: Affinity | undefined): boolean {
  return affinity !== undefined && (affinity.podAffinity !== undefined || affinity.podAntiAffinity !== undefined)
}

/** `namespace`: that of the pod that has them. */
export function termsOf({ podAffinity, podAntiAffinity }: Affinity, namespace: string): Terms {
  const required = 'requiredDuringSchedulingIgnoredDuringExecution'
  const preferred = 'preferredDuringSchedulingIgnoredDuringExecution'
  const weighted = (sign: 1 | -1, terms: readonly WeightedPodAffinityTerm[] | undefined): readonly Term[] =>
    (terms ?? []).map(({ weight, podAffinityTerm }) => termOf(podAffinityTerm, namespace, sign * weight))
  return {
    affinity: (podAffinity?.[required] ?? []).map((term) => termOf(term, namespace, 1)),
    anti: (podAntiAffinity?.[required] ?? []).map((term) => termOf(term, namespace, 1)),
    preferred: [...weighted(1, podAffinity?.[preferred]), ...weighted(-1, podAntiAffinity?.[preferred])],
  }
}

/** Without namespaces and without a selector of these, a term is about the pod's own. */
function termOf(term: PodAffinityTerm, own: string, weight: number): Term {
  const { topologyKey, namespaceSelector } = term
  const named = term.namespaces ?? []
  const namespaces = new Set(named.length === 0 && namespaceSelector === undefined ? [own] : named)
  const selected = compiled(namespaceSelector)
  const selector = compiled(term.labelSelector)
  return {
    topologyKey,
    weight,
    matches: ({ namespace, labels }, labelsOf) => {
      if (selector === undefined || !matchesSelector(selector, labels)) return false
      if (namespaces.has(namespace)) return true
      return selected !== undefined && (selected.length === 0 || matchesSelector(selected, labelsOf(namespace)))
    },
  }
}

/** Undefined chooses nothing; an empty selector everything. */
export function compiled(selector: LabelSelector | undefined): Selector | undefined {
  return selector === undefined ? undefined : selectorOf(selector)
}
