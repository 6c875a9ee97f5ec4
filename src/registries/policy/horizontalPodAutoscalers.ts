/** Horizontal pod autoscalers. Mirrors pkg/apis/autoscaling/v2/defaults.go and pkg/apis/autoscaling/validation. */
import type {
  HorizontalPodAutoscaler,
  HorizontalPodAutoscalerSpec,
  HPAScalingPolicy,
  HPAScalingRules,
  MetricSpec,
} from '../../api/types/autoscaling.ts'
import { ageColumn, nameColumn } from '../columns/common.ts'
import type { ResourceDefinition } from '../definition.ts'
import { defineResource, fill } from '../defineResource.ts'
import { targetsCell } from '../columns/autoscalers.ts'
import { checkNotNegative } from '../validation/common.ts'
import { checkAutoscaler } from '../validation/autoscalers.ts'

const EVERY_PERCENT: HPAScalingPolicy = Object.freeze({ type: 'Percent', value: 100, periodSeconds: 15 })
const FOUR_PODS: HPAScalingPolicy = Object.freeze({ type: 'Pods', value: 4, periodSeconds: 15 })
const SCALE_UP: HPAScalingRules = Object.freeze({
  stabilizationWindowSeconds: 0,
  selectPolicy: 'Max',
  policies: [FOUR_PODS, EVERY_PERCENT],
})
const SCALE_DOWN: HPAScalingRules = Object.freeze({ selectPolicy: 'Max', policies: [EVERY_PERCENT] })
const CPU: MetricSpec = Object.freeze({
  type: 'Resource',
  resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 80 } },
})

export const horizontalPodAutoscalers: ResourceDefinition<HorizontalPodAutoscaler> = defineResource({
  group: 'autoscaling',
  version: 'v2',
  kind: 'HorizontalPodAutoscaler',
  plural: 'horizontalpodautoscalers',
  shortNames: ['hpa'],
  categories: ['all'],
  namespaced: true,
  isKeptOnly: true,
  fillSpec,
  status: { desiredReplicas: 0 },
  check: ({ spec }, errors, previous) => checkAutoscaler(spec, errors, previous?.spec),
  checkStatus: ({ status }, _, errors) => {
    for (const field of ['currentReplicas', 'desiredReplicas'] as const) {
      checkNotNegative(errors, `status.${field}`, status[field])
    }
  },
  columns: [
    nameColumn(),
    { name: 'Reference', cell: ({ spec }) => `${spec.scaleTargetRef.kind}/${spec.scaleTargetRef.name}` },
    { name: 'Targets', cell: targetsCell },
    { name: 'MinPods', cell: ({ spec }) => (spec.minReplicas === undefined ? '<unset>' : String(spec.minReplicas)) },
    { name: 'MaxPods', cell: ({ spec }) => String(spec.maxReplicas) },
    { name: 'Replicas', cell: ({ status }) => String(status.currentReplicas ?? 0) },
    ageColumn(),
  ],
})

/** Without metrics of its own it goes by cpu; rules for speed are filled in only where some are given. */
function fillSpec(spec: HorizontalPodAutoscalerSpec): HorizontalPodAutoscalerSpec {
  const metrics = (spec.metrics ?? []).length === 0 ? [CPU] : spec.metrics!
  const { behavior } = spec
  const whole = fill({ ...spec, metrics }, { minReplicas: 1 })
  if (behavior === undefined) return whole
  const scaleUp = fill(behavior.scaleUp ?? SCALE_UP, SCALE_UP)
  const scaleDown = fill(behavior.scaleDown ?? SCALE_DOWN, SCALE_DOWN)
  return { ...whole, behavior: { ...behavior, scaleUp, scaleDown } }
}
