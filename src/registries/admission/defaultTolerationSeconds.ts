/**
 * Gives every pod five minutes on a machine that is not ready or cannot be reached, unless it says otherwise.
 * Mirrors plugin/pkg/admission/defaulttolerationseconds/admission.go.
 */
import type { PodSpec, Toleration } from '../../api/types/core.ts'
import type { Draft } from '../defaults/mutable.ts'

const SECONDS = 300

const NOT_READY: Toleration = Object.freeze({
  key: 'node.kubernetes.io/not-ready',
  operator: 'Exists',
  effect: 'NoExecute',
  tolerationSeconds: SECONDS,
})
const UNREACHABLE: Toleration = Object.freeze({
  key: 'node.kubernetes.io/unreachable',
  operator: 'Exists',
  effect: 'NoExecute',
  tolerationSeconds: SECONDS,
})
const BOTH: readonly Toleration[] = Object.freeze([NOT_READY, UNREACHABLE])

/** Gives a spec the default tolerations that it has none of its own for. */
export function addDefaultTolerations(draft: Draft<PodSpec>): void {
  const { tolerations = [] } = draft.value
  if (tolerations.length === 0) {
    draft.own.tolerations = BOTH
    return
  }
  const missing = BOTH.filter(({ key }) => !tolerations.some((toleration) => covers(toleration, key)))
  if (missing.length > 0) draft.own.tolerations = [...tolerations, ...missing]
}

function covers(toleration: Toleration, key: string | undefined): boolean {
  if (toleration.key && toleration.key !== key) return false
  return !toleration.effect || toleration.effect === 'NoExecute'
}
