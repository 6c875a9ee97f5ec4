/**
 * Gives every pod five minutes on a machine that is not ready or cannot be reached, unless it says otherwise.
 * Mirrors plugin/pkg/admission/defaulttolerationseconds/admission.go.
 */
import type { Pod, PodSpec, Toleration } from '../../api/types/core.ts'
import { copyOf } from '../defaults/mutable.ts'

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

/** The pod with its default tolerations; the same one when it has its own. */
export function addDefaultTolerations(pod: Pod): Pod {
  const spec = withDefaultTolerations(pod.spec)
  return spec === pod.spec ? pod : { ...pod, spec }
}

/** The same for a spec alone, so that the result may be kept for all pods of one template. */
export function withDefaultTolerations(spec: PodSpec): PodSpec {
  const own = spec.tolerations
  if (own === undefined || own.length === 0) return withTolerations(spec, BOTH)
  const missing = BOTH.filter(({ key }) => !own.some((toleration) => covers(toleration, key)))
  return missing.length === 0 ? spec : withTolerations(spec, [...own, ...missing])
}

function withTolerations(spec: PodSpec, tolerations: readonly Toleration[]): PodSpec {
  const copy = copyOf(spec)
  copy.tolerations = tolerations
  return copy
}

function covers(toleration: Toleration, key: string | undefined): boolean {
  if (toleration.key && toleration.key !== key) return false
  return !toleration.effect || toleration.effect === 'NoExecute'
}
