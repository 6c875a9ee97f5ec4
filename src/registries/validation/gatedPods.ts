/**
 * What an update may add to a pod that is not to be scheduled yet: where else it may not run. Mirrors
 * validateNodeSelectorMutation and validateNodeAffinityMutation of core validation.
 */
import { invalid } from '../../api/fieldErrors.ts'
import { internally, type InternalForm } from '../../api/internalForm.ts'
import type { NodeSelectorTerm, PodSpec } from '../../api/types/core.ts'
import type { Errors } from './common.ts'
import { sameValue } from './equal.ts'

const REQUIRED = 'requiredDuringSchedulingIgnoredDuringExecution'
const REQUIREMENT: InternalForm = { Key: '', Operator: '', Values: null }
const TERM: InternalForm = { MatchExpressions: REQUIREMENT, MatchFields: REQUIREMENT }
const EXPRESSIONS = ['matchExpressions', 'matchFields'] as const

export function checkMoreNarrow(next: PodSpec, previous: PodSpec, errors: Errors): void {
  const { nodeSelector = {} } = next
  const kept = Object.entries(previous.nodeSelector ?? {}).every(([key, value]) => nodeSelector[key] === value)
  if (!kept) {
    const detail = 'only additions to spec.nodeSelector are allowed (no mutations or deletions)'
    errors.push(invalid('spec.nodeSelector', next.nodeSelector, detail))
  }
  checkTermsKept(termsOf(next), termsOf(previous) ?? [], errors)
}

/** The spec as if nothing had been added to its node selector and node affinity. */
export function asBroad(next: PodSpec, previous: PodSpec): PodSpec {
  const { affinity: { nodeAffinity: _, ...others } = {}, nodeSelector: __, ...rest } = next
  const { nodeSelector } = previous
  const nodeAffinity = previous.affinity?.nodeAffinity
  const affinity = { ...others, ...(nodeAffinity && { nodeAffinity }) }
  return { ...rest, affinity, ...(nodeSelector && { nodeSelector }) }
}

function checkTermsKept(
  next: readonly NodeSelectorTerm[] | undefined,
  previous: readonly NodeSelectorTerm[],
  errors: Errors,
): void {
  const path = `spec.affinity.nodeAffinity.${REQUIRED}.nodeSelectorTerms`
  if (previous.length === 0) return
  if (next?.length !== previous.length) {
    const detail = 'no additions/deletions to non-empty NodeSelectorTerms list are allowed'
    errors.push(invalid(path, next && internally(next, TERM), detail))
    return
  }
  for (const [i, term] of next.entries()) {
    if (addsOnly(term, previous[i]!)) continue
    const detail = 'only additions are allowed (no mutations or deletions)'
    errors.push(invalid(`${path}[${i}]`, internally(term, TERM), detail))
  }
}

/** To a term that chooses nothing nothing can be added: it would choose. */
function addsOnly(next: NodeSelectorTerm, previous: NodeSelectorTerm): boolean {
  const isEmpty = (term: NodeSelectorTerm): boolean => EXPRESSIONS.every((field) => !term[field]?.length)
  if (isEmpty(previous)) return isEmpty(next)
  return EXPRESSIONS.every((field) => {
    const before = previous[field] ?? []
    return sameValue(next[field]?.slice(0, before.length), before)
  })
}

function termsOf({ affinity }: PodSpec): readonly NodeSelectorTerm[] | undefined {
  return affinity?.nodeAffinity?.[REQUIRED]?.nodeSelectorTerms
}
