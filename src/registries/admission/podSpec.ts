/** What admission makes of a pod's spec, from the spec and the PriorityClasses alone, so that the result may be kept. */
import type { PodSpec } from '../../api/types/core.ts'
import type { Surroundings } from '../definition.ts'
import { withDefaultTolerations } from './defaultTolerationSeconds.ts'
import { withPriority } from './priority.ts'
import { withServiceAccount } from './serviceAccount.ts'

/** In upstream's order; the same object when there is nothing to add. For pods only, never for templates. */
export function admitPodSpec(spec: PodSpec, around: Surroundings): PodSpec {
  return withDefaultTolerations(withPriority(withServiceAccount(spec), around))
}
