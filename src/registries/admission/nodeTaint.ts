/** A machine that has just been registered is not ready yet. Mirrors plugin/pkg/admission/nodetaint/admission.go. */
import type { NodeSpec, Taint } from '../../api/types/core.ts'

const NOT_READY: Taint = Object.freeze({ key: 'node.kubernetes.io/not-ready', effect: 'NoSchedule' })

export function withNotReadyTaint(spec: NodeSpec): NodeSpec {
  const taints = spec.taints ?? []
  const tainted = taints.some(({ key, effect }) => key === NOT_READY.key && effect === NOT_READY.effect)
  return tainted ? spec : { ...spec, taints: [...taints, NOT_READY] }
}
