/** What admission makes of a pod's spec, all of it pure, so that the result may be kept by the identity of the spec. */
import type { PodSpec } from '../../api/types/core.ts'
import { withDefaultTolerations } from './defaultTolerationSeconds.ts'
import { withPriority } from './priority.ts'
import { withServiceAccount } from './serviceAccount.ts'

/** In upstream's order; the same object when there is nothing to add. For pods only, never for templates. */
export function admitPodSpec(spec: PodSpec): PodSpec {
  return withDefaultTolerations(withPriority(withServiceAccount(spec)))
}
