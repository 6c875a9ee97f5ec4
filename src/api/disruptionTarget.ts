import type { PodCondition } from './types/core.ts'

const type = 'DisruptionTarget'

/** That a pod is about to go for a reason that is not its own. `at`: RFC 3339; `generation`: of the pod, where whoever says so tells it. */
export function disruptionTarget(reason: string, message: string, at: string, generation?: number): PodCondition {
  return {
    type,
    ...(generation === undefined ? {} : { observedGeneration: generation }),
    status: 'True',
    lastProbeTime: null,
    lastTransitionTime: at,
    reason,
    message,
  } as unknown as PodCondition
}

/** Conditions with that one, the last of them, in place of any before. */
export function withTarget(
  conditions: readonly PodCondition[] | undefined,
  target: PodCondition,
): readonly PodCondition[] {
  return [...(conditions ?? []).filter((condition) => condition.type !== type), target]
}
