/** What admission makes of a pod's spec, from the spec and the PriorityClasses alone, so that the result may be kept. */
import type { PodSpec } from '../../api/types/core.ts'
import type { Draft } from '../defaults/mutable.ts'
import type { Surroundings } from '../definition.ts'
import { addDefaultTolerations } from './defaultTolerationSeconds.ts'
import { addPriority } from './priority.ts'

/** In upstream's order. For pods only, never for templates. */
export function admitPodSpec(draft: Draft<PodSpec>, around: Surroundings): void {
  addPriority(draft, around)
  addDefaultTolerations(draft)
}
