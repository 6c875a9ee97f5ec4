/** What admission makes of a pod's spec, from the spec and the PriorityClasses alone, so that the result may be kept. */
import type { PodSpec } from '../../api/types/core.ts'
import type { Draft } from '../defaults/mutable.ts'
import type { Surroundings } from '../definition.ts'
import { addDefaultTolerations } from './defaultTolerationSeconds.ts'
import { addPriority, priorityRefusal } from './priority.ts'
import { runtimeClassRefusal } from './runtimeClass.ts'

/** In upstream's order. For pods only, never for templates. */
export function admitPodSpec(draft: Draft<PodSpec>, around: Surroundings): void {
  addPriority(draft, around)
  addDefaultTolerations(draft)
}

/** Why no new pod may have this spec, as it was handed in; undefined when one may. */
export function podSpecRefusal(spec: PodSpec, around: Surroundings): string | undefined {
  return priorityRefusal(spec, around) ?? runtimeClassRefusal(spec, around)
}
