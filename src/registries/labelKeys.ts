/** matchLabelKeys and mismatchLabelKeys become part of the selectors beside them. Mirrors pkg/registry/core/pod/strategy.go. */
import { copyOf } from './defaults/mutable.ts'
import { mapKept } from '../api/mapKept.ts'
import type { Affinity, PodAffinityTerm, PodSpec } from '../api/types/core.ts'
import type { LabelSelector } from '../api/types/meta.ts'
import type { Keyed } from './validation/labelKeys.ts'

type Labels = Readonly<Record<string, string>>

/** The spec of a new pod with these labels; the same object when it names no keys. */
export function withLabelKeys(spec: PodSpec, labels: Labels | undefined): PodSpec {
  const { affinity, topologySpreadConstraints } = spec
  if (affinity === undefined && topologySpreadConstraints === undefined) return spec
  const own = labels ?? {}
  const spread = topologySpreadConstraints && mapKept(topologySpreadConstraints, (one) => merged(one, own))
  const rules = affinity && affinityOf(affinity, own)
  if (spread === topologySpreadConstraints && rules === affinity) return spec
  const copy = copyOf(spec)
  if (spread !== undefined) copy.topologySpreadConstraints = spread
  if (rules !== undefined) copy.affinity = rules
  return copy
}

function affinityOf(affinity: Affinity, labels: Labels): Affinity {
  const { podAffinity, podAntiAffinity } = affinity
  const near = podAffinity && termsOf(podAffinity, labels)
  const apart = podAntiAffinity && termsOf(podAntiAffinity, labels)
  if (near === podAffinity && apart === podAntiAffinity) return affinity
  return {
    ...affinity,
    ...(near === undefined ? {} : { podAffinity: near }),
    ...(apart === undefined ? {} : { podAntiAffinity: apart }),
  }
}

function termsOf<A extends NonNullable<Affinity['podAffinity']>>(rules: A, labels: Labels): A {
  const required = rules.requiredDuringSchedulingIgnoredDuringExecution
  const preferred = rules.preferredDuringSchedulingIgnoredDuringExecution
  const hard = required && mapKept(required, (term) => merged(term, labels))
  const soft = preferred && mapKept(preferred, (weighted) => weightedOf(weighted, labels))
  if (hard === required && soft === preferred) return rules
  return {
    ...rules,
    ...(hard === undefined ? {} : { requiredDuringSchedulingIgnoredDuringExecution: hard }),
    ...(soft === undefined ? {} : { preferredDuringSchedulingIgnoredDuringExecution: soft }),
  }
}

function weightedOf<W extends { readonly podAffinityTerm?: PodAffinityTerm }>(weighted: W, labels: Labels): W {
  if (weighted.podAffinityTerm === undefined) return weighted
  const podAffinityTerm = merged(weighted.podAffinityTerm, labels)
  return podAffinityTerm === weighted.podAffinityTerm ? weighted : { ...weighted, podAffinityTerm }
}

/** Where there is no selector nothing is chosen, whatever the keys. */
function merged<K extends Keyed>(keyed: K, labels: Labels): K {
  const { labelSelector, matchLabelKeys = [], mismatchLabelKeys = [] } = keyed
  if (labelSelector === undefined) return keyed
  const asked = (operator: string, keys: readonly string[]): NonNullable<LabelSelector['matchExpressions']> =>
    keys.filter((key) => Object.hasOwn(labels, key)).map((key) => ({ key, operator, values: [labels[key] ?? ''] }))
  const added = [...asked('In', matchLabelKeys), ...asked('NotIn', mismatchLabelKeys)]
  if (added.length === 0) return keyed
  const matchExpressions = [...(labelSelector.matchExpressions ?? []), ...added]
  return { ...keyed, labelSelector: { ...labelSelector, matchExpressions } }
}
